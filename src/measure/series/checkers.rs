//! Checkers: what each checker of a health check reported, as far as Route 53 told.
//! Invariant: a checker is named only while it reports a failure, so that of one that is not here no failure was seen.
//! Used by: series.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::times::at;
use crate::{
    drill::model::Side,
    journal::sample::{Sample, Seen, WatchName},
    measure::{
        looks::{self, Look},
        summary::Header,
    },
};

/// The checkers of one region's health check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkers {
    /// The region whose health check it is.
    pub side: Side,
    /// The most that ever reported at once.
    pub most: usize,
    /// Those that reported a failure, by name.
    pub failing: Vec<Checker>,
}

/// One checker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checker {
    /// Its region and address, as Route 53 tells them.
    pub name: String,
    /// From when until when it reported failures.
    pub stretches: Vec<(u64, u64)>,
}

/// Those of both regions, where any look told of checkers.
pub(super) fn all(header: &Header, samples: &[Sample]) -> Vec<Checkers> {
    Side::BOTH.into_iter().filter_map(|side| of(header, samples, side)).collect()
}

fn of(header: &Header, samples: &[Sample], side: Side) -> Option<Checkers> {
    let looks = looks::of(samples, &WatchName::health_check(side));
    let told = |look: &Look| match &look.sample.seen {
        Some(Seen::HealthCheck { checkers, .. }) => Some(*checkers),
        _ => None,
    };
    let most = looks.iter().filter_map(told).max().filter(|most| *most > 0)?;
    let mut failing: BTreeMap<&str, Vec<(u64, u64)>> = BTreeMap::new();
    for (place, look) in looks.iter().enumerate() {
        let Some(Seen::HealthCheck { failures, .. }) = &look.sample.seen else { continue };
        let from = at(header, look.sample.started);
        let next = looks.get(place + 1).map_or(look.sample.finished, |next| next.sample.started);
        let to = at(header, next);
        for name in failures.keys() {
            let stretches = failing.entry(name).or_default();
            match stretches.last_mut().filter(|last| last.1 == from) {
                Some(last) => last.1 = to,
                None => stretches.push((from, to)),
            }
        }
    }
    let named = |(name, stretches): (&str, Vec<(u64, u64)>)| Checker { name: name.to_owned(), stretches };
    Some(Checkers { side, most, failing: failing.into_iter().map(named).collect() })
}
