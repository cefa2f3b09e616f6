//! Due: when a drill is to be run again.
//! Invariant: what was never done is due at once.
//! Not here: what counts as done (see `series`).
//! Used by: series, gate; cli.

use jiff::Timestamp;

use crate::drill::period::Period;

/// A drill's rule and how it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The rule.
    pub every: Period,
    /// When it was last done; `None`: never.
    pub last: Option<Timestamp>,
    /// By when it is to be done again; `None`: it was never done, so at once.
    pub by: Option<Timestamp>,
}

impl Due {
    /// True if it should have been done by `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.last.is_none() || self.by.is_some_and(|by| by < now)
    }

    /// Whole days from `now` until it is due; below zero, for how many it has been.
    pub fn days(&self, now: Timestamp) -> Option<i64> {
        const DAY: i64 = 24 * 3600;
        Some(self.by?.duration_since(now).as_secs().div_euclid(DAY))
    }
}

/// By `every`, when it was last done at `last`.
pub(super) fn of(every: Period, last: Option<Timestamp>) -> Due {
    Due { every, last, by: last.and_then(|last| every.after(last)) }
}
