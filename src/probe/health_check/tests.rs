//! The 18 % rule, its flags, and observations that are too old to count.

use super::*;

const NOW: &str = "2026-11-22T12:00:00Z";
const TIMED_OUT: &str = "Failure: Connection timed out. The endpoint or the internet connection is down.";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn check(disabled: bool, inverted: bool) -> HealthCheck {
    HealthCheck {
        id: "abc".into(),
        version: 1,
        managed_by: None,
        disabled,
        inverted,
        kind: "HTTP".into(),
        interval_s: Some(10),
        failure_threshold: Some(3),
        port: Some(80),
        fields: BTreeMap::new(),
    }
}

fn seen(number: usize, status: &str, age: i64) -> Observation {
    Observation {
        region: "us-east-1".into(),
        address: format!("15.177.0.{number}"),
        status: status.into(),
        checked_at: Timestamp::from_second(now().as_second() - age).ok(),
    }
}

fn checkers(good: usize, bad: usize) -> Vec<Observation> {
    let good = (0..good).map(|n| seen(n, "Success: HTTP Status Code 200, OK", 5));
    good.chain((100..100 + bad).map(|n| seen(n, TIMED_OUT, 5))).collect()
}

fn healthy(check: &HealthCheck, observations: &[Observation]) -> Option<bool> {
    match judge(Some(check), Some(observations), now()).seen {
        Some(Seen::HealthCheck { healthy, .. }) => Some(healthy),
        _ => None,
    }
}

#[test]
fn more_than_18_per_cent_is_healthy_and_18_per_cent_is_not() {
    let plain = check(false, false);
    assert_eq!(healthy(&plain, &checkers(3, 13)), Some(true), "18.75 %");
    assert_eq!(healthy(&plain, &checkers(2, 14)), Some(false), "12.5 %");
    assert_eq!(healthy(&plain, &checkers(18, 82)), Some(false), "18 % exactly");
    assert_eq!(healthy(&plain, &checkers(16, 0)), Some(true));
}

#[test]
fn a_failing_check_says_how_many_and_in_which_words() {
    let look = judge(Some(&check(false, false)), Some(&checkers(1, 15)), now());
    let why = "1 of 16 checkers succeed: Connection timed out".to_owned();
    assert_eq!(look.outcome, Outcome::Bad { why });
}

#[test]
fn inverted_turns_the_verdict_and_disabled_forces_it() {
    assert_eq!(healthy(&check(false, true), &checkers(16, 0)), Some(false));
    assert_eq!(healthy(&check(false, true), &checkers(0, 16)), Some(true));
    assert_eq!(healthy(&check(true, false), &checkers(0, 16)), Some(true));
    assert_eq!(healthy(&check(true, true), &[]), Some(false));
}

#[test]
fn old_observations_do_not_count() {
    let plain = check(false, false);
    let mut mixed = checkers(0, 2);
    mixed.extend((0..14).map(|n| seen(n, "Success: HTTP Status Code 200, OK", 36)));
    assert_eq!(healthy(&plain, &mixed), Some(false), "14 checkers have gone silent since their success");
    let old: Vec<_> = (0..16).map(|n| seen(n, "Success: HTTP Status Code 200, OK", 600)).collect();
    assert_eq!(healthy(&plain, &old), None);
    assert_eq!(healthy(&plain, &[]), None, "no word is no verdict");
}

#[test]
fn a_clock_that_is_a_little_off_changes_nothing_and_a_missing_time_counts() {
    let plain = check(false, false);
    let ahead: Vec<_> = (0..16).map(|n| seen(n, TIMED_OUT, -40)).collect();
    assert_eq!(healthy(&plain, &ahead), Some(false));
    let timeless = Observation { checked_at: None, ..seen(1, TIMED_OUT, 0) };
    assert_eq!(healthy(&plain, &[timeless]), Some(false));
}

#[test]
fn a_check_without_checkers_of_its_own_cannot_be_told() {
    let calculated = HealthCheck { kind: "CALCULATED".into(), ..check(false, false) };
    assert_eq!(healthy(&calculated, &[]), None);
    let forced = HealthCheck { kind: "CALCULATED".into(), ..check(true, true) };
    assert_eq!(healthy(&forced, &[]), Some(false), "its flags still decide");
}
