//! Steps: what came of each step, and of the steady state around them.
//! Invariant: as recorded; nothing is judged here.
//! Not here: what it means for the run (see `verdict`).
//! Used by: summary, verdict.

use serde::{Deserialize, Serialize};

use super::changes::Recorded;
use crate::{
    id::StepId,
    journal::event::{Finding, StepOutcome},
};

/// One step that began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepView {
    /// Which.
    pub id: StepId,
    /// Its title.
    pub title: String,
    /// When it began.
    pub started: Recorded,
    /// When it ended.
    pub finished: Option<Recorded>,
    /// How.
    pub outcome: Option<StepOutcome>,
}

impl StepView {
    /// True if it ended as it should.
    pub fn is_done(&self) -> bool {
        self.outcome == Some(StepOutcome::Done)
    }
}

/// The steady state, looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Steady {
    /// The record.
    pub recorded: Recorded,
    /// Whether all held.
    pub held: Option<bool>,
    /// Each condition with what was seen.
    pub findings: Vec<Finding>,
}
