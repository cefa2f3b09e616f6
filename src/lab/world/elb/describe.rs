//! Describe: reading balancers, target groups and targets' health, and giving a balancer other groups.
//! Invariant: health is what nodes' checks found, shown after its delay; member names are ELB's own.
//! Used by: `elb_operate`.

use super::{
    State,
    model::{Balancer, Health, Node, Target},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
};

/// A whole number.
pub(super) fn int(value: u64) -> Option<Tree> {
    Some(Tree::Int(i64::try_from(value).unwrap_or(i64::MAX)))
}

/// Texts as a list.
pub(super) fn texts<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Option<Tree> {
    Tree::list("member", values.into_iter().map(|value| Tree::Text(value.into())))
}

/// What was asked for is not there.
pub(super) fn not_found(code: &'static str, nouns: &str) -> AwsFault {
    AwsFault::new(400, code, format!("One or more {nouns} not found"))
}

/// The region's balancer, if `arn` is its own.
pub(super) fn by_arn<'a>(state: &'a State, call: &Call, arn: &str) -> Result<&'a Balancer, AwsFault> {
    let balancer = state.balancers.get(&call.region).filter(|balancer| balancer.arn == arn);
    balancer.ok_or_else(|| not_found("LoadBalancerNotFound", "load balancers"))
}

/// `DescribeLoadBalancers`.
pub(super) fn balancers(state: &State, call: &Call) -> Reply {
    let arns = call.params.texts("LoadBalancerArns");
    let names = call.params.texts("Names");
    if !arns.is_empty() && !names.is_empty() {
        let message = "Load balancer names and load balancer ARNs cannot be specified at the same time";
        return Err(AwsFault::new(400, "ValidationError", message));
    }
    let own = state.balancers.get(&call.region);
    if arns.iter().any(|arn| own.is_none_or(|own| own.arn != *arn)) {
        return Err(not_found("LoadBalancerNotFound", "load balancers"));
    }
    if let Some(name) = names.iter().find(|name| own.is_none_or(|own| own.name != **name)) {
        return Err(AwsFault::new(
            400,
            "LoadBalancerNotFound",
            format!("Load balancers '[{name}]' not found"),
        ));
    }
    let (part, next) = page(own.into_iter().map(balancer_tree).collect(), &call.params, page::ELB)?;
    Ok(Tree::map([("LoadBalancers", Tree::list("member", part)), ("NextMarker", next.map(Tree::Text))]))
}

fn balancer_tree(balancer: &Balancer) -> Tree {
    let state = Tree::map([("Code", Tree::text("active"))]);
    Tree::map([
        ("LoadBalancerArn", Tree::text(&balancer.arn)),
        ("DNSName", Tree::text(&balancer.dns_name)),
        ("CanonicalHostedZoneId", Tree::text(balancer.zone_id)),
        ("CreatedTime", Some(Tree::Time(balancer.created))),
        ("LoadBalancerName", Tree::text(&balancer.name)),
        ("Scheme", Tree::text("internet-facing")),
        ("VpcId", Tree::text(&balancer.vpc)),
        ("State", Some(state)),
        ("Type", Tree::text("application")),
        ("AvailabilityZones", Tree::list("member", balancer.nodes.iter().map(zone_tree))),
        ("SecurityGroups", texts(&balancer.groups)),
        ("IpAddressType", Tree::text("ipv4")),
    ])
}

fn zone_tree(node: &Node) -> Tree {
    Tree::map([
        ("ZoneName", Tree::text(node.zone)),
        ("SubnetId", Tree::text(&node.subnet)),
        ("LoadBalancerAddresses", Tree::list("member", [])),
    ])
}

/// `DescribeTargetGroups`.
pub(super) fn target_groups(state: &State, call: &Call) -> Reply {
    if let Some(arn) = call.params.text("LoadBalancerArn") {
        by_arn(state, call, arn)?;
    }
    let arns = call.params.texts("TargetGroupArns");
    let names = call.params.texts("Names");
    let own = state.balancers.get(&call.region);
    let wrong_arn = arns.iter().any(|arn| own.is_none_or(|own| own.targets.arn != *arn));
    let wrong_name = names.iter().any(|name| own.is_none_or(|own| own.targets.name != *name));
    if wrong_arn || wrong_name {
        return Err(not_found("TargetGroupNotFound", "target groups"));
    }
    let (part, next) = page(own.into_iter().map(target_group_tree).collect(), &call.params, page::ELB)?;
    Ok(Tree::map([("TargetGroups", Tree::list("member", part)), ("NextMarker", next.map(Tree::Text))]))
}

