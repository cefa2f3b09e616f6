//! Watch: what each watch saw over the run, as stretches that look the same; and the samples and records that are cited.
//! Used by: the report.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::secs;
use crate::{drill::model::Side, id::Seq, measure::summary::Tone, words::Phrase};

/// One watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// Its name.
    pub watch: String,
    /// What it looks at, as recorded.
    pub title: String,
    /// Time between two looks; `None`: the journal does not say.
    #[serde(rename = "interval_s", with = "secs::maybe")]
    pub interval: Option<Duration>,
    /// Looks that found it working.
    pub good: usize,
    /// Looks that did not.
    pub bad: usize,
    /// Looks that could not tell.
    pub unknown: usize,
    /// Of the bad ones, those that were too few in a row to make an outage.
    pub stray_bad: usize,
    /// The longest that a look began after it was due.
    #[serde(rename = "latest_s", with = "secs")]
    pub latest: Duration,
    /// What it showed, in the order of time.
    pub spans: Vec<Span>,
}

/// A stretch in which a watch showed the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// From when, since the run's start.
    #[serde(rename = "from_s", with = "secs")]
    pub from: Duration,
    /// Until when.
    #[serde(rename = "to_s", with = "secs")]
    pub to: Duration,
    /// How it is to be read.
    pub tone: Tone,
    /// The region concerned, where there is one.
    pub side: Option<Side>,
    /// In words.
    pub words: Phrase,
}

/// A time in which nothing was known of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The client.
    pub watch: String,
    /// From when.
    #[serde(rename = "from_t_s", with = "secs")]
    pub from: Duration,
    /// Until when.
    #[serde(rename = "to_t_s", with = "secs")]
    pub to: Duration,
    /// Looks in between that could not tell.
    pub unknown_looks: usize,
}

/// A sample that a number rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cited {
    /// Its line in `samples.jsonl`, from 1.
    pub line: usize,
    /// Whose look.
    pub watch: String,
    /// When it began, UTC.
    pub at: Timestamp,
    /// When it began, since the run's start.
    #[serde(rename = "t_s", with = "secs")]
    pub t: Duration,
    /// How long it took.
    #[serde(rename = "took_s", with = "secs")]
    pub took: Duration,
    /// How it is to be read.
    pub tone: Tone,
    /// What it saw.
    pub saw: Phrase,
}

/// A record of the journal, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Its number.
    pub record: Seq,
    /// UTC.
    pub at: Timestamp,
    /// Since the run's start.
    #[serde(rename = "t_s", with = "secs")]
    pub t: Duration,
    /// What happened.
    pub what: Phrase,
}
