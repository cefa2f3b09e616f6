//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Not here: what an entry does (see the module above).
//! Used by: the agenda; this service.

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// What changed is read.
    Read,
    /// An alarm looks at the period that ended.
    Evaluate {
        /// The alarm's region.
        region: String,
        /// The alarm.
        alarm: String,
        /// Counts the plans for the alarm: older ones are void.
        plan: u64,
        /// When the period ended, in seconds since 1970.
        end: i64,
    },
    /// An alarm on something that moves by itself looks further ahead.
    LookAhead {
        /// The alarm's region.
        region: String,
        /// The alarm.
        alarm: String,
        /// Counts the plans for the alarm: older ones are void.
        plan: u64,
    },
}
