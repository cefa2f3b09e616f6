//! The whole drill against the world alone, and what must hold of every world.

mod file;
mod fuzz;
mod large;

use std::{collections::BTreeMap, net::IpAddr};

use jiff::Timestamp;

use super::{
    World,
    call::{Service, Tree},
    dns::{DnsKind, DnsQuestion},
    reference::{REGIONS, Region, SEOUL, SITE, TOKYO},
    site::SiteRequest,
    testing::{call, get, items, request, seeded, status, text, wait, web_rule},
};

/// What a user sees who looks the site up and opens a new connection: the region that answers, if one does.
fn user(world: &mut World, method: &str, path: &str) -> Option<&'static Region> {
    let now = world.now();
    let question = DnsQuestion { name: SITE.to_owned(), kind: DnsKind::A, recursive: true };
    let address = *world.resolve(now, &question).addresses().first()?;
    let region = REGIONS.iter().find(|region| region.balancer.contains(&address))?;
    let request = SiteRequest {
        to: IpAddr::V4(address),
        method: method.to_owned(),
        path: path.to_owned(),
        ..get(region, 80)
    };
    (status(&world.site(now, &request)) == 200).then_some(region)
}

fn reads(world: &mut World) -> Option<&'static str> {
    user(world, "GET", "/").map(|region| region.code)
}

fn writes(world: &mut World) -> Option<&'static str> {
    user(world, "POST", "/write-check").map(|region| region.code)
}

/// Lets time go by, one second at a time, until `done`; the seconds that it took.
fn until(world: &mut World, limit: u32, what: &str, mut done: impl FnMut(&mut World) -> bool) -> u32 {
    let seed = world.seed();
    for second in 0..limit {
        if done(world) {
            return second;
        }
        wait(world, 1.0);
    }
    panic!("seed {seed}: not within {limit} s: {what}\n{:#?}", world.truth().all());
}

fn port_80(world: &mut World, operation: &str) {
    web_rule(world, operation, false).unwrap();
}

fn environment(world: &mut World) -> String {
    let params = [("EnvironmentName", SEOUL.environment), ("AttributeNames.1", "All")];
    let reply = call(world, Service::Beanstalk, "DescribeEnvironmentHealth", SEOUL.code, &params).unwrap();
    text(&reply, "HealthStatus")
}

fn switch_over(world: &mut World, from: &Region, to: &Region) {
    let reply = call(world, Service::Rds, "DescribeGlobalClusters", from.code, &[]).unwrap();
    let arns =
        items(&reply, "GlobalClusters.0.GlobalClusterMembers").iter().map(|own| text(own, "DBClusterArn"));
    let target = arns.into_iter().find(|arn| arn.contains(to.cluster)).unwrap();
    let params =
        [("GlobalClusterIdentifier", "wordpress-global"), ("TargetDbClusterIdentifier", target.as_str())];
    call(world, Service::Rds, "SwitchoverGlobalCluster", from.code, &params).unwrap();
}

fn hold_traffic(world: &mut World, held: bool) {
    let checks = call(world, Service::Route53, "ListHealthChecks", "us-east-1", &[]).unwrap();
    let own = |check: &&Tree| text(check, "HealthCheckConfig.FullyQualifiedDomainName").starts_with("seoul");
    let id = text(items(&checks, "HealthChecks").iter().find(own).unwrap(), "Id");
    let held = held.to_string();
    let params = [("HealthCheckId", id.as_str()), ("Disabled", held.as_str()), ("Inverted", held.as_str())];
    call(world, Service::Route53, "UpdateHealthCheck", "us-east-1", &params).unwrap();
}

/// The whole drill; the seconds that it took.
fn drill(world: &mut World) -> u32 {
    let mut seconds = 0;
    wait(world, 30.0);
    assert_eq!((reads(world), writes(world)), (Some(SEOUL.code), Some(SEOUL.code)));
    port_80(world, "RevokeSecurityGroupIngress");
    seconds += until(world, 300, "Seoul is seen to be down", |world| environment(world) == "Severe");
    switch_over(world, &SEOUL, &TOKYO);
    seconds += until(world, 300, "Tokyo serves reads and writes", |world| {
        reads(world) == Some(TOKYO.code) && writes(world) == Some(TOKYO.code)
    });
    hold_traffic(world, true);
    wait(world, 30.0);
    port_80(world, "AuthorizeSecurityGroupIngress");
    let name = world.balancer_name(&world.balancers_in(SEOUL.code)[0]).unwrap().to_owned();
    seconds += until(world, 120, "Seoul's targets are healthy again", |world| {
        world.balancer_target_health(&name) == Some(true)
    });
    wait(world, 60.0);
    assert_eq!(reads(world), Some(TOKYO.code), "traffic is held in Tokyo");
    switch_over(world, &TOKYO, &SEOUL);
    seconds +=
        until(world, 120, "the writer is back", |world| world.database_takes_writes(SEOUL.code).is_ok());
    hold_traffic(world, false);
    seconds += until(world, 200, "Seoul serves again", |world| writes(world) == Some(SEOUL.code));
    seconds += until(world, 300, "Seoul's environment is well again", |world| environment(world) == "Ok");
    seconds + 90
}

