//! Bounds: moments and durations that carry how far off they can be.
//! Invariant: low <= measured <= high wherever all are known; a missing bound is said, not guessed.
//! Not here: where the bounds come from (see `outage` and `timeline`).
//! Used by: every number of an assessment.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{clock::Stamp, id::Seq};

/// Something happened after `low` and not after `high`; `at` is the best single word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// It had not happened yet; `None`: nobody looked before.
    pub low: Option<Stamp>,
    /// The moment as reported.
    pub at: Stamp,
    /// It had happened by then.
    pub high: Stamp,
}

impl Moment {
    /// A moment that a record marks itself.
    pub fn exact(at: Stamp) -> Moment {
        Moment { low: Some(at), at, high: at }
    }

    /// The later of two, bound by bound: when both have happened.
    pub(crate) fn both(self, other: Moment) -> Moment {
        Moment {
            low: self.low.zip(other.low).map(|(a, b)| a.max(b)),
            at: self.at.max(other.at),
            high: self.high.max(other.high),
        }
    }
}

/// A duration with its error bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// The best single word for it.
    pub measured: Duration,
    /// It was at least this.
    pub low: Duration,
    /// It was at most this; `None`: no upper bound is known.
    pub high: Option<Duration>,
}

impl Measured {
    /// From one moment to another; what cannot be negative is not.
    pub fn between(from: Moment, to: Moment) -> Measured {
        Measured {
            measured: to.at.since(from.at),
            low: to.low.map_or(Duration::ZERO, |low| low.since(from.high)),
            high: from.low.map(|low| to.high.since(low)),
        }
    }

    /// A duration without doubt.
    pub fn exactly(value: Duration) -> Measured {
        Measured { measured: value, low: value, high: Some(value) }
    }
}

/// What a number rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Trace {
    /// Journal records, by number.
    pub records: Vec<Seq>,
    /// Samples, by their place in `samples.jsonl`, from 0.
    pub samples: Vec<usize>,
}

impl Trace {
    /// One record.
    pub(crate) fn record(seq: Seq) -> Trace {
        Trace { records: vec![seq], samples: Vec::new() }
    }

    /// Some samples.
    pub(crate) fn samples(places: impl IntoIterator<Item = usize>) -> Trace {
        Trace { records: Vec::new(), samples: places.into_iter().collect() }
    }

    /// Both, each piece of evidence once.
    pub(crate) fn and(&self, other: &Trace) -> Trace {
        let mut sum = self.clone();
        sum.records.extend(&other.records);
        sum.samples.extend(&other.samples);
        sum.records.sort_unstable();
        sum.records.dedup();
        sum.samples.sort_unstable();
        sum.samples.dedup();
        sum
    }
}
