use super::*;
use crate::lab::world::{
    call::{Service, Tree},
    testing::{items, request, text, wait, world},
};

const HERE: &str = "ap-northeast-2";

fn rule(text: &str) -> Rule {
    read_rule("test", text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
}

fn ask(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Exchange {
    let now = world.now();
    world.exchange(now, &request(Service::Ec2, operation, HERE, params))
}

fn code(exchange: &Exchange) -> &'static str {
    exchange.reply.as_ref().err().map_or("", |fault| fault.code)
}

/// The rules of the first group that has any to lose: group id and rule id.
fn a_rule(world: &mut World) -> (String, String) {
    let all = ask(world, "DescribeSecurityGroupRules", &[]).reply.unwrap();
    let ingress = items(&all, "securityGroupRuleSet").iter().find(|rule| text(rule, "isEgress") == "false");
    ingress.map(|rule| (text(rule, "groupId"), text(rule, "securityGroupRuleId"))).unwrap()
}

fn count_rules(exchange: &Exchange) -> usize {
    exchange.reply.as_ref().map_or(0, |tree: &Tree| items(tree, "securityGroupRuleSet").len())
}

#[test]
fn a_count_is_of_the_calls_that_the_rule_speaks_of() {
    let mut world = world();
    world.misbehave(rule("ec2:DescribeInstances throttle count=2..3"));
    ask(&mut world, "DescribeVpcs", &[]);
    let codes: Vec<_> = (0..4).map(|_| code(&ask(&mut world, "DescribeInstances", &[]))).collect();
    assert_eq!(codes, ["", "RequestLimitExceeded", "RequestLimitExceeded", ""]);
    let shown = &world.rules()[0];
    assert_eq!((shown.calls, shown.hits, shown.over), (4, 2, true));
}

#[test]
fn a_rule_for_another_region_or_service_changes_nothing() {
    let mut world = world();
    world.misbehave(rule("ec2:*@ap-northeast-1 denied"));
    world.misbehave(rule("rds:* denied"));
    world.misbehave(rule("*:*@us-east-1 unavailable"));
    assert!(ask(&mut world, "DescribeInstances", &[]).reply.is_ok());
    // Route 53's control plane lives in us-east-1, whatever region signs.
    let now = world.now();
    let zones = world.exchange(now, &request(Service::Route53, "ListHostedZones", HERE, &[]));
    assert_eq!(code(&zones), "ServiceUnavailable");
}

/// "applies the change, drops the first response and then answers as AWS would: RevokeSecurityGroupIngress → the SDK
/// retried by itself → `InvalidPermission.NotFound` …. The rule IS revoked".
#[test]
fn a_reply_lost_after_leaves_the_change_done_and_one_lost_before_does_not() {
    let mut world = world();
    let (group, id) = a_rule(&mut world);
    let revoke = [("GroupId", group.as_str()), ("SecurityGroupRuleId.1", id.as_str())];
    world.misbehave(rule("ec2:RevokeSecurityGroupIngress reply-lost-before count=1"));
    world.misbehave(rule("ec2:RevokeSecurityGroupIngress reply-lost-after count=2..2"));
    let operation = "RevokeSecurityGroupIngress";
    assert_eq!(ask(&mut world, operation, &revoke).delivery, Delivery::Closed);
    let second = ask(&mut world, operation, &revoke);
    assert!(second.reply.is_ok(), "the first did nothing: {:?}", second.reply);
    assert_eq!(second.delivery, Delivery::Closed);
    let third = ask(&mut world, operation, &revoke);
    assert_eq!((code(&third), third.delivery), ("InvalidSecurityGroupRuleId.NotFound", Delivery::Whole));
}

#[test]
fn a_stale_read_repeats_itself_after_a_write_until_it_is_too_old() {
    let mut world = world();
    world.misbehave(rule("ec2:DescribeSecurityGroupRules stale-read=60s"));
    let (group, id) = a_rule(&mut world);
    let before = count_rules(&ask(&mut world, "DescribeSecurityGroupRules", &[]));
    let revoke = [("GroupId", group.as_str()), ("SecurityGroupRuleId.1", id.as_str())];
    ask(&mut world, "RevokeSecurityGroupIngress", &revoke).reply.unwrap();
    wait(&mut world, 30.0);
    assert_eq!(count_rules(&ask(&mut world, "DescribeSecurityGroupRules", &[])), before);
    wait(&mut world, 31.0);
    assert_eq!(count_rules(&ask(&mut world, "DescribeSecurityGroupRules", &[])), before - 1);
}

#[test]
fn slowness_adds_to_whatever_else_happens() {
    let mut world = world();
    world.misbehave(rule("ec2:* slow=2s"));
    world.misbehave(rule("ec2:* slow=3s"));
    world.misbehave(rule("ec2:* internal-error"));
    let exchange = ask(&mut world, "DescribeInstances", &[]);
    assert_eq!((exchange.after, code(&exchange)), (Duration::from_secs(5), "InternalError"));
    assert_eq!(exchange.rules.len(), 2);
}

#[test]
fn chance_goes_by_the_seed_and_by_the_rules_own_seed() {
    let fates = |text: &str| {
        let mut world = world();
        world.misbehave(rule(text));
        (0..40).map(|_| ask(&mut world, "DescribeVpcs", &[]).reply.is_err()).collect::<Vec<_>>()
    };
    let half = fates("ec2:* denied p=0.5");
    assert_eq!(half, fates("ec2:* denied p=0.5"));
    assert_ne!(half, fates("ec2:* denied p=0.5 seed=2"));
    let hits = half.iter().filter(|hit| **hit).count();
    assert!((10..=30).contains(&hits), "{hits}");
}

#[test]
fn a_forgotten_rule_is_over_and_the_calls_stay_counted() {
    let mut world = world();
    let name = world.misbehave(rule("ec2:* mute"));
    assert_eq!(ask(&mut world, "DescribeVpcs", &[]).delivery, Delivery::Never);
    assert!(world.forget_rule(&name) && !world.forget_rule(&name));
    assert_eq!(ask(&mut world, "DescribeVpcs", &[]).delivery, Delivery::Whole);
    let row = &world.calls()[0];
    assert_eq!((row.operation.as_str(), row.counts.calls, row.counts.misbehaved), ("DescribeVpcs", 2, 1));
}
