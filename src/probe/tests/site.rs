//! What each kind of client keeps, and what it calls good, bad and unknown.

use http::Method;

use super::support::*;
use crate::{
    drill::model::Side,
    journal::sample::{Outcome, Seen},
    probe::{ProbeContext, probes},
};

#[tokio::test(start_paused = true)]
async fn a_new_user_is_served_and_each_phase_is_noted() {
    let look = PaperNet::new().probe("site").look().await;
    assert_eq!(look.outcome, Outcome::Good);
    assert!(look.phases.resolved_us.is_some() && look.phases.connected_us.is_some());
    assert!(look.phases.first_byte_us.is_some() && look.phases.secured_us.is_none());
    assert!(matches!(look.seen, Some(Seen::Site { status: Some(200), reused: false, .. })));
}

#[tokio::test(start_paused = true)]
async fn a_redirect_is_good_and_every_status_from_400_on_is_bad() {
    let net = PaperNet::new();
    let site = net.probe("site");
    for (status, good) in [(200, true), (302, true), (404, false), (500, false), (504, false)] {
        net.page(SEOUL_IP, Page::Says(status, ""));
        let look = site.look().await;
        assert_eq!(look.outcome.is_good(), good, "{status}");
        if !good {
            assert_eq!(bad(&look), format!("HTTP {status}"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_user_cannot_reach_is_bad_and_what_this_machine_cannot_do_is_unknown() {
    let net = PaperNet::new();
    let site = net.probe("site");
    net.page(SEOUL_IP, Page::Silent);
    let look = site.look().await;
    assert_eq!(bad(&look), "connecting to 192.0.2.10:80: no answer within 3.0 s");
    assert!(matches!(look.seen, Some(Seen::Site { status: None, from: Some(Side::Primary), .. })));

    net.no_name(HOST);
    assert_eq!(bad(&site.look().await), "www.example.com has no address: NXDOMAIN");
    net.silence(HOST);
    assert_eq!(bad(&site.look().await), "asking 192.0.2.53:53: no answer within 3.0 s");

    let net = PaperNet::new();
    net.page(SEOUL_IP, Page::NotAsked);
    let look = net.probe("site").look().await;
    assert_eq!(unknown(&look), "connecting to 192.0.2.10:80: this machine cannot: no port is free");
}

#[tokio::test(start_paused = true)]
async fn a_new_user_asks_for_the_name_each_time() {
    let net = PaperNet::new();
    let site = net.probe("site");
    assert_eq!(address(&site.look().await), SEOUL_IP);
    net.name(HOST, &[TOKYO_IP], 60);
    assert_eq!(address(&site.look().await), TOKYO_IP);
    assert_eq!(net.lookups_of(HOST), 2);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_obeys_the_ttl_keeps_the_answer_so_long_and_no_longer() {
    let net = PaperNet::new();
    let client = net.probe("site.ttl");
    let first = client.look().await;
    assert!(first.phases.resolved_us.is_some());
    net.name(HOST, &[TOKYO_IP], 60);
    net.page(SEOUL_IP, Page::Says(504, ""));
    net.after(59).await;
    let kept = client.look().await;
    assert_eq!((address(&kept).as_str(), bad(&kept)), (SEOUL_IP, "HTTP 504"));
    assert!(kept.phases.resolved_us.is_none());
    net.after(1).await;
    assert_eq!(address(&client.look().await), TOKYO_IP);
    assert_eq!(net.lookups_of(HOST), 2);
}

#[tokio::test(start_paused = true)]
async fn an_expired_answer_is_not_used_when_the_name_is_gone() {
    let net = PaperNet::new();
    let client = net.probe("site.ttl");
    client.look().await;
    net.no_name(HOST);
    net.after(61).await;
    assert_eq!(bad(&client.look().await), "www.example.com has no address: NXDOMAIN");
}

#[tokio::test(start_paused = true)]
async fn a_fixed_client_goes_to_its_region_whatever_the_name_says() {
    let net = PaperNet::new();
    net.no_name(HOST);
    for (watch, address_of, side) in
        [("site.primary", SEOUL_IP, Side::Primary), ("site.standby", TOKYO_IP, Side::Standby)]
    {
        let look = net.probe(watch).look().await;
        assert_eq!((look.outcome.clone(), address(&look).as_str()), (Outcome::Good, address_of));
        assert_eq!(from(&look), Some(side));
    }
    assert_eq!(net.lookups_of(HOST), 0);
}

#[tokio::test(start_paused = true)]
async fn a_fixed_client_without_an_address_cannot_tell() {
    let net = PaperNet::new();
    net.silence(TOKYO);
    let look = net.probe("site.standby").look().await;
    assert_eq!(unknown(&look), "no address of the standby's balancer has been found yet");
}

#[tokio::test(start_paused = true)]
async fn a_sticky_client_says_whether_its_connection_is_an_old_one() {
    let net = PaperNet::new();
    let client = net.probe("site.sticky");
    for (reused, outcome) in [(false, Outcome::Good), (true, Outcome::Good)] {
        let look = client.look().await;
        assert_eq!(look.outcome, outcome);
        assert_eq!(from(&look), Some(Side::Primary));
        assert_eq!(look.phases.resolved_us.is_some(), !reused);
        assert!(matches!(look.seen, Some(Seen::Site { reused: said, .. }) if said == reused));
    }
    net.page(SEOUL_IP, Page::Silent);
    assert_eq!(bad(&client.look().await), "waiting for 192.0.2.10:80: connection reset");
}

#[tokio::test(start_paused = true)]
async fn a_write_worked_only_with_2xx_and_is_sent_as_the_deployment_says() {
    let net = PaperNet::new();
    let write = net.probe("write");
    assert_eq!(write.look().await.outcome, Outcome::Good);
    assert_eq!(net.fetches(), [(SEOUL_IP.parse().unwrap(), Method::POST)]);
    for status in [302, 409, 503] {
        net.page(SEOUL_IP, Page::Says(status, ""));
        assert_eq!(bad(&write.look().await), format!("HTTP {status}"));
    }
}

#[tokio::test(start_paused = true)]
async fn every_client_is_watched_and_only_what_the_deployment_has() {
    let watches = |cx: &ProbeContext| probes(cx).iter().map(|probe| probe.watch().0).collect::<Vec<_>>();
    let net = PaperNet::new();
    let clock = crate::clock::Clock::real_time();
    let mut cx = ProbeContext::clients_only(drill(), clock, net);
    assert_eq!(watches(&cx), ["site", "write", "site.ttl", "site.sticky", "dns.resolver"]);

    cx.landmarks = landmarks();
    let with_landmarks = watches(&cx);
    for watch in ["site.primary", "site.standby", "dns.authoritative"] {
        assert!(with_landmarks.iter().any(|name| name == watch), "{watch} is missing");
    }

    cx.drill.deployment.site.host = "192.0.2.10".into();
    cx.drill.deployment.write_check = None;
    assert_eq!(watches(&cx), ["site", "site.primary", "site.standby"], "an address has no name to follow");
}
