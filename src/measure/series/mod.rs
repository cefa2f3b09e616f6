//! Series: what charts show of a run's samples, thinned so that a report stays small.
//! Invariant: every look that failed or could not tell is there, and so is the slowest and the fastest of the others; only
//! looks that went well are told together.
//! Not here: stretches (see `spans`), how it is drawn (see `report::chart`).
//! Used by: report, which carries them in `report.json`.

mod checkers;
mod lag;
mod latency;
mod looks;
mod times;

use serde::{Deserialize, Serialize};

pub use self::{
    checkers::{Checker, Checkers},
    lag::LagPoint,
    latency::{Latency, Part},
    looks::{Answered, Failed, Looks},
};
use super::summary::Assessment;
use crate::journal::sample::Sample;

/// What charts show of a run. Times are milliseconds since the run's start.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Series {
    /// The looks of each client of the site.
    pub clients: Vec<Looks>,
    /// Replication lag, each point of the metric once.
    pub lag: Vec<LagPoint>,
    /// What the checkers of each health check reported.
    pub checkers: Vec<Checkers>,
    /// How long answers took before, during and after the drill.
    pub latency: Vec<Latency>,
}

/// The series of a run.
pub(crate) fn of(run: &Assessment, samples: &[Sample]) -> Series {
    Series {
        clients: looks::all(&run.header, samples),
        lag: lag::points(&run.header, samples),
        checkers: checkers::all(&run.header, samples),
        latency: latency::parts(run, samples),
    }
}

#[cfg(test)]
mod tests;
