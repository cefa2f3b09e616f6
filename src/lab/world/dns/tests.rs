//! What name servers and the resolver answer.

use std::time::Duration;

use super::{DnsAnswer, DnsCode, DnsData, DnsKind, DnsQuestion, NAME_SERVERS};
use crate::lab::world::{
    World,
    reference::{SEOUL, TOKYO},
    testing::{wait, world},
};

fn question(name: &str, kind: DnsKind) -> DnsQuestion {
    DnsQuestion { name: name.to_owned(), kind, recursive: true }
}

fn answer(world: &mut World, name: &str, kind: DnsKind) -> DnsAnswer {
    world.answer(world.now(), &question(name, kind))
}

fn resolve(world: &mut World, name: &str) -> DnsAnswer {
    world.resolve(world.now(), &question(name, DnsKind::A))
}

/// AWS: values for alias records: an alias answers under its own name, with its target's TTL: 60 s for a balancer.
#[test]
fn the_site_answers_the_primarys_balancer_with_its_ttl() {
    let mut world = world();
    let told = answer(&mut world, "www.EXAMPLE.com.", DnsKind::A);
    assert!(told.authoritative && told.code == DnsCode::NoError);
    let mut addresses = told.addresses();
    addresses.sort();
    assert_eq!(addresses, SEOUL.balancer);
    assert!(told.records.iter().all(|record| record.name == "www.example.com." && record.ttl == 60));
    let again = answer(&mut world, "www.example.com", DnsKind::A).addresses();
    assert_ne!(again, told.addresses(), "each answer begins with another address");
}

/// RFC 2308: a name without records of the type is NOERROR with the zone's head, a missing one NXDOMAIN with it.
#[test]
fn absences_carry_the_head_of_the_zone() {
    let mut world = world();
    for (name, code) in [("www.example.com", DnsCode::NoError), ("nowhere.example.com", DnsCode::NxDomain)] {
        let told = answer(&mut world, name, DnsKind::Aaaa);
        assert_eq!((told.code, told.records.len()), (code, 0));
        assert!(matches!(&told.authority[0].data, DnsData::Soa(soa) if soa.minimum == 86_400));
        assert_eq!(told.authority[0].ttl, 900);
    }
    assert_eq!(answer(&mut world, "elsewhere.org", DnsKind::A).code, DnsCode::Refused);
}

/// The zone's name servers are four, and each has an address.
#[test]
fn name_servers_can_be_found() {
    let mut world = world();
    let told = answer(&mut world, "example.com", DnsKind::Ns);
    assert_eq!(told.records.len(), 4);
    for (server, address) in NAME_SERVERS {
        assert_eq!(answer(&mut world, server, DnsKind::A).addresses(), [address]);
    }
}

/// AWS: Elastic Beanstalk: the environment's CNAME leads to its balancer, as the balancer's own name does.
#[test]
fn awss_own_names_lead_to_the_balancers() {
    let mut world = world();
    let balancer = world.balancer_name(&world.balancers_in(TOKYO.code)[0]).unwrap().to_owned();
    for name in [TOKYO.cname, &balancer, &format!("dualstack.{balancer}"), "tokyo.example.com"] {
        let mut addresses = answer(&mut world, name, DnsKind::A).addresses();
        addresses.sort();
        assert_eq!(addresses, TOKYO.balancer, "{name}");
    }
}

/// RFC 4592: a name between others exists, so that a resolver that asks label by label (RFC 9156) gets through.
#[test]
fn names_between_others_exist() {
    let mut world = world();
    let between =
        ["elb.amazonaws.com", "ap-northeast-1.elb.amazonaws.com", "ap-northeast-2.rds.amazonaws.com"];
    for name in between {
        let told = answer(&mut world, name, DnsKind::A);
        assert_eq!((told.code, told.records.len()), (DnsCode::NoError, 0), "{name}");
    }
    assert_eq!(answer(&mut world, "eu-west-0.elb.amazonaws.com", DnsKind::A).code, DnsCode::NxDomain);
    assert_eq!(answer(&mut world, "elb.amazonaws.com", DnsKind::Ns).records.len(), 4);
    assert!(matches!(answer(&mut world, "rds.amazonaws.com", DnsKind::Soa).records[0].data, DnsData::Soa(_)));
}

/// A resolver answers from memory until the TTL is over, with the TTL that is left; then it asks again.
#[test]
fn the_resolver_counts_ttls_down_and_asks_again() {
    let mut world = world();
    let first = resolve(&mut world, "www.example.com");
    assert!(!first.authoritative && first.records[0].ttl == 60);
    wait(&mut world, 25.5);
    let second = resolve(&mut world, "www.example.com");
    assert_eq!(second.records[0].ttl, 34);
    assert_eq!(second.addresses(), first.addresses());
    wait(&mut world, 34.5);
    assert_eq!(resolve(&mut world, "www.example.com").records[0].ttl, 60);
    world.hold_answers(Duration::from_secs(120));
    world.flush_resolver();
    resolve(&mut world, "www.example.com");
    wait(&mut world, 100.0);
    assert_eq!(resolve(&mut world, "www.example.com").records[0].ttl, 20, "it overstays");
}

/// The values of records are read and written as zone files have them.
#[test]
fn values_are_written_as_they_were_read() {
    let values = [
        (DnsKind::Txt, r#""v=spf1 -all" "say \"hi\"""#),
        (DnsKind::Mx, "10 mail.example.com."),
        (DnsKind::Aaaa, "2001:db8::1"),
        (DnsKind::Soa, "ns. admin. 1 2 3 4 5"),
    ];
    for (kind, value) in values {
        assert_eq!(DnsData::parse(kind, value).map(|data| data.text()).as_deref(), Some(value));
    }
    for (kind, value) in [(DnsKind::A, "300.1.1.1"), (DnsKind::Txt, "bare"), (DnsKind::Mx, "x y")] {
        assert_eq!(DnsData::parse(kind, value), None, "{value}");
    }
}
