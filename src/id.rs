//! Ids: names that must not be mixed up with other strings.
//! Invariant: a `RunId` is a safe folder name.
//! Not here: how a run is found by a part of its id (see `journal::store`).
//! Used by: everyone.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The name of one run, and of its folder: `20261122T125001Z-seoul-outage-3f9a`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(String);

impl RunId {
    /// Made from the start, the drill's name and a few random letters that keep two starts in one second apart.
    pub fn new(start: Timestamp, drill: &str, salt: u16) -> RunId {
        let safe: String = drill
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' })
            .take(60)
            .collect();
        RunId(format!("{}-{safe}-{salt:04x}", start.strftime("%Y%m%dT%H%M%SZ")))
    }

    /// An id read back from a journal or a folder name.
    pub fn from_text(text: &str) -> RunId {
        RunId(text.to_owned())
    }

    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of one step of a drill, unique in it: what `as:` says, or made from the step's kind and place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub String);

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for StepId {
    fn from(text: &str) -> StepId {
        StepId(text.to_owned())
    }
}

/// The number of a record in its journal, from 0, without holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}
