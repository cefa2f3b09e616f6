//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Not here: what an entry does (see the module above).
//! Used by: the agenda; this service.

/// A group, by region and name.
pub type GroupId = (String, String);

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// The group looks at an instance's health.
    Look {
        /// The group.
        group: GroupId,
        /// The instance.
        instance: String,
    },
    /// An instance that was launched or moved is ready.
    Ready {
        /// The group.
        group: GroupId,
        /// The instance.
        instance: String,
    },
    /// An instance's connections have drained.
    Drained {
        /// The group.
        group: GroupId,
        /// The instance.
        instance: String,
    },
    /// An instance is gone.
    Gone {
        /// The group.
        group: GroupId,
        /// The instance.
        instance: String,
    },
}
