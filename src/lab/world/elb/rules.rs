//! Rules: reading listeners, their rules, attributes and tags.
//! Invariant: reads change nothing; member names are ELB's own.
//! Used by: `elb_operate`.

use super::{
    State,
    describe::{by_arn, int, not_found},
    model::{Balancer, Listener},
};
use crate::lab::world::{
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
};

/// `DescribeListeners`.
pub(super) fn listeners(state: &State, call: &Call) -> Reply {
    let arns = call.params.texts("ListenerArns");
    let own = match call.params.text("LoadBalancerArn") {
        Some(arn) => Some(by_arn(state, call, arn)?),
        None if arns.is_empty() => {
            let message = "You must specify either listener ARNs or a load balancer ARN";
            return Err(AwsFault::new(400, "ValidationError", message));
        }
        None => state.balancers.get(&call.region),
    };
    let all: Vec<(&Balancer, &Listener)> =
        own.iter().flat_map(|own| own.listeners.iter().map(|listener| (*own, listener))).collect();
    if arns.iter().any(|arn| all.iter().all(|(_, listener)| listener.arn != *arn)) {
        return Err(not_found("ListenerNotFound", "listeners"));
    }
    let found = all.into_iter().filter(|(_, listener)| arns.is_empty() || arns.contains(&listener.arn));
    let trees = found.map(|(balancer, listener)| listener_tree(balancer, listener)).collect();
    let (part, next) = page(trees, &call.params, page::ELB)?;
    Ok(Tree::map([("Listeners", Tree::list("member", part)), ("NextMarker", next.map(Tree::Text))]))
}

fn listener_tree(balancer: &Balancer, listener: &Listener) -> Tree {
    let certificate = listener.certificate.as_ref();
    let certificates =
        certificate.and_then(|arn| Tree::list("member", [Tree::map([("CertificateArn", Tree::text(arn))])]));
    Tree::map([
        ("ListenerArn", Tree::text(&listener.arn)),
        ("LoadBalancerArn", Tree::text(&balancer.arn)),
        ("Port", int(listener.port.into())),
        ("Protocol", Tree::text(if certificate.is_some() { "HTTPS" } else { "HTTP" })),
        ("Certificates", certificates),
        ("SslPolicy", certificate.and_then(|_| Tree::text("ELBSecurityPolicy-TLS13-1-2-2021-06"))),
        ("DefaultActions", Tree::list("member", [forward(balancer)])),
    ])
}

fn forward(balancer: &Balancer) -> Tree {
    let group = &balancer.targets.arn;
    let weighted = Tree::map([("TargetGroupArn", Tree::text(group)), ("Weight", int(1))]);
    let stickiness = Tree::map([("Enabled", Some(Tree::Bool(false)))]);
    let config = Tree::map([
        ("TargetGroups", Tree::list("member", [weighted])),
        ("TargetGroupStickinessConfig", Some(stickiness)),
    ]);
    Tree::map([
        ("Type", Tree::text("forward")),
        ("TargetGroupArn", Tree::text(group)),
        ("Order", int(1)),
        ("ForwardConfig", Some(config)),
    ])
}

