use super::*;
use crate::lab::world::{
    call::Service,
    reference::{SEOUL, TOKYO},
    site::SiteOutcome,
    testing::{call, items, status, text, visit, wait, world},
};

fn breaks(world: &mut World, kind: &str, with: &[(&str, &str)]) -> Result<String, BreakError> {
    world.break_now(kind, with.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

#[test]
fn an_application_is_broken_where_it_was_said_and_serves_again_when_healed() {
    let mut world = world();
    let name =
        breaks(&mut world, "app-failing", &[("environment", SEOUL.environment), ("status", "503")]).unwrap();
    assert_eq!(status(&visit(&mut world, &SEOUL)), 503);
    assert_eq!(status(&visit(&mut world, &TOKYO)), 200);
    world.heal(&name).unwrap();
    assert_eq!(status(&visit(&mut world, &SEOUL)), 200);
    assert!(world.broken().is_empty());
}

#[test]
fn what_two_breakages_broke_is_broken_until_both_are_healed() {
    let mut world = world();
    let first = breaks(&mut world, "app-down", &[("region", SEOUL.code)]).unwrap();
    let second = breaks(&mut world, "app-failing", &[("region", SEOUL.code)]).unwrap();
    assert_eq!(status(&visit(&mut world, &SEOUL)), 500);
    world.heal(&second).unwrap();
    assert_eq!(status(&visit(&mut world, &SEOUL)), 502);
    world.heal(&first).unwrap();
    assert_eq!(status(&visit(&mut world, &SEOUL)), 200);
}

#[test]
fn a_lost_region_answers_no_packet_and_a_lost_zone_half_of_them() {
    let mut world = world();
    let name = breaks(&mut world, "region-lost", &[("region", SEOUL.code)]).unwrap();
    assert_eq!(visit(&mut world, &SEOUL), SiteOutcome::Dropped);
    assert_eq!(status(&visit(&mut world, &TOKYO)), 200);
    world.heal(&name).unwrap();
    assert_eq!(status(&visit(&mut world, &SEOUL)), 200);
    breaks(&mut world, "zone-lost", &[("zone", SEOUL.zones[1])]).unwrap();
    let dark = SEOUL.balancer.map(|address| world.is_dark(address.into()));
    assert_eq!(dark, [false, true]);
}

#[test]
fn a_flapping_application_is_down_and_up_in_turn_and_stops_when_healed() {
    let mut world = world();
    let with = [("region", SEOUL.code), ("every", "10s")];
    let name = breaks(&mut world, "flapping", &with).unwrap();
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(status(&visit(&mut world, &SEOUL)));
        wait(&mut world, 10.0);
    }
    assert_eq!(seen, [502, 200, 502, 200]);
    world.heal(&name).unwrap();
    wait(&mut world, 25.0);
    assert_eq!(status(&visit(&mut world, &SEOUL)), 200);
}

#[test]
fn a_database_is_unwell_without_any_status_that_tells() {
    let mut world = world();
    let name = breaks(&mut world, "writer-unwell", &[("region", SEOUL.code)]).unwrap();
    assert!(world.commit_write(SEOUL.code).is_err());
    world.heal(&name).unwrap();
    assert!(world.commit_write(SEOUL.code).is_ok());
    breaks(&mut world, "replication-lag", &[("seconds", "90")]).unwrap();
    let follower = world.database_of(TOKYO.code).unwrap().to_owned();
    assert!(world.replication_lag_at(&follower, world.now()) >= std::time::Duration::from_secs(90));
}

#[test]
fn a_control_plane_is_down_by_a_rule_that_heals_with_it() {
    let mut world = world();
    let name = breaks(&mut world, "service-down", &[("service", "rds"), ("region", SEOUL.code)]).unwrap();
    assert_eq!(world.rules()[0].rule, format!("rds:*@{} unavailable", SEOUL.code));
    world.heal(&name).unwrap();
    assert!(world.rules().is_empty());
    breaks(&mut world, "route53-control-plane", &[]).unwrap();
    let (healed, left) = world.heal_all();
    assert_eq!((healed.len(), left.len()), (2, 0));
    assert!(world.rules().is_empty() && world.broken().is_empty());
}

#[test]
fn an_outsider_closes_a_group_by_an_ordinary_call_and_healing_admits_the_same_again() {
    let mut world = world();
    let rules = |world: &mut World| {
        wait(world, 5.0);
        let reply = call(world, Service::Ec2, "DescribeSecurityGroupRules", SEOUL.code, &[]).unwrap();
        let shown =
            items(&reply, "securityGroupRuleSet").iter().filter(|rule| text(rule, "isEgress") == "false");
        let mut shown: Vec<_> = shown
            .map(|rule| {
                ["groupId", "fromPort", "cidrIpv4", "referencedGroupInfo.groupId", "description"]
                    .map(|path| text(rule, path))
            })
            .collect();
        shown.sort();
        shown
    };
    let before = rules(&mut world);
    let group = before.iter().find(|rule| rule[1] == "80").map(|rule| rule[0].clone()).unwrap();
    let name = breaks(&mut world, "group-closed", &[("group", &group), ("port", "80")]).unwrap();
    let broken = rules(&mut world);
    assert!(!broken.iter().any(|rule| rule[0] == group && rule[1] == "80"), "{broken:?}");
    world.heal(&name).unwrap();
    assert_eq!(rules(&mut world), before);
}

#[test]
fn what_cannot_be_broken_is_said_with_the_nearest_name() {
    let mut world = world();
    let said = |world: &mut World, kind: &str, with: &[(&str, &str)]| {
        breaks(world, kind, with).unwrap_err().to_string()
    };
    assert_eq!(
        said(&mut world, "app-donw", &[]),
        "there is no breakage `app-donw`; did you mean `app-down`?"
    );
    assert_eq!(
        said(&mut world, "app-down", &[]),
        "app-down needs one of region=…, environment=…, instance=…"
    );
    assert_eq!(
        said(&mut world, "zone-lost", &[("zoen", "a")]),
        "zone-lost has no `zoen`; it takes zone; did you mean `zone`?"
    );
    assert_eq!(
        said(&mut world, "region-lost", &[("region", "eu-west-1")]),
        "the world has no region eu-west-1; it has ap-northeast-1, ap-northeast-2"
    );
    assert_eq!(
        said(&mut world, "replication-lag", &[("seconds", "-1")]),
        "seconds=-1 is no whole number from 1 to 86400"
    );
    assert_eq!(world.heal("b9").unwrap_err().to_string(), "nothing broken and no rule is called `b9`");
    assert!(world.broken().is_empty());
}
