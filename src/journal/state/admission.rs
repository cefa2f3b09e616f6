//! Admission: which event a run admits, given all before it.
//! Invariant: pure; after a stop, what happened may still be recorded, but nothing new may begin.
//! Not here: which event a change admits (see `change`), taking it in (see `run`).
//! Used by: `run`, before it takes in a record; writer, before it writes one.

use crate::{
    id::StepId,
    journal::event::{ChangeEvent, Event, Record},
};

use super::{
    illegal::IllegalEvent,
    run::{RunState, StepLife},
    standing::RunPhase,
};

/// The exit code that says that something is outstanding; it dominates every other.
const EXIT_OUTSTANDING: u8 = 10;

impl RunState {
    /// Whether a record may follow.
    pub fn check(&self, record: &Record) -> Result<(), IllegalEvent> {
        let expected = self.next_seq();
        if record.seq != expected {
            return Err(IllegalEvent::Number { expected, found: record.seq });
        }
        self.check_phase(&record.event)?;
        match &record.event {
            Event::SteadyState { after: false, .. } => self.check_nothing_changed(),
            Event::StepStarted { step, .. } => self.check_new_step(step),
            Event::StepFinished { step, .. } => self.check_running(step, "step_finished"),
            Event::ConditionsMet { step, .. } => self.check_running(step, "conditions_met"),
            Event::Approved { step, .. } => self.check_running(step, "approved"),
            Event::Change { change, event } => self.check_change(change, event).map(drop),
            Event::RestorationStarted { outstanding, .. } => {
                self.check_outstanding(outstanding, "restoration_started")
            }
            Event::RunFinished { outstanding, exit_code, .. } => self.check_finish(outstanding, *exit_code),
            _ => Ok(()),
        }
    }

    /// What the phase alone decides. Intents (a step, a capture, an apply) may only begin while the run runs; what
    /// happened all the same (a call in flight came back, a step was stopped) may be recorded until the end.
    fn check_phase(&self, event: &Event) -> Result<(), IllegalEvent> {
        use RunPhase as P;
        let admitted: &[RunPhase] = match event {
            Event::RunStarted(_) => &[P::Empty],
            Event::Planned { .. } | Event::StepStarted { .. } => &[P::Running],
            Event::Change { event: ChangeEvent::Captured { .. } | ChangeEvent::ApplyStarted, .. } => {
                &[P::Running]
            }
            Event::SteadyState { .. }
            | Event::StepFinished { .. }
            | Event::ConditionsMet { .. }
            | Event::Approved { .. }
            | Event::Change { .. }
            | Event::StopRequested { .. }
            | Event::RunFinished { .. } => &[P::Running, P::Stopping, P::Restoring],
            Event::WatchingStarted { .. }
            | Event::RestorationStarted { .. }
            | Event::Noted { .. }
            | Event::Abandoned { .. } => &[P::Running, P::Stopping, P::Restoring, P::Ended],
        };
        match admitted.contains(&self.phase()) {
            true => Ok(()),
            false => Err(IllegalEvent::Run { phase: self.phase(), event: event.name() }),
        }
    }

    fn check_nothing_changed(&self) -> Result<(), IllegalEvent> {
        match self.changes().iter().any(|life| life.apply_started().is_some()) {
            true => Err(IllegalEvent::SteadyStateTooLate),
            false => Ok(()),
        }
    }

    fn check_new_step(&self, step: &StepId) -> Result<(), IllegalEvent> {
        match self.step(step) {
            Some(_) => Err(IllegalEvent::StepAgain { step: step.clone() }),
            None => Ok(()),
        }
    }

    fn check_running(&self, step: &StepId, event: &'static str) -> Result<(), IllegalEvent> {
        match self.step(step) {
            Some(StepLife { finished: None, .. }) => Ok(()),
            _ => Err(IllegalEvent::StepNotRunning { step: step.clone(), event }),
        }
    }

    fn check_finish(&self, outstanding: &[StepId], exit_code: u8) -> Result<(), IllegalEvent> {
        self.check_outstanding(outstanding, "run_finished")?;
        match outstanding.is_empty() || exit_code == EXIT_OUTSTANDING {
            true => Ok(()),
            false => Err(IllegalEvent::ExitCode { outstanding: outstanding.to_vec(), exit_code }),
        }
    }

    /// In any order: what counts is that none is left out and none is made up.
    fn check_outstanding(&self, said: &[StepId], event: &'static str) -> Result<(), IllegalEvent> {
        let actual = self.outstanding_ids();
        let sorted = |ids: &[StepId]| {
            let mut ids = ids.to_vec();
            ids.sort();
            ids
        };
        match sorted(said) == sorted(&actual) {
            true => Ok(()),
            false => Err(IllegalEvent::Outstanding { event, said: said.to_vec(), actual }),
        }
    }
}
