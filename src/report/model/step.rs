//! Step: what each step was to do and what came of it; the steady state around them.
//! Invariant: every step of the drill is there, also those that were never executed.
//! Used by: the report.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    moment::{Evidence, Noted},
    secs,
};
use crate::{id::StepId, journal::event::Finding, words::Phrase};

/// One step of the drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which.
    pub id: StepId,
    /// Its title.
    pub title: String,
    /// What it was to do.
    pub expected: Vec<Phrase>,
    /// What was seen of the conditions that it waited for.
    pub seen: Vec<Finding>,
    /// When it began.
    pub started: Option<Noted>,
    /// When it ended.
    pub finished: Option<Noted>,
    /// How long it took.
    #[serde(rename = "took_s", with = "secs::maybe")]
    pub took: Option<Duration>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it failed.
    pub why: Option<String>,
    /// The records that say so.
    pub evidence: Evidence,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It did what it should.
    Done,
    /// It did not.
    Failed,
    /// The run ended before it was done.
    Stopped,
    /// It began, and no record says how it ended.
    Unfinished,
    /// It never began.
    NotExecuted,
}

/// The steady state, looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steady {
    /// Whether all held; `None`: it could not be told.
    pub held: Option<bool>,
    /// The record.
    pub looked: Noted,
    /// Each condition with what was seen.
    pub findings: Vec<Finding>,
}
