//! Series: what charts are drawn from.
//! Invariant: of a client's looks every bad and unknown one and every edge is kept; good ones between are thinned to a bounded
//! number, and how many there were is said. Nothing else is left out.
//! Used by: the report.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::secs;
use crate::{drill::model::Side, measure::summary::Tone};

/// All of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Series {
    /// Each client's looks, thinned.
    pub clients: Vec<Client>,
    /// How long answers took, before, during and after.
    pub latency: Vec<Latency>,
    /// The same over time, as users reached the site.
    pub latency_over_time: Vec<Bucket>,
    /// What DNS answered over time.
    pub dns: Vec<Answer>,
    /// Each checker of each health check.
    pub checkers: Vec<Checker>,
    /// How many checkers succeeded, at each change of that number.
    pub checks: Vec<Checks>,
    /// Roles of the database over time.
    pub database: Vec<Role>,
    /// Replication lag.
    pub lag: Vec<Lag>,
}

/// A client's looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The watch.
    pub watch: String,
    /// How many looks there were.
    pub looks: usize,
    /// Those that are kept: when it began, how long it took, how it is to be read.
    pub points: Vec<Point>,
}

/// One look: `[began_s, took_s, tone]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point(
    /// When it began, since the run's start.
    #[serde(with = "secs")]
    pub Duration,
    /// How long it took.
    #[serde(with = "secs")]
    pub Duration,
    /// Good, bad or unknown.
    pub Tone,
);

/// A part of the run, as latency is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Before the first change.
    Before,
    /// From the first change until everything was verified.
    During,
    /// After that.
    After,
}

/// How long answers took in a part of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latency {
    /// The part.
    pub part: Part,
    /// Looks in it.
    pub looks: usize,
    /// Of these, those that were answered as they should be: the others have no latency.
    pub answered: usize,
    /// Half were faster.
    #[serde(rename = "p50_s", with = "secs::maybe")]
    pub p50: Option<Duration>,
    /// 95 of 100 were faster.
    #[serde(rename = "p95_s", with = "secs::maybe")]
    pub p95: Option<Duration>,
    /// The slowest.
    #[serde(rename = "max_s", with = "secs::maybe")]
    pub max: Option<Duration>,
}

/// How long answers took in a short time; without answers, no numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// From when.
    #[serde(rename = "from_s", with = "secs")]
    pub from: Duration,
    /// Until when.
    #[serde(rename = "to_s", with = "secs")]
    pub to: Duration,
    /// Looks that were answered as they should be.
    pub answered: usize,
    /// Half were faster.
    #[serde(rename = "p50_s", with = "secs::maybe")]
    pub p50: Option<Duration>,
    /// 95 of 100 were faster.
    #[serde(rename = "p95_s", with = "secs::maybe")]
    pub p95: Option<Duration>,
}

/// What DNS answered for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The watch: the resolver, or the zone's own servers.
    pub watch: String,
    /// The first look that showed it.
    #[serde(rename = "from_s", with = "secs")]
    pub from: Duration,
    /// The first look that showed something else, or the last look.
    #[serde(rename = "to_s", with = "secs")]
    pub to: Duration,
    /// The region whose addresses these are, if all belong to one.
    pub side: Option<Side>,
    /// The addresses.
    pub addresses: Vec<String>,
    /// The highest TTL that was seen in it, in seconds.
    pub ttl: u32,
    /// Looks that showed it.
    pub looks: usize,
}

/// A checker of a health check, over time. One that is not among the failing ones counts as succeeding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checker {
    /// The watch of its health check.
    pub watch: String,
    /// Its region and address.
    pub checker: String,
    /// When it failed: from, to.
    pub failing: Vec<Stretch>,
}

/// A stretch of time: `[from_s, to_s]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch(
    /// From when.
    #[serde(with = "secs")]
    pub Duration,
    /// Until when.
    #[serde(with = "secs")]
    pub Duration,
);

/// How many checkers succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// The watch of the health check.
    pub watch: String,
    /// From this look on.
    #[serde(rename = "from_s", with = "secs")]
    pub from: Duration,
    /// So many succeeded
    pub succeeding: usize,
    /// of so many that reported.
    pub checkers: usize,
    /// What the health check said.
    pub healthy: bool,
}

/// The database's roles for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// From this look on.
    #[serde(rename = "from_s", with = "secs")]
    pub from: Duration,
    /// Where the writer was.
    pub writer: Option<Side>,
    /// The cluster's status, as AWS spells it.
    pub status: String,
    /// The operation that ran.
    pub operation: Option<String>,
}

/// Replication lag as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lag {
    /// When it was read.
    #[serde(rename = "t_s", with = "secs")]
    pub t: Duration,
    /// How far behind.
    #[serde(rename = "lag_s", with = "secs")]
    pub lag: Duration,
}
