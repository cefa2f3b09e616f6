//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Not here: what an entry does (see the module above).
//! Used by: the agenda; this service.

use jiff::Timestamp;

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// The world is read.
    Sample,
    /// A minute ends.
    Close {
        /// When the minute began.
        minute: Timestamp,
    },
    /// The alarms look at a minute.
    Evaluate {
        /// When the minute began.
        minute: Timestamp,
    },
}
