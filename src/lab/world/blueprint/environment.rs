//! Environment: a Beanstalk environment with all that Beanstalk makes for it, as a world file has it.
//! Used by: the builders of `ec2`, `elb`, `autoscaling` and `beanstalk`.

use std::collections::BTreeMap;

use super::{
    TAGS, Tags,
    network::{INGRESS, Ingress},
    rule::{ADDRESS, PLATFORM, RESOURCE},
};
use crate::grammar::{
    Kind,
    described::{Millis, OPTIONAL, REQUIRED, described, or},
};

/// Option settings by namespace and option.
pub type Settings = BTreeMap<String, BTreeMap<String, String>>;

described! {
    /// A web server environment behind an application load balancer.
    Environment / ENVIRONMENT = "environment" {
        /// Its name.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "wordpress-seoul";
        /// Its application.
        application: String = REQUIRED, Kind::Rule(&RESOURCE), "wordpress";
        /// The version that it runs.
        version: String = or("1"), Kind::Text, "wordpress-6.8.2-1";
        /// The versions that it ran before and can go back to, oldest first.
        former_versions: Vec<String> = OPTIONAL, Kind::List(&Kind::Text), "[wordpress-6.8.1-2, wordpress-6.8.2-0]";
        /// Its platform, as solution stacks are named.
        platform: String = or("64bit Amazon Linux 2023 v4.7.3 running PHP 8.4"), Kind::Rule(&PLATFORM), "64bit Amazon Linux 2023 v4.7.3 running PHP 8.4";
        /// The first label of its Beanstalk name; without it, its own name.
        cname: Option<String> = OPTIONAL, Kind::Text, "wordpress-seoul";
        /// Its network, by name.
        vpc: String = REQUIRED, Kind::Text, "seoul-vpc";
        /// Its load balancer.
        balancer: Balancer = REQUIRED, Kind::Record(&BALANCER), "{ subnets: [a, c], addresses: [192.0.2.10, 192.0.2.11] }";
        /// Its instances.
        instances: Fleet = REQUIRED, Kind::Record(&FLEET), "{ subnets: [private-a, private-c], count: 2 }";
        /// How the balancer checks its instances.
        health_check: Option<TargetCheck> = OPTIONAL, Kind::Record(&TARGET_CHECK), "{ path: /, interval: 15s }";
        /// Whether Beanstalk's enhanced health reporting is on.
        enhanced_health: bool = or("true"), Kind::Bool, "true";
        /// Option settings by namespace: what they say goes before what Beanstalk would set.
        settings: Settings = OPTIONAL, Kind::Map(&RESOURCE_OR_NAMESPACE, &Kind::Map(&RESOURCE_OR_NAMESPACE, &Kind::Text)), "{ aws:autoscaling:asg: { MinSize: \"2\" } }";
        /// The global cluster whose member in this region takes the application's writes.
        database: Option<String> = OPTIONAL, Kind::Text, "wordpress-global";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: web-team }";
    }

    /// A load balancer of an environment.
    Balancer / BALANCER = "balancer" {
        /// Its subnets, by name, one a zone.
        subnets: Vec<String> = REQUIRED, Kind::List(&Kind::Text), "[seoul-public-a, seoul-public-c]";
        /// Its public addresses, one a subnet, from the ranges for documentation; without them, made up.
        addresses: Vec<String> = OPTIONAL, Kind::List(&Kind::Rule(&ADDRESS)), "[192.0.2.10, 192.0.2.11]";
        /// The certificate of its port 443, by name; without it there is no such port.
        certificate: Option<String> = OPTIONAL, Kind::Text, "www";
        /// What port 80 does: forwards to the instances, or redirects to port 443. A redirect hides a fault behind it from
        /// checks of port 80.
        http: String = or("forward"), Kind::Words(&["forward", "redirect"]), "forward";
        /// The security group that it uses in place of one that Beanstalk makes, by name: then it can be shared.
        group: Option<String> = OPTIONAL, Kind::Text, "seoul-edge";
        /// Security groups that it carries besides, by name.
        extra_groups: Vec<String> = OPTIONAL, Kind::List(&Kind::Text), "[seoul-monitoring]";
    }

    /// The instances of an environment, in an Auto Scaling group.
    Fleet / FLEET = "fleet" {
        /// Their subnets, by name.
        subnets: Vec<String> = REQUIRED, Kind::List(&Kind::Text), "[seoul-private-a, seoul-private-c]";
        /// How many there are.
        count: u64 = or("2"), Kind::Whole(0, 1000), "2";
        /// The fewest that scaling keeps; without it, as many as there are.
        min: Option<u64> = OPTIONAL, Kind::Whole(0, 1000), "2";
        /// The most that scaling makes; without it, twice as many as there are.
        max: Option<u64> = OPTIONAL, Kind::Whole(0, 1000), "4";
        /// Their type.
        class: String = or("t3.medium"), Kind::Text, "t3.medium";
        /// How the group finds that an instance must be replaced.
        health_check: String = or("EC2"), Kind::Words(&["EC2", "ELB"]), "ELB";
        /// Processes of the group that somebody has suspended.
        suspended: Vec<String> = OPTIONAL, Kind::List(&Kind::Words(&["Launch", "Terminate", "AddToLoadBalancer", "AlarmNotification", "AZRebalance", "HealthCheck", "InstanceRefresh", "ReplaceUnhealthy", "ScheduledActions"])), "[ReplaceUnhealthy]";
        /// Rules that their security group has besides port 80 from the balancer.
        ingress: Vec<Ingress> = OPTIONAL, Kind::List(&Kind::Record(&INGRESS)), "[ { port: 22, from: seoul-bastion } ]";
        /// Security groups that they carry besides, by name.
        extra_groups: Vec<String> = OPTIONAL, Kind::List(&Kind::Text), "[seoul-monitoring]";
        /// Tags of the rule that lets the balancer in.
        rule_tags: Tags = OPTIONAL, TAGS, "{ owner: web-team }";
    }

    /// How a balancer checks its targets.
    TargetCheck / TARGET_CHECK = "target check" {
        /// What it asks for.
        path: String = or("/"), Kind::Text, "/health";
        /// How often.
        interval: Millis = or("15s"), Kind::Time(5_000), "15s";
        /// How long it waits.
        timeout: Millis = or("5s"), Kind::Time(2_000), "5s";
        /// Passes in a row that make a target healthy.
        healthy: u64 = or("3"), Kind::Whole(2, 10), "3";
        /// Failures in a row that make it unhealthy.
        unhealthy: u64 = or("5"), Kind::Whole(2, 10), "5";
        /// The statuses that pass.
        matcher: String = or("200"), Kind::Text, "200-399";
    }
}

/// A namespace or an option of Beanstalk: `aws:autoscaling:asg`.
static RESOURCE_OR_NAMESPACE: crate::grammar::rule::Rule = crate::grammar::rule::Rule {
    wants: "a namespace or an option",
    pattern: "^[A-Za-z0-9:_ -]{1,128}$",
    check: |text| {
        let inside = |b: u8| b.is_ascii_alphanumeric() || b":_ -".contains(&b);
        match (1..=128).contains(&text.len()) && text.bytes().all(inside) {
            true => Ok(()),
            false => Err("write it as Beanstalk's guide does: `aws:autoscaling:asg`, `MinSize`".to_owned()),
        }
    },
};
