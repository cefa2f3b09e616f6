//! Change: the life of one change, as its events tell it.
//! Invariant: an event is taken in only if [`ChangeState::after`] says that it may follow.
//! Not here: the states (see `standing`), the run around it (see `run`), the verbs themselves (see `crate::change`).
//! Used by: the rest of this folder; every view.

use serde_json::Value;

use crate::{
    clock::Stamp,
    drill::model::ChangeSpec,
    id::{Seq, StepId},
    journal::event::{ChangeEvent, Reversibility},
};

use super::{illegal::IllegalEvent, standing::ChangeState};

/// One change with all that was recorded of it, from `Captured` on.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeLife {
    /// The step it belongs to.
    pub change: StepId,
    /// Kind and parameters: enough to build the change again.
    pub spec: ChangeSpec,
    /// One sentence for people.
    pub title: String,
    /// What `capture` read; `restore` needs no more than this.
    pub before: Value,
    /// How it can be put back.
    pub reversibility: Reversibility,
    /// How a person would put it back without this program.
    pub by_hand: Vec<String>,
    /// Where it stands.
    pub state: ChangeState,
    /// How many times putting back was begun.
    pub attempts: u32,
    /// Every event after `Captured` with its time, in order; `Captured` itself is the fields above.
    pub moments: Vec<Moment>,
    /// The record that captured it.
    pub captured: Seq,
    /// When it was captured.
    pub captured_at: Stamp,
}

/// One event of a change's life.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// The record's number.
    pub seq: Seq,
    /// When.
    pub at: Stamp,
    /// What happened.
    pub event: ChangeEvent,
    /// Where the change stood after it.
    pub state: ChangeState,
}

/// A change that is applied, or perhaps applied, and not yet verified restored: all that putting back needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Outstanding {
    /// The step it belongs to.
    pub change: StepId,
    /// Kind and parameters: enough to build the change again.
    pub spec: ChangeSpec,
    /// One sentence for people.
    pub title: String,
    /// What `capture` read.
    pub before: Value,
    /// Where it stands.
    pub state: ChangeState,
    /// How it can be put back.
    pub reversibility: Reversibility,
    /// How a person would put it back without this program.
    pub by_hand: Vec<String>,
    /// How many times putting back was begun; the next attempt is one more.
    pub attempts: u32,
}

impl ChangeLife {
    /// The life that `Captured` begins; `None` for any other event.
    pub(super) fn begin(change: &StepId, seq: Seq, at: Stamp, event: &ChangeEvent) -> Option<ChangeLife> {
        let ChangeEvent::Captured { spec, title, before, reversibility, by_hand } = event else {
            return None;
        };
        Some(ChangeLife {
            change: change.clone(),
            spec: spec.clone(),
            title: title.clone(),
            before: before.clone(),
            reversibility: *reversibility,
            by_hand: by_hand.clone(),
            state: ChangeState::Captured,
            attempts: 0,
            moments: Vec::new(),
            captured: seq,
            captured_at: at,
        })
    }

    /// The state after `event`, if it may follow: the table, and what a table of states cannot hold.
    pub(super) fn check(&self, event: &ChangeEvent) -> Result<ChangeState, IllegalEvent> {
        let change = || self.change.clone();
        let next = self.state.after(event).ok_or_else(|| IllegalEvent::Change {
            change: change(),
            state: self.state,
            event: event.name(),
        })?;
        match event {
            ChangeEvent::RestoreStarted { attempt } if self.attempts.checked_add(1) != Some(*attempt) => {
                Err(IllegalEvent::Attempt { change: change(), done: self.attempts, attempt: *attempt })
            }
            ChangeEvent::Kept { .. } if self.reversibility != Reversibility::OneWay => {
                Err(IllegalEvent::NotOneWay { change: change() })
            }
            _ => Ok(next),
        }
    }

    /// Takes in an event that [`ChangeLife::check`] admitted.
    pub(super) fn admit(&mut self, seq: Seq, at: Stamp, event: &ChangeEvent, state: ChangeState) {
        if let ChangeEvent::RestoreStarted { attempt } = event {
            self.attempts = *attempt;
        }
        self.state = state;
        self.moments.push(Moment { seq, at, event: event.clone(), state });
    }

    /// The record that began to apply it: the order in which changes are put back.
    pub(super) fn apply_started(&self) -> Option<Seq> {
        self.moments.iter().find(|moment| moment.event == ChangeEvent::ApplyStarted).map(|moment| moment.seq)
    }

    /// The last time an event of this name was recorded (`applied`, `verified` …, as [`ChangeEvent::name`]).
    pub fn last(&self, name: &str) -> Option<&Moment> {
        self.moments.iter().rev().find(|moment| moment.event.name() == name)
    }

    /// What putting back needs.
    pub fn as_outstanding(&self) -> Outstanding {
        Outstanding {
            change: self.change.clone(),
            spec: self.spec.clone(),
            title: self.title.clone(),
            before: self.before.clone(),
            state: self.state,
            reversibility: self.reversibility,
            by_hand: self.by_hand.clone(),
            attempts: self.attempts,
        }
    }
}
