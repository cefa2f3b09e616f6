//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Not here: what an entry does (see the module above).
//! Used by: the agenda; this service.

use super::model::{Health, Pair};

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// A node begins to check a target.
    Check {
        /// The region.
        region: String,
        /// The node and the target.
        pair: Pair,
    },
    /// A check that waited has its result.
    Result {
        /// The region.
        region: String,
        /// The node and the target.
        pair: Pair,
        /// The result.
        result: Health,
    },
    /// Describes begin to show a target's health.
    Reported {
        /// The region.
        region: String,
        /// The target's place.
        target: usize,
    },
    /// The last pooled connections of closed paths are gone.
    Drained {
        /// The region.
        region: String,
    },
}
