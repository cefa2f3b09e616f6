//! Claim: who holds a deployment's lock, as the lock's text says it.
//! Invariant: whether a lock is fresh is judged by when the shelf last saw it written, never by its holder's clock.
//! Not here: taking and giving back (see `lock`).
//! Used by: lock, look, keeper; cli shows it.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::shelf::Entry;
use crate::{clock::later, id::RunId, journal::event::Actor};

/// How long a lock lives after it was last written.
pub(super) const LIFE: Duration = Duration::from_secs(3 * 60);

/// What the lock's text says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The run it is held for.
    pub run: RunId,
    /// The process that holds it. Flat: a parameter's value must not hold two closing braces after two opening ones.
    #[serde(flatten)]
    pub by: Actor,
    /// When it was taken, by the holder's clock.
    pub acquired: Timestamp,
    /// Until when it lives unless it is refreshed, by the holder's clock.
    pub expires: Timestamp,
}

impl Claim {
    /// Taken now.
    pub(super) fn new(run: RunId, by: Actor, now: Timestamp) -> Claim {
        Claim { run, by, acquired: now, expires: later(now, LIFE) }
    }

    /// The same, for longer.
    pub(super) fn refreshed(&self, now: Timestamp) -> Claim {
        Claim { expires: later(now, LIFE), ..self.clone() }
    }

    /// As the lock's text.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A lock that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What it says; `None`: not what this program writes.
    pub claim: Option<Claim>,
    /// When it was last written, as far as can be told.
    pub seen: Option<Timestamp>,
    /// The text itself.
    text: String,
}

impl Held {
    pub(super) fn of(entry: Entry) -> Held {
        let claim: Option<Claim> = serde_json::from_str(&entry.value).ok();
        Held { claim, seen: entry.modified, text: entry.value }
    }

    /// True if it is held for this run.
    pub fn is_for(&self, run: &RunId) -> bool {
        self.claim.as_ref().is_some_and(|claim| claim.run == *run)
    }

    /// True if exactly this process took it at exactly that time.
    pub(super) fn is(&self, own: &Claim) -> bool {
        let same =
            |claim: &Claim| claim.run == own.run && claim.by == own.by && claim.acquired == own.acquired;
        self.claim.as_ref().is_some_and(same)
    }

    /// True if its holder may be alive. Where no one knows when it was written, it may.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.seen.is_none_or(|seen| now < later(seen, LIFE))
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.claim {
            Some(Claim { run, by: Actor { host, user, pid }, acquired, .. }) => {
                write!(f, "run {run} (process {pid} of {user} on {host}) since {}", second(*acquired))?;
            }
            None => write!(f, "something that firedrill did not write: {}", self.text)?,
        }
        match self.seen {
            Some(seen) => {
                write!(f, ", last heard of at {}, until {}", second(seen), second(later(seen, LIFE)))
            }
            None => Ok(()),
        }
    }
}

/// To the second: nobody wants more of it.
pub(super) fn second(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
