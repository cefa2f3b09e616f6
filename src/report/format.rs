//! Format: moments, durations and bounds as reports write them.
//! Invariant: a lower bound is rounded down and an upper one up, so that what is printed still contains the truth.
//! Not here: durations in prose (see `text`).
//! Used by: view, chart.

use std::time::Duration;

use jiff::Timestamp;

use crate::{
    clock::Stamp,
    measure::{
        bounds::{Measured, Moment, Trace},
        summary::Assessment,
    },
};

const MICROS_PER_TENTH: u128 = 100_000;

/// `118.2 s`.
pub(super) fn seconds(value: Duration) -> String {
    tenths((value.as_micros() + MICROS_PER_TENTH / 2) / MICROS_PER_TENTH)
}

fn floor(value: Duration) -> String {
    tenths(value.as_micros() / MICROS_PER_TENTH)
}

fn ceiling(value: Duration) -> String {
    tenths(value.as_micros().div_ceil(MICROS_PER_TENTH))
}

fn tenths(value: u128) -> String {
    format!("{}.{} s", value / 10, value % 10)
}

/// `between 117.9 s and 118.4 s`; `exactly` where there is no doubt.
pub(super) fn bounds(value: Measured) -> String {
    match value.high {
        Some(high) if high == value.low => "exact".to_owned(),
        Some(high) => format!("between {} and {}", floor(value.low), ceiling(high)),
        None => format!("at least {}; no upper bound is known", floor(value.low)),
    }
}

/// How far the upper bound is from a limit: `481.6 s to spare`, `12.0 s over`.
pub(super) fn margin(value: Measured, limit: Duration) -> Option<String> {
    let high = value.high?;
    Some(match limit.checked_sub(high) {
        Some(left) => format!("{} to spare", floor(left)),
        None => format!("{} over", ceiling(high.saturating_sub(limit))),
    })
}

/// The moment that T+ counts from: the fault's call, or the run's start without one.
pub(super) fn origin(run: &Assessment) -> Stamp {
    run.mark("F1").map_or(run.header.started, |mark| mark.moment.at)
}

/// `+2:15.0`, `−0:09.5`: minutes and seconds from the origin.
pub(super) fn offset(at: Stamp, origin: Stamp) -> String {
    let (sign, gone) = if at >= origin { ('+', at.since(origin)) } else { ('−', origin.since(at)) };
    let tenths = (gone.as_micros() + MICROS_PER_TENTH / 2) / MICROS_PER_TENTH;
    format!("{sign}{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

/// `after +0:59.8, by +1:00.1`; nothing for a moment without doubt.
pub(super) fn moment_bounds(moment: Moment, origin: Stamp) -> Option<String> {
    match moment.low {
        Some(low) if low == moment.high => None,
        Some(low) => Some(format!("after {}, by {}", offset(low, origin), offset(moment.high, origin))),
        None => Some(format!("by {}", offset(moment.high, origin))),
    }
}

/// `12:01:00.250 UTC`-style time of day, without the date.
pub(super) fn time_of_day(at: Timestamp) -> String {
    at.strftime("%H:%M:%S.%3f").to_string()
}

/// `2026-11-22 12:00:00 UTC`.
pub(super) fn date_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// The line of `samples.jsonl` that holds the sample at this place.
pub(super) fn line(place: usize) -> usize {
    place + 1
}

/// `records #4 #7; samples 302 303`: where to look.
pub(super) fn evidence(trace: &Trace) -> String {
    let list =
        |name: &str, each: Vec<String>| (!each.is_empty()).then(|| format!("{name} {}", each.join(" ")));
    let records = list("records", trace.records.iter().map(ToString::to_string).collect());
    let samples = list("samples", trace.samples.iter().map(|place| line(*place).to_string()).collect());
    records.into_iter().chain(samples).collect::<Vec<_>>().join("; ")
}
