//! Standing: where a change stands, and where a run does.
//! Invariant: [`ChangeState::after`] is the only table of what may follow what; from `ApplyStarted` on a change is
//! outstanding until it is `Verified` or, if it is one-way, `Kept`.
//! Not here: what else a change's events tell (see `change`), which event the run admits (see `admission`).
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

use crate::journal::event::ChangeEvent;

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

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunPhase {
    /// Nothing is recorded.
    Empty,
    /// Steps may begin.
    Running,
    /// It is to end; nothing new may begin.
    Stopping,
    /// Everything outstanding is being restored.
    Restoring,
    /// It ended in order; only another restoration may follow.
    Ended,
}

impl fmt::Display for RunPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RunPhase::Empty => "has not started",
            RunPhase::Running => "has started",
            RunPhase::Stopping => "is stopping",
            RunPhase::Restoring => "is restoring what is outstanding",
            RunPhase::Ended => "has ended",
        })
    }
}
