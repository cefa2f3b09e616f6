//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Not here: what an entry does (see the module above).
//! Used by: the agenda; this service.

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// The agents of a region's environment report.
    Agents {
        /// The region.
        region: String,
    },
}