/// The reference deployment comes through the drill, and the world's share of it leaves room within eleven minutes.
#[test]
fn the_drill_comes_through() {
    for seed in 1..=10 {
        let mut world = seeded(seed);
        let seconds = drill(&mut world);
        assert!(seconds <= 660, "seed {seed}: {seconds} s");
    }
}

/// What a user sees follows from three notes: `resolver.answer` says where a fresh lookup leads, `site.*` what a fresh
/// connection there gets, `writes.*` whether it can write.
#[test]
fn the_truth_tells_what_a_user_sees() {
    let mut world = seeded(11);
    let (mut leads, mut up, mut open) = ("", BTreeMap::new(), BTreeMap::new());
    let mut read_so_far = 0;
    let mut closed = None;
    for step in 0..2_500_u32 {
        wait(&mut world, 0.2);
        match step {
            100 => port_80(&mut world, "RevokeSecurityGroupIngress"),
            800 => switch_over(&mut world, &SEOUL, &TOKYO),
            1_500 => port_80(&mut world, "AuthorizeSecurityGroupIngress"),
            _ => {}
        }
        let (read, written) = (reads(&mut world), writes(&mut world));
        for note in &world.truth().all()[read_so_far..] {
            let region =
                || REGIONS.iter().find(|own| note.with.get("region").is_some_and(|code| own.code == code));
            match note.what {
                "resolver.answer" if note.with["name"] == SITE => leads = region().map_or("", |own| own.code),
                "site.up" | "site.partial" | "site.down" if note.with["port"] == "80" => {
                    up.insert(region().map(|own| own.code), note.what == "site.up");
                }
                "writes.open" | "writes.blocked" => {
                    open.insert(region().map(|own| own.code), note.what == "writes.open");
                }
                _ => {}
            }
        }
        read_so_far = world.truth().all().len();
        let serves = up.get(&Some(leads)).copied().unwrap_or(false);
        assert_eq!(read, serves.then_some(leads), "step {step}");
        let takes = open.get(&Some(leads)).copied().unwrap_or(leads == SEOUL.code);
        assert_eq!(written, (serves && takes).then_some(leads), "step {step}");
        closed = closed.or(read.is_none().then_some(step));
    }
    assert!(closed.is_some(), "there was an outage to see");
}

/// "deterministic: the same seed, start and calls give the same answers and the same truth".
#[test]
fn equal_seeds_live_equal_lives() {
    let lives = [3, 3, 4].map(|seed| {
        let mut world = seeded(seed);
        drill(&mut world);
        world.truth().all().to_vec()
    });
    assert_eq!(lives[0], lives[1]);
    assert_ne!(lives[0], lives[2]);
}

/// How often the caller lets time go by changes nothing: a world that is looked at rarely is the same world.
#[test]
fn the_world_does_not_mind_how_often_it_is_looked_at() {
    let lives = [0.5, 37.0].map(|step| {
        let mut world = seeded(5);
        port_80(&mut world, "RevokeSecurityGroupIngress");
        let end = crate::clock::later(world.now(), std::time::Duration::from_secs(370));
        while world.now() < end {
            wait(&mut world, step);
        }
        world.truth().all().iter().filter(|note| note.at <= end).cloned().collect::<Vec<_>>()
    });
    assert_eq!(lives[0], lives[1]);
}

/// Every operation that is listed is answered: by a reply or by an error of AWS's own, never by "unrouted".
#[test]
fn every_listed_operation_is_answered() {
    let mut world = seeded(1);
    for (service, operation) in World::routes() {
        let operation = operation.name;
        let asked = request(service, operation, SEOUL.code, &[]);
        // A minute apart, so that no bucket is empty.
        let now = crate::clock::later(world.now(), std::time::Duration::from_secs(60));
        if let Err(fault) = world.handle(now, &asked) {
            assert_ne!(fault.code, "UnroutedOperation", "{service:?} {operation}");
            assert!(fault.status < 500, "{service:?} {operation}: {fault:?}");
        }
    }
}

/// Time only goes forward, also for a caller whose clock went back.
#[test]
fn time_never_goes_back() {
    let mut world = seeded(1);
    wait(&mut world, 100.0);
    let now = world.now();
    world.advance(Timestamp::UNIX_EPOCH);
    assert_eq!(world.now(), now);
}
