//! Lives: the changes of a run, each with its life.
//! Invariant: an event is taken in only if its change admits it.
//! Not here: what one change admits (see `change`), what the run around them admits (see `admission`).
//! Used by: `run`; measure, which looks at the changes alone.

use crate::{
    clock::Stamp,
    id::{Seq, StepId},
    journal::event::{ChangeEvent, Event, Record},
};

use super::{change::ChangeLife, illegal::IllegalEvent, standing::ChangeState};

/// Every change that was captured, in that order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lives(Vec<ChangeLife>);

impl Lives {
    /// Of all records that tell of changes; what else the run says is passed over, and so are holes where records of
    /// other kinds were left out.
    ///
    /// # Errors
    /// The first event that its change does not admit.
    pub fn replay(records: &[Record]) -> Result<Lives, IllegalEvent> {
        let mut lives = Lives::default();
        for record in records {
            if let Event::Change { change, event } = &record.event {
                lives.check(change, event)?;
                lives.admit(record.seq, record.at, change, event);
            }
        }
        Ok(lives)
    }

    /// All of them.
    pub fn all(&self) -> &[ChangeLife] {
        &self.0
    }

    /// One change, if it was captured.
    pub fn of(&self, change: &StepId) -> Option<&ChangeLife> {
        self.0.iter().find(|life| life.change == *change)
    }

    /// Those outstanding, in order of application.
    pub(super) fn outstanding(&self) -> Vec<&ChangeLife> {
        let mut lives: Vec<_> = self.0.iter().filter(|life| life.state.is_outstanding()).collect();
        lives.sort_by_key(|life| life.apply_started());
        lives
    }

    /// The state after `event`, if its change admits it.
    pub(super) fn check(&self, change: &StepId, event: &ChangeEvent) -> Result<ChangeState, IllegalEvent> {
        match self.of(change) {
            Some(life) => life.check(event),
            None => ChangeState::Pending.after(event).ok_or_else(|| IllegalEvent::Change {
                change: change.clone(),
                state: ChangeState::Pending,
                event: event.name(),
            }),
        }
    }

    /// Takes in an event that [`Lives::check`] admitted.
    pub(super) fn admit(&mut self, seq: Seq, at: Stamp, change: &StepId, event: &ChangeEvent) {
        match self.0.iter_mut().find(|life| life.change == *change) {
            Some(life) => {
                if let Ok(state) = life.check(event) {
                    life.admit(seq, at, event, state);
                }
            }
            None => self.0.extend(ChangeLife::begin(change, seq, at, event)),
        }
    }
}
