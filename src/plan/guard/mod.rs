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

use super::{Answer, BlastRadius, GuardAnswer, Ingredients, aim::Aim, rights::Ruling};
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
    /// It can not be told, and so the run must not start.
    Untold(String),
    /// It can not be told, and a person should know.
    UntoldWarned(String),
    /// There is nothing to judge, and why.
    Idle(&'static str),
}

/// One guard.
pub struct Guard {
    /// Its name, as the documentation has it.
    pub name: &'static str,
    /// What it makes sure of.
    pub asks: &'static str,
    judge: fn(&Case<'_>) -> Vec<Finding>,
}

/// Every guard, in the order in which they speak. Two more look elsewhere: what the `allow` tag permits is asked by each
/// change as it captures, and the deployment's lock by the run.
pub static GUARDS: &[Guard] = &[
    Guard { name: "account", asks: "the credentials are the deployment's account's", judge: account::judge },
    Guard {
        name: "regions",
        asks: "only regions that the deployment names are affected",
        judge: regions::judge,
    },
    Guard { name: "freeze", asks: "no change freeze is announced", judge: freeze::judge },
    Guard { name: "windows", asks: "the whole time limit fits into the windows", judge: calendar::judge },
    Guard { name: "at rest", asks: "nothing is being deployed", judge: at_rest::judge },
    Guard { name: "writer", asks: "the writer is in the primary, and at rest", judge: writer::judge },
    Guard { name: "standby", asks: "what must take over can", judge: standby::judge },
    Guard { name: "limits", asks: "no more is touched than the limits", judge: radius::judge },
    Guard { name: "runner", asks: "this machine is not behind what is closed", judge: runner::judge },
    Guard { name: "credentials", asks: "the credentials outlast the drill", judge: credentials::judge },
    Guard { name: "rights", asks: "everything that the run calls is allowed", judge: rights::judge },
    Guard { name: "lock", asks: "the account keeps a lock and the way back", judge: lock::judge },
    Guard { name: "traffic", asks: "users go where the writer is", judge: traffic::judge },
];

/// What all guards say.
#[derive(Debug, Clone, Default)]
pub(in crate::plan) struct Judged {
    /// Each guard with its answer.
    pub(super) answers: Vec<GuardAnswer>,
    /// Why the run must not start.
    pub(super) refusals: Vec<String>,
    /// What a person should know.
    pub(super) warnings: Vec<String>,
}

/// Asks all guards.
pub(super) fn judge(case: &Case<'_>) -> Judged {
    let mut judged = Judged::default();
    for guard in GUARDS {
        let (mut answer, mut said) = (Answer::Passed, Vec::new());
        for finding in (guard.judge)(case) {
            let (own, words) = match finding {
                Finding::Idle(why) => (Answer::NotAsked, why.to_owned()),
                Finding::Warned(what) => (Answer::Warned, told(&mut judged.warnings, what)),
                Finding::UntoldWarned(what) => (Answer::Untold, told(&mut judged.warnings, what)),
                Finding::Untold(why) => (Answer::Untold, told(&mut judged.refusals, why)),
                Finding::Refused(why) => (Answer::Refused, told(&mut judged.refusals, why)),
            };
            answer = answer.max(own);
            said.push(words);
        }
        judged.answers.push(GuardAnswer {
            guard: guard.name.to_owned(),
            asks: guard.asks.to_owned(),
            answer,
            said,
        });
    }
    judged
}

fn told(among: &mut Vec<String>, words: String) -> String {
    among.push(words.clone());
    words
}
