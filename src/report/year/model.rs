//! Model: the summary of a time as data. Schema `firedrill.year/1`.
//! Used by: the rest of year; cli.

use std::time::Duration;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    id::RunId,
    measure::summary::{Judged, Verdict},
    report::model::{people::Finding, result::Conclusion, secs},
};

/// The schema's name and version.
pub const SCHEMA: &str = "firedrill.year/1";

/// What the summary is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day, UTC.
    pub since: Date,
    /// The last day, UTC.
    pub until: Date,
    /// The deployment; `None`: all of them.
    pub deployment: Option<String>,
}

/// Every run of a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Year {
    /// [`SCHEMA`].
    pub schema: String,
    /// What it is of.
    pub period: Period,
    /// Runs on AWS.
    pub drills: usize,
    /// Of these, those that met their objectives, with findings or without.
    pub met: usize,
    /// Of these, those that were wholly restored.
    pub restored: usize,
    /// Rehearsals on a lab: no evidence of the deployment.
    pub rehearsals: usize,
    /// The longest time without a drill between two of them.
    #[serde(rename = "longest_pause_s", with = "secs::maybe")]
    pub longest_pause: Option<Duration>,
    /// The recovery time in the middle, of drills that measured one.
    #[serde(rename = "median_recovery_s", with = "secs::maybe")]
    pub median_recovery: Option<Duration>,
    /// Every run, the oldest first.
    pub runs: Vec<Run>,
    /// Runs that cannot be read, or not be assessed.
    pub unreadable: Vec<Unreadable>,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Which.
    pub run: RunId,
    /// The drill's name.
    pub drill: String,
    /// Its title.
    pub title: String,
    /// The deployment's name.
    pub deployment: String,
    /// When it started, UTC.
    pub started: Timestamp,
    /// True for a rehearsal on a lab.
    pub lab: bool,
    /// One word for it.
    pub verdict: Verdict,
    /// The same in the words of audits.
    pub conclusion: Conclusion,
    /// The recovery time that was measured.
    #[serde(rename = "recovery_s", with = "secs::maybe")]
    pub recovery: Option<Duration>,
    /// Its upper bound, which is judged.
    #[serde(rename = "recovery_high_s", with = "secs::maybe")]
    pub recovery_high: Option<Duration>,
    /// Its objective.
    #[serde(rename = "objective_s", with = "secs::maybe")]
    pub objective: Option<Duration>,
    /// Whether that was met.
    pub recovery_verdict: Option<Judged>,
    /// True if nothing is outstanding.
    pub restored: bool,
    /// What was found, open and closed.
    pub findings: Vec<Finding>,
}

/// A run that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// Which.
    pub run: RunId,
    /// Why.
    pub why: String,
}
