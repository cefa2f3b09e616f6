//! Describe: reading balancers and target groups.
//! Invariant: reads change nothing; member names are ELB's own.
//! Used by: `elb_operate`, and the operations that answer what they made.

use super::{
    State,
    model::{Balancer, Listener, Node, TargetGroup},
    names,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
    refusal,
};

/// A whole number.
pub(super) fn int(value: u64) -> Option<Tree> {
    Some(Tree::Int(i64::try_from(value).unwrap_or(i64::MAX)))
}

/// Texts as a list.
pub(super) fn texts<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Option<Tree> {
    Tree::list("member", values.into_iter().map(|value| Tree::Text(value.into())))
}

/// An answer without members.
pub(super) fn nothing() -> Reply {
    Ok(Tree::Map(Vec::new()))
}

/// What was asked for is not there.
pub(super) fn not_found(code: &'static str, nouns: &str) -> AwsFault {
    AwsFault::new(400, code, format!("One or more {nouns} not found"))
}

/// A parameter that AWS does not take.
pub(super) fn invalid(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "ValidationError", message)
}

/// A parameter that must be given.
pub(super) fn required<'a>(call: &'a Call, name: &str) -> Result<&'a str, AwsFault> {
    call.params.text(name).ok_or_else(|| invalid(refusal::null(name)))
}

/// The balancer of this ARN in the call's region.
pub(super) fn balancer<'a>(state: &'a State, call: &Call, arn: &str) -> Result<&'a Balancer, AwsFault> {
    let own = state.balancers.get(arn).filter(|own| own.region == call.region);
    let malformed = || !arn.contains(":loadbalancer/");
    own.ok_or_else(|| match malformed() {
        true => invalid(format!("'{arn}' is not a valid load balancer ARN")),
        false => not_found("LoadBalancerNotFound", "load balancers"),
    })
}

/// The balancer that `LoadBalancerArn` names.
pub(super) fn balancer_of_call<'a>(state: &'a State, call: &Call) -> Result<&'a Balancer, AwsFault> {
    balancer(state, call, required(call, "LoadBalancerArn")?)
}

/// The listener of this ARN and its balancer.
pub(super) fn listener<'a>(
    state: &'a State,
    call: &Call,
    arn: &str,
) -> Result<(&'a Balancer, &'a Listener), AwsFault> {
    let owner = state.balancers.get(&names::balancer_of(arn)).filter(|own| own.region == call.region);
    let found = owner.and_then(|own| Some((own, own.listeners.values().find(|own| own.arn == arn)?)));
    let malformed = !arn.contains(":listener/");
    found.ok_or_else(|| match malformed {
        true => invalid(format!("'{arn}' is not a valid listener ARN")),
        false => not_found("ListenerNotFound", "listeners"),
    })
}

/// The target group of this ARN in the call's region.
pub(super) fn target_group<'a>(
    state: &'a State,
    call: &Call,
    arn: &str,
) -> Result<&'a TargetGroup, AwsFault> {
    let own = state.target_groups.get(arn).filter(|own| own.region == call.region);
    let malformed = || !arn.contains(":targetgroup/");
    own.ok_or_else(|| match malformed() {
        true => invalid(format!("'{arn}' is not a valid target group ARN")),
        false => not_found("TargetGroupNotFound", "target groups"),
    })
}

/// The target group that `TargetGroupArn` names.
pub(super) fn target_group_of_call<'a>(state: &'a State, call: &Call) -> Result<&'a TargetGroup, AwsFault> {
    target_group(state, call, required(call, "TargetGroupArn")?)
}

/// `DescribeLoadBalancers`.
pub(super) fn balancers(world: &World, call: &Call) -> Reply {
    let state = &world.elb;
    let arns = call.params.texts("LoadBalancerArns");
    let names = call.params.texts("Names");
    if !arns.is_empty() && !names.is_empty() {
        let message = "Load balancer names and load balancer ARNs cannot be specified at the same time";
        return Err(invalid(message));
    }
    for arn in &arns {
        balancer(state, call, arn)?;
    }
    let missing = |name: &&String| !state.in_region(&call.region).any(|own| own.name == **name);
    if let Some(name) = names.iter().find(missing) {
        let message = format!("Load balancers '[{name}]' not found");
        return Err(AwsFault::new(400, "LoadBalancerNotFound", message));
    }
    let asked = |own: &&Balancer| match (arns.is_empty(), names.is_empty()) {
        (true, true) => true,
        _ => arns.contains(&own.arn) || names.contains(&own.name),
    };
    let found: Vec<&Balancer> = state.in_region(&call.region).filter(asked).collect();
    let (part, next) = page(found, &call.params, page::ELB)?;
    let trees = part.into_iter().map(|own| balancer_tree(world, own));
    Ok(Tree::map([("LoadBalancers", Tree::list("member", trees)), ("NextMarker", next.map(Tree::Text))]))
}

