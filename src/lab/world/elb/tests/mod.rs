//! What balancers do, and what users, describes and the truth see of it.

mod listening;
mod matrix;
mod targets;

use std::{net::IpAddr, time::Duration};

use super::{
    super::{
        call::Service,
        ec2::{Role, group_of, model::App},
        reference::{CLIENT, SEOUL, TOKYO},
        site::{Reach, SiteOutcome},
        testing::{self, call, get, items, seeded, status, text, visit, wait, web_rule, world},
    },
    *,
};

const HERE: &str = SEOUL.code;

/// Takes the balancer's rule away from the instances' group, as the drill does.
fn close_instances(world: &mut World) {
    web_rule(world, "RevokeSecurityGroupIngress", false).unwrap();
}

fn open_instances(world: &mut World) {
    web_rule(world, "AuthorizeSecurityGroupIngress", false).unwrap();
}

fn change(world: &mut World, operation: &str, rule: &[(&str, &str)]) {
    let port = [
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "80"),
        ("IpPermissions.1.ToPort", "80"),
    ];
    let params: Vec<(&str, &str)> = rule.iter().chain(&port).copied().collect();
    call(world, Service::Ec2, operation, HERE, &params).unwrap();
}

/// Seconds from `since` to the first note of `what` in this region.
fn noted(world: &World, since: jiff::Timestamp, what: &str) -> Option<f64> {
    let first = world.truth().all().iter().find(|note| {
        note.at >= since && note.what == what && note.with.get("region").is_some_and(|region| region == HERE)
    });
    first.map(|note| note.at.duration_since(since).as_secs_f64())
}

fn targets(world: &mut World) -> Vec<(String, String)> {
    let balancers = call(world, Service::Elb, "DescribeTargetGroups", HERE, &[]).unwrap();
    let arn = text(&balancers, "TargetGroups.0.TargetGroupArn");
    let reply = call(world, Service::Elb, "DescribeTargetHealth", HERE, &[("TargetGroupArn", &arn)]).unwrap();
    items(&reply, "TargetHealthDescriptions")
        .iter()
        .map(|target| (text(target, "TargetHealth.State"), text(target, "TargetHealth.Reason")))
        .collect()
}

/// Everything is up at the start, in both regions, and stays so.
#[test]
fn the_reference_deployment_is_settled() {
    let mut world = world();
    wait(&mut world, 600.0);
    for region in [SEOUL, TOKYO] {
        let SiteOutcome::Answer { status, headers, .. } = visit(&mut world, &region) else {
            panic!("no answer")
        };
        assert_eq!(status, 200);
        assert!(headers.contains(&("X-Served-By".to_owned(), region.code.to_owned())));
    }
    let quiet = ["target.unhealthy", "site.down", "site.partial", "environment.health"];
    assert!(world.truth().all().iter().all(|note| !quiet.contains(&note.what)));
}

/// "With the instance group blocked the client gets 504 after the 10 s connect timeout"; "tracked connections survive
/// a revoke", so the pool serves for some seconds more.
#[test]
fn a_closed_instance_group_is_504_after_the_pool_has_drained() {
    for seed in 0..20 {
        let mut world = seeded(seed);
        let start = world.now();
        close_instances(&mut world);
        wait(&mut world, 20.0);
        let effective = noted(&world, start, "rule.effective").unwrap();
        let down = noted(&world, start, "site.down").unwrap();
        assert!((0.5..=5.0).contains(&effective), "seed {seed}: effective after {effective} s");
        assert!((3.0..=8.0).contains(&(down - effective)), "seed {seed}: drained after {}", down - effective);
        let SiteOutcome::Answer { after, status, .. } = visit(&mut world, &SEOUL) else {
            panic!("no answer")
        };
        assert_eq!(status, 504);
        assert!((Duration::from_secs(10)..=Duration::from_millis(10_200)).contains(&after));
        assert_eq!(testing::status(&visit(&mut world, &TOKYO)), 200);
    }
}

