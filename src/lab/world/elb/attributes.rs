//! Attributes: the settings of balancers and target groups that AWS keeps as keys and values.
//! Invariant: an attribute that nobody set has AWS's default; an unknown one, or a value out of range, is refused.
//! Used by: `elb_operate`, `routing`, `site`.

use std::{collections::BTreeMap, time::Duration};

use super::{
    describe::{balancer_of_call, target_group_of_call},
    model::{Balancer, TargetGroup},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

/// What values an attribute takes.
#[derive(Debug, Clone, Copy)]
enum Values {
    /// A whole number in this range.
    Number(u64, u64),
    /// A whole number in this range, or `off`.
    NumberOrOff(u64, u64),
    /// One of these.
    One(&'static [&'static str]),
    /// Any text.
    Text,
}

type Row = (&'static str, &'static str, Values);

const BOOL: Values = Values::One(&["true", "false"]);

/// AWS: LoadBalancerAttribute API reference, those of Application Load Balancers.
const BALANCER: &[Row] = &[
    ("access_logs.s3.enabled", "false", BOOL),
    ("access_logs.s3.bucket", "", Values::Text),
    ("access_logs.s3.prefix", "", Values::Text),
    ("idle_timeout.timeout_seconds", "60", Values::Number(1, 4_000)),
    ("deletion_protection.enabled", "false", BOOL),
    ("routing.http2.enabled", "true", BOOL),
    ("routing.http.drop_invalid_header_fields.enabled", "false", BOOL),
    ("routing.http.xff_client_port.enabled", "false", BOOL),
    ("routing.http.preserve_host_header.enabled", "false", BOOL),
    ("routing.http.xff_header_processing.mode", "append", Values::One(&["append", "preserve", "remove"])),
    ("load_balancing.cross_zone.enabled", "true", Values::One(&["true"])),
    ("routing.http.desync_mitigation_mode", "defensive", Values::One(&["monitor", "defensive", "strictest"])),
    ("client_keep_alive.seconds", "3600", Values::Number(60, 604_800)),
    ("waf.fail_open.enabled", "false", BOOL),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false", BOOL),
    ("zonal_shift.config.enabled", "false", BOOL),
    ("connection_logs.s3.enabled", "false", BOOL),
    ("connection_logs.s3.bucket", "", Values::Text),
    ("connection_logs.s3.prefix", "", Values::Text),
    ("health_check_logs.s3.enabled", "false", BOOL),
    ("health_check_logs.s3.bucket", "", Values::Text),
    ("health_check_logs.s3.prefix", "", Values::Text),
    ("ipv6.deny_all_igw_traffic", "false", BOOL),
];

/// AWS: TargetGroupAttribute API reference, those of groups behind Application Load Balancers.
const TARGET_GROUP: &[Row] = &[
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
        "1",
        Values::Number(1, 1_000),
    ),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        "off",
        Values::NumberOrOff(1, 100),
    ),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", "1", Values::NumberOrOff(1, 1_000)),
    (
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        "off",
        Values::NumberOrOff(1, 100),
    ),
    ("deregistration_delay.timeout_seconds", "300", Values::Number(0, 3_600)),
    ("stickiness.enabled", "false", BOOL),
    ("stickiness.type", "lb_cookie", Values::One(&["lb_cookie", "app_cookie"])),
    ("stickiness.lb_cookie.duration_seconds", "86400", Values::Number(1, 604_800)),
    ("stickiness.app_cookie.cookie_name", "", Values::Text),
    ("stickiness.app_cookie.duration_seconds", "86400", Values::Number(1, 604_800)),
    ("slow_start.duration_seconds", "0", Values::Number(0, 900)),
    (
        "load_balancing.cross_zone.enabled",
        "use_load_balancer_configuration",
        Values::One(&["true", "false", "use_load_balancer_configuration"]),
    ),
    (
        "load_balancing.algorithm.type",
        "round_robin",
        Values::One(&["round_robin", "least_outstanding_requests", "weighted_random"]),
    ),
    ("load_balancing.algorithm.anomaly_mitigation", "off", Values::One(&["on", "off"])),
];

