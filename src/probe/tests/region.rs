//! Which region answered: by marker, by address, and when that cannot be said.

use super::support::*;
use crate::drill::model::Side;

#[tokio::test(start_paused = true)]
async fn without_a_marker_the_address_tells_the_region() {
    let net = PaperNet::new();
    let site = net.probe("site");
    assert_eq!(from(&site.look().await), Some(Side::Primary));
    net.name(HOST, &[TOKYO_IP], 60);
    assert_eq!(from(&site.look().await), Some(Side::Standby));
    net.name(HOST, &["203.0.113.9"], 60);
    net.page("203.0.113.9", Page::Says(200, ""));
    assert_eq!(from(&site.look().await), None, "nobody's address");
}

#[tokio::test(start_paused = true)]
async fn a_marker_goes_before_the_address_and_an_answer_without_it_falls_back() {
    for header in [Some("X-Served-By"), None] {
        let net = PaperNet::new();
        let site = net.probe_of("site", drill_with_marker(header));
        // A balancer in Seoul that passes requests on to Tokyo's machines.
        net.page(SEOUL_IP, Page::Says(200, "tokyo-web-1"));
        assert_eq!(from(&site.look().await), Some(Side::Standby), "{header:?}");
        // The balancer's own error page carries no marker.
        net.page(SEOUL_IP, Page::Says(504, ""));
        assert_eq!(from(&site.look().await), Some(Side::Primary), "{header:?}");
        // A page that shows both says nothing.
        net.page(SEOUL_IP, Page::Says(200, "seoul or tokyo"));
        assert_eq!(from(&site.look().await), Some(Side::Primary), "{header:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn addresses_that_a_balancer_gains_are_learned_and_those_it_had_are_kept() {
    let net = PaperNet::new();
    let site = net.probe("site");
    assert_eq!(from(&site.look().await), Some(Side::Primary));
    net.name(SEOUL, &["192.0.2.77"], 60);
    net.name(HOST, &["192.0.2.77", SEOUL_IP], 60);
    net.page("192.0.2.77", Page::Says(200, ""));
    assert_eq!(from(&site.look().await), None, "just asked: not asked again at once");
    net.after(5).await;
    site.look().await;
    net.after(1).await;
    assert_eq!(from(&site.look().await), Some(Side::Primary), "learned because a stranger answered");
    net.name(HOST, &[SEOUL_IP], 60);
    assert_eq!(from(&site.look().await), Some(Side::Primary), "the old address is still Seoul's");
}

#[tokio::test(start_paused = true)]
async fn balancers_are_looked_up_each_minute_and_not_more_often() {
    let net = PaperNet::new();
    let site = net.probe("site");
    for _ in 0..60 {
        site.look().await;
        net.after(1).await;
    }
    assert_eq!(net.lookups_of(SEOUL), 1);
    site.look().await;
    net.after(1).await;
    assert_eq!(net.lookups_of(SEOUL), 2);
    net.silence(SEOUL);
    net.after(120).await;
    site.look().await;
    net.after(10).await;
    assert_eq!(from(&site.look().await), Some(Side::Primary), "a silent resolver makes no one a stranger");
}

#[tokio::test(start_paused = true)]
async fn an_address_that_both_regions_claim_tells_nothing() {
    let net = PaperNet::new();
    net.name(TOKYO, &[TOKYO_IP, SEOUL_IP], 60);
    assert_eq!(from(&net.probe("site").look().await), None);
}
