//! Latency: how long the site took to answer users, before, during and after the drill.
//! Invariant: only answered looks have a latency; those that failed are counted beside it, never left out in silence.
//! Used by: series.

use serde::{Deserialize, Serialize};

use super::times::millis;
use crate::{
    clock::Stamp,
    journal::sample::{Sample, WatchName},
    measure::{
        looks::{self, Look},
        summary::Assessment,
    },
};

/// A part of the run, as latencies are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Before anything was changed.
    Before,
    /// From the fault until users were served again.
    Fault,
    /// While the other region served.
    Standby,
    /// While things were put back.
    Restoration,
    /// After everything was verified.
    After,
}

/// What users of the site waited for in one part of the run; milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// The part.
    pub part: Part,
    /// Looks that began in it.
    pub looks: usize,
    /// Of these, those that failed.
    pub failed: usize,
    /// And those that could not tell.
    pub unknown: usize,
    /// How long the answered look in the middle took; `None`: none was answered.
    pub median: Option<u64>,
    /// No more than one answered look in twenty took longer.
    pub p95: Option<u64>,
    /// How long the slowest answered look took.
    pub greatest: Option<u64>,
}

/// The parts of the run in which the site was looked at.
pub(super) fn parts(run: &Assessment, samples: &[Sample]) -> Vec<Latency> {
    let looks = looks::of(samples, &WatchName::site());
    let at = |id: &str| run.mark(id).map(|mark| mark.moment.at);
    let borders = Borders { fault: at("F1"), recovered: at("R1"), back: at("B1"), verified: at("B4") };
    let all = [Part::Before, Part::Fault, Part::Standby, Part::Restoration, Part::After];
    let those = |part| looks.iter().filter(|look| borders.part(look.sample.started) == part).collect();
    all.into_iter().map(|part| latency(part, those(part))).filter(|one| one.looks > 0).collect()
}

struct Borders {
    fault: Option<Stamp>,
    recovered: Option<Stamp>,
    back: Option<Stamp>,
    verified: Option<Stamp>,
}

impl Borders {
    /// The last part that had begun by then.
    fn part(&self, at: Stamp) -> Part {
        let begun = |border: Option<Stamp>| border.is_some_and(|border| at >= border);
        if begun(self.verified) {
            Part::After
        } else if begun(self.back) {
            Part::Restoration
        } else if begun(self.recovered) {
            Part::Standby
        } else if begun(self.fault) {
            Part::Fault
        } else {
            Part::Before
        }
    }
}

fn latency(part: Part, looks: Vec<&Look>) -> Latency {
    let count = |wanted| looks.iter().filter(|look| looks::works(look.sample) == wanted).count();
    let good = looks.iter().filter(|look| looks::works(look.sample) == Some(true));
    let mut took: Vec<u64> = good.map(|look| millis(look.sample.took())).collect();
    took.sort_unstable();
    // The nearest rank: the smallest that at least so large a share does not exceed.
    let rank = |percent: usize| took.get((took.len() * percent).div_ceil(100).saturating_sub(1)).copied();
    Latency {
        part,
        looks: looks.len(),
        failed: count(Some(false)),
        unknown: count(None),
        median: rank(50),
        p95: rank(95),
        greatest: took.last().copied(),
    }
}
