//! Groups: creating, changing and deleting target groups.
//! Invariant: a change of a health check takes effect at once and begins its counts anew.
//! Used by: `elb_operate`.

use std::{collections::BTreeMap, time::Duration};

use super::{
    build::NewTargetGroup,
    describe::{invalid, nothing, required, target_group_of_call, target_group_tree},
    limits,
    matcher::Matcher,
    model::{Check, TargetGroup},
    tag_set,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

/// AWS: CreateTargetGroup API reference: every 30 s, 5 passes, 2 failures; the guide says a timeout of 5 s.
fn defaults(protocol: &str) -> Check {
    Check {
        protocol: protocol.to_owned(),
        port: None,
        interval: Duration::from_secs(30),
        timeout: Duration::from_secs(5),
        healthy_after: 5,
        unhealthy_after: 2,
        path: "/".to_owned(),
        matcher: Matcher::ok(),
    }
}

fn one(group: Option<&TargetGroup>) -> Reply {
    Ok(Tree::map([("TargetGroups", Tree::list("member", group.map(target_group_tree)))]))
}

/// `CreateTargetGroup`. AWS: the same settings again give the group that is there; others are refused.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let name = required(call, "Name")?;
    limits::name(name, "Target group")?;
    let kind = call.params.text("TargetType").unwrap_or("instance");
    if !["instance", "ip"].contains(&kind) {
        return Err(World::unrouted(call.service, &format!("CreateTargetGroup with target type {kind}")));
    }
    let protocol = call.params.text("Protocol").ok_or_else(|| invalid("A protocol must be specified"))?;
    http(protocol)?;
    if call.params.text("ProtocolVersion").is_some_and(|version| version != "HTTP1") {
        return Err(World::unrouted(call.service, "CreateTargetGroup with HTTP/2 or gRPC"));
    }
    let port = port(call.params.text("Port").ok_or_else(|| invalid("A port must be specified"))?)?;
    let vpc = call.params.text("VpcId").ok_or_else(|| invalid("A VPC ID must be specified"))?;
    if !world.ec2.network(&call.region).vpcs.contains_key(vpc) {
        return Err(invalid(format!("The VPC ID '{vpc}' is not found")));
    }
    let check = check(call, defaults("HTTP"))?;
    if let Some(own) = world.elb.target_groups_in(&call.region).find(|own| own.name == name) {
        let same = own.port == port && own.protocol == protocol && own.vpc == vpc && own.kind == kind;
        if same && own.check == check {
            return one(Some(own));
        }
        let message =
            format!("A target group with the same name '{name}' exists, but with different settings");
        return Err(AwsFault::new(400, "DuplicateTargetGroupName", message));
    }
    let new = NewTargetGroup {
        region: call.region.clone(),
        account: world.elb.account.clone(),
        name: name.to_owned(),
        vpc: vpc.to_owned(),
        protocol: protocol.to_owned(),
        port,
        kind: kind.to_owned(),
        check,
        attributes: BTreeMap::new(),
        tags: tag_set::of_call(call)?,
    };
    let arn = world.make_target_group(new);
    one(world.elb.target_groups.get(&arn))
}

/// `ModifyTargetGroup`. AWS: edits take effect at once.
pub(super) fn modify(world: &mut World, call: &Call) -> Reply {
    let own = target_group_of_call(&world.elb, call)?;
    let (arn, balancer) = (own.arn.clone(), own.balancer.clone());
    let check = check(call, own.check.clone())?;
    let Some(group) = world.elb.target_groups.get_mut(&arn) else { return nothing() };
    if group.check != check {
        group.check = check;
        group.generation += 1;
        let interval = group.check.interval;
        for line in group.targets.values_mut().flat_map(|target| target.lines.values_mut()) {
            (line.awake, line.pending, line.view.against) = (false, 0, 0);
            line.phase = world.elb.rng.between(Duration::ZERO, interval);
        }
    }
    if let Some(balancer) = balancer {
        world.balancer_changed(&balancer);
    }
    one(world.elb.target_groups.get(&arn))
}