/// `DescribeRules`.
pub(super) fn rules(state: &State, call: &Call) -> Reply {
    let own = state.balancers.get(&call.region);
    let all: Vec<(&Balancer, &Listener)> =
        own.iter().flat_map(|own| own.listeners.iter().map(|listener| (*own, listener))).collect();
    let arns = call.params.texts("RuleArns");
    if let Some(arn) = call.params.text("ListenerArn")
        && all.iter().all(|(_, listener)| listener.arn != arn)
    {
        return Err(not_found("ListenerNotFound", "listeners"));
    }
    if arns.iter().any(|arn| all.iter().all(|(_, listener)| listener.rule_arn != *arn)) {
        return Err(not_found("RuleNotFound", "rules"));
    }
    let asked = |listener: &Listener| {
        arns.contains(&listener.rule_arn) || call.params.text("ListenerArn") == Some(listener.arn.as_str())
    };
    let found = all.into_iter().filter(|(_, listener)| asked(listener));
    let trees = found.map(|(balancer, listener)| {
        Tree::map([
            ("RuleArn", Tree::text(&listener.rule_arn)),
            ("Priority", Tree::text("default")),
            ("Conditions", Tree::list("member", [])),
            ("Actions", Tree::list("member", [forward(balancer)])),
            ("IsDefault", Some(Tree::Bool(true))),
        ])
    });
    let (part, next) = page(trees.collect(), &call.params, page::ELB)?;
    Ok(Tree::map([("Rules", Tree::list("member", part)), ("NextMarker", next.map(Tree::Text))]))
}

/// `DescribeTags`.
pub(super) fn tags(state: &State, call: &Call) -> Reply {
    let own = state.balancers.get(&call.region);
    let mut trees = Vec::new();
    for arn in call.params.texts("ResourceArns") {
        let there = own.is_some_and(|own| {
            own.arn == arn
                || own.targets.arn == arn
                || own.listeners.iter().any(|listener| listener.arn == arn)
        });
        if !there {
            let target_group = arn.contains(":targetgroup/");
            let (code, noun) = if target_group {
                ("TargetGroupNotFound", "target groups")
            } else {
                ("LoadBalancerNotFound", "load balancers")
            };
            return Err(not_found(code, noun));
        }
        let tags = own.and_then(|own| own.tags.get(&arn)).into_iter().flatten();
        let tags =
            tags.map(|(key, value)| Tree::map([("Key", Tree::text(key)), ("Value", Tree::text(value))]));
        trees.push(Tree::map([("ResourceArn", Tree::text(&arn)), ("Tags", Tree::list("member", tags))]));
    }
    Ok(Tree::map([("TagDescriptions", Tree::list("member", trees))]))
}

/// `DescribeLoadBalancerAttributes`.
pub(super) fn balancer_attributes(state: &State, call: &Call) -> Reply {
    by_arn(state, call, call.params.text("LoadBalancerArn").unwrap_or_default())?;
    Ok(attributes(&[
        ("idle_timeout.timeout_seconds", "60"),
        ("client_keep_alive.seconds", "3600"),
        ("deletion_protection.enabled", "false"),
        ("routing.http2.enabled", "false"),
        ("routing.http.drop_invalid_header_fields.enabled", "false"),
        ("load_balancing.cross_zone.enabled", "true"),
        ("waf.fail_open.enabled", "false"),
    ]))
}

/// `DescribeTargetGroupAttributes`. AWS: Beanstalk sets the deregistration delay to 20 s.
pub(super) fn target_group_attributes(state: &State, call: &Call) -> Reply {
    let arn = call.params.text("TargetGroupArn").unwrap_or_default();
    let own = state.balancers.get(&call.region).filter(|own| own.targets.arn == arn);
    own.ok_or_else(|| not_found("TargetGroupNotFound", "target groups"))?;
    Ok(attributes(&[
        ("deregistration_delay.timeout_seconds", "20"),
        ("stickiness.enabled", "false"),
        ("load_balancing.cross_zone.enabled", "use_load_balancer_configuration"),
        ("slow_start.duration_seconds", "0"),
        ("target_group_health.dns_failover.minimum_healthy_targets.count", "1"),
        ("target_group_health.dns_failover.minimum_healthy_targets.percentage", "off"),
        ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1"),
        ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off"),
    ]))
}

fn attributes(pairs: &[(&str, &str)]) -> Tree {
    let tree =
        |(key, value): &(&str, &str)| Tree::map([("Key", Tree::text(*key)), ("Value", Tree::text(*value))]);
    Tree::map([("Attributes", Tree::list("member", pairs.iter().map(tree)))])
}
