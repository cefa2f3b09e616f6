//! Illegal: an event that may not follow what was before it.
//! Invariant: the text names both: what is so, and what was to be recorded.
//! Not here: what to do about it (live: the event is refused and nothing is written; in replay: the journal is).
//! Used by: this folder, and whoever prints an error.

use crate::id::{Seq, StepId};

use super::standing::{ChangeState, RunPhase};

/// An event that may not follow what was before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IllegalEvent {
    /// A record out of its place.
    #[error("record {found} cannot follow: {expected} is next")]
    Number {
        /// The number that is due.
        expected: Seq,
        /// The record's.
        found: Seq,
    },
    /// The run's phase does not admit it.
    #[error("the run {phase}, so {event} cannot follow")]
    Run {
        /// What is so.
        phase: RunPhase,
        /// The event.
        event: &'static str,
    },
    /// The change's state does not admit it.
    #[error("change {change} is {state}, so {event} cannot follow")]
    Change {
        /// The change.
        change: StepId,
        /// What is so.
        state: ChangeState,
        /// The event.
        event: &'static str,
    },
    /// Attempts to restore are counted without holes.
    #[error("change {change} has had {done} attempts to restore it, so attempt {attempt} cannot follow")]
    Attempt {
        /// The change.
        change: StepId,
        /// Attempts so far.
        done: u32,
        /// The number of this one.
        attempt: u32,
    },
    /// Only a one-way change stays.
    #[error("change {change} can be put back, so it cannot be kept")]
    NotOneWay {
        /// The change.
        change: StepId,
    },
    /// A step begins once.
    #[error("step {step} has begun before, so step_started cannot follow")]
    StepAgain {
        /// The step.
        step: StepId,
    },
    /// Only a step that runs can do that.
    #[error("step {step} is not running, so {event} cannot follow")]
    StepNotRunning {
        /// The step.
        step: StepId,
        /// The event.
        event: &'static str,
    },
    /// The steady state before the first change is looked at before the first change.
    #[error("changes have begun, so the steady state before them cannot follow")]
    SteadyStateTooLate,
    /// What the event says is outstanding is not what is.
    #[error("{event} says outstanding: {}; the journal says: {}", names(.said), names(.actual))]
    Outstanding {
        /// The event.
        event: &'static str,
        /// By the event.
        said: Vec<StepId>,
        /// By the records before it.
        actual: Vec<StepId>,
    },
    /// What is outstanding decides the exit code.
    #[error("{} outstanding, so a run cannot finish with exit code {exit_code}", names(.outstanding))]
    ExitCode {
        /// What is outstanding.
        outstanding: Vec<StepId>,
        /// The code.
        exit_code: u8,
    },
}

impl IllegalEvent {
    /// The event that was refused, by its name in the journal.
    pub fn event(&self) -> &'static str {
        match self {
            IllegalEvent::Number { .. } => "a record out of its place",
            IllegalEvent::Run { event, .. }
            | IllegalEvent::Change { event, .. }
            | IllegalEvent::StepNotRunning { event, .. }
            | IllegalEvent::Outstanding { event, .. } => event,
            IllegalEvent::Attempt { .. } => "restore_started",
            IllegalEvent::NotOneWay { .. } => "kept",
            IllegalEvent::StepAgain { .. } => "step_started",
            IllegalEvent::SteadyStateTooLate => "steady_state",
            IllegalEvent::ExitCode { .. } => "run_finished",
        }
    }
}

fn names(steps: &[StepId]) -> String {
    match steps {
        [] => "nothing".to_owned(),
        steps => steps.iter().map(|step| step.0.as_str()).collect::<Vec<_>>().join(", "),
    }
}
