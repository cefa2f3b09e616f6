//! The name at the resolver and at the zone's own servers.

use super::support::*;
use crate::{
    drill::model::Side,
    journal::sample::{Outcome, Seen},
};

/// Three servers of the zone, each answering for itself.
fn zone() -> std::sync::Arc<PaperNet> {
    let net = PaperNet::new();
    for number in 1..=3 {
        net.name(&format!("ns-{number}.example.net"), &[&format!("203.0.113.{number}")], 3600);
        net.server(&format!("203.0.113.{number}:53"), &format!("zone {number}"));
        net.name(&format!("zone {number}"), &[SEOUL_IP], 60);
    }
    net
}

#[tokio::test(start_paused = true)]
async fn the_resolvers_answer_is_sorted_and_names_the_region_of_all_its_addresses() {
    let net = PaperNet::new();
    net.name(SEOUL, &[SEOUL_IP, "192.0.2.9"], 60);
    net.name(HOST, &[SEOUL_IP, "192.0.2.9"], 17);
    let probe = net.probe("dns.resolver");
    let look = probe.look().await;
    let addresses = vec!["192.0.2.9".parse().unwrap(), SEOUL_IP.parse().unwrap()];
    assert_eq!(look.seen, Some(Seen::Dns { addresses, ttl: 17, side: Some(Side::Primary) }));
    assert_eq!(look.outcome, Outcome::Good);

    net.name(HOST, &[SEOUL_IP, TOKYO_IP], 17);
    assert_eq!(from(&probe.look().await), None, "half and half is neither");
    net.no_name(HOST);
    assert_eq!(bad(&probe.look().await), "www.example.com has no address: NXDOMAIN");
}

#[tokio::test(start_paused = true)]
async fn the_zones_servers_take_turns_and_two_must_agree() {
    let net = zone();
    let probe = net.probe("dns.authoritative");
    for _ in 0..3 {
        let look = probe.look().await;
        assert_eq!((look.outcome.clone(), from(&look)), (Outcome::Good, Some(Side::Primary)));
    }
    let asked: Vec<usize> = (1..=3).map(|number| net.lookups_of(&format!("zone {number}"))).collect();
    assert_eq!(asked, [2, 2, 2]);
    assert_eq!(net.lookups_of("ns-1.example.net"), 1, "a server's own address is kept");

    net.name("zone 1", &[TOKYO_IP], 60);
    let look = probe.look().await;
    assert_eq!(unknown(&look), "ns-1.example.net leads to standby, ns-2.example.net to primary");
}

#[tokio::test(start_paused = true)]
async fn one_silent_server_is_no_news_and_two_are() {
    let net = zone();
    let probe = net.probe("dns.authoritative");
    net.silence("zone 1");
    let look = probe.look().await;
    assert_eq!((look.outcome.clone(), from(&look)), (Outcome::Good, Some(Side::Primary)));
    net.silence("zone 2");
    net.silence("zone 3");
    bad(&probe.look().await);
}

#[tokio::test(start_paused = true)]
async fn servers_that_cannot_be_found_tell_nothing() {
    let net = zone();
    net.no_name("ns-1.example.net");
    net.no_name("ns-2.example.net");
    let look = net.probe("dns.authoritative").look().await;
    assert_eq!(unknown(&look), "name server ns-2.example.net was not found: NXDOMAIN");
}

#[tokio::test(start_paused = true)]
async fn an_alias_to_a_balancer_tells_the_region_by_name() {
    let net = zone();
    for number in 1..=3 {
        net.no_name(&format!("zone {number}"));
        net.alias(&format!("zone {number}"), &format!("dualstack.{}.", TOKYO.to_uppercase()).to_lowercase());
    }
    let look = net.probe("dns.authoritative").look().await;
    assert_eq!((look.outcome.clone(), from(&look)), (Outcome::Good, Some(Side::Standby)));
}