/// `DeleteTargetGroup`. AWS: one that is there no more is deleted all the same.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let arn = required(call, "TargetGroupArn")?;
    let Ok(own) = target_group_of_call(&world.elb, call) else { return nothing() };
    if own.balancer.is_some() {
        let message = format!("Target group '{arn}' is currently in use by a listener or a rule");
        return Err(AwsFault::new(400, "ResourceInUse", message));
    }
    let region = own.region.clone();
    let ids: Vec<String> = own.targets.keys().map(|(id, _)| id.clone()).collect();
    world.elb.target_groups.remove(arn);
    world.elb.forget_tags([arn]);
    for id in ids {
        world.elb.forget_target(&region, &id, arn);
    }
    nothing()
}

fn http(protocol: &str) -> Result<(), AwsFault> {
    match protocol {
        "HTTP" | "HTTPS" => Ok(()),
        "TCP" | "TLS" | "UDP" | "TCP_UDP" | "GENEVE" | "QUIC" | "TCP_QUIC" => Err(World::unrouted(
            crate::lab::world::call::Service::Elb,
            &format!("target groups of protocol {protocol}"),
        )),
        other => Err(invalid(format!("'{other}' is not a valid protocol"))),
    }
}

fn port(text: &str) -> Result<u16, AwsFault> {
    let port = text.parse().ok().filter(|port| *port > 0);
    port.ok_or_else(|| invalid(format!("Port '{text}' must be between 1 and 65535")))
}

/// A health check as a call changes it.
fn check(call: &Call, mut check: Check) -> Result<Check, AwsFault> {
    let text = |name: &str| call.params.text(name);
    let number = |name: &str, what: &str, low: u64, high: u64| {
        let Some(text) = text(name) else { return Ok(None) };
        let read = text.parse().ok().filter(|number| (low..=high).contains(number));
        let message = format!("{what} '{text}' must be between {low} and {high}");
        read.map(Some).ok_or_else(|| invalid(message))
    };
    if let Some(seconds) = number("HealthCheckIntervalSeconds", "Health check interval", 5, 300)? {
        check.interval = Duration::from_secs(seconds);
    }
    if let Some(seconds) = number("HealthCheckTimeoutSeconds", "Health check timeout", 2, 120)? {
        check.timeout = Duration::from_secs(seconds);
    }
    if let Some(count) = number("HealthyThresholdCount", "Healthy threshold count", 2, 10)? {
        check.healthy_after = u32::try_from(count).unwrap_or(u32::MAX);
    }
    if let Some(count) = number("UnhealthyThresholdCount", "Unhealthy threshold count", 2, 10)? {
        check.unhealthy_after = u32::try_from(count).unwrap_or(u32::MAX);
    }
    if check.timeout >= check.interval {
        let message = format!(
            "Health check timeout '{}' must be smaller than the interval '{}'",
            check.timeout.as_secs(),
            check.interval.as_secs()
        );
        return Err(invalid(message));
    }
    if let Some(protocol) = text("HealthCheckProtocol") {
        if !["HTTP", "HTTPS"].contains(&protocol) {
            let message =
                format!("Health check protocol '{protocol}' is not supported for this target group");
            return Err(AwsFault::new(400, "InvalidConfigurationRequest", message));
        }
        protocol.clone_into(&mut check.protocol);
    }
    match text("HealthCheckPort") {
        Some("traffic-port") => check.port = None,
        Some(own) => check.port = Some(port(own)?),
        None => {}
    }
    if text("HealthCheckEnabled") == Some("false") {
        let message = "Health checks cannot be disabled for target groups with this target type";
        return Err(AwsFault::new(400, "InvalidConfigurationRequest", message));
    }
    if let Some(path) = text("HealthCheckPath") {
        if !path.starts_with('/') || path.len() > 1_024 {
            return Err(invalid(format!("Health check path '{path}' must begin with a '/' character")));
        }
        path.clone_into(&mut check.path);
    }
    if let Some(codes) = text("Matcher.HttpCode") {
        let message = format!("HTTP code(s) '{codes}' must be within '200-499'");
        check.matcher = Matcher::read(codes).ok_or_else(|| invalid(message))?;
    }
    Ok(check)
}
