//! Moment: times, durations and what they rest on, as a report carries them.
//! Invariant: low <= measured <= high wherever all are known; what is not known is `null`.
//! Used by: the rest of the model.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::secs;
use crate::id::Seq;

/// A moment without doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// UTC.
    pub at: Timestamp,
    /// Since the run's start, by the monotonic clock.
    #[serde(rename = "t_s", with = "secs")]
    pub t: Duration,
}

/// A record's moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// The record.
    pub record: Seq,
    /// UTC.
    pub at: Timestamp,
    /// Since the run's start.
    #[serde(rename = "t_s", with = "secs")]
    pub t: Duration,
}

/// A moment with its bounds: after `low`, not after `high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// UTC.
    pub at: Timestamp,
    /// Since the run's start.
    #[serde(rename = "t_s", with = "secs")]
    pub t: Duration,
    /// It had not happened by then; `None`: nobody looked before.
    #[serde(rename = "low_t_s", with = "secs::maybe")]
    pub low: Option<Duration>,
    /// It had happened by then.
    #[serde(rename = "high_t_s", with = "secs")]
    pub high: Duration,
}

/// A duration with its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Took {
    /// The best single number.
    #[serde(rename = "measured_s", with = "secs")]
    pub measured: Duration,
    /// It was at least this.
    #[serde(rename = "low_s", with = "secs")]
    pub low: Duration,
    /// It was at most this; `None`: no upper bound is known.
    #[serde(rename = "high_s", with = "secs::maybe")]
    pub high: Option<Duration>,
}

/// What a number rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// Records of `journal.jsonl`, by number.
    #[serde(default)]
    pub records: Vec<Seq>,
    /// Lines of `samples.jsonl`, from 1.
    #[serde(default)]
    pub samples: Vec<usize>,
}

impl Evidence {
    /// These records.
    pub fn of_records(records: impl IntoIterator<Item = Seq>) -> Evidence {
        Evidence { records: records.into_iter().collect(), samples: Vec::new() }
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.samples.is_empty()
    }
}
