//! Listeners, rules and what they make of requests.

use super::*;
use crate::lab::world::{
    World,
    call::{AwsFault, Tree},
    site::SiteRequest,
};

fn ask(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Result<Tree, AwsFault> {
    call(world, Service::Elb, operation, HERE, params)
}

/// The ARNs of the balancer, of its listener on port 80, and of its target group.
fn arns(world: &mut World) -> [String; 3] {
    let balancer = world.balancers_in(HERE)[0].clone();
    let own = &world.elb.balancers[&balancer];
    let group = own.target_groups().into_iter().next().unwrap().to_owned();
    [balancer.clone(), own.listeners[&80].arn.clone(), group]
}

/// A target group on the same instances.
fn second_group(world: &mut World, name: &str) -> String {
    let vpc = world.ec2.network(HERE).vpcs.keys().next().unwrap().clone();
    let params = [("Name", name), ("Protocol", "HTTP"), ("Port", "80"), ("VpcId", &vpc)];
    let reply = ask(world, "CreateTargetGroup", &params).unwrap();
    text(&reply, "TargetGroups.0.TargetGroupArn")
}

fn fetch(world: &mut World, host: &str, path: &str) -> (u16, Vec<(String, String)>, String) {
    let request = SiteRequest { host: host.to_owned(), path: path.to_owned(), ..get(&SEOUL, 80) };
    let now = world.now();
    match world.site(now, &request) {
        SiteOutcome::Answer { status, headers, body, .. } => (status, headers, body),
        other => panic!("{other:?}"),
    }
}

/// Rules are tried by priority; host and path decide; the default is last.
#[test]
fn rules_decide_by_priority() {
    let mut world = world();
    let [_, listener, _] = arns(&mut world);
    let gone = [
        ("ListenerArn", listener.as_str()),
        ("Priority", "20"),
        ("Conditions.1.Field", "path-pattern"),
        ("Conditions.1.Values.1", "/old/*"),
        ("Actions.1.Type", "redirect"),
        ("Actions.1.RedirectConfig.Protocol", "HTTPS"),
        ("Actions.1.RedirectConfig.Port", "443"),
        ("Actions.1.RedirectConfig.StatusCode", "HTTP_301"),
    ];
    ask(&mut world, "CreateRule", &gone).unwrap();
    let closed = [
        ("ListenerArn", listener.as_str()),
        ("Priority", "10"),
        ("Conditions.1.Field", "host-header"),
        ("Conditions.1.HostHeaderConfig.Values.1", "closed.example.com"),
        ("Actions.1.Type", "fixed-response"),
        ("Actions.1.FixedResponseConfig.StatusCode", "503"),
        ("Actions.1.FixedResponseConfig.MessageBody", "closed"),
    ];
    let reply = ask(&mut world, "CreateRule", &closed).unwrap();
    let rule = text(&reply, "Rules.0.RuleArn");
    assert_eq!(fetch(&mut world, "www.example.com", "/").0, 200);
    let (status, _, body) = fetch(&mut world, "closed.example.com", "/old/x");
    assert_eq!((status, body.as_str()), (503, "closed"));
    let (status, headers, _) = fetch(&mut world, "www.example.com", "/old/x?y=1");
    let to = ("Location".to_owned(), "https://www.example.com:443/old/x?y=1".to_owned());
    assert!(status == 301 && headers.contains(&to), "{headers:?}");
    assert_eq!(ask(&mut world, "CreateRule", &closed).unwrap_err().code, "PriorityInUse");
    let swap = [("RulePriorities.1.RuleArn", rule.as_str()), ("RulePriorities.1.Priority", "30")];
    ask(&mut world, "SetRulePriorities", &swap).unwrap();
    assert_eq!(fetch(&mut world, "closed.example.com", "/old/x").0, 301, "the other comes first now");
    let taken = [swap[0], ("RulePriorities.1.Priority", "20")];
    assert_eq!(ask(&mut world, "SetRulePriorities", &taken).unwrap_err().code, "PriorityInUse");
    let rules = ask(&mut world, "DescribeRules", &[("ListenerArn", &listener)]).unwrap();
    let priorities: Vec<String> = items(&rules, "Rules").iter().map(|own| text(own, "Priority")).collect();
    assert_eq!(priorities, ["20", "30", "default"]);
    ask(&mut world, "DeleteRule", &[("RuleArn", &rule)]).unwrap();
    assert_eq!(fetch(&mut world, "closed.example.com", "/").0, 200);
    let default = text(&rules, "Rules.2.RuleArn");
    assert_eq!(
        ask(&mut world, "DeleteRule", &[("RuleArn", &default)]).unwrap_err().code,
        "OperationNotPermitted"
    );
}

/// A forward is shared by weight; "no target group of the LB is empty of registered targets (a group with no targets
/// counts unhealthy)"; 503 where no target is registered.
#[test]
fn an_empty_group_is_503_and_fails_the_alias() {
    let mut world = world();
    let [balancer, listener, group] = arns(&mut world);
    let name = world.balancer_name(&balancer).unwrap().to_owned();
    let empty = second_group(&mut world, "empty");
    let shared = [
        ("ListenerArn", listener.as_str()),
        ("DefaultActions.1.Type", "forward"),
        ("DefaultActions.1.ForwardConfig.TargetGroups.1.TargetGroupArn", group.as_str()),
        ("DefaultActions.1.ForwardConfig.TargetGroups.1.Weight", "3"),
        ("DefaultActions.1.ForwardConfig.TargetGroups.2.TargetGroupArn", empty.as_str()),
        ("DefaultActions.1.ForwardConfig.TargetGroups.2.Weight", "1"),
    ];
    ask(&mut world, "ModifyListener", &shared).unwrap();
    let bad = (0..400).filter(|_| status(&visit(&mut world, &SEOUL)) == 503).count();
    assert!((60..140).contains(&bad), "a quarter of 400: {bad}");
    assert_eq!(world.balancer_target_health(&name), Some(false));
    assert_eq!(world.balancer_addresses(&name).unwrap(), SEOUL.balancer, "empty groups do not count in DNS");
    let state = |world: &World| {
        world.truth().all().iter().rev().find(|note| note.what.starts_with("site.")).unwrap().what
    };
    assert_eq!(state(&world), "site.partial");
    let fault = ask(&mut world, "DeleteTargetGroup", &[("TargetGroupArn", &empty)]).unwrap_err();
    assert_eq!(fault.code, "ResourceInUse");
    let back = [shared[0], shared[1], ("DefaultActions.1.TargetGroupArn", group.as_str())];
    ask(&mut world, "ModifyListener", &back).unwrap();
    assert_eq!((state(&world), world.balancer_target_health(&name)), ("site.up", Some(true)));
    ask(&mut world, "DeleteTargetGroup", &[("TargetGroupArn", &empty)]).unwrap();
    ask(&mut world, "DeleteTargetGroup", &[("TargetGroupArn", &empty)]).unwrap();
}

/// AWS: "The following target groups cannot be associated with more than one load balancer".
#[test]
fn a_balancer_is_made_and_unmade() {
    let mut world = world();
    let [_, _, group] = arns(&mut world);
    let network = world.ec2.network(HERE);
    let public: Vec<String> =
        network.subnets.iter().filter(|(_, own)| own.public).map(|(id, _)| id.clone()).collect();
    let security = group_of(network, Role::Balancer).unwrap();
    let params = [
        ("Name", "second"),
        ("Subnets.1", public[0].as_str()),
        ("Subnets.2", public[1].as_str()),
        ("SecurityGroups.1", security.as_str()),
    ];
    let fault = ask(&mut world, "CreateLoadBalancer", &params[..2]).unwrap_err();
    assert_eq!(fault.message, "At least two subnets in two different Availability Zones must be specified");
    let reply = ask(&mut world, "CreateLoadBalancer", &params).unwrap();
    let arn = text(&reply, "LoadBalancers.0.LoadBalancerArn");
    assert_eq!(text(&reply, "LoadBalancers.0.State.Code"), "provisioning");
    assert_eq!(world.balancers_in(HERE).len(), 2);
    let listener = [
        ("LoadBalancerArn", arn.as_str()),
        ("Protocol", "HTTP"),
        ("Port", "80"),
        ("DefaultActions.1.Type", "forward"),
        ("DefaultActions.1.TargetGroupArn", group.as_str()),
    ];
    let fault = ask(&mut world, "CreateListener", &listener).unwrap_err();
    assert_eq!(fault.code, "TargetGroupAssociationLimit");
    let own = second_group(&mut world, "own");
    let instance = world.elb.target_groups[&group].targets.keys().next().unwrap().0.clone();
    let register = [("TargetGroupArn", own.as_str()), ("Targets.1.Id", instance.as_str())];
    ask(&mut world, "RegisterTargets", &register).unwrap();
    let mut listener = listener;
    listener[4].1 = own.as_str();
    ask(&mut world, "CreateListener", &listener).unwrap();
    assert_eq!(ask(&mut world, "CreateListener", &listener).unwrap_err().code, "DuplicateListener");
    wait(&mut world, 150.0);
    let reply = ask(&mut world, "DescribeLoadBalancers", &[("Names.1", "second")]).unwrap();
    assert_eq!(text(&reply, "LoadBalancers.0.State.Code"), "active");
    let name = world.balancer_name(&arn).unwrap().to_owned();
    let address = world.balancer_addresses(&name).unwrap()[0];
    let now = world.now();
    assert_eq!(status(&world.site(now, &SiteRequest { to: address.into(), ..get(&SEOUL, 80) })), 200);
    ask(&mut world, "DeleteLoadBalancer", &[("LoadBalancerArn", &arn)]).unwrap();
    assert_eq!(world.connects(now, CLIENT, address.into(), 80), Reach::Dropped);
    assert_eq!((world.balancer_addresses(&name), world.balancers_in(HERE).len()), (None, 1));
    let state = ask(&mut world, "DescribeTargetHealth", &register[..1]).unwrap();
    assert_eq!(text(&state, "TargetHealthDescriptions.0.TargetHealth.Reason"), "Target.NotInUse");
}

/// A listener that speaks TLS has a certificate; further ones are added and removed, the default one stays.
#[test]
fn listeners_have_certificates() {
    let mut world = world();
    let [balancer, listener, group] = arns(&mut world);
    let secure = world.elb.balancers[&balancer].listeners[&443].arn.clone();
    let nobodys = format!("arn:aws:acm:{HERE}:111122223333:certificate/0-0");
    let unknown = [("ListenerArn", secure.as_str()), ("Certificates.1.CertificateArn", nobodys.as_str())];
    assert_eq!(ask(&mut world, "AddListenerCertificates", &unknown).unwrap_err().code, "CertificateNotFound");
    let asked = [("DomainName", "other.example.com")];
    let other = call(&mut world, Service::Acm, "RequestCertificate", HERE, &asked).unwrap();
    let other = text(&other, "CertificateArn");
    let add = [("ListenerArn", secure.as_str()), ("Certificates.1.CertificateArn", other.as_str())];
    ask(&mut world, "AddListenerCertificates", &add).unwrap();
    let held = ask(&mut world, "DescribeListenerCertificates", &add[..1]).unwrap();
    let defaults: Vec<String> =
        items(&held, "Certificates").iter().map(|own| text(own, "IsDefault")).collect();
    assert_eq!(defaults, ["true", "false"]);
    ask(&mut world, "RemoveListenerCertificates", &add).unwrap();
    let default = text(&held, "Certificates.0.CertificateArn");
    let remove = [add[0], ("Certificates.1.CertificateArn", default.as_str())];
    let fault = ask(&mut world, "RemoveListenerCertificates", &remove).unwrap_err();
    assert_eq!(fault.code, "OperationNotPermitted");
    let bare = [
        ("LoadBalancerArn", balancer.as_str()),
        ("Protocol", "HTTPS"),
        ("Port", "8443"),
        ("DefaultActions.1.Type", "forward"),
        ("DefaultActions.1.TargetGroupArn", group.as_str()),
    ];
    let fault = ask(&mut world, "CreateListener", &bare).unwrap_err();
    assert_eq!(fault.message, "A certificate must be specified for HTTPS listeners");
    let wrong = [("ListenerArn", secure.as_str()), ("SslPolicy", "none")];
    assert_eq!(ask(&mut world, "ModifyListener", &wrong).unwrap_err().code, "SSLPolicyNotFound");
    let policies = ask(&mut world, "DescribeSSLPolicies", &[]).unwrap();
    assert!(
        items(&policies, "SslPolicies").iter().any(|own| text(own, "Name") == "ELBSecurityPolicy-2016-08")
    );
    ask(&mut world, "DeleteListener", &[("ListenerArn", &listener)]).unwrap();
    assert_eq!(visit(&mut world, &SEOUL), SiteOutcome::Refused, "nothing listens on port 80");
}

/// Attributes have AWS's defaults until they are set, within their ranges; the idle timeout is what a mute target is
/// waited for: "504: connected but no response within idle timeout (60 s)".
#[test]
fn attributes_act() {
    let mut world = world();
    let [balancer, _, group] = arns(&mut world);
    let by_key = |reply: &Tree, key: &str| {
        let own = items(reply, "Attributes").iter().find(|own| text(own, "Key") == key);
        own.map(|own| text(own, "Value")).unwrap_or_default()
    };
    let reply = ask(&mut world, "DescribeTargetGroupAttributes", &[("TargetGroupArn", &group)]).unwrap();
    assert_eq!(by_key(&reply, "deregistration_delay.timeout_seconds"), "20", "as Beanstalk sets it");
    assert_eq!(by_key(&reply, "target_group_health.dns_failover.minimum_healthy_targets.count"), "1");
    for (instance, _) in world.elb.target_groups[&group].targets.clone().into_keys() {
        world.set_app(HERE, &instance, App::Mute);
    }
    let after = |world: &mut World| match visit(world, &SEOUL) {
        SiteOutcome::Answer { after, status: 504, .. } => after.as_secs(),
        other => panic!("{other:?}"),
    };
    assert_eq!(after(&mut world), 60);
    let set = [
        ("LoadBalancerArn", balancer.as_str()),
        ("Attributes.1.Key", "idle_timeout.timeout_seconds"),
        ("Attributes.1.Value", "5"),
    ];
    let reply = ask(&mut world, "ModifyLoadBalancerAttributes", &set).unwrap();
    assert_eq!((by_key(&reply, "idle_timeout.timeout_seconds").as_str(), after(&mut world)), ("5", 5));
    let wrong = [set[0], set[1], ("Attributes.1.Value", "4001")];
    assert_eq!(ask(&mut world, "ModifyLoadBalancerAttributes", &wrong).unwrap_err().code, "ValidationError");
    let protect =
        [set[0], ("Attributes.1.Key", "deletion_protection.enabled"), ("Attributes.1.Value", "true")];
    ask(&mut world, "ModifyLoadBalancerAttributes", &protect).unwrap();
    let fault = ask(&mut world, "DeleteLoadBalancer", &set[..1]).unwrap_err();
    assert_eq!(fault.code, "OperationNotPermitted");
}

/// Tags are set and removed on whatever has an ARN.
#[test]
fn tags_are_on_every_kind() {
    let mut world = world();
    for arn in arns(&mut world) {
        let tag = [("ResourceArns.1", arn.as_str()), ("Tags.1.Key", "team"), ("Tags.1.Value", "web")];
        ask(&mut world, "AddTags", &tag).unwrap();
        let has = |world: &mut World| {
            let reply = ask(world, "DescribeTags", &tag[..1]).unwrap();
            items(&reply, "TagDescriptions.0.Tags").iter().any(|own| text(own, "Key") == "team")
        };
        assert!(has(&mut world));
        ask(&mut world, "RemoveTags", &[tag[0], ("TagKeys.1", "team")]).unwrap();
        assert!(!has(&mut world));
    }
}
