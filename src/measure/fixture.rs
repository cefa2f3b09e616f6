//! Fixture: records and samples for tests, written as a run would write them.
//! Used by: tests of measure and report.

pub(crate) mod seed;

use std::time::Duration;

use jiff::Timestamp;

use crate::{
    clock::{Stamp, later},
    drill::model::Side,
    journal::sample::{Outcome, Phases, Sample, Seen, WatchName},
};

/// The stamp `seconds` into a run that began at a fixed date.
pub(crate) fn at(seconds: f64) -> Stamp {
    let start: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let mono = Duration::from_micros((seconds * 1e6).round() as u64);
    Stamp { mono, wall: later(start, mono) }
}

/// A look of `watch` that was due and began at `start` and took `took` seconds.
pub(crate) fn look(watch: WatchName, start: f64, took: f64, outcome: Outcome, seen: Option<Seen>) -> Sample {
    let (due, finished) = (at(start), at(start + took));
    Sample { watch, due, started: due, finished, phases: Phases::default(), outcome, seen }
}

/// A client's request that was answered with 200 by `from`.
pub(crate) fn good(watch: WatchName, start: f64, took: f64, from: Side) -> Sample {
    look(watch, start, took, Outcome::Good, Some(answer(Some(200), from)))
}

/// A client's request that got no answer.
pub(crate) fn bad(watch: WatchName, start: f64, took: f64) -> Sample {
    look(watch, start, took, Outcome::Bad { why: "connect timed out".into() }, None)
}

/// A look that could not tell.
pub(crate) fn unknown(watch: WatchName, start: f64, took: f64) -> Sample {
    look(watch, start, took, Outcome::Unknown { error: "throttled".into() }, None)
}

/// What a site says.
pub(crate) fn answer(status: Option<u16>, from: Side) -> Seen {
    let address = match from {
        Side::Primary => [192, 0, 2, 10].into(),
        Side::Standby => [198, 51, 100, 10].into(),
    };
    Seen::Site { address, from: Some(from), status, reused: false }
}

/// The global cluster, looked at.
pub(crate) fn database(start: f64, writer: Side, operation: Option<&str>) -> Sample {
    let status = if operation.is_some() { "switching-over" } else { "available" };
    let seen = Seen::Database {
        status: status.into(),
        writer: Some(writer),
        operation: operation.map(str::to_owned),
        in_sync: true,
    };
    look(WatchName::database(), start, 0.1, Outcome::Good, Some(seen))
}

/// A health check's observations.
pub(crate) fn health_check(start: f64, of: Side, healthy: bool) -> Sample {
    let succeeding = if healthy { 16 } else { 0 };
    let seen = Seen::HealthCheck {
        healthy,
        succeeding,
        checkers: 16,
        disabled: false,
        failures: Default::default(),
    };
    let outcome =
        if healthy { Outcome::Good } else { Outcome::Bad { why: "0 of 16 checkers succeed".into() } };
    look(WatchName::health_check(of), start, 0.1, outcome, Some(seen))
}

/// Replication lag, looked at; the metric's own time is the look's.
pub(crate) fn lag(start: f64, millis: f64) -> Sample {
    let seen = Seen::Lag { millis, at: at(start).wall };
    look(WatchName::lag(), start, 0.1, Outcome::Good, Some(seen))
}

/// Elastic Beanstalk's health.
pub(crate) fn environment(start: f64, of: Side, health: &str) -> Sample {
    let (color, outcome) = match health {
        "Ok" | "Info" => ("Green", Outcome::Good),
        _ => ("Red", Outcome::Bad { why: format!("health is {health}") }),
    };
    let seen = Seen::Environment {
        health: health.into(),
        color: color.into(),
        causes: Vec::new(),
        refreshed_at: None,
    };
    look(WatchName::environment(of), start, 0.1, outcome, Some(seen))
}

/// Target health.
pub(crate) fn targets(start: f64, of: Side, healthy: usize, total: usize) -> Sample {
    let seen = Seen::Targets { total, healthy, states: Default::default() };
    let outcome = match healthy == total {
        true => Outcome::Good,
        false => Outcome::Bad { why: format!("{healthy} of {total} healthy") },
    };
    look(WatchName::targets(of), start, 0.1, outcome, Some(seen))
}
