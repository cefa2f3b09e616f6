//! Targets: registering, checking, draining.

use std::net::Ipv4Addr;

use super::*;
use crate::lab::world::{
    World,
    call::{AwsFault, Tree},
    elb::{
        build::{NewBalancer, NewListener, NewNode, NewTargetGroup, Tags},
        model::Health,
        rule::{Action, Weighted},
        start::process_defaults,
    },
};

fn ask(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Result<Tree, AwsFault> {
    call(world, Service::Elb, operation, HERE, params)
}

fn group(world: &World) -> String {
    world.elb.balancers[&world.balancers_in(HERE)[0]].target_groups().into_iter().next().unwrap().to_owned()
}

fn instances(world: &World) -> Vec<String> {
    world.elb.target_groups[&group(world)].targets.keys().map(|(id, _)| id.clone()).collect()
}

fn state(world: &mut World, instance: &str) -> (String, String) {
    let group = group(world);
    let params = [("TargetGroupArn", group.as_str()), ("Targets.1.Id", instance)];
    let reply = ask(world, "DescribeTargetHealth", &params).unwrap();
    let of = |name: &str| text(&reply, &format!("TargetHealthDescriptions.0.TargetHealth.{name}"));
    (of("State"), of("Reason"))
}

fn modify(world: &mut World, name: &str, value: &str) -> Result<Tree, AwsFault> {
    let group = group(world);
    ask(world, "ModifyTargetGroup", &[("TargetGroupArn", group.as_str()), (name, value)])
}

/// "initial: Elb.RegistrationInProgress, Elb.InitialHealthChecking"; "A newly registered target needs one success to
/// become healthy"; "draining lasts deregistration delay"; "DeregisterTargets of an absent target succeeds";
/// "RegisterTargets needs a running instance in the VPC (InvalidTarget otherwise)"; 503 when the last target leaves.
#[test]
fn a_target_comes_and_goes() {
    let mut world = world();
    let (arn, all) = (group(&world), instances(&world));
    let target = [("TargetGroupArn", arn.as_str()), ("Targets.1.Id", all[0].as_str())];
    ask(&mut world, "DeregisterTargets", &target).unwrap();
    let draining = ("draining".to_owned(), "Target.DeregistrationInProgress".to_owned());
    assert_eq!(state(&mut world, &all[0]), draining);
    wait(&mut world, 19.0);
    assert_eq!(state(&mut world, &all[0]), draining, "Beanstalk sets 20 s");
    assert_eq!(status(&visit(&mut world, &SEOUL)), 200, "the other serves");
    ask(&mut world, "DeregisterTargets", &[target[0], ("Targets.1.Id", all[1].as_str())]).unwrap();
    wait(&mut world, 20.0);
    assert_eq!(status(&visit(&mut world, &SEOUL)), 503);
    assert_eq!(state(&mut world, &all[0]), ("unused".into(), "Target.NotRegistered".into()));
    ask(&mut world, "DeregisterTargets", &target).unwrap();
    ask(&mut world, "RegisterTargets", &target).unwrap();
    assert_eq!(state(&mut world, &all[0]), ("initial".into(), "Elb.RegistrationInProgress".into()));
    wait(&mut world, 20.1);
    assert_eq!(
        state(&mut world, &all[0]).0,
        "healthy",
        "one check within the interval of 15 s, and its report"
    );
    assert_eq!(status(&visit(&mut world, &SEOUL)), 200);
    let wrong = [target[0], ("Targets.1.Id", "i-00000000000000000")];
    assert_eq!(ask(&mut world, "RegisterTargets", &wrong).unwrap_err().code, "InvalidTarget");
}

/// A target that never passes a check stays `initial` until it has failed often enough, and gets no requests meanwhile.
#[test]
fn a_bad_target_does_not_become_healthy() {
    let mut world = world();
    let (arn, all) = (group(&world), instances(&world));
    let target = [("TargetGroupArn", arn.as_str()), ("Targets.1.Id", all[0].as_str())];
    ask(&mut world, "DeregisterTargets", &target).unwrap();
    wait(&mut world, 25.0);
    world.set_app(HERE, &all[0], App::Failing(500));
    ask(&mut world, "RegisterTargets", &target).unwrap();
    wait(&mut world, 30.0);
    assert_eq!(state(&mut world, &all[0]), ("initial".into(), "Elb.InitialHealthChecking".into()));
    assert!((0..10).all(|_| status(&visit(&mut world, &SEOUL)) == 200));
    wait(&mut world, 60.0);
    assert_eq!(state(&mut world, &all[0]), ("unhealthy".into(), "Target.ResponseCodeMismatch".into()));
}

/// "with only `/health` broken the client gets 200": all targets unhealthy is fail-open, not 503; "Health-check edits
/// take effect at once"; the matcher takes ranges.
#[test]
fn a_broken_check_alone_harms_nobody() {
    let mut world = world();
    let all = instances(&world);
    modify(&mut world, "HealthCheckPath", "/broken").unwrap();
    wait(&mut world, 80.0);
    assert_eq!(state(&mut world, &all[0]), ("unhealthy".into(), "Target.ResponseCodeMismatch".into()));
    let name = world.balancer_name(&world.balancers_in(HERE)[0]).unwrap().to_owned();
    assert_eq!(world.balancer_target_health(&name), Some(false), "and the alias fails over");
    assert_eq!(status(&visit(&mut world, &SEOUL)), 200);
    modify(&mut world, "Matcher.HttpCode", "200-404").unwrap();
    wait(&mut world, 50.0);
    assert_eq!(state(&mut world, &all[0]).0, "healthy");
    for (name, value, code) in [
        ("HealthCheckIntervalSeconds", "4", "ValidationError"),
        ("HealthCheckTimeoutSeconds", "15", "ValidationError"),
        ("Matcher.HttpCode", "500", "ValidationError"),
        ("HealthCheckPath", "no-slash", "ValidationError"),
        ("HealthCheckProtocol", "TCP", "InvalidConfigurationRequest"),
    ] {
        assert_eq!(modify(&mut world, name, value).unwrap_err().code, code, "{name}");
    }
}

/// "process down on a reachable host (RST) → Target.FailedHealthChecks": a check of a port that nobody listens on, and
/// that the rules do not open, is dropped instead.
#[test]
fn the_check_has_a_port_of_its_own() {
    let mut world = world();
    let all = instances(&world);
    modify(&mut world, "HealthCheckPort", "8081").unwrap();
    wait(&mut world, 90.0);
    assert_eq!(state(&mut world, &all[0]), ("unhealthy".into(), "Target.Timeout".into()));
    let security = group_of(world.ec2.network(HERE), Role::Instances).unwrap();
    let open = [
        ("GroupId", security.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "8081"),
        ("IpPermissions.1.ToPort", "8081"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
    ];
    call(&mut world, Service::Ec2, "AuthorizeSecurityGroupIngress", HERE, &open).unwrap();
    wait(&mut world, 40.0);
    assert_eq!(state(&mut world, &all[0]), ("unhealthy".into(), "Target.FailedHealthChecks".into()));
    modify(&mut world, "HealthCheckPort", "traffic-port").unwrap();
    wait(&mut world, 60.0);
    assert_eq!(state(&mut world, &all[0]).0, "healthy");
}

/// "Time to unhealthy: ELBv2 defaults 36-66 s. Time to healthy: ELBv2 120-150 s" (with a timeout of 6 s; 35-65 s with
/// the guide's 5 s).
#[test]
fn elbs_own_defaults_are_slower_to_heal() {
    for seed in 0..10 {
        let mut world = seeded(seed);
        let arn = group(&world);
        let slow = [
            ("TargetGroupArn", arn.as_str()),
            ("HealthCheckIntervalSeconds", "30"),
            ("HealthCheckTimeoutSeconds", "6"),
            ("HealthyThresholdCount", "5"),
            ("UnhealthyThresholdCount", "2"),
        ];
        ask(&mut world, "ModifyTargetGroup", &slow).unwrap();
        let start = world.now();
        close_instances(&mut world);
        wait(&mut world, 100.0);
        let bad = noted(&world, start, "target.unhealthy").unwrap()
            - noted(&world, start, "rule.effective").unwrap();
        assert!((36.0..=66.0).contains(&bad), "seed {seed}: {bad}");
        let again = world.now();
        open_instances(&mut world);
        wait(&mut world, 200.0);
        let good =
            noted(&world, again, "target.healthy").unwrap() - noted(&world, again, "rule.effective").unwrap();
        assert!((120.0..=150.0).contains(&good), "seed {seed}: {good}");
    }
}

/// "nodes of zones that fail dns_failover thresholds are removed from DNS (unless all fail)": with targets counted zone
/// by zone, the zone whose target is bad leaves.
#[test]
fn a_bad_zone_leaves_dns() {
    let mut world = world();
    let (arn, all) = (group(&world), instances(&world));
    let name = world.balancer_name(&world.balancers_in(HERE)[0]).unwrap().to_owned();
    let zonal = [
        ("TargetGroupArn", arn.as_str()),
        ("Attributes.1.Key", "load_balancing.cross_zone.enabled"),
        ("Attributes.1.Value", "false"),
    ];
    ask(&mut world, "ModifyTargetGroupAttributes", &zonal).unwrap();
    world.set_app(HERE, &all[0], App::Down);
    wait(&mut world, 90.0);
    let bad_zone = world.elb.target_groups[&arn].targets[&(all[0].clone(), 80)].zone.clone();
    let place = SEOUL.zones.iter().position(|zone| *zone == bad_zone).unwrap();
    assert_eq!(world.balancer_addresses(&name).unwrap(), [SEOUL.balancer[1 - place]]);
    world.set_app(HERE, &all[1], App::Down);
    wait(&mut world, 90.0);
    assert_eq!(world.balancer_addresses(&name).unwrap(), SEOUL.balancer);
}

/// AWS: the subnets of a call replace the previous ones; a zone that stays keeps its address.
#[test]
fn the_whole_list_of_subnets_is_replaced() {
    let mut world = world();
    let balancer = world.balancers_in(HERE)[0].clone();
    let network = world.ec2.network(HERE);
    let of = |zone: &str, public: bool| {
        let mut all = network.subnets.iter().filter(move |(_, own)| own.zone == zone && own.public == public);
        all.next().unwrap().0.clone()
    };
    let (a, c) = (of(SEOUL.zones[0], true), of(SEOUL.zones[1], false));
    let params =
        [("LoadBalancerArn", balancer.as_str()), ("Subnets.1", a.as_str()), ("Subnets.2", c.as_str())];
    let reply = ask(&mut world, "SetSubnets", &params).unwrap();
    assert_eq!(text(&reply, "AvailabilityZones.1.SubnetId"), c);
    let nodes = &world.elb.balancers[&balancer].nodes;
    assert!(nodes[0].public == SEOUL.balancer[0] && nodes[1].public != SEOUL.balancer[1]);
    assert_eq!(world.connects(world.now(), CLIENT, SEOUL.balancer[1].into(), 80), Reach::Dropped);
    let fault = ask(&mut world, "SetSubnets", &params[..2]).unwrap_err();
    assert_eq!(fault.message, "At least two subnets in two different Availability Zones must be specified");
}

/// A world at rest has nothing to check: lines sleep until something changes, and sleep again when it has settled.
#[test]
fn settled_lines_sleep() {
    let mut world = world();
    let awake = |world: &World| {
        let groups = world.elb.target_groups.values();
        let lines = groups.flat_map(|group| group.targets.values().flat_map(|target| target.lines.values()));
        lines.filter(|line| line.awake).count()
    };
    assert_eq!(awake(&world), 0);
    close_instances(&mut world);
    wait(&mut world, 10.0);
    assert_eq!(awake(&world), 4, "two nodes, two targets, in one region");
    wait(&mut world, 120.0);
    assert_eq!(awake(&world), 0);
    open_instances(&mut world);
    wait(&mut world, 90.0);
    assert_eq!((awake(&world), targets(&mut world)[0].0.as_str()), (0, "healthy"));
}

/// A balancer of its own target group with one target, with one node: in the target's zone, or elsewhere. Gives the
/// target group.
fn plain_balancer(world: &mut World, number: u32, near: bool) -> String {
    let model = world.elb.balancers[&world.balancers_in(HERE)[0]].clone();
    let (key, target) = world.elb.target_groups[&group(world)].targets.iter().next().unwrap();
    let (key, zone) = (key.clone(), target.zone.clone());
    let node = model.nodes.iter().find(|node| (node.zone == zone) == near).unwrap();
    let node = NewNode {
        zone: node.zone.clone(),
        subnet: node.subnet.clone(),
        private: Ipv4Addr::from(0x0a0a_8000 + number),
        public: Some(Ipv4Addr::from(u32::from(Ipv4Addr::new(198, 18, 0, 0)) + number)),
    };
    let (account, name) = ("111122223333".to_owned(), format!("many-{number}"));
    let balancer = world.make_balancer(NewBalancer {
        region: HERE.to_owned(),
        account: account.clone(),
        name: name.clone(),
        scheme: "internet-facing".to_owned(),
        vpc: model.vpc.clone(),
        groups: model.groups.clone(),
        nodes: vec![node],
        age: Duration::ZERO,
        attributes: Default::default(),
        tags: Tags::new(),
    });
    let group = world.make_target_group(NewTargetGroup {
        region: HERE.to_owned(),
        account,
        name,
        vpc: model.vpc,
        protocol: "HTTP".to_owned(),
        port: 80,
        kind: "instance".to_owned(),
        check: process_defaults(),
        attributes: Default::default(),
        tags: Tags::new(),
    });
    world.make_target(&group, key, &zone, Health::Healthy);
    let default = vec![Action::Forward(vec![Weighted { group: group.clone(), weight: 1 }])];
    let (certificates, policy, tags) = (Vec::new(), None, Tags::new());
    let listener = NewListener { port: 80, certificates, policy, default, tags };
    world.make_listener(&balancer, listener, Health::Healthy);
    group
}

/// "Target is in an Availability Zone that is not enabled for the load balancer"; "503: no registered targets, or all
/// targets `unused`".
#[test]
fn a_target_in_a_zone_that_is_not_enabled_is_unused() {
    let mut world = world();
    let group = plain_balancer(&mut world, 1, false);
    let reply = ask(&mut world, "DescribeTargetHealth", &[("TargetGroupArn", &group)]).unwrap();
    let of = |name: &str| text(&reply, &format!("TargetHealthDescriptions.0.TargetHealth.{name}"));
    assert_eq!((of("State").as_str(), of("Reason").as_str()), ("unused", "Target.NotInUse"));
    assert!(of("Description").starts_with("Target is in an Availability Zone"));
    let (now, to) = (world.now(), "198.18.0.1".parse().unwrap());
    let request = crate::lab::world::site::SiteRequest { to, ..get(&SEOUL, 80) };
    assert_eq!(status(&world.site(now, &request)), 503);
}

/// A hundred and fifty balancers rest as one does, and are found by their addresses.
#[test]
fn many_balancers_rest() {
    let mut world = world();
    for number in 0..150 {
        plain_balancer(&mut world, number, true);
    }
    let awake = |world: &World| {
        let groups = world.elb.target_groups.values();
        let lines = groups.flat_map(|group| group.targets.values().flat_map(|target| target.lines.values()));
        lines.filter(|line| line.awake).count()
    };
    assert_eq!((world.balancers_in(HERE).len(), awake(&world)), (151, 0));
    let now = world.now();
    assert_eq!(world.connects(now, CLIENT, "198.18.0.149".parse().unwrap(), 80), Reach::Open);
    let instance = instances(&world)[0].clone();
    world.set_app(HERE, &instance, App::Down);
    assert_eq!(
        awake(&world),
        152,
        "the one machine is behind all of them, and two nodes look at it in the first"
    );
    wait(&mut world, 120.0);
    assert_eq!(awake(&world), 0);
}