/// A balancer as describes show it.
pub(super) fn balancer_tree(world: &World, balancer: &Balancer) -> Tree {
    let code = if world.now() < balancer.ready { "provisioning" } else { "active" };
    let state = Tree::map([("Code", Tree::text(code))]);
    Tree::map([
        ("LoadBalancerArn", Tree::text(&balancer.arn)),
        ("DNSName", Tree::text(&balancer.dns_name)),
        ("CanonicalHostedZoneId", Tree::text(&balancer.zone_id)),
        ("CreatedTime", Some(Tree::Time(balancer.created))),
        ("LoadBalancerName", Tree::text(&balancer.name)),
        ("Scheme", Tree::text(&balancer.scheme)),
        ("VpcId", Tree::text(&balancer.vpc)),
        ("State", Some(state)),
        ("Type", Tree::text("application")),
        ("AvailabilityZones", zones_tree(balancer)),
        ("SecurityGroups", texts(&balancer.groups)),
        ("IpAddressType", Tree::text("ipv4")),
    ])
}

/// The zones of a balancer as describes show them.
pub(super) fn zones_tree(balancer: &Balancer) -> Option<Tree> {
    let zone = |node: &Node| {
        Tree::map([
            ("ZoneName", Tree::text(&node.zone)),
            ("SubnetId", Tree::text(&node.subnet)),
            ("LoadBalancerAddresses", Tree::list("member", [])),
        ])
    };
    Tree::list("member", balancer.nodes.iter().map(zone))
}

/// `DescribeTargetGroups`.
pub(super) fn target_groups(world: &World, call: &Call) -> Reply {
    let state = &world.elb;
    let behind = call.params.text("LoadBalancerArn");
    let arns = call.params.texts("TargetGroupArns");
    let names = call.params.texts("Names");
    if usize::from(behind.is_some()) + usize::from(!arns.is_empty()) + usize::from(!names.is_empty()) > 1 {
        let message = "Target group ARNs, target group names and a load balancer ARN cannot be specified at the same time";
        return Err(invalid(message));
    }
    if let Some(arn) = behind {
        balancer(state, call, arn)?;
    }
    for arn in &arns {
        target_group(state, call, arn)?;
    }
    let known = |name: &String| state.target_groups_in(&call.region).any(|own| own.name == *name);
    if !names.iter().all(known) {
        return Err(not_found("TargetGroupNotFound", "target groups"));
    }
    let asked = |own: &&TargetGroup| match behind {
        Some(arn) => own.balancer.as_deref() == Some(arn),
        None if arns.is_empty() && names.is_empty() => true,
        None => arns.contains(&own.arn) || names.contains(&own.name),
    };
    let found: Vec<&TargetGroup> = state.target_groups_in(&call.region).filter(asked).collect();
    let (part, next) = page(found, &call.params, page::ELB)?;
    let trees = part.into_iter().map(target_group_tree);
    Ok(Tree::map([("TargetGroups", Tree::list("member", trees)), ("NextMarker", next.map(Tree::Text))]))
}

/// A target group as describes show it.
pub(super) fn target_group_tree(group: &TargetGroup) -> Tree {
    let check = &group.check;
    let matcher = Tree::map([("HttpCode", Tree::text(check.matcher.to_string()))]);
    let check_port = check.port.map_or_else(|| "traffic-port".to_owned(), |port| port.to_string());
    Tree::map([
        ("TargetGroupArn", Tree::text(&group.arn)),
        ("TargetGroupName", Tree::text(&group.name)),
        ("Protocol", Tree::text(&group.protocol)),
        ("Port", int(group.port.into())),
        ("VpcId", Tree::text(&group.vpc)),
        ("HealthCheckProtocol", Tree::text(&check.protocol)),
        ("HealthCheckPort", Tree::text(check_port)),
        ("HealthCheckEnabled", Some(Tree::Bool(true))),
        ("HealthCheckIntervalSeconds", int(check.interval.as_secs())),
        ("HealthCheckTimeoutSeconds", int(check.timeout.as_secs())),
        ("HealthyThresholdCount", int(check.healthy_after.into())),
        ("UnhealthyThresholdCount", int(check.unhealthy_after.into())),
        ("HealthCheckPath", Tree::text(&check.path)),
        ("Matcher", Some(matcher)),
        ("LoadBalancerArns", texts(&group.balancer)),
        ("TargetType", Tree::text(&group.kind)),
        ("ProtocolVersion", Tree::text("HTTP1")),
        ("IpAddressType", Tree::text("ipv4")),
    ])
}
