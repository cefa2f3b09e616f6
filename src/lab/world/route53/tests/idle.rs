//! What is at rest costs nothing, and what changes is seen as if nothing had ever rested.

use super::{ask, check, close_port_80, open_port_80, transitions};
use crate::lab::world::{
    World, agenda,
    call::Tree,
    reference::{SEOUL, TOKYO},
    testing::{items, member, seeded, text, wait, world},
};

/// How many of this service's entries are on the agenda.
fn entries(world: &World) -> usize {
    world.agenda.iter().filter(|due| matches!(due, agenda::Due::Route53(_))).count()
}

/// At rest nothing of Route 53 is on the agenda, while observations grow no older than an interval.
#[test]
fn a_world_at_rest_has_nothing_to_do_and_its_observations_stay_fresh() {
    let mut world = world();
    assert_eq!(entries(&world), 0);
    let id = check(&mut world, "seoul.example.com");
    for _ in 0..20 {
        wait(&mut world, 37.3);
        let shown = ask(&mut world, "GetHealthCheckStatus", &[("HealthCheckId", id.as_str())]).unwrap();
        for observation in items(&shown, "HealthCheckObservations") {
            let Some(Tree::Time(at)) = member(observation, "StatusReport.CheckedTime") else { panic!() };
            let age = world.now().duration_since(*at).as_millis();
            assert!((0..=10_000).contains(&age), "{age} ms");
        }
    }
    assert_eq!(entries(&world), 0);
}

/// A change wakes the checks that may see it and no others; when it has been seen through, they rest again, and go on
/// telling what they last met.
#[test]
fn a_change_wakes_those_that_see_it_until_they_have() {
    for seed in 0..5 {
        let mut world = seeded(seed);
        let taken = close_port_80(&mut world, SEOUL.code);
        wait(&mut world, 6.0);
        let awake = |world: &World, host: &str| {
            let own = world.route53.checks.values().find(|check| check.live.host.as_deref() == Some(host));
            own.unwrap().checkers.iter().filter(|checker| checker.awake).count()
        };
        assert!(awake(&world, "seoul.example.com") > 0, "seed {seed}");
        assert_eq!(awake(&world, "tokyo.example.com"), 0, "seed {seed}");
        wait(&mut world, 300.0);
        assert_eq!(entries(&world), 0, "seed {seed}");
        let id = check(&mut world, "seoul.example.com");
        for operation in ["GetHealthCheckStatus", "GetHealthCheckLastFailureReason"] {
            let shown = ask(&mut world, operation, &[("HealthCheckId", id.as_str())]).unwrap();
            let seen = items(&shown, "HealthCheckObservations");
            assert_eq!(seen.len(), 16);
            for one in seen {
                assert!(text(one, "StatusReport.Status").starts_with("Failure: "), "seed {seed}");
                let Some(Tree::Time(at)) = member(one, "StatusReport.CheckedTime") else { panic!() };
                assert!(world.now().duration_since(*at).as_secs() <= 10, "seed {seed}: {operation}");
            }
        }
        open_port_80(&mut world, SEOUL.code, &taken);
        wait(&mut world, 300.0);
        assert_eq!(
            (entries(&world), transitions(&world, "health_check.status").len()),
            (0, 2),
            "seed {seed}"
        );
    }
}

/// A disabled check looks no more: its last observations stay as old as they are.
#[test]
fn a_disabled_checks_observations_grow_old() {
    let mut world = world();
    let id = check(&mut world, "tokyo.example.com");
    let own = ("HealthCheckId", id.as_str());
    ask(&mut world, "UpdateHealthCheck", &[own, ("Disabled", "true")]).unwrap();
    wait(&mut world, 600.0);
    let oldest = |world: &mut World| {
        let shown = ask(world, "GetHealthCheckStatus", &[own]).unwrap();
        let ages = items(&shown, "HealthCheckObservations").iter().map(|one| {
            let Some(Tree::Time(at)) = member(one, "StatusReport.CheckedTime") else { panic!() };
            world.now().duration_since(*at).as_secs()
        });
        ages.min().unwrap()
    };
    assert!(oldest(&mut world) > 580);
    // What happens meanwhile is not seen.
    close_port_80(&mut world, TOKYO.code);
    wait(&mut world, 100.0);
    assert!(transitions(&world, "health_check.status").is_empty());
    ask(&mut world, "UpdateHealthCheck", &[own, ("Disabled", "false")]).unwrap();
    wait(&mut world, 60.0);
    assert!(oldest(&mut world) < 20);
    assert_eq!(transitions(&world, "health_check.status").len(), 1);
}

/// An endpoint whose name leads elsewhere is looked at there.
#[test]
fn a_name_that_moves_wakes_its_check() {
    let mut world = world();
    let zone = super::zone(&mut world);
    let set = "ChangeBatch.Changes.1.ResourceRecordSet";
    let params = [
        ("Id".to_owned(), zone),
        ("ChangeBatch.Changes.1.Action".to_owned(), "UPSERT".to_owned()),
        (format!("{set}.Name"), "seoul.example.com".to_owned()),
        (format!("{set}.Type"), "A".to_owned()),
        (format!("{set}.TTL"), "60".to_owned()),
        (format!("{set}.ResourceRecords.1.Value"), "192.0.2.250".to_owned()),
    ];
    let borrowed: Vec<(&str, &str)> = params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    ask(&mut world, "ChangeResourceRecordSets", &borrowed).unwrap();
    wait(&mut world, 120.0);
    assert_eq!(transitions(&world, "health_check.status").len(), 1);
    let id = check(&mut world, "seoul.example.com");
    let shown = ask(&mut world, "GetHealthCheckStatus", &[("HealthCheckId", id.as_str())]).unwrap();
    let said = text(&shown, "HealthCheckObservations.0.StatusReport.Status");
    assert!(said.starts_with("Failure: Resolved IP: 192.0.2.250. Connection timed out."), "{said}");
}
