//! What Route 53 does, by itself and when asked. Failures name the seed.

mod check;
mod fact;
mod idle;
mod record;
mod routing;
mod zone;

use jiff::Timestamp;

use crate::lab::world::{
    World,
    call::{Reply, Service, Tree},
    dns::{DnsKind, DnsQuestion},
    reference::{SEOUL, TOKYO},
    testing::{call, items, member, seeded, text, wait, world},
};

/// A call that no limit of requests refuses.
fn ask(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Reply {
    wait(world, 0.2);
    call(world, Service::Route53, operation, "us-east-1", params)
}

/// Asks for a batch: actions, and the members of each record set by their paths.
fn change(world: &mut World, zone: &str, changes: &[(&str, Vec<(&'static str, String)>)]) -> Reply {
    let mut params = vec![("Id".to_owned(), zone.to_owned())];
    for (at, (action, set)) in changes.iter().enumerate() {
        let path = format!("ChangeBatch.Changes.{}", at + 1);
        params.push((format!("{path}.Action"), (*action).to_owned()));
        let fields =
            set.iter().map(|(field, value)| (format!("{path}.ResourceRecordSet.{field}"), value.clone()));
        params.extend(fields);
    }
    let borrowed: Vec<(&str, &str)> = params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    ask(world, "ChangeResourceRecordSets", &borrowed)
}

fn code(reply: Reply) -> (u16, &'static str) {
    let fault = reply.expect_err("the call is refused");
    (fault.status, fault.code)
}

fn zone(world: &mut World) -> String {
    let zones = ask(world, "ListHostedZonesByName", &[("dnsname", "example.com")]).unwrap();
    text(&zones, "HostedZones.0.Id").replace("/hostedzone/", "")
}

/// The id of the health check of a region's own site.
fn check(world: &mut World, host: &str) -> String {
    let checks = ask(world, "ListHealthChecks", &[]).unwrap();
    let own = items(&checks, "HealthChecks").iter();
    let own = own.filter(|check| text(check, "HealthCheckConfig.FullyQualifiedDomainName") == host);
    own.map(|check| text(check, "Id")).next().unwrap()
}

fn site_region(world: &mut World) -> &'static str {
    let question = DnsQuestion { name: "WWW.example.com".to_owned(), kind: DnsKind::A, recursive: false };
    let addresses = world.answer(world.now(), &question).addresses();
    let of = |own: [std::net::Ipv4Addr; 2]| addresses.iter().all(|address| own.contains(address));
    match (of(SEOUL.balancer), of(TOKYO.balancer)) {
        (true, false) => "seoul",
        (false, true) => "tokyo",
        _ => panic!("{addresses:?}"),
    }
}

/// Takes port 80 away from a region's instances, as the drill does, and gives what was taken: group and peer.
fn close_port_80(world: &mut World, region: &str) -> (String, String) {
    let groups = call(world, Service::Ec2, "DescribeSecurityGroupRules", region, &[]).unwrap();
    let rule = items(&groups, "securityGroupRuleSet").iter().find(|rule| {
        text(rule, "fromPort") == "80"
            && text(rule, "isEgress") == "false"
            && member(rule, "referencedGroupInfo").is_some()
    });
    let rule = rule.unwrap();
    let (group, id) = (text(rule, "groupId"), text(rule, "securityGroupRuleId"));
    let params = [("GroupId", group.as_str()), ("SecurityGroupRuleId.1", id.as_str())];
    let peer = text(rule, "referencedGroupInfo.groupId");
    call(world, Service::Ec2, "RevokeSecurityGroupIngress", region, &params).unwrap();
    (group, peer)
}

/// Gives port 80 back.
fn open_port_80(world: &mut World, region: &str, (group, peer): &(String, String)) {
    let params = [
        ("GroupId", group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "80"),
        ("IpPermissions.1.ToPort", "80"),
        ("IpPermissions.1.Groups.1.GroupId", peer.as_str()),
    ];
    call(world, Service::Ec2, "AuthorizeSecurityGroupIngress", region, &params).unwrap();
}

fn transitions(world: &World, what: &str) -> Vec<(Timestamp, Vec<String>)> {
    let own = world.truth().all().iter().filter(|entry| entry.what == what);
    own.map(|entry| (entry.at, entry.with.values().cloned().collect())).collect()
}

/// AWS: quotas: five requests per second per account for all of Route 53.
#[test]
fn the_sixth_request_of_a_second_is_refused() {
    let mut world = world();
    let mut now = || call(&mut world, Service::Route53, "ListHealthChecks", "ap-northeast-2", &[]);
    assert!((0..5).all(|_| now().is_ok()));
    let refused = now().unwrap_err();
    assert_eq!(
        (refused.status, refused.code, refused.message.as_str()),
        (400, "Throttling", "Rate exceeded")
    );
}

/// AWS: health checkers: sixteen of them, in eight regions, none in Seoul; while the site is well, it stays so.
#[test]
fn a_well_site_stays_well_and_its_checkers_say_so_in_awss_words() {
    for seed in 0..5 {
        let mut world = seeded(seed);
        wait(&mut world, 600.0);
        assert!(transitions(&world, "health_check.status").is_empty(), "seed {seed}");
        assert!(transitions(&world, "dns.answer").is_empty(), "seed {seed}");
        let id = check(&mut world, "seoul.example.com");
        let status = ask(&mut world, "GetHealthCheckStatus", &[("HealthCheckId", id.as_str())]).unwrap();
        let seen = items(&status, "HealthCheckObservations");
        assert_eq!(seen.len(), 16, "seed {seed}");
        for observation in seen {
            let said = text(observation, "StatusReport.Status");
            assert!(said.starts_with("Success: HTTP Status Code: 200. Resolved IP: 192.0.2.1"), "{said}");
            assert_ne!(text(observation, "Region"), SEOUL.code);
            let Some(Tree::Time(at)) = member(observation, "StatusReport.CheckedTime") else { panic!() };
            assert!(world.now().duration_since(*at).as_secs() <= 11, "seed {seed}: each interval of 10 s");
        }
        let failures = ask(&mut world, "GetHealthCheckLastFailureReason", &[("HealthCheckId", id.as_str())]);
        assert!(items(&failures.unwrap(), "HealthCheckObservations").is_empty(), "seed {seed}");
    }
}

/// AWS: determining health: interval 10 s, threshold 3: each checker needs its phase, two intervals and its timeout,
/// and the status turns when at most 18 % report well: some 20 to 50 s; then the failover record answers the standby.
/// Nothing holds the way back: as soon as more than 18 % report well, the primary is answered again.
#[test]
fn a_site_that_stops_answering_fails_over_and_comes_back_by_itself() {
    for seed in 0..10 {
        let mut world = seeded(seed);
        wait(&mut world, 30.0);
        assert_eq!(site_region(&mut world), "seoul", "seed {seed}");
        let before = world.now();
        let taken = close_port_80(&mut world, SEOUL.code);
        wait(&mut world, 90.0);
        let turned = transitions(&world, "health_check.status");
        assert_eq!(turned.len(), 1, "seed {seed}: {turned:?}");
        let took = turned[0].0.duration_since(before).as_secs();
        assert!((20..=60).contains(&took), "seed {seed}: unhealthy after {took} s");
        assert!(turned[0].1.contains(&"unhealthy".to_owned()), "seed {seed}");
        let answers = transitions(&world, "dns.answer");
        let published = answers[0].0.duration_since(turned[0].0).as_secs();
        assert!(answers.len() == 1 && (0..=5).contains(&published), "seed {seed}: {answers:?}");
        assert_eq!(site_region(&mut world), "tokyo", "seed {seed}");
        let id = check(&mut world, "seoul.example.com");
        let status = ask(&mut world, "GetHealthCheckStatus", &[("HealthCheckId", id.as_str())]).unwrap();
        let failures = items(&status, "HealthCheckObservations").iter();
        let failed =
            failures.filter(|seen| text(seen, "StatusReport.Status").starts_with("Failure: ")).count();
        assert!(failed >= 14, "seed {seed}: {failed} of 16 failed");
        open_port_80(&mut world, SEOUL.code, &taken);
        wait(&mut world, 120.0);
        assert_eq!(transitions(&world, "health_check.status").len(), 2, "seed {seed}");
        assert_eq!(site_region(&mut world), "seoul", "seed {seed}");
        let failures = ask(&mut world, "GetHealthCheckLastFailureReason", &[("HealthCheckId", id.as_str())]);
        let remembered = items(&failures.unwrap(), "HealthCheckObservations").len();
        assert_eq!(remembered, 16, "seed {seed}: the last failure is told also when all is well");
    }
}

/// AWS: with both sites unhealthy the primary is answered: a failover record set without a healthy record treats all
/// as healthy.
#[test]
fn with_both_sites_down_the_primary_is_answered() {
    let mut world = world();
    close_port_80(&mut world, SEOUL.code);
    wait(&mut world, 90.0);
    assert_eq!(site_region(&mut world), "tokyo");
    close_port_80(&mut world, TOKYO.code);
    wait(&mut world, 90.0);
    assert_eq!(site_region(&mut world), "seoul");
}

/// AWS: EvaluateTargetHealth: an alias whose balancer has no healthy target is unhealthy, also where the record has
/// no health check.
#[test]
fn an_alias_that_evaluates_its_target_follows_the_targets_health() {
    let mut world = world();
    let zone = zone(&mut world);
    // Without its health check, the primary goes by its targets alone.
    let records = ask(&mut world, "ListResourceRecordSets", &[("Id", zone.as_str())]).unwrap();
    let primary = items(&records, "ResourceRecordSets").iter().find(|set| text(set, "Failover") == "PRIMARY");
    let target = text(primary.unwrap(), "AliasTarget.DNSName");
    let set = "ChangeBatch.Changes.1.ResourceRecordSet";
    let params = [
        ("Id".to_owned(), zone.clone()),
        ("ChangeBatch.Changes.1.Action".to_owned(), "UPSERT".to_owned()),
        (format!("{set}.Name"), "www.example.com".to_owned()),
        (format!("{set}.Type"), "A".to_owned()),
        (format!("{set}.SetIdentifier"), "seoul".to_owned()),
        (format!("{set}.Failover"), "PRIMARY".to_owned()),
        (format!("{set}.AliasTarget.HostedZoneId"), SEOUL.balancer_zone.to_owned()),
        (format!("{set}.AliasTarget.DNSName"), target),
        (format!("{set}.AliasTarget.EvaluateTargetHealth"), "true".to_owned()),
    ];
    let borrowed: Vec<(&str, &str)> = params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    ask(&mut world, "ChangeResourceRecordSets", &borrowed).unwrap();
    wait(&mut world, 40.0);
    close_port_80(&mut world, SEOUL.code);
    wait(&mut world, 60.0);
    assert_eq!(site_region(&mut world), "seoul", "the targets are not unhealthy yet");
    wait(&mut world, 60.0);
    assert_eq!(site_region(&mut world), "tokyo");
}
