//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Not here: what an entry does (see the module above).
//! Used by: the agenda; this service.

use super::model::{Health, Key, Pair};

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// A node begins to check a target.
    Check {
        /// The node and the target.
        pair: Pair,
        /// The health check's generation.
        generation: u64,
    },
    /// A check that waited has its result.
    Result {
        /// The node and the target.
        pair: Pair,
        /// The health check's generation.
        generation: u64,
        /// The result.
        result: Health,
    },
    /// Describes begin to show a target's health.
    Reported {
        /// The target group.
        group: String,
        /// The target.
        key: Key,
    },
    /// The last pooled connections of closed paths are gone.
    Drained {
        /// The balancer.
        balancer: String,
    },
    /// A target that was deregistered has drained.
    Deregistered {
        /// The target group.
        group: String,
        /// The target.
        key: Key,
    },
}