/// The truth is what a client at that instant gets: good just before `site.down`, bad at it; bad just before `site.up`,
/// good at it.
#[test]
fn the_truth_is_what_a_fresh_client_gets_at_that_instant() {
    for seed in 0..5 {
        let mut world = seeded(seed);
        let mut last = 200;
        close_instances(&mut world);
        let mut opened = false;
        for step in 0..2_000 {
            wait(&mut world, 0.05);
            if step == 1_000 && !opened {
                open_instances(&mut world);
                opened = true;
            }
            let seen = status(&visit(&mut world, &SEOUL));
            let state = world.truth().all().iter().rev().find(|note| {
                note.what.starts_with("site.") && note.with["region"] == HERE && note.with["port"] == "80"
            });
            let state = state.unwrap().what;
            assert_eq!(seen == 200, state == "site.up", "seed {seed}, step {step}: {seen} while {state}");
            last = seen;
        }
        assert_eq!(last, 200, "seed {seed}");
    }
}

/// "Time to unhealthy = phase (0…interval) + (threshold−1)×interval + timeout: EB defaults 65-80 s"; "Security-group
/// drop → Target.Timeout". "Time to healthy: EB 30-45 s."
#[test]
fn targets_turn_by_their_thresholds() {
    for seed in 0..20 {
        let mut world = seeded(seed);
        let start = world.now();
        close_instances(&mut world);
        wait(&mut world, 120.0);
        let effective = noted(&world, start, "rule.effective").unwrap();
        let unhealthy = noted(&world, start, "target.unhealthy").unwrap() - effective;
        assert!((65.0..=80.0).contains(&unhealthy), "seed {seed}: unhealthy after {unhealthy} s");
        assert_eq!(targets(&mut world), [(); 2].map(|()| ("unhealthy".into(), "Target.Timeout".into())));
        let again = world.now();
        open_instances(&mut world);
        wait(&mut world, 60.0);
        let effective = noted(&world, again, "rule.effective").unwrap();
        let healthy = noted(&world, again, "target.healthy").unwrap() - effective;
        assert!((30.0..=45.0).contains(&healthy), "seed {seed}: healthy after {healthy} s");
        assert_eq!(targets(&mut world)[0], ("healthy".into(), String::new()));
    }
}

/// "process down on a reachable host (RST) → Target.FailedHealthChecks; app error page → Target.ResponseCodeMismatch";
/// 502 for a reset, the application's own status through fail-open.
#[test]
fn a_dead_process_and_a_failing_page_are_told_apart() {
    let mut world = world();
    let instances: Vec<String> = world
        .ec2
        .network(HERE)
        .instances_tagged("elasticbeanstalk:environment-name", SEOUL.environment)
        .cloned()
        .collect();
    for (app, reason, seen) in [
        (App::Down, "Target.FailedHealthChecks", 502),
        (App::Failing(503), "Target.ResponseCodeMismatch", 503),
        (App::Mute, "Target.Timeout", 504),
    ] {
        for instance in &instances {
            world.set_app(HERE, instance, app);
        }
        wait(&mut world, 100.0);
        assert_eq!(status(&visit(&mut world, &SEOUL)), seen);
        assert_eq!(targets(&mut world)[0], ("unhealthy".into(), reason.into()));
    }
}

/// "only if every target group that contains targets has at least one healthy target": one is enough, and the other
/// takes all requests.
#[test]
fn one_healthy_target_is_enough() {
    let mut world = world();
    let name = world.balancer_name(&world.balancers_in(HERE)[0]).unwrap().to_owned();
    let instances: Vec<String> = world
        .ec2
        .network(HERE)
        .instances_tagged("elasticbeanstalk:environment-name", SEOUL.environment)
        .cloned()
        .collect();
    world.set_app(HERE, &instances[0], App::Down);
    assert_eq!(world.truth().all().last().unwrap().what, "site.partial");
    wait(&mut world, 100.0);
    assert_eq!(world.balancer_target_health(&format!("dualstack.{name}.")), Some(true));
    assert!((0..10).all(|_| status(&visit(&mut world, &SEOUL)) == 200));
    world.set_app(HERE, &instances[1], App::Down);
    wait(&mut world, 100.0);
    assert_eq!(world.balancer_target_health(&name), Some(false));
    assert_eq!(world.balancer_addresses(&name).unwrap(), SEOUL.balancer, "all failing nodes stay in DNS");
    assert_eq!(world.balancer_target_health("elsewhere.example"), None);
}

