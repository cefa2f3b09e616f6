//! Change: the life of one change, as its events tell it.
//! Invariant: [`ChangeState::after`] is the only table of what may follow what; from `ApplyStarted` on a change is
//! outstanding until it is `Verified` or, if it is one-way, `Kept`.
//! Not here: the run around it (see `run`), the verbs themselves (see `crate::change`).
//! Used by: the rest of this folder; every view.
//!
//! | from | event | to | outstanding |
//! |---|---|---|---|
//! | pending | captured | captured | no |
//! | captured | apply started | maybe applied | yes |
//! | maybe applied | applied | applied | yes |
//! | maybe applied | apply failed | maybe applied | yes |
//! | maybe applied, applied, restore failed, not verified, conflict | restore started | restoring | yes |
//! | restoring, restored (a crash fell between) | restore started | restoring | yes |
//! | restoring | restored / restore failed / conflict | restored / restore failed / conflict | yes |
//! | restored | not verified / conflict | not verified / conflict | yes |
//! | restored | verified | verified | **no** |
//! | applied, and one-way | kept | kept | **no** |

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    clock::Stamp,
    drill::model::ChangeSpec,
    id::{Seq, StepId},
    journal::event::{ChangeEvent, Reversibility},
};

use super::illegal::IllegalEvent;

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Nothing is recorded of it.
    Pending,
    /// What was is on disk; nothing has been touched.
    Captured,
    /// The call may have been made: it is to be restored.
    MaybeApplied,
    /// It has happened, and was seen.
    Applied,
    /// It is being put back.
    Restoring,
    /// The calls that put it back went through; not yet proven.
    Restored,
    /// Putting back failed; it may be tried again.
    RestoreFailed,
    /// The world was read back and differs.
    NotVerified,
    /// Someone else changed it meanwhile.
    Conflict,
    /// The world was read back and equals before.
    Verified,
    /// A one-way change that stays, with consent.
    Kept,
}

impl ChangeState {
    /// Every state, in the order of a life.
    pub const ALL: [ChangeState; 11] = [
        ChangeState::Pending,
        ChangeState::Captured,
        ChangeState::MaybeApplied,
        ChangeState::Applied,
        ChangeState::Restoring,
        ChangeState::Restored,
        ChangeState::RestoreFailed,
        ChangeState::NotVerified,
        ChangeState::Conflict,
        ChangeState::Verified,
        ChangeState::Kept,
    ];

    /// True from the moment it may have been applied until it is proven to be restored, or kept with consent.
    pub fn is_outstanding(self) -> bool {
        use ChangeState as S;
        match self {
            S::Pending | S::Captured | S::Verified | S::Kept => false,
            S::MaybeApplied
            | S::Applied
            | S::Restoring
            | S::Restored
            | S::RestoreFailed
            | S::NotVerified
            | S::Conflict => true,
        }
    }

    /// The state after `event`, if it may follow. The table above, and nothing else.
    pub fn after(self, event: &ChangeEvent) -> Option<ChangeState> {
        use ChangeEvent as E;
        use ChangeState as S;
        match (self, event) {
            (S::Pending, E::Captured { .. }) => Some(S::Captured),
            (S::Captured, E::ApplyStarted) => Some(S::MaybeApplied),
            (S::MaybeApplied, E::Applied { .. }) => Some(S::Applied),
            (S::MaybeApplied, E::ApplyFailed { .. }) => Some(S::MaybeApplied),
            (
                S::MaybeApplied
                | S::Applied
                | S::RestoreFailed
                | S::NotVerified
                | S::Conflict
                | S::Restoring
                | S::Restored,
                E::RestoreStarted { .. },
            ) => Some(S::Restoring),
            (S::Restoring, E::Restored { .. }) => Some(S::Restored),
            (S::Restoring, E::RestoreFailed { .. }) => Some(S::RestoreFailed),
            (S::Restored, E::Verified { .. }) => Some(S::Verified),
            (S::Restored, E::NotVerified { .. }) => Some(S::NotVerified),
            (S::Restoring | S::Restored, E::Conflict { .. }) => Some(S::Conflict),
            (S::Applied, E::Kept { .. }) => Some(S::Kept),
            _ => None,
        }
    }
}

impl fmt::Display for ChangeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChangeState::Pending => "pending",
            ChangeState::Captured => "captured",
            ChangeState::MaybeApplied => "perhaps applied",
            ChangeState::Applied => "applied",
            ChangeState::Restoring => "restoring",
            ChangeState::Restored => "restored, not verified yet",
            ChangeState::RestoreFailed => "not restored: restoring failed",
            ChangeState::NotVerified => "not restored: it differs from before",
            ChangeState::Conflict => "in conflict with someone else's change",
            ChangeState::Verified => "restored, verified",
            ChangeState::Kept => "kept",
        })
    }
}

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
    pub(super) fn begin(change: &StepId, at: Stamp, event: &ChangeEvent) -> Option<ChangeLife> {
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
