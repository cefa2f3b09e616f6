//! Forecast: what a run was expected to come to before anything was changed, as a report carries it.
//! Invariant: made before the first record; a run that was not forecast carries none.
//! Used by: the report.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::secs;
use crate::measure::timeline::PhaseName;

/// What was expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Of how many runs of a model of the deployment.
    pub runs: usize,
    /// In how many of them users were interrupted; `None`: the journal does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<usize>,
    /// In how many of those they were served again; `None`: the journal does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovered: Option<usize>,
    /// The recovery time; `None`: users were not expected to be served again.
    pub recovery_time: Option<Range>,
    /// The share of the runs in which the objective for it was met, from 0 to 1; `None`: the drill has none.
    pub chance: Option<f64>,
    /// Each phase that was expected.
    pub phases: Vec<PhaseForecast>,
}

/// One phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseForecast {
    /// Which.
    pub name: PhaseName,
    /// How long it was expected to take.
    pub took: Range,
}

/// Nine of ten runs lie from the first to the last; `None`: in so many users are not served again that it has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// Five in a hundred are shorter.
    #[serde(rename = "p5_s", with = "secs::maybe")]
    pub p5: Option<Duration>,
    /// Half are.
    #[serde(rename = "p50_s", with = "secs::maybe")]
    pub p50: Option<Duration>,
    /// Nineteen in twenty.
    #[serde(rename = "p95_s", with = "secs::maybe")]
    pub p95: Option<Duration>,
}

impl Range {
    /// True if it lies within.
    pub fn holds(&self, time: Duration) -> bool {
        !self.is_above(time) && self.p95.is_none_or(|high| time <= high)
    }

    /// True if it is shorter.
    pub fn is_above(&self, time: Duration) -> bool {
        self.p5.is_none_or(|low| time < low)
    }
}
