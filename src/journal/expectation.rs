//! Expectation: what a run was forecast to come to, as its plan keeps it.
//! Invariant: plain data, made before the first record; it changes nothing of what a run does.
//! Not here: how it is forecast (see `forecast`), how it is shown beside what was measured (see `report`).
//! Used by: plan, forecast, report.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

/// Its name in the plan that the journal keeps.
pub const FORECAST: &str = "forecast";

/// What was expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// How many runs of the model it was taken from.
    pub runs: usize,
    /// In how many of them users were interrupted; `None` in journals that do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<usize>,
    /// In how many of those they recovered; `None` in journals that do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovered: Option<usize>,
    /// The recovery time; `None`: users were not expected to recover.
    pub recovery_time: Option<Expected>,
    /// In what share of the runs the objective was met; `None`: the drill has none.
    pub chance: Option<f64>,
    /// Each phase, by its name.
    pub phases: BTreeMap<String, Expected>,
}

/// Percentiles of a time; `None`: so many did not recover that it has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Five in a hundred are shorter.
    #[serde(rename = "p5_us", with = "crate::clock::micros::maybe")]
    pub p5: Option<Duration>,
    /// Half are.
    #[serde(rename = "p50_us", with = "crate::clock::micros::maybe")]
    pub p50: Option<Duration>,
    /// Nineteen in twenty.
    #[serde(rename = "p95_us", with = "crate::clock::micros::maybe")]
    pub p95: Option<Duration>,
}
