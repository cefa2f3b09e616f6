//! Sample: one look of one probe, with every time that matters.
//! Invariant: a sample cannot fail, it reports: good, bad, or unknown; `due` is kept whatever happened.
//! Not here: how a look is taken (see `probe`), what many samples mean (see `measure`).
//! Used by: probe makes them; engine, measure and report read them.

use std::{collections::BTreeMap, net::IpAddr, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{clock::Stamp, drill::model::Side};

/// The name of a watch: `site`, `write`, `dns.resolver`, `environment.primary` …
///
/// The names in use are the constants and functions of this type; views look samples up by them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WatchName(pub String);

impl WatchName {
    /// The site as users reach it: fresh lookup, fresh connection. The outage is judged on this one.
    pub fn site() -> WatchName {
        WatchName("site".into())
    }
    /// The write check, reached like the site.
    pub fn write() -> WatchName {
        WatchName("write".into())
    }
    /// A client that keeps a DNS answer for its TTL, new connection each time.
    pub fn site_ttl() -> WatchName {
        WatchName("site.ttl".into())
    }
    /// A client that keeps one connection open as long as it lives.
    pub fn site_sticky() -> WatchName {
        WatchName("site.sticky".into())
    }
    /// One region's load balancer, at its address, whatever DNS says.
    pub fn site_fixed(side: Side) -> WatchName {
        WatchName(format!("site.{side}"))
    }
    /// The name at the resolver.
    pub fn dns_resolver() -> WatchName {
        WatchName("dns.resolver".into())
    }
    /// The name at the zone's own servers.
    pub fn dns_authoritative() -> WatchName {
        WatchName("dns.authoritative".into())
    }
    /// Elastic Beanstalk's health.
    pub fn environment(side: Side) -> WatchName {
        WatchName(format!("environment.{side}"))
    }
    /// Target health.
    pub fn targets(side: Side) -> WatchName {
        WatchName(format!("targets.{side}"))
    }
    /// Route 53's health check.
    pub fn health_check(side: Side) -> WatchName {
        WatchName(format!("health_check.{side}"))
    }
    /// The global cluster.
    pub fn database() -> WatchName {
        WatchName("database".into())
    }
    /// Replication lag.
    pub fn lag() -> WatchName {
        WatchName("lag".into())
    }
    /// A CloudWatch alarm.
    pub fn alarm(side: Side, name: &str) -> WatchName {
        WatchName(format!("alarm.{side}.{name}"))
    }
}

/// One look. Times are on the run's own scale; phases not reached are `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Whose look.
    pub watch: WatchName,
    /// When the schedule wanted it.
    pub due: Stamp,
    /// When it began; later than `due` when the machine was busy.
    pub started: Stamp,
    /// When it ended.
    pub finished: Stamp,
    /// From `started` until the name was looked up, the connection stood, TLS stood, the first byte came; microseconds.
    #[serde(default, skip_serializing_if = "Phases::is_empty")]
    pub phases: Phases,
    /// What it found.
    pub outcome: Outcome,
    /// What was seen, typed; absent when nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

/// How far a request got and when, each from the look's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Phases {
    /// The name was looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_us: Option<u64>,
    /// The TCP connection stood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected_us: Option<u64>,
    /// TLS stood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secured_us: Option<u64>,
    /// The first byte of the answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_byte_us: Option<u64>,
}

impl Phases {
    /// True if no phase was reached.
    pub fn is_empty(&self) -> bool {
        *self == Phases::default()
    }
}

/// The three answers a probe can give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What was looked at works.
    Good,
    /// It does not.
    Bad {
        /// In words.
        why: String,
    },
    /// It could not be told.
    Unknown {
        /// In words.
        error: String,
    },
}

impl Outcome {
    /// True for `Good`.
    pub fn is_good(&self) -> bool {
        matches!(self, Outcome::Good)
    }
}

/// What a probe saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// A site or write check answered (any status).
    Site {
        /// The address spoken to.
        address: IpAddr,
        /// The region that answered, if it can be told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Side>,
        /// The HTTP status; `None`: no answer came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// True if the connection was an old one.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        reused: bool,
    },
    /// A DNS answer.
    Dns {
        /// The addresses, sorted.
        addresses: Vec<IpAddr>,
        /// Seconds it may be kept.
        ttl: u32,
        /// The region whose addresses these are, if all belong to one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        side: Option<Side>,
    },
    /// Elastic Beanstalk's health.
    Environment {
        /// `Ok`, `Warning`, `Degraded` …, as AWS spells it.
        health: String,
        /// `Green`, `Yellow`, `Red`, `Grey`.
        color: String,
        /// AWS's own words.
        causes: Vec<String>,
        /// When AWS computed it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refreshed_at: Option<Timestamp>,
    },
    /// Target health.
    Targets {
        /// Registered targets.
        total: usize,
        /// Healthy ones.
        healthy: usize,
        /// State of each target, with its reason, by target id.
        states: BTreeMap<String, String>,
    },
    /// A health check's observations.
    HealthCheck {
        /// By the 18 % rule over fresh observations, after `Disabled` and `Inverted`.
        healthy: bool,
        /// Checkers that report success.
        succeeding: usize,
        /// Checkers that report at all, stale ones left out.
        checkers: usize,
        /// True if the verdict is forced by `Disabled`.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        disabled: bool,
        /// The words of each failing checker, by checker region and address.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        failures: BTreeMap<String, String>,
    },
    /// The global cluster.
    Database {
        /// Its status, as AWS spells it.
        status: String,
        /// Where the writer is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        writer: Option<Side>,
        /// `switching-over`, `failing-over` …; `None`: no operation runs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        operation: Option<String>,
        /// True if every member is connected.
        in_sync: bool,
    },
    /// Replication lag.
    Lag {
        /// Milliseconds.
        millis: f64,
        /// The metric's own time.
        at: Timestamp,
    },
    /// An alarm.
    Alarm {
        /// `OK`, `ALARM`, `INSUFFICIENT_DATA`.
        state: String,
        /// When it went there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
    },
}

impl Sample {
    /// How long the look took.
    pub fn took(&self) -> Duration {
        self.finished.since(self.started)
    }
}
