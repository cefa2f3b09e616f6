//! What Route 53 does, by itself and when asked. Failures name the seed.

use std::time::Duration;

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

/// Takes port 80 away from a region's instances, as the drill does.
fn close_port_80(world: &mut World, region: &str) {
    let groups = call(world, Service::Ec2, "DescribeSecurityGroupRules", region, &[]).unwrap();
    let rule = items(&groups, "securityGroupRuleSet").iter().find(|rule| {
        text(rule, "fromPort") == "80"
            && text(rule, "isEgress") == "false"
            && member(rule, "referencedGroupInfo").is_some()
    });
    let rule = rule.unwrap();
    let (group, id) = (text(rule, "groupId"), text(rule, "securityGroupRuleId"));
    let params = [("GroupId", group.as_str()), ("SecurityGroupRuleId.1", id.as_str())];
    call(world, Service::Ec2, "RevokeSecurityGroupIngress", region, &params).unwrap();
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
#[test]
fn a_site_that_stops_answering_fails_over_and_comes_back_by_itself() {
    for seed in 0..10 {
        let mut world = seeded(seed);
        wait(&mut world, 30.0);
        assert_eq!(site_region(&mut world), "seoul", "seed {seed}");
        let before = world.now();
        close_port_80(&mut world, SEOUL.code);
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

/// AWS: UpdateHealthCheck: Disabled and Inverted together are unhealthy whatever the site does; the version rises and an
/// older one is refused; the checkers follow some seconds later.
#[test]
fn disabled_and_inverted_hold_traffic_away_and_taking_them_back_lets_it_return() {
    for seed in 0..10 {
        let mut world = seeded(seed);
        let id = check(&mut world, "seoul.example.com");
        let hold = [
            ("HealthCheckId", id.as_str()),
            ("HealthCheckVersion", "1"),
            ("Disabled", "true"),
            ("Inverted", "true"),
        ];
        let held = ask(&mut world, "UpdateHealthCheck", &hold).unwrap();
        assert_eq!(text(&held, "HealthCheck.HealthCheckVersion"), "2");
        assert_eq!(text(&held, "HealthCheck.HealthCheckConfig.Inverted"), "true");
        assert_eq!(code(ask(&mut world, "UpdateHealthCheck", &hold)), (409, "HealthCheckVersionMismatch"));
        assert_eq!(site_region(&mut world), "seoul", "seed {seed}: not at once");
        wait(&mut world, 18.0);
        assert_eq!(site_region(&mut world), "tokyo", "seed {seed}");
        let back = [
            ("HealthCheckId", id.as_str()),
            ("HealthCheckVersion", "2"),
            ("Disabled", "false"),
            ("Inverted", "false"),
        ];
        ask(&mut world, "UpdateHealthCheck", &back).unwrap();
        wait(&mut world, 18.0);
        assert_eq!(site_region(&mut world), "seoul", "seed {seed}");
    }
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

/// Adds a record set of one value.
fn change(world: &mut World, zone: &str, edits: &[(&str, &str, &str, &str)]) -> Reply {
    let mut params = vec![("Id".to_owned(), zone.to_owned())];
    for (at, (action, name, kind, value)) in edits.iter().enumerate() {
        let path = format!("ChangeBatch.Changes.{}", at + 1);
        let set = format!("{path}.ResourceRecordSet");
        params.extend([
            (format!("{path}.Action"), (*action).to_owned()),
            (format!("{set}.Name"), (*name).to_owned()),
            (format!("{set}.Type"), (*kind).to_owned()),
            (format!("{set}.TTL"), "30".to_owned()),
            (format!("{set}.ResourceRecords.1.Value"), (*value).to_owned()),
        ]);
    }
    let borrowed: Vec<(&str, &str)> = params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    ask(world, "ChangeResourceRecordSets", &borrowed)
}

/// AWS: ChangeResourceRecordSets: listed at once, PENDING until all name servers answer it, INSYNC within a minute.
#[test]
fn a_change_is_listed_at_once_and_answered_when_it_is_in_sync() {
    let mut world = world();
    let zone = zone(&mut world);
    let shown = change(&mut world, &zone, &[("CREATE", "new.example.com", "A", "192.0.2.99")]).unwrap();
    assert_eq!(text(&shown, "ChangeInfo.Status"), "PENDING");
    let id = text(&shown, "ChangeInfo.Id").replace("/change/", "");
    let listed =
        ask(&mut world, "ListResourceRecordSets", &[("Id", zone.as_str()), ("name", "new.example.com")]);
    assert_eq!(text(&listed.unwrap(), "ResourceRecordSets.0.Name"), "new.example.com.");
    let answer = |world: &mut World| {
        let params =
            [("hostedzoneid", zone.as_str()), ("recordname", "new.example.com"), ("recordtype", "A")];
        text(&ask(world, "TestDNSAnswer", &params).unwrap(), "ResponseCode")
    };
    assert_eq!(answer(&mut world), "NXDOMAIN");
    wait(&mut world, 41.0);
    assert_eq!(answer(&mut world), "NOERROR");
    let done = ask(&mut world, "GetChange", &[("Id", id.as_str())]).unwrap();
    assert_eq!(text(&done, "ChangeInfo.Status"), "INSYNC");
    assert_eq!(code(ask(&mut world, "GetChange", &[("Id", "C0")])), (404, "NoSuchChange"));
}

/// AWS: ChangeResourceRecordSets: a batch is atomic; DELETE must match every value.
#[test]
fn a_batch_is_applied_whole_or_not_at_all() {
    let mut world = world();
    let zone = zone(&mut world);
    let count = |world: &mut World| {
        items(&ask(world, "ListResourceRecordSets", &[("Id", zone.as_str())]).unwrap(), "ResourceRecordSets")
            .len()
    };
    let before = count(&mut world);
    let edits = [
        ("CREATE", "a.example.com", "A", "192.0.2.1"),
        ("CREATE", "seoul.example.com", "A", "192.0.2.1"),
        ("DELETE", "b.example.com", "A", "192.0.2.1"),
        ("CREATE", "elsewhere.org", "A", "192.0.2.1"),
    ];
    let fault = change(&mut world, &zone, &edits).unwrap_err();
    assert_eq!((fault.status, fault.code), (400, "InvalidChangeBatch"));
    assert_eq!(
        fault.message,
        "[Tried to create resource record set [name='seoul.example.com.', type='A'] but it already exists, \
         Tried to delete resource record set [name='b.example.com.', type='A'] but it was not found, \
         RRSet with DNS name elsewhere.org. is not permitted in zone example.com.]"
    );
    assert_eq!(count(&mut world), before);
    change(&mut world, &zone, &[edits[0]]).unwrap();
    let other = change(&mut world, &zone, &[("DELETE", "a.example.com", "A", "192.0.2.2")]).unwrap_err();
    assert!(
        other.message.contains("the values provided do not match the current values"),
        "{}",
        other.message
    );
    change(&mut world, &zone, &[("DELETE", "a.example.com", "A", "192.0.2.1")]).unwrap();
    let beside = change(&mut world, &zone, &[("CREATE", "seoul.example.com", "CNAME", "x.example.com")]);
    assert!(beside.unwrap_err().message.contains("conflicts with other records"));
    let head = change(&mut world, &zone, &[("CREATE", "example.com", "CNAME", "x.example.com")]);
    assert!(head.unwrap_err().message.contains("not permitted at apex"));
}

/// AWS: ListResourceRecordSets: by reversed labels, in pages that name the next record; a start that is not there
/// begins at the next one.
#[test]
fn records_are_listed_by_reversed_labels_in_pages() {
    let mut world = world();
    let zone = zone(&mut world);
    change(&mut world, &zone, &[("CREATE", "*.example.com", "A", "192.0.2.1")]).unwrap();
    let (mut names, mut start) = (Vec::new(), Vec::new());
    loop {
        let mut params = vec![("Id".to_owned(), zone.clone()), ("maxitems".to_owned(), "2".to_owned())];
        params.append(&mut start);
        let borrowed: Vec<(&str, &str)> = params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let page = ask(&mut world, "ListResourceRecordSets", &borrowed).unwrap();
        let own = items(&page, "ResourceRecordSets").iter();
        names.extend(own.map(|set| format!("{} {}", text(set, "Name"), text(set, "Type"))));
        if text(&page, "IsTruncated") == "false" {
            break;
        }
        for (from, to) in
            [("NextRecordName", "name"), ("NextRecordType", "type"), ("NextRecordIdentifier", "identifier")]
        {
            let next = text(&page, from);
            start.extend((!next.is_empty()).then(|| (to.to_owned(), next)));
        }
    }
    let expected = [
        "example.com. NS",
        "example.com. SOA",
        "\\052.example.com. A",
        "seoul.example.com. A",
        "tokyo.example.com. A",
        "www.example.com. A",
        "www.example.com. A",
    ];
    assert_eq!(names, expected);
    let beyond =
        ask(&mut world, "ListResourceRecordSets", &[("Id", zone.as_str()), ("name", "t.example.com")]);
    assert_eq!(text(&beyond.unwrap(), "ResourceRecordSets.0.Name"), "tokyo.example.com.");
}

/// AWS: HealthCheckConfig: CALCULATED: threshold 0 is always healthy, above the number of children always unhealthy.
#[test]
fn a_calculated_check_counts_its_children() {
    let mut world = world();
    let (seoul, tokyo) = (check(&mut world, "seoul.example.com"), check(&mut world, "tokyo.example.com"));
    let params = [
        ("CallerReference", "both"),
        ("HealthCheckConfig.Type", "CALCULATED"),
        ("HealthCheckConfig.HealthThreshold", "2"),
        ("HealthCheckConfig.ChildHealthChecks.1", seoul.as_str()),
        ("HealthCheckConfig.ChildHealthChecks.2", tokyo.as_str()),
    ];
    let made = ask(&mut world, "CreateHealthCheck", &params).unwrap();
    let id = text(&made, "HealthCheck.Id");
    assert_eq!(text(&ask(&mut world, "CreateHealthCheck", &params).unwrap(), "HealthCheck.Id"), id);
    close_port_80(&mut world, SEOUL.code);
    wait(&mut world, 90.0);
    let turned = transitions(&world, "health_check.status");
    assert!(turned.iter().any(|(_, with)| with.contains(&id) && with.contains(&"unhealthy".to_owned())));
    assert_eq!(
        code(ask(&mut world, "GetHealthCheckStatus", &[("HealthCheckId", id.as_str())])),
        (400, "InvalidInput")
    );
    assert_eq!(
        code(ask(&mut world, "GetHealthCheck", &[("HealthCheckId", "no")])),
        (404, "NoSuchHealthCheck")
    );
}

/// AWS: ListTagsForResources, ChangeTagsForResource; GetHostedZone tells the four name servers.
#[test]
fn tags_and_name_servers_are_told() {
    let mut world = world();
    let (zone, id) = (zone(&mut world), check(&mut world, "seoul.example.com"));
    let shown = ask(&mut world, "GetHostedZone", &[("Id", zone.as_str())]).unwrap();
    assert_eq!(items(&shown, "DelegationSet.NameServers").len(), 4);
    let add = [
        ("ResourceType", "healthcheck"),
        ("ResourceId", id.as_str()),
        ("AddTags.1.Key", "team"),
        ("AddTags.1.Value", "web"),
        ("RemoveTagKeys.1", "Name"),
    ];
    ask(&mut world, "ChangeTagsForResource", &add).unwrap();
    let many = [("ResourceType", "healthcheck"), ("ResourceIds.1", id.as_str())];
    let tags = ask(&mut world, "ListTagsForResources", &many).unwrap();
    let own = items(&tags, "ResourceTagSets.0.Tags").iter();
    let own: Vec<String> = own.map(|tag| format!("{}={}", text(tag, "Key"), text(tag, "Value"))).collect();
    assert_eq!(own, ["firedrill=allowed", "team=web"]);
}

/// A seed decides everything: two worlds with equal seeds and calls have the same truth.
#[test]
fn equal_seeds_tell_the_same_truth() {
    let run = |seed| {
        let mut world = seeded(seed);
        wait(&mut world, 17.0);
        close_port_80(&mut world, SEOUL.code);
        // The steps in which time goes on do not matter.
        for _ in 0..=seed % 2 * 100 {
            wait(&mut world, Duration::from_secs(200).as_secs_f64() / (1.0 + (seed % 2 * 100) as f64));
        }
        world.truth().all().to_vec()
    };
    assert_eq!(run(2), run(2));
    assert_eq!(run(3), run(3));
    assert_ne!(run(2), run(3));
}
