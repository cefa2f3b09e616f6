//! Check: one health check: its checkers and its status.
//! Invariant: `version` counts the changes of `config`; the checkers go by `live`.
//! Not here: its settings (see `config`), probing and counting (see `checker`), the API (see `check_operation`).
//! Used by: `route53`.

use std::{collections::BTreeMap, net::Ipv4Addr, time::Duration};

use jiff::Timestamp;

use super::{State, config::Config};
use crate::lab::world::call::{AwsFault, Tree};

/// One checker of a health check.
#[derive(Debug, Clone)]
pub(super) struct Checker {
    pub(super) region: String,
    pub(super) address: Ipv4Addr,
    pub(super) round_trip: Duration,
    /// What it reports: an endpoint is well until `threshold` probes in a row say otherwise, and the reverse.
    pub(super) healthy: bool,
    /// How many probes in a row have said otherwise.
    pub(super) streak: u32,
    pub(super) last: Option<Observation>,
    pub(super) last_failure: Option<Observation>,
}

/// What a checker saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Observation {
    pub(super) status: String,
    pub(super) at: Timestamp,
}

/// A health check.
#[derive(Debug, Clone)]
pub(in crate::lab) struct HealthCheck {
    pub(super) id: String,
    pub(super) caller_reference: String,
    pub(super) version: u64,
    pub(super) config: Config,
    pub(super) live: Config,
    pub(super) generation: u64,
    pub(super) checkers: Vec<Checker>,
    /// The status: the checkers' share, the children or the alarm, then `Disabled` and `Inverted`.
    pub(super) healthy: bool,
    /// The status that the name servers go by.
    pub(super) published: bool,
    /// When the last status will have been published: a later one is never published before it.
    pub(super) settles: Timestamp,
    pub(super) tags: BTreeMap<String, String>,
}

impl HealthCheck {
    /// As `GetHealthCheck` answers it.
    pub(super) fn tree(&self) -> Tree {
        Tree::map([
            ("Id", Tree::text(&self.id)),
            ("CallerReference", Tree::text(&self.caller_reference)),
            ("HealthCheckConfig", Some(self.config.tree())),
            ("HealthCheckVersion", Some(Tree::Int(i64::try_from(self.version).unwrap_or(i64::MAX)))),
        ])
    }
}

impl State {
    /// The health check of a request.
    pub(super) fn check(&self, id: &str) -> Result<&HealthCheck, AwsFault> {
        let missing = || {
            AwsFault::new(404, "NoSuchHealthCheck", format!("A health check with id {id} does not exist."))
        };
        self.checks.get(id).ok_or_else(missing)
    }

    /// Each enabled health check with its status and the share of its checkers that report it well.
    pub(in crate::lab) fn check_statuses(&self) -> Vec<(String, bool, f64)> {
        let status = |check: &HealthCheck| {
            let well = check.checkers.iter().filter(|checker| checker.healthy).count();
            let percent = 100.0 * well as f64 / check.checkers.len().max(1) as f64;
            (check.id.clone(), check.healthy, percent)
        };
        self.checks.values().filter(|check| !check.live.disabled).map(status).collect()
    }

    /// What the name servers go by; a check that is gone takes nothing away.
    pub(super) fn is_published_healthy(&self, id: &str) -> bool {
        self.checks.get(id).is_none_or(|check| check.published)
    }
}