fn value<'a>(rows: &'static [Row], own: &'a BTreeMap<String, String>, key: &str) -> &'a str {
    let default = || rows.iter().find(|(name, ..)| *name == key).map_or("", |(_, default, _)| default);
    own.get(key).map_or_else(default, String::as_str)
}

impl Balancer {
    /// The value of an attribute.
    pub fn attribute(&self, key: &str) -> &str {
        value(BALANCER, &self.attributes, key)
    }

    /// The value of an attribute that is a number of seconds.
    pub fn seconds(&self, key: &str) -> Duration {
        Duration::from_secs(self.attribute(key).parse().unwrap_or(0))
    }
}

impl TargetGroup {
    /// The value of an attribute.
    pub fn attribute(&self, key: &str) -> &str {
        value(TARGET_GROUP, &self.attributes, key)
    }

    /// How long a target drains.
    pub fn deregistration_delay(&self) -> Duration {
        Duration::from_secs(self.attribute("deregistration_delay.timeout_seconds").parse().unwrap_or(0))
    }
}

/// `DescribeLoadBalancerAttributes`.
pub(super) fn of_balancer(world: &World, call: &Call) -> Reply {
    Ok(tree(BALANCER, &balancer_of_call(&world.elb, call)?.attributes))
}

/// `DescribeTargetGroupAttributes`.
pub(super) fn of_target_group(world: &World, call: &Call) -> Reply {
    Ok(tree(TARGET_GROUP, &target_group_of_call(&world.elb, call)?.attributes))
}

/// `ModifyLoadBalancerAttributes`.
pub(super) fn modify_balancer(world: &mut World, call: &Call) -> Reply {
    let arn = balancer_of_call(&world.elb, call)?.arn.clone();
    let new = read(BALANCER, call, "Load balancer attribute")?;
    let Some(balancer) = world.elb.balancers.get_mut(&arn) else { return Ok(Tree::Map(Vec::new())) };
    balancer.attributes.extend(new);
    Ok(tree(BALANCER, &balancer.attributes))
}

/// `ModifyTargetGroupAttributes`.
pub(super) fn modify_target_group(world: &mut World, call: &Call) -> Reply {
    let arn = target_group_of_call(&world.elb, call)?.arn.clone();
    let new = read(TARGET_GROUP, call, "Target group attribute")?;
    let Some(group) = world.elb.target_groups.get_mut(&arn) else { return Ok(Tree::Map(Vec::new())) };
    group.attributes.extend(new);
    let answer = tree(TARGET_GROUP, &group.attributes);
    if let Some(balancer) = group.balancer.clone() {
        world.note_site(&balancer);
    }
    Ok(answer)
}

fn read(rows: &[Row], call: &Call, what: &str) -> Result<BTreeMap<String, String>, AwsFault> {
    let mut new = BTreeMap::new();
    for asked in call.params.list("Attributes") {
        let key = asked.text("Key").unwrap_or_default();
        let value = asked.text("Value").unwrap_or_default();
        let Some((.., values)) = rows.iter().find(|(name, ..)| *name == key) else {
            let message = format!("{what} key '{key}' is not recognized");
            return Err(AwsFault::new(400, "ValidationError", message));
        };
        if !values.admit(value) {
            let message =
                format!("The provided value for {} '{key}' is not valid: '{value}'", what.to_lowercase());
            return Err(AwsFault::new(400, "ValidationError", message));
        }
        if new.insert(key.to_owned(), value.to_owned()).is_some() {
            let message = format!("{what} key '{key}' is given more than once");
            return Err(AwsFault::new(400, "ValidationError", message));
        }
    }
    Ok(new)
}

impl Values {
    fn admit(self, value: &str) -> bool {
        let within = |low, high| value.parse().is_ok_and(|number: u64| (low..=high).contains(&number));
        match self {
            Values::Number(low, high) => within(low, high),
            Values::NumberOrOff(low, high) => value == "off" || within(low, high),
            Values::One(known) => known.contains(&value),
            Values::Text => true,
        }
    }
}

fn tree(rows: &'static [Row], own: &BTreeMap<String, String>) -> Tree {
    let pair = |(key, ..): &Row| {
        Tree::map([("Key", Tree::text(*key)), ("Value", Tree::text(value(rows, own, key)))])
    };
    Tree::map([("Attributes", Tree::list("member", rows.iter().map(pair)))])
}
