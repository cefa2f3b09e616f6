//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Not here: what an entry does (see the module above).
//! Used by: the agenda; this service.

use super::model::Rules;

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Reads begin to show a write.
    Described {
        /// The region.
        region: String,
        /// The group.
        group: String,
        /// The write.
        version: u64,
        /// What it left.
        rules: Rules,
    },
    /// Packets begin to feel a write.
    Effective {
        /// The region.
        region: String,
        /// The group.
        group: String,
        /// The write.
        version: u64,
        /// What it left.
        rules: Rules,
    },
    /// Packets begin to feel an interface's new groups.
    Attached {
        /// The region.
        region: String,
        /// The interface.
        interface: String,
    },
}
