//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Not here: what an entry does (see the module above).
//! Used by: the agenda; this service.

use std::time::Duration;

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// One checker looks at its endpoint.
    Probe {
        /// The health check.
        check: String,
        /// The checker's place in the list.
        checker: usize,
        /// The list that is meant; a newer list lets this one end.
        generation: u64,
    },
    /// What a checker saw is known.
    Observed {
        /// The health check.
        check: String,
        /// The checker's place in the list.
        checker: usize,
        /// The list that is meant.
        generation: u64,
        /// Whether the endpoint was well.
        well: bool,
        /// The observation in AWS's words.
        status: String,
        /// How long the look took.
        took: Duration,
    },
    /// The checkers begin to go by a new configuration.
    Configured {
        /// The health check.
        check: String,
        /// The version of its configuration.
        version: u64,
    },
    /// The name servers learn a health check's status.
    Published {
        /// The health check.
        check: String,
        /// The status.
        healthy: bool,
    },
    /// Route 53 looks at a name that aliases evaluate.
    Look {
        /// The name, canonical.
        target: String,
    },
    /// The name servers learn the health of an alias's target.
    TargetPublished {
        /// The name, canonical.
        target: String,
        /// Its health.
        healthy: bool,
    },
    /// A feature of a zone is on or off.
    Featured {
        /// The zone.
        zone: String,
    },
    /// All name servers have a change.
    InSync {
        /// The change.
        change: String,
    },
}
