//! Lag: how far the standby's database was behind, as AWS's metric had it.
//! Invariant: each point of the metric once, at the metric's own time, however often it was read.
//! Used by: series.

use serde::{Deserialize, Serialize};

use crate::{
    journal::sample::{Sample, Seen, WatchName},
    measure::{looks, seen, summary::Header},
};

/// One point of the metric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LagPoint {
    /// The metric's own time; before the run's start it is less than zero.
    pub at: i64,
    /// How far behind.
    pub lag: u64,
}

/// Every point that was read, in the order of time.
pub(super) fn points(header: &Header, samples: &[Sample]) -> Vec<LagPoint> {
    let looks = looks::of(samples, &WatchName::lag());
    let mut points: Vec<LagPoint> = looks
        .iter()
        .filter_map(|look| match &look.sample.seen {
            Some(Seen::Lag { millis, at }) => {
                let lag = super::times::millis(seen::lag(*millis)?);
                let since = i64::try_from(at.duration_since(header.started.wall).as_millis()).ok()?;
                Some(LagPoint { at: since, lag })
            }
            _ => None,
        })
        .collect();
    points.sort_by_key(|point| point.at);
    points.dedup();
    points
}
