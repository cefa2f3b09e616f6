//! Holder: which process holds a lock.
//! Invariant: plain data, as the lock file holds it.
//! Not here: the lock (see `lock`).
//! Used by: lock writes and reads it; error names it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::RunId;

use super::event::Actor;

/// Who holds a lock: for the message to whoever finds it taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The run it works on.
    pub run: RunId,
    /// The process.
    pub by: Actor,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Actor { host, user, pid } = &self.by;
        write!(f, "process {pid} of {user} on {host}, for run {}", self.run)
    }
}