fn target_group_tree(balancer: &Balancer) -> Tree {
    let group = &balancer.targets;
    let check = &group.check;
    let matcher = Tree::map([("HttpCode", Tree::text(check.matcher.to_string()))]);
    Tree::map([
        ("TargetGroupArn", Tree::text(&group.arn)),
        ("TargetGroupName", Tree::text(&group.name)),
        ("Protocol", Tree::text("HTTP")),
        ("Port", int(group.port.into())),
        ("VpcId", Tree::text(&balancer.vpc)),
        ("HealthCheckProtocol", Tree::text("HTTP")),
        ("HealthCheckPort", Tree::text("traffic-port")),
        ("HealthCheckEnabled", Some(Tree::Bool(true))),
        ("HealthCheckIntervalSeconds", int(check.interval.as_secs())),
        ("HealthCheckTimeoutSeconds", int(check.timeout.as_secs())),
        ("HealthyThresholdCount", int(check.healthy_after.into())),
        ("UnhealthyThresholdCount", int(check.unhealthy_after.into())),
        ("HealthCheckPath", Tree::text(&check.path)),
        ("Matcher", Some(matcher)),
        ("LoadBalancerArns", texts([&balancer.arn])),
        ("TargetType", Tree::text("instance")),
        ("ProtocolVersion", Tree::text("HTTP1")),
        ("IpAddressType", Tree::text("ipv4")),
    ])
}

/// `DescribeTargetHealth`.
pub(super) fn target_health(state: &State, call: &Call) -> Reply {
    let arn = call.params.text("TargetGroupArn").unwrap_or_default();
    let own = state.balancers.get(&call.region).filter(|own| own.targets.arn == arn);
    let group = &own.ok_or_else(|| not_found("TargetGroupNotFound", "target groups"))?.targets;
    let asked = call.params.list("Targets");
    let mut trees = Vec::new();
    if asked.is_empty() {
        trees.extend(group.targets.iter().map(|target| health_tree(target, group.port)));
    }
    for asked in asked {
        let id = asked.text("Id").unwrap_or_default();
        let port = asked.text("Port").is_none_or(|port| port == group.port.to_string());
        let target = group.targets.iter().find(|target| target.instance == id && port);
        trees.push(target.map_or_else(|| unregistered_tree(id), |target| health_tree(target, group.port)));
    }
    Ok(Tree::map([("TargetHealthDescriptions", Tree::list("member", trees))]))
}

fn health_tree(target: &Target, port: u16) -> Tree {
    let id = Tree::map([("Id", Tree::text(&target.instance)), ("Port", int(port.into()))]);
    let health = match target.reported {
        Health::Healthy => Tree::map([("State", Tree::text("healthy"))]),
        Health::Unhealthy(reason) => Tree::map([
            ("State", Tree::text("unhealthy")),
            ("Reason", Tree::text(reason.code())),
            ("Description", Tree::text(reason.text())),
        ]),
    };
    Tree::map([
        ("Target", Some(id)),
        ("HealthCheckPort", Tree::text(port.to_string())),
        ("TargetHealth", Some(health)),
    ])
}

fn unregistered_tree(id: &str) -> Tree {
    let health = Tree::map([
        ("State", Tree::text("unused")),
        ("Reason", Tree::text("Target.NotRegistered")),
        ("Description", Tree::text("Target is not registered to the target group")),
    ]);
    Tree::map([("Target", Some(Tree::map([("Id", Tree::text(id))]))), ("TargetHealth", Some(health))])
}

/// `SetSecurityGroups`: the whole list anew.
pub(super) fn set_security_groups(world: &mut World, call: &Call) -> Reply {
    let groups = call.params.texts("SecurityGroups");
    let arn = call.params.text("LoadBalancerArn").unwrap_or_default();
    let balancer = by_arn(&world.elb, call, arn)?;
    let network = world.ec2.network(&call.region);
    if let Some(wrong) = groups.iter().find(|group| !network.groups.contains_key(*group)) {
        let message = format!("One or more security groups are invalid: '{wrong}'");
        return Err(AwsFault::new(400, "InvalidSecurityGroup", message));
    }
    if groups.is_empty() {
        let message = "At least one security group must be specified";
        return Err(AwsFault::new(400, "InvalidConfigurationRequest", message));
    }
    let interfaces: Vec<String> = balancer.nodes.iter().map(|node| node.interface.clone()).collect();
    if let Some(balancer) = world.elb.balancers.get_mut(&call.region) {
        balancer.groups.clone_from(&groups);
    }
    world.write_interface_groups(&call.region, &interfaces, &groups);
    Ok(Tree::map([("SecurityGroupIds", texts(groups))]))
}
