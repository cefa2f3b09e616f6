//! Name: what events are called in the journal and in messages.
//! Invariant: the name is the key under which the event is written.
//! Not here: what they say (see `crate::journal::event`).
//! Used by: this folder; every view that lists events.

use crate::journal::event::{ChangeEvent, Event};

impl Event {
    /// The event's name in the journal; a change's event by its own name.
    pub fn name(&self) -> &'static str {
        match self {
            Event::RunStarted(_) => "run_started",
            Event::Planned { .. } => "planned",
            Event::WatchingStarted { .. } => "watching_started",
            Event::SteadyState { .. } => "steady_state",
            Event::StepStarted { .. } => "step_started",
            Event::StepFinished { .. } => "step_finished",
            Event::ConditionsMet { .. } => "conditions_met",
            Event::Approved { .. } => "approved",
            Event::Change { event, .. } => event.name(),
            Event::StopRequested { .. } => "stop_requested",
            Event::RestorationStarted { .. } => "restoration_started",
            Event::Noted { .. } => "noted",
            Event::Abandoned { .. } => "abandoned",
            Event::RunFinished { .. } => "run_finished",
        }
    }
}

impl ChangeEvent {
    /// The event's name in the journal.
    pub fn name(&self) -> &'static str {
        match self {
            ChangeEvent::Captured { .. } => "captured",
            ChangeEvent::ApplyStarted => "apply_started",
            ChangeEvent::Applied { .. } => "applied",
            ChangeEvent::ApplyFailed { .. } => "apply_failed",
            ChangeEvent::RestoreStarted { .. } => "restore_started",
            ChangeEvent::Restored { .. } => "restored",
            ChangeEvent::RestoreFailed { .. } => "restore_failed",
            ChangeEvent::Verified { .. } => "verified",
            ChangeEvent::NotVerified { .. } => "not_verified",
            ChangeEvent::Conflict { .. } => "conflict",
            ChangeEvent::Kept { .. } => "kept",
        }
    }
}
