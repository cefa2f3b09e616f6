//! Probe: one look at one thing, from where a user or an operator stands.
//! Invariant: a probe cannot fail, it reports; it never changes anything but what a write check writes.
//! Not here: schedules (see `engine::watch`), the meaning of many looks (see `measure`).
//! Used by: engine.
//!
//! Adding a probe touches: its own file here, one line in `registry` (or `aws_registry`) and in `about`, its name in
//! `journal::sample::WatchName`, what it sees in `journal::sample::Seen`.

#[cfg(feature = "aws")]
pub mod about;
#[cfg(feature = "aws")]
mod alarm;
#[cfg(feature = "aws")]
mod aws_registry;
#[cfg(feature = "aws")]
mod call;
mod context;
mod cost;
#[cfg(feature = "aws")]
mod database;
mod dns_authoritative;
mod dns_resolver;
#[cfg(feature = "aws")]
mod environment;
#[cfg(feature = "aws")]
mod health_check;
#[cfg(feature = "aws")]
mod lag;
mod reach;
pub mod registry;
mod scripted;
mod site;
mod site_fixed;
mod site_sticky;
mod site_ttl;
#[cfg(feature = "aws")]
mod targets;
mod whose;
mod write;

#[cfg(test)]
mod tests;

use std::time::Duration;

use async_trait::async_trait;

use crate::journal::sample::{Outcome, Phases, Seen, WatchName};

#[cfg(feature = "aws")]
pub(crate) use aws_registry::alarms;
pub use context::{Landmarks, ProbeContext};
pub use cost::Cost;
pub use registry::{PERMISSIONS, probes};
pub use scripted::Scripted;

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

    /// What one look asks of AWS; nothing, where it asks AWS nothing.
    fn cost(&self) -> Vec<Cost> {
        Vec::new()
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
