//! Guard: certificates, web ACLs, alarms and parameters, as a world file has them.
//! Used by: the builders of `acm`, `waf`, `cloudwatch` and `ssm`.

use std::collections::BTreeMap;

use super::{
    TAGS, Tags,
    rule::{CIDR, DOMAIN, NUMBER, RESOURCE},
};
use crate::grammar::{
    Kind,
    described::{Millis, OPTIONAL, REQUIRED, described, or},
};

described! {
    /// A certificate.
    Certificate / CERTIFICATE = "certificate" {
        /// Its name in this file, and its `Name` tag.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "www";
        /// The name that it is for.
        domain: String = REQUIRED, Kind::Rule(&DOMAIN), "www.example.com";
        /// Other names that it is for.
        names: Vec<String> = OPTIONAL, Kind::List(&Kind::Rule(&DOMAIN)), "[\"*.example.com\"]";
        /// Its state.
        status: String = or("ISSUED"), Kind::Words(&["ISSUED", "PENDING_VALIDATION", "EXPIRED", "REVOKED", "FAILED", "INACTIVE"]), "ISSUED";
        /// Days until it ends.
        days_left: u64 = or("250"), Kind::Whole(0, 3_650), "30";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: web-team }";
    }

    /// A web ACL, regional.
    WebAcl / WEB_ACL = "web ACL" {
        /// Its name.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "wordpress";
        /// A person's words.
        description: Option<String> = OPTIONAL, Kind::Text, "What the site refuses";
        /// What it does with what no rule speaks of.
        default: String = or("allow"), Kind::Words(&["allow", "block"]), "allow";
        /// Ranges that it blocks.
        block_addresses: Vec<String> = OPTIONAL, Kind::List(&Kind::Rule(&CIDR)), "[198.51.100.128/25]";
        /// Beginnings of paths that it blocks.
        block_paths: Vec<String> = OPTIONAL, Kind::List(&Kind::Text), "[/xmlrpc.php]";
        /// The environments whose balancers it guards, by name.
        environments: Vec<String> = OPTIONAL, Kind::List(&Kind::Text), "[wordpress-seoul]";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: security-team }";
    }

    /// A CloudWatch alarm.
    Alarm / ALARM = "alarm" {
        /// Its name.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "wordpress-seoul-unhealthy-hosts";
        /// A person's words.
        description: Option<String> = OPTIONAL, Kind::Text, "Fewer than one healthy host";
        /// The metric's namespace.
        namespace: String = REQUIRED, Kind::Text, "AWS/ApplicationELB";
        /// The metric.
        metric: String = REQUIRED, Kind::Text, "HealthyHostCount";
        /// The environment whose balancer or own name the dimensions come from.
        environment: Option<String> = OPTIONAL, Kind::Text, "wordpress-seoul";
        /// Dimensions, where there is no environment to take them from.
        dimensions: BTreeMap<String, String> = OPTIONAL, Kind::Map(&RESOURCE, &Kind::Text), "{ DBClusterIdentifier: wordpress-seoul-db }";
        /// The statistic.
        statistic: String = or("Average"), Kind::Words(&["Average", "Minimum", "Maximum", "Sum", "SampleCount"]), "Minimum";
        /// How long a period is.
        period: Millis = or("1m"), Kind::Time(10_000), "1m";
        /// How many periods are looked at.
        periods: u64 = or("1"), Kind::Whole(1, 100), "3";
        /// How many of them must breach; without it, all.
        breaching: Option<u64> = OPTIONAL, Kind::Whole(1, 100), "2";
        /// How a value compares to the threshold when it breaches.
        comparison: String = REQUIRED, Kind::Words(&["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"]), "LessThanThreshold";
        /// The threshold.
        threshold: String = REQUIRED, Kind::Rule(&NUMBER), "1";
        /// What missing data means.
        missing: String = or("missing"), Kind::Words(&["missing", "breaching", "notBreaching", "ignore"]), "breaching";
    }

    /// A Systems Manager parameter.
    Parameter / PARAMETER = "parameter" {
        /// Its name.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "/wordpress/mode";
        /// Its value.
        value: String = REQUIRED, Kind::Text, "normal";
        /// Its type.
        kind: String = or("String"), Kind::Words(&["String", "StringList", "SecureString"]), "String";
        /// A person's words.
        description: Option<String> = OPTIONAL, Kind::Text, "How the site runs";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: web-team }";
    }
}
