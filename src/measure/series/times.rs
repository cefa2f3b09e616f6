//! Times: moments of a run as small numbers.
//! Invariant: whole milliseconds since the run's start; what came before it is at its start.
//! Used by: the series beside it.

use std::time::Duration;

use crate::{clock::Stamp, measure::summary::Header};

/// When a moment was.
pub(super) fn at(header: &Header, stamp: Stamp) -> u64 {
    millis(stamp.since(header.started))
}

/// A duration.
pub(super) fn millis(value: Duration) -> u64 {
    u64::try_from(value.as_millis()).unwrap_or(u64::MAX)
}
