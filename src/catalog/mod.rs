//! Catalog: everything that a drill may name, from the registries themselves: changes, probes, conditions, and the
//! readiness checks.
//! Invariant: calls nothing; what is here is what is built in.
//! Not here: the registries (see `change`, `probe`, `drill`), how it looks in a terminal (see `cli::catalog`).
//! Used by: cli; the README's tables are made by `markdown`.

mod changes;
pub mod markdown;
mod sample;

use serde::Serialize;

pub use self::changes::{ChangeItem, changes};
use crate::{
    change::about::Nearest,
    drill::manual::{self, Key},
    probe::about::{ABOUT, About},
    ready::{self, CHECKS},
    text,
};

/// One watch, or both regions'.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProbeItem {
    /// What is known of it.
    #[serde(flatten)]
    pub about: &'static About,
    /// How often it looks, in words.
    pub every: String,
}

/// Every watch.
pub fn probes() -> Vec<ProbeItem> {
    let every = |about: &About| match about.interval {
        Some(interval) => seconds(interval),
        None => "`probe_interval`, 200 ms".to_owned(),
    };
    ABOUT.iter().map(|about| ProbeItem { about, every: every(about) }).collect()
}

/// Whole seconds as people write them, `5 s`.
fn seconds(interval: std::time::Duration) -> String {
    match interval.subsec_nanos() {
        0 => format!("{} s", interval.as_secs()),
        _ => text::duration(interval),
    }
}

/// One kind of condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConditionItem {
    /// Its key.
    pub name: &'static str,
    /// What it looks at.
    pub what: &'static str,
    /// As one would write it.
    pub example: &'static str,
    /// Its keys.
    pub keys: Vec<Key>,
    /// The nearest action of AWS FIS.
    pub nearest: Nearest,
}

/// Every kind of condition.
pub fn conditions() -> Vec<ConditionItem> {
    let item = |entry: manual::Entry| ConditionItem {
        name: entry.name,
        what: entry.what,
        example: entry.example,
        nearest: near(entry.name),
        keys: entry.keys,
    };
    manual::conditions().into_iter().map(item).collect()
}

/// One readiness check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadinessItem {
    /// Its name, by which a deployment accepts it.
    pub name: &'static str,
    /// What it looks at.
    pub system: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// The IAM actions that it goes by, sorted.
    pub actions: Vec<&'static str>,
}

/// Every readiness check, in the order in which they are told.
pub fn readiness() -> Vec<ReadinessItem> {
    let item = |check: &ready::Check| ReadinessItem {
        name: check.name,
        system: check.system,
        why: check.why,
        actions: check.actions().into_iter().collect(),
    };
    CHECKS.iter().map(item).collect()
}

/// AWS FIS sees the world through CloudWatch alarms alone (user guide, stop conditions; `aws:cloudwatch:assert-alarm-state`).
fn near(condition: &str) -> Nearest {
    match condition {
        "alarm" => Nearest {
            action: Some("aws:cloudwatch:assert-alarm-state"),
            but: "and its stop conditions are alarms too",
        },
        _ => Nearest { action: None, but: "" },
    }
}
