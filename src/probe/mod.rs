//! Probe: one look at one thing, from where a user or an operator stands.
//! Invariant: a probe cannot fail, it reports; it never changes anything but what a write check writes.
//! Not here: schedules (see `engine::watch`), the meaning of many looks (see `measure`).
//! Used by: engine.

use std::time::Duration;

use async_trait::async_trait;

use crate::journal::sample::{Outcome, Phases, Seen, WatchName};

/// One look at one thing.
#[async_trait]
pub trait Probe: Send + Sync {
    /// The watch it feeds.
    fn watch(&self) -> WatchName;

    /// What it looks at, for people.
    fn title(&self) -> String;

    /// Time between two looks.
    fn interval(&self) -> Duration;

    /// True if a look may begin while earlier ones are still under way: for clients whose pace must not
    /// depend on the answers. False for looks that share something (a connection, an API's quota).
    fn overlaps(&self) -> bool {
        false
    }

    /// Looks once. Bounded in time by itself; never panics, never errs: what cannot be told is `Unknown`.
    async fn look(&self) -> Look;
}

/// What one look found; the schedule adds the times it knows.
#[derive(Debug, Clone)]
pub struct Look {
    /// How far it got, and when.
    pub phases: Phases,
    /// What it found.
    pub outcome: Outcome,
    /// What was seen.
    pub seen: Option<Seen>,
}

impl Look {
    /// It works.
    pub fn good(seen: Seen) -> Look {
        Look { phases: Phases::default(), outcome: Outcome::Good, seen: Some(seen) }
    }

    /// It does not work.
    pub fn bad(why: impl Into<String>, seen: Option<Seen>) -> Look {
        Look { phases: Phases::default(), outcome: Outcome::Bad { why: why.into() }, seen }
    }

    /// It could not be told.
    pub fn unknown(error: impl Into<String>) -> Look {
        Look { phases: Phases::default(), outcome: Outcome::Unknown { error: error.into() }, seen: None }
    }
}
