//! Looks: the looks of one client, the failed ones each, the others told together.
//! Invariant: `failed` and `unknown` leave nothing out; each good look is counted in exactly one of `answered`.
//! Used by: series.

use serde::{Deserialize, Serialize};

use super::times::{at, millis};
use crate::{
    journal::sample::{Sample, WatchName},
    measure::{
        clients,
        looks::{self, Look},
        summary::Header,
    },
};

/// Good looks are told together in so many stretches of the run: about one for three places of a wide chart.
const STRETCHES: u64 = 360;

/// The looks of one client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Looks {
    /// The client.
    pub watch: WatchName,
    /// Every look that failed.
    pub failed: Vec<Failed>,
    /// Every look that could not tell.
    pub unknown: Vec<Failed>,
    /// The good ones, stretch by stretch; none reaches across a look that failed or could not tell.
    pub answered: Vec<Answered>,
}

/// A look that failed or could not tell: when it began, and how long it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u64)", into = "(u64, u64)")]
pub struct Failed {
    /// When it began.
    pub at: u64,
    /// How long it took.
    pub took: u64,
}

/// Good looks of one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u64, u64, u64, u64, u64)", into = "(u64, u64, u64, u64, u64, u64)")]
pub struct Answered {
    /// The start of the first.
    pub from: u64,
    /// The start of the last.
    pub to: u64,
    /// How many.
    pub looks: u64,
    /// How long the fastest took.
    pub least: u64,
    /// And the one in the middle.
    pub median: u64,
    /// And the slowest.
    pub greatest: u64,
}

/// The looks of every client that looked.
pub(super) fn all(header: &Header, samples: &[Sample]) -> Vec<Looks> {
    clients::all().iter().filter_map(|watch| of(header, samples, watch)).collect()
}

fn of(header: &Header, samples: &[Sample], watch: &WatchName) -> Option<Looks> {
    let looks = looks::of(samples, watch);
    let last = looks.last()?;
    let single = |wanted: Option<bool>| {
        let those = looks.iter().filter(|look| looks::works(look.sample) == wanted);
        those.map(|look| Failed { at: at(header, look.sample.started), took: took(look) }).collect()
    };
    let stretch = (at(header, last.sample.started) / STRETCHES).max(1);
    Some(Looks {
        watch: watch.clone(),
        failed: single(Some(false)),
        unknown: single(None),
        answered: answered(header, &looks, stretch),
    })
}

fn took(look: &Look) -> u64 {
    millis(look.sample.took())
}

fn answered(header: &Header, looks: &[Look], stretch: u64) -> Vec<Answered> {
    let place = |look: &Look| at(header, look.sample.started) / stretch;
    let is_good = |look: &Look| looks::works(look.sample) == Some(true);
    looks
        .chunk_by(|one, next| is_good(one) == is_good(next) && place(one) == place(next))
        .filter(|chunk| chunk.first().is_some_and(is_good))
        .filter_map(|chunk| {
            let good: Vec<(u64, u64)> =
                chunk.iter().map(|look| (at(header, look.sample.started), took(look))).collect();
            together(&good)
        })
        .collect()
}

/// Looks of one stretch, in the order of time.
fn together(looks: &[(u64, u64)]) -> Option<Answered> {
    let mut took: Vec<u64> = looks.iter().map(|(_, took)| *took).collect();
    took.sort_unstable();
    Some(Answered {
        from: looks.first()?.0,
        to: looks.last()?.0,
        looks: u64::try_from(looks.len()).unwrap_or(u64::MAX),
        least: *took.first()?,
        median: *took.get(took.len() / 2)?,
        greatest: *took.last()?,
    })
}

impl From<(u64, u64)> for Failed {
    fn from((at, took): (u64, u64)) -> Failed {
        Failed { at, took }
    }
}

impl From<Failed> for (u64, u64) {
    fn from(look: Failed) -> (u64, u64) {
        (look.at, look.took)
    }
}

impl From<(u64, u64, u64, u64, u64, u64)> for Answered {
    fn from((from, to, looks, least, median, greatest): (u64, u64, u64, u64, u64, u64)) -> Answered {
        Answered { from, to, looks, least, median, greatest }
    }
}

impl From<Answered> for (u64, u64, u64, u64, u64, u64) {
    fn from(good: Answered) -> (u64, u64, u64, u64, u64, u64) {
        (good.from, good.to, good.looks, good.least, good.median, good.greatest)
    }
}
