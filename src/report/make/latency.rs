//! Latency: how long answers took, in parts of the run and over time.
//! Invariant: only looks that were answered as they should be have a latency; how many were not is said beside it.
//! Used by: series.

use std::time::Duration;

use super::times::{Times, micros};
use crate::{
    clock::Stamp,
    journal::sample::Sample,
    measure::summary::Assessment,
    report::model::series::{Bucket, Latency, Part},
};

/// So many points a chart of latency has.
const BUCKETS: u32 = 120;

/// Before the first change, until everything was verified, and after.
pub(super) fn parts(run: &Assessment, looks: &[&Sample]) -> Vec<Latency> {
    let begun = run.changes.iter().filter_map(|view| view.apply_started).map(|recorded| recorded.at).min();
    let done = run.mark("B4").map(|mark| mark.moment.at);
    let part_of = |at: Stamp| match (begun, done) {
        (Some(begun), _) if at < begun => Part::Before,
        (None, _) => Part::Before,
        (_, Some(done)) if at > done => Part::After,
        _ => Part::During,
    };
    [Part::Before, Part::During, Part::After]
        .into_iter()
        .filter_map(|part| {
            let own: Vec<&&Sample> = looks.iter().filter(|sample| part_of(sample.started) == part).collect();
            let mut took = answered(own.iter().map(|sample| **sample));
            (!own.is_empty()).then(|| Latency {
                part,
                looks: own.len(),
                answered: took.len(),
                p50: at_share(&mut took, 50),
                p95: at_share(&mut took, 95),
                max: took.last().copied(),
            })
        })
        .collect()
}

/// Over the whole run, in equal short times.
pub(super) fn over_time(looks: &[&Sample], times: Times) -> Vec<Bucket> {
    let (Some(first), Some(last)) = (looks.first(), looks.last()) else { return Vec::new() };
    let from = times.since(first.started);
    let width =
        micros((times.since(last.started).saturating_sub(from) / BUCKETS).max(Duration::from_secs(1)));
    let mut buckets: Vec<(u128, Vec<&Sample>)> = Vec::new();
    for sample in looks {
        let place = times.since(sample.started).saturating_sub(from).as_micros() / width.as_micros();
        match buckets.last_mut() {
            Some((last, own)) if *last == place => own.push(sample),
            _ => buckets.push((place, vec![sample])),
        }
    }
    buckets
        .into_iter()
        .map(|(place, own)| bucket(from + width * u32::try_from(place).unwrap_or(0), width, &own))
        .collect()
}

fn bucket(from: Duration, width: Duration, looks: &[&Sample]) -> Bucket {
    let mut took = answered(looks.iter().copied());
    Bucket {
        from,
        to: from + width,
        answered: took.len(),
        p50: at_share(&mut took, 50),
        p95: at_share(&mut took, 95),
    }
}

fn answered<'a>(looks: impl Iterator<Item = &'a Sample>) -> Vec<Duration> {
    let mut took: Vec<Duration> =
        looks.filter(|sample| sample.outcome.is_good()).map(|sample| micros(sample.took())).collect();
    took.sort_unstable();
    took
}

/// The smallest that is at least as long as this share of all; of sorted ones.
fn at_share(sorted: &mut [Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}
