//! Rehearsal: the whole drill of the reference deployment, by hand, in the world alone.
//! Invariant: only calls that a client could make, and the truth to judge them by.

use jiff::Timestamp;

use super::{
    World,
    call::{Reply, Service, Tree},
    dns::{DnsKind, DnsQuestion},
    reference::{ACCOUNT, REGIONS, Region, SEOUL, TOKYO},
    testing::{call, items, member, seeded, status, text, visit, wait},
};

/// Waits, a second at a time, until `done`, and says how long that was after `limit` seconds at most.
fn until(world: &mut World, what: &str, limit: u32, mut done: impl FnMut(&mut World) -> bool) {
    for _ in 0..limit {
        if done(world) {
            return;
        }
        wait(world, 1.0);
    }
    panic!("{what}: not within {limit} s of {}; seed {}", world.now(), world.seed());
}

fn route53(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Reply {
    wait(world, 0.2);
    call(world, Service::Route53, operation, "us-east-1", params)
}

/// AWS: GetHealthCheckStatus: healthy if more than 18 % of the observations are a success.
fn is_seen_healthy(world: &mut World, check: &str) -> bool {
    let shown = route53(world, "GetHealthCheckStatus", &[("HealthCheckId", check)]).unwrap();
    let seen = items(&shown, "HealthCheckObservations");
    let well = seen.iter().filter(|one| text(one, "StatusReport.Status").starts_with("Success")).count();
    well * 100 > seen.len() * 18
}

fn environment_health(world: &mut World, region: &Region) -> String {
    let params = [("EnvironmentName", region.environment), ("AttributeNames.1", "All")];
    let shown = call(world, Service::Beanstalk, "DescribeEnvironmentHealth", region.code, &params);
    text(&shown.unwrap(), "HealthStatus")
}

fn writer(world: &mut World, from: &Region) -> String {
    let shown = call(world, Service::Rds, "DescribeGlobalClusters", from.code, &[]).unwrap();
    let members = items(&shown, "GlobalClusters.0.GlobalClusterMembers").iter();
    members.filter(|one| text(one, "IsWriter") == "true").map(|one| text(one, "DBClusterArn")).collect()
}

fn arn(region: &Region) -> String {
    format!("arn:aws:rds:{}:{ACCOUNT}:cluster:{}", region.code, region.cluster)
}

fn switch_over(world: &mut World, from: &Region, to: &Region) {
    let target = arn(to);
    let params =
        [("GlobalClusterIdentifier", "wordpress-global"), ("TargetDbClusterIdentifier", target.as_str())];
    call(world, Service::Rds, "SwitchoverGlobalCluster", from.code, &params).unwrap();
    until(world, "the switchover", 70, |world| {
        let shown = call(world, Service::Rds, "DescribeGlobalClusters", to.code, &[]).unwrap();
        text(&shown, "GlobalClusters.0.Status") == "available" && writer(world, from) == target
    });
}

/// The region that a client of the resolver reaches, if its site answers 200.
fn served_by(world: &mut World) -> Option<&'static str> {
    let question = DnsQuestion { name: "www.example.com".to_owned(), kind: DnsKind::A, recursive: true };
    let address = world.resolve(world.now(), &question).addresses().into_iter().next()?;
    let region = REGIONS.iter().find(|region| region.balancer.contains(&address))?;
    (status(&visit(world, region)) == 200).then_some(region.code)
}

/// The rule that lets the balancer reach the instances.
fn rule(world: &mut World) -> Option<Tree> {
    let shown = call(world, Service::Ec2, "DescribeSecurityGroupRules", SEOUL.code, &[]).unwrap();
    let fits = |rule: &&Tree| {
        text(rule, "fromPort") == "80"
            && text(rule, "isEgress") == "false"
            && member(rule, "referencedGroupInfo").is_some()
    };
    items(&shown, "securityGroupRuleSet").iter().find(fits).cloned()
}