/// "Removed rule: ALB group ingress from world: TCP connect timeout, no HTTP status; target health stays healthy";
/// "An untracked flow is cut at once when the enabling rule is removed".
#[test]
fn a_closed_balancer_group_drops_and_cuts() {
    let mut world = world();
    let now = world.now();
    let SiteOutcome::Answer { connection, .. } = world.site(now, &get(&SEOUL, 80)) else {
        panic!("no answer")
    };
    let group = group_of(world.ec2.network(HERE), Role::Balancer).unwrap();
    let rule = [("GroupId", group.as_str()), ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0")];
    change(&mut world, "RevokeSecurityGroupIngress", &rule);
    wait(&mut world, 6.0);
    let now = world.now();
    assert_eq!(world.site(now, &get(&SEOUL, 80)), SiteOutcome::Dropped);
    let kept = super::super::site::SiteRequest { connection: Some(connection), ..get(&SEOUL, 80) };
    assert_eq!(world.site(now, &kept), SiteOutcome::Dropped);
    assert!(world.is_cut(connection));
    assert_eq!(status(&world.site(now, &get(&SEOUL, 443))), 200, "443 has a rule of its own");
    wait(&mut world, 120.0);
    assert_eq!(targets(&mut world)[0].0, "healthy");
}

/// A narrow rule tracks: the connection outlives it, a new one does not come through.
#[test]
fn a_tracked_client_connection_outlives_its_rule() {
    let mut world = world();
    let group = group_of(world.ec2.network(HERE), Role::Balancer).unwrap();
    let office = [("GroupId", group.as_str()), ("IpPermissions.1.IpRanges.1.CidrIp", "203.0.113.0/24")];
    let everyone = [("GroupId", group.as_str()), ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0")];
    change(&mut world, "AuthorizeSecurityGroupIngress", &office);
    change(&mut world, "RevokeSecurityGroupIngress", &everyone);
    wait(&mut world, 6.0);
    let now = world.now();
    let stranger: IpAddr = "198.18.0.1".parse().unwrap();
    assert_eq!(world.connects(now, stranger, SEOUL.balancer[0].into(), 80), Reach::Dropped);
    let SiteOutcome::Answer { connection, .. } = world.site(now, &get(&SEOUL, 80)) else {
        panic!("no answer")
    };
    change(&mut world, "RevokeSecurityGroupIngress", &office);
    wait(&mut world, 6.0);
    let now = world.now();
    let kept = super::super::site::SiteRequest { connection: Some(connection), ..get(&SEOUL, 80) };
    assert_eq!(status(&world.site(now, &kept)), 200);
    assert_eq!(world.connects(now, CLIENT, SEOUL.balancer[0].into(), 80), Reach::Dropped);
    wait(&mut world, 61.0);
    let now = world.now();
    assert_eq!(world.site(now, &kept), SiteOutcome::Refused, "the balancer closed it when it was idle");
}

/// "SetSecurityGroups replaces the whole list on the ALB … Swapping in a deny-all group is an alternative fault."
#[test]
fn a_balancer_takes_other_groups() {
    let mut world = world();
    let balancers = call(&mut world, Service::Elb, "DescribeLoadBalancers", HERE, &[]).unwrap();
    let arn = text(&balancers, "LoadBalancers.0.LoadBalancerArn");
    let other = group_of(world.ec2.network(HERE), Role::Database).unwrap();
    let params = [("LoadBalancerArn", arn.as_str()), ("SecurityGroups.1", other.as_str())];
    let reply = call(&mut world, Service::Elb, "SetSecurityGroups", HERE, &params).unwrap();
    assert_eq!(text(&reply, "SecurityGroupIds.0"), other);
    wait(&mut world, 6.0);
    assert_eq!(visit(&mut world, &SEOUL), SiteOutcome::Dropped);
    let wrong = [("LoadBalancerArn", arn.as_str()), ("SecurityGroups.1", "sg-1")];
    let fault = call(&mut world, Service::Elb, "SetSecurityGroups", HERE, &wrong).unwrap_err();
    assert_eq!(fault.code, "InvalidSecurityGroup");
}

/// A SYN to nobody's address is never answered, one to a port without a listener is refused only if rules let it in.
#[test]
fn reachability_has_three_answers() {
    let mut world = world();
    let now = world.now();
    let to: IpAddr = SEOUL.balancer[1].into();
    assert_eq!(world.connects(now, CLIENT, to, 443), Reach::Open);
    assert_eq!(world.connects(now, CLIENT, to, 8080), Reach::Dropped);
    assert_eq!(world.connects(now, CLIENT, "192.0.2.99".parse().unwrap(), 80), Reach::Dropped);
    let group = group_of(world.ec2.network(HERE), Role::Balancer).unwrap();
    let params = [
        ("GroupId", group.as_str()),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    call(&mut world, Service::Ec2, "AuthorizeSecurityGroupIngress", HERE, &params).unwrap();
    wait(&mut world, 6.0);
    let now = world.now();
    assert_eq!(world.connects(now, CLIENT, to, 8080), Reach::Refused);
}

/// Reads of ELB show what the model holds, and refuse what is not there in ELB's codes.
#[test]
fn reads_and_their_refusals() {
    let mut world = world();
    let mut ask =
        |operation: &str, params: &[(&str, &str)]| call(&mut world, Service::Elb, operation, HERE, params);
    let balancers = ask("DescribeLoadBalancers", &[]).unwrap();
    let arn = text(&balancers, "LoadBalancers.0.LoadBalancerArn");
    let listeners = ask("DescribeListeners", &[("LoadBalancerArn", &arn)]).unwrap();
    let ports: Vec<String> = items(&listeners, "Listeners").iter().map(|own| text(own, "Port")).collect();
    assert_eq!(ports, ["80", "443"]);
    let listener = text(&listeners, "Listeners.0.ListenerArn");
    let rules = ask("DescribeRules", &[("ListenerArn", &listener)]).unwrap();
    assert_eq!(text(&rules, "Rules.0.Actions.0.Type"), "forward");
    let group = ask("DescribeTargetGroups", &[("LoadBalancerArn", &arn)]).unwrap();
    assert_eq!(text(&group, "TargetGroups.0.HealthCheckIntervalSeconds"), "15");
    let tags = ask("DescribeTags", &[("ResourceArns.1", &arn)]).unwrap();
    assert!(items(&tags, "TagDescriptions.0.Tags").iter().any(|tag| text(tag, "Key") == "firedrill"));
    let gone = |kind: &str| format!("arn:aws:elasticloadbalancing:{HERE}:111122223333:{kind}/app/gone/0/0/0");
    for (operation, parameter, kind, code) in [
        ("DescribeLoadBalancers", "LoadBalancerArns.1", "loadbalancer", "LoadBalancerNotFound"),
        ("DescribeTargetHealth", "TargetGroupArn", "targetgroup", "TargetGroupNotFound"),
        ("DescribeListeners", "ListenerArns.1", "listener", "ListenerNotFound"),
        ("DescribeRules", "RuleArns.1", "listener-rule", "RuleNotFound"),
    ] {
        assert_eq!(ask(operation, &[(parameter, &gone(kind))]).unwrap_err().code, code);
        assert_eq!(ask(operation, &[(parameter, "arn:none")]).unwrap_err().code, "ValidationError");
    }
}
