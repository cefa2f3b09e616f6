use std::time::Duration;

use super::*;
use crate::{
    drill::model::{HowMany, Side},
    journal::sample::{Outcome, Seen},
    measure::fixture::{answer, at, bad, database, good, health_check, lag, look, unknown},
};

fn site_from(side: Side, writes: Option<bool>) -> Condition {
    let claim = Claim::Site { answers: Some(200), from: Some(side), writes };
    Condition { claim, lasting: Duration::ZERO }
}

fn sick(of: Side, seconds: u64) -> Condition {
    Condition { claim: Claim::HealthCheck { of, healthy: false }, lasting: Duration::from_secs(seconds) }
}

fn board(conditions: &[Condition], samples: &[Sample]) -> Board {
    let mut board = Board::new(&[], conditions);
    samples.iter().for_each(|sample| board.take(sample));
    board
}

#[test]
fn a_condition_holds_since_the_end_of_the_sample_that_made_it_hold() {
    let wanted = site_from(Side::Standby, None);
    let samples = [
        good(WatchName::site(), 1.0, 0.05, Side::Primary),
        good(WatchName::site(), 2.0, 0.05, Side::Standby),
        good(WatchName::site(), 3.0, 0.05, Side::Standby),
    ];
    let judged = board(std::slice::from_ref(&wanted), &samples).judge(&wanted, at(3.5));
    assert_eq!(judged.held, Some(true));
    assert_eq!(judged.since, Some(at(2.05)));
    assert_eq!(judged.seen, "200 from standby");
}

#[test]
fn a_region_that_cannot_be_told_is_unknown() {
    let wanted = site_from(Side::Standby, None);
    let seen = Seen::Site { address: [203, 0, 113, 9].into(), from: None, status: Some(200), reused: false };
    let sample = look(WatchName::site(), 1.0, 0.1, Outcome::Good, Some(seen));
    assert_eq!(board(std::slice::from_ref(&wanted), &[sample]).judge(&wanted, at(2.0)).held, None);
}

#[test]
fn nothing_looked_at_a_look_that_could_not_tell_and_a_stale_look_are_unknown() {
    let wanted = site_from(Side::Primary, None);
    let one = std::slice::from_ref(&wanted);
    let fine = good(WatchName::site(), 1.0, 0.1, Side::Primary);
    assert_eq!(board(one, &[]).judge(&wanted, at(1.0)).held, None);
    let blind = board(one, &[fine.clone(), unknown(WatchName::site(), 2.0, 0.1)]);
    assert_eq!(blind.judge(&wanted, at(2.5)).held, None);
    let old = board(one, &[fine]);
    assert_eq!(old.judge(&wanted, at(91.0)).held, Some(true));
    assert_eq!(old.judge(&wanted, at(91.2)).held, None);
}

#[test]
fn a_watch_with_a_long_interval_stays_fresh_for_three_of_them() {
    let wanted = Condition {
        claim: Claim::Database { writer: None, lag_below: Some(Duration::from_secs(1)) },
        lasting: Duration::ZERO,
    };
    let watches =
        [WatchSpec { watch: "lag".into(), interval: Duration::from_secs(60), title: String::new() }];
    let mut board = Board::new(&watches, [&wanted]);
    board.take(&lag(0.0, 120.0));
    assert_eq!(board.judge(&wanted, at(179.0)).held, Some(true));
    assert_eq!(board.judge(&wanted, at(181.0)).held, None);
}

#[test]
fn an_old_metric_point_and_an_impossible_lag_say_nothing() {
    let wanted = Condition {
        claim: Claim::Database { writer: None, lag_below: Some(Duration::from_secs(1)) },
        lasting: Duration::ZERO,
    };
    let one = std::slice::from_ref(&wanted);
    let old =
        look(WatchName::lag(), 400.0, 0.1, Outcome::Good, Some(Seen::Lag { millis: 1.0, at: at(0.0).wall }));
    assert_eq!(board(one, &[old]).judge(&wanted, at(401.0)).held, None);
    assert_eq!(board(one, &[lag(1.0, -1.0)]).judge(&wanted, at(2.0)).held, None);
    assert_eq!(board(one, &[lag(1.0, 1500.0)]).judge(&wanted, at(2.0)).held, Some(false));
}

#[test]
fn a_lasting_condition_is_proven_by_looks_and_not_by_the_clock() {
    let wanted = sick(Side::Standby, 20);
    let one = std::slice::from_ref(&wanted);
    let mut board = board(one, &[health_check(0.0, Side::Standby, false)]);
    assert_eq!(board.judge(&wanted, at(30.0)).held, Some(false), "nobody looked for 30 s");
    board.take(&health_check(10.0, Side::Standby, false));
    assert_eq!(board.judge(&wanted, at(30.0)).held, Some(false));
    board.take(&health_check(20.0, Side::Standby, false));
    let judged = board.judge(&wanted, at(30.0));
    assert_eq!((judged.held, judged.since), (Some(true), Some(at(0.1))));
}

#[test]
fn a_blind_look_does_not_break_what_lasts_but_a_contrary_one_and_a_gap_do() {
    let wanted = sick(Side::Standby, 20);
    let one = std::slice::from_ref(&wanted);
    let blind = unknown(WatchName::health_check(Side::Standby), 10.0, 0.1);
    let sick_at = |start| health_check(start, Side::Standby, false);
    let since = |samples: &[Sample], now| board(one, samples).judge(&wanted, at(now)).since;
    assert_eq!(since(&[sick_at(0.0), blind, sick_at(25.0)], 26.0), Some(at(0.1)));
    let healthy = health_check(10.0, Side::Standby, true);
    assert_eq!(since(&[sick_at(0.0), healthy, sick_at(25.0)], 26.0), Some(at(25.1)));
    assert_eq!(since(&[sick_at(0.0), sick_at(95.0)], 96.0), Some(at(95.1)));
}