fn hold(world: &mut World, check: &str, version: &str, held: &str) {
    let params =
        [("HealthCheckId", check), ("HealthCheckVersion", version), ("Disabled", held), ("Inverted", held)];
    route53(world, "UpdateHealthCheck", &params).unwrap();
}

/// The outage of Seoul, its switchover and its failback, as the reference drill has them.
fn drill(world: &mut World) {
    let checks = route53(world, "ListHealthChecks", &[]).unwrap();
    let own = items(&checks, "HealthChecks").iter();
    let seoul =
        own.filter(|one| text(one, "HealthCheckConfig.FullyQualifiedDomainName").starts_with("seoul"));
    let check = seoul.map(|one| text(one, "Id")).next().unwrap();
    wait(world, 20.0);
    assert_eq!(served_by(world), Some(SEOUL.code));

    let held = rule(world).unwrap();
    let (group, id) = (text(&held, "groupId"), text(&held, "securityGroupRuleId"));
    let params = [("GroupId", group.as_str()), ("SecurityGroupRuleId.1", id.as_str())];
    call(world, Service::Ec2, "RevokeSecurityGroupIngress", SEOUL.code, &params).unwrap();
    until(world, "the health check is unhealthy", 70, |world| !is_seen_healthy(world, &check));
    until(world, "the environment is not well", 240, |world| {
        ["Warning", "Degraded", "Severe"].contains(&environment_health(world, &SEOUL).as_str())
    });
    switch_over(world, &SEOUL, &TOKYO);
    until(world, "Tokyo serves", 120, |world| served_by(world) == Some(TOKYO.code));
    world.commit_write(TOKYO.code).unwrap();
    wait(world, 30.0);

    hold(world, &check, "1", "true");
    let peer = text(&held, "referencedGroupInfo.groupId");
    let description = text(&held, "description");
    let params = [
        ("GroupId", group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "80"),
        ("IpPermissions.1.ToPort", "80"),
        ("IpPermissions.1.Groups.1.GroupId", peer.as_str()),
        ("IpPermissions.1.Groups.1.Description", description.as_str()),
    ];
    call(world, Service::Ec2, "AuthorizeSecurityGroupIngress", SEOUL.code, &params).unwrap();
    until(world, "Seoul's targets are healthy", 120, |world| {
        world.balancer_host_counts(SEOUL.code) == Some((2, 0))
    });
    assert_eq!(served_by(world), Some(TOKYO.code), "traffic is held in Tokyo");
    switch_over(world, &TOKYO, &SEOUL);
    hold(world, &check, "2", "false");
    until(world, "Seoul serves", 120, |world| served_by(world) == Some(SEOUL.code));
    world.commit_write(SEOUL.code).unwrap();
}

fn first(world: &World, what: &str, with: &str) -> Timestamp {
    let own = world.truth().all().iter();
    let mut own = own.filter(|entry| entry.what == what && entry.with.values().any(|value| value == with));
    own.next().unwrap_or_else(|| panic!("no {what} of {with}; seed {}", world.seed())).at
}

/// The whole drill takes eleven minutes of the world's time at most, in the order in which AWS lets it happen.
#[test]
fn the_reference_drill_ends_where_it_began_within_eleven_minutes() {
    for seed in 0..10 {
        let mut world = seeded(seed);
        let began = world.now();
        drill(&mut world);
        let took = world.now().duration_since(began).as_secs();
        assert!(took <= 660, "seed {seed}: {took} s");
        let answered_tokyo = first(&world, "dns.answer", TOKYO.code);
        let unhealthy = first(&world, "health_check.status", "unhealthy");
        let moved = first(&world, "writer.moved", TOKYO.code);
        assert!(unhealthy < answered_tokyo && answered_tokyo < moved, "seed {seed}");
        let answers = world.truth().all().iter().filter(|entry| entry.what == "dns.answer").count();
        assert_eq!(answers, 2, "seed {seed}: there and back");
        assert_eq!(writer(&mut world, &SEOUL), arn(&SEOUL), "seed {seed}");
    }
}
