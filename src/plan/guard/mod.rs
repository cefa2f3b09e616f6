//! Guard: why a run must not start, and what a person should know before it does.
//! Invariant: each guard is pure over what was found and looked at; every refusal says what was found, what would be
//! right, and what to do.
//! Not here: the reading (see `look`, `aws::discover` and each change's `capture`).
//! Used by: resolve.

mod account;
mod at_rest;
mod calendar;
mod credentials;
mod freeze;
mod lock;
mod radius;
mod regions;
mod rights;
mod runner;
mod standby;
#[cfg(test)]
mod tests;
mod traffic;
mod writer;

use std::{collections::BTreeSet, time::Duration};

use super::{BlastRadius, Ingredients, aim::Aim, rights::Ruling};
use crate::change::{Resource, ResourceKind};

/// What guards judge by.
pub(super) struct Case<'a> {
    /// What the plan is made from.
    pub(super) from: &'a Ingredients<'a>,
    /// What the drill aims at.
    pub(super) aim: Aim,
    /// Every resource that a change alters.
    pub(super) resources: &'a [Resource],
    /// How much that is.
    pub(super) radius: &'a BlastRadius,
    /// What is known of everything that the run calls.
    pub(super) rulings: &'a [Ruling],
    /// How long putting everything back is reckoned with.
    pub(super) restore_time: Duration,
}

impl Case<'_> {
    /// The security groups whose rules change.
    fn groups(&self) -> BTreeSet<&str> {
        let groups = self.resources.iter().filter(|one| one.kind == ResourceKind::SecurityGroup);
        groups.map(|one| one.id.as_str()).collect()
    }
}

/// What a guard says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finding {
    /// The run must not start.
    Refused(String),
    /// A person should know.
    Warned(String),
}

/// One guard.
pub struct Guard {
    /// Its name, as the documentation has it.
    pub name: &'static str,
    judge: fn(&Case<'_>) -> Vec<Finding>,
}

/// Every guard, in the order in which they speak. Two more look elsewhere: what the `allow` tag permits is asked by each
/// change as it captures, and the deployment's lock by the run.
pub static GUARDS: &[Guard] = &[
    Guard { name: "account", judge: account::judge },
    Guard { name: "regions", judge: regions::judge },
    Guard { name: "freeze", judge: freeze::judge },
    Guard { name: "windows", judge: calendar::judge },
    Guard { name: "at rest", judge: at_rest::judge },
    Guard { name: "writer", judge: writer::judge },
    Guard { name: "standby", judge: standby::judge },
    Guard { name: "limits", judge: radius::judge },
    Guard { name: "runner", judge: runner::judge },
    Guard { name: "credentials", judge: credentials::judge },
    Guard { name: "rights", judge: rights::judge },
    Guard { name: "lock", judge: lock::judge },
    Guard { name: "traffic", judge: traffic::judge },
];

/// What all guards say: why the run must not start, and what a person should know.
pub(super) fn judge(case: &Case<'_>) -> (Vec<String>, Vec<String>) {
    let (mut refusals, mut warnings) = (Vec::new(), Vec::new());
    for finding in GUARDS.iter().flat_map(|guard| (guard.judge)(case)) {
        match finding {
            Finding::Refused(why) => refusals.push(why),
            Finding::Warned(what) => warnings.push(what),
        }
    }
    (refusals, warnings)
}