#[test]
fn a_slow_look_that_ends_late_does_not_say_how_things_are_now() {
    let wanted = site_from(Side::Primary, None);
    let one = std::slice::from_ref(&wanted);
    let fine = |start| good(WatchName::site(), start, 0.1, Side::Primary);
    let before = board(one, &[fine(5.0), fine(6.0), bad(WatchName::site(), 0.0, 8.0)]);
    assert_eq!(before.judge(&wanted, at(8.1)).since, Some(at(5.1)), "it began before the site came back");
    let within = board(one, &[fine(5.0), fine(6.0), bad(WatchName::site(), 5.5, 2.0)]);
    let judged = within.judge(&wanted, at(8.1));
    assert_eq!((judged.held, judged.since), (Some(true), Some(at(6.1))));
}

#[test]
fn a_site_that_takes_writes_needs_both_watches() {
    let wanted = site_from(Side::Standby, Some(true));
    let one = std::slice::from_ref(&wanted);
    let read = good(WatchName::site(), 5.0, 0.1, Side::Standby);
    assert_eq!(board(one, std::slice::from_ref(&read)).judge(&wanted, at(6.0)).held, None);
    let refused = look(
        WatchName::write(),
        5.2,
        0.1,
        Outcome::Bad { why: "503".into() },
        Some(answer(Some(503), Side::Standby)),
    );
    assert_eq!(board(one, &[read.clone(), refused]).judge(&wanted, at(6.0)).held, Some(false));
    let elsewhere = good(WatchName::write(), 5.2, 0.1, Side::Primary);
    assert_eq!(board(one, &[read.clone(), elsewhere]).judge(&wanted, at(6.0)).held, Some(false));
    let taken = good(WatchName::write(), 5.2, 0.1, Side::Standby);
    let judged = board(one, &[read, taken]).judge(&wanted, at(6.0));
    assert_eq!((judged.held, judged.since), (Some(true), Some(at(5.2 + 0.1))));
}

#[test]
fn a_writer_counts_only_when_no_operation_runs() {
    let claim = Claim::Database { writer: Some(Side::Standby), lag_below: None };
    let wanted = Condition { claim, lasting: Duration::ZERO };
    let one = std::slice::from_ref(&wanted);
    let running = database(1.0, Side::Standby, Some("switching-over"));
    assert_eq!(board(one, std::slice::from_ref(&running)).judge(&wanted, at(2.0)).held, Some(false));
    let there = database(3.0, Side::Standby, None);
    assert_eq!(board(one, &[running, there]).judge(&wanted, at(4.0)).since, Some(at(3.1)));
}

#[test]
fn all_targets_means_at_least_one() {
    let claim = Claim::Targets { of: Side::Primary, healthy: HowMany::All };
    let wanted = Condition { claim, lasting: Duration::ZERO };
    let seen = |total, healthy| Some(Seen::Targets { total, healthy, states: Default::default() });
    let held = |total, healthy| {
        let sample = look(WatchName::targets(Side::Primary), 1.0, 0.1, Outcome::Good, seen(total, healthy));
        board(std::slice::from_ref(&wanted), &[sample]).judge(&wanted, at(2.0)).held
    };
    assert_eq!([held(0, 0), held(2, 1), held(2, 2)], [Some(false), Some(false), Some(true)]);
}

#[test]
fn a_joint_wait_holds_from_the_last_condition_on_and_for_as_long_as_asked() {
    let writer = Claim::Database { writer: Some(Side::Standby), lag_below: None };
    let wanted = [Condition { claim: writer, lasting: Duration::ZERO }, site_from(Side::Standby, None)];
    let mut board = board(&wanted, &[database(1.0, Side::Standby, None)]);
    let hold = Duration::from_secs(30);
    assert_eq!(board.judge_all(&wanted, hold, None, at(2.0)).held, None);
    for start in 0..40 {
        let start = 10.0 + f64::from(start);
        board.take(&good(WatchName::site(), start, 0.1, Side::Standby));
        board.take(&database(start, Side::Standby, None));
        let joint = board.judge_all(&wanted, hold, None, at(start + 0.2));
        assert_eq!(joint.since, Some(at(10.1)));
        assert_eq!(joint.held, Some(start >= 40.0), "at {start}");
    }
}

#[test]
fn what_was_seen_before_a_step_does_not_end_its_wait() {
    let wanted = [site_from(Side::Primary, None)];
    let mut board = board(&wanted, &[good(WatchName::site(), 1.0, 0.1, Side::Primary)]);
    assert_eq!(board.judge_all(&wanted, Duration::ZERO, Some(at(1.5)), at(2.0)).held, None);
    board.take(&good(WatchName::site(), 2.0, 0.1, Side::Primary));
    assert_eq!(board.judge_all(&wanted, Duration::ZERO, Some(at(1.5)), at(2.2)).held, Some(true));
}

#[test]
fn no_conditions_prove_nothing() {
    assert_eq!(board(&[], &[]).judge_all(&[], Duration::ZERO, None, at(0.0)).held, None);
}
