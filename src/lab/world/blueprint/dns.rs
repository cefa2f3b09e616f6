//! Dns: hosted zones, records and health checks, as a world file has them.
//! Used by: `route53`'s builder.

use super::{
    TAGS, Tags,
    rule::{ADDRESS, DOMAIN, RESOURCE},
};
use crate::grammar::{
    Kind,
    described::{OPTIONAL, REQUIRED, described, or},
    rule::REGION,
};

described! {
    /// A hosted zone; its NS and SOA records are made for it.
    HostedZone / HOSTED_ZONE = "zone" {
        /// Its apex.
        zone: String = REQUIRED, Kind::Rule(&DOMAIN), "example.com";
        /// A person's words.
        comment: Option<String> = OPTIONAL, Kind::Text, "The site of both regions";
        /// Whether only networks see it.
        private: bool = or("false"), Kind::Bool, "true";
        /// Its records.
        records: Vec<RecordSet> = OPTIONAL, Kind::List(&Kind::Record(&RECORD_SET)), "[ { name: www.example.com, values: [192.0.2.1] } ]";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: web-team }";
    }

    /// A record set. With one of failover, weight, latency, country and multivalue it is one of several of its name.
    RecordSet / RECORD_SET = "record" {
        /// Its name, whole.
        name: String = REQUIRED, Kind::Rule(&DOMAIN), "www.example.com";
        /// Its type.
        kind: String = or("A"), Kind::Words(&["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT"]), "A";
        /// How long resolvers may keep it, in seconds.
        ttl: u64 = or("60"), Kind::Whole(0, 2_147_483_647), "60";
        /// Its values; not with an alias.
        values: Vec<String> = OPTIONAL, Kind::List(&Kind::Text), "[192.0.2.1]";
        /// The environment whose balancer it is an alias of, by name.
        environment: Option<String> = OPTIONAL, Kind::Text, "wordpress-seoul";
        /// The record of the same zone that it is an alias of.
        alias: Option<String> = OPTIONAL, Kind::Rule(&DOMAIN), "blue.example.com";
        /// Whether an alias looks at the health of what it leads to.
        evaluate_target_health: bool = or("false"), Kind::Bool, "true";
        /// What tells it from the others of its name.
        set: Option<String> = OPTIONAL, Kind::Text, "seoul";
        /// Its part in a failover.
        failover: Option<String> = OPTIONAL, Kind::Words(&["primary", "secondary"]), "primary";
        /// Its share among the others.
        weight: Option<u64> = OPTIONAL, Kind::Whole(0, 255), "10";
        /// The region that it is near to.
        latency: Option<String> = OPTIONAL, Kind::Rule(&REGION), "ap-northeast-2";
        /// The country that it is for, or `*` for all others.
        country: Option<String> = OPTIONAL, Kind::Text, "KR";
        /// Whether it is one of several answers.
        multivalue: bool = or("false"), Kind::Bool, "true";
        /// The health check that it goes by, by name.
        health_check: Option<String> = OPTIONAL, Kind::Text, "seoul";
    }

    /// A health check.
    HealthCheck / HEALTH_CHECK = "health check" {
        /// Its name: its `Name` tag, and its caller reference.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "wordpress-seoul";
        /// What it does.
        kind: String = or("HTTP"), Kind::Words(&["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP", "CALCULATED", "CLOUDWATCH_METRIC"]), "HTTP";
        /// The name that it looks up and asks.
        host: Option<String> = OPTIONAL, Kind::Rule(&DOMAIN), "seoul.example.com";
        /// The address that it asks in place of looking one up.
        address: Option<String> = OPTIONAL, Kind::Rule(&ADDRESS), "192.0.2.10";
        /// The port; without it, the kind's own.
        port: Option<u64> = OPTIONAL, Kind::Whole(1, 65_535), "80";
        /// What it asks for.
        path: Option<String> = OPTIONAL, Kind::Text, "/";
        /// What the answer must hold, for the kinds with a match.
        search: Option<String> = OPTIONAL, Kind::Text, "Wordpress";
        /// Seconds between two looks of one checker.
        interval: u64 = or("30"), Kind::Whole(10, 30), "10";
        /// Looks in a row that turn it.
        threshold: u64 = or("3"), Kind::Whole(1, 10), "3";
        /// Whether it is healthy when what it looks at is not.
        inverted: bool = or("false"), Kind::Bool, "true";
        /// Whether it looks at nothing and counts as healthy.
        disabled: bool = or("false"), Kind::Bool, "true";
        /// The checks that a calculated one counts, by name.
        children: Vec<String> = OPTIONAL, Kind::List(&Kind::Text), "[wordpress-seoul, wordpress-tokyo]";
        /// How many of them must be healthy.
        at_least: u64 = or("1"), Kind::Whole(0, 256), "1";
        /// The region of the alarm that it follows.
        alarm_region: Option<String> = OPTIONAL, Kind::Rule(&REGION), "ap-northeast-2";
        /// The alarm that it follows, by name.
        alarm: Option<String> = OPTIONAL, Kind::Text, "seoul-unhealthy";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: web-team }";
    }
}
