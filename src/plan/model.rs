//! Model: a plan as plain data, for the journal, for `plan` and `--dry-run`, and for reports.
//! Invariant: equal plans have equal digests.
//! Used by: plan, cli.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{BlastRadius, Expected, Kept, QuotaUse, digest::sha256, readiness::Readiness};
use crate::{
    change::{Call, Intent},
    drill::model::{Facts, Limits},
    id::StepId,
    journal::event::{Reversibility, WatchSpec},
};

/// What a run will do and touch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The drill's name.
    pub drill: String,
    /// The deployment's name.
    pub deployment: String,
    /// The account, as the credentials say.
    pub account: String,
    /// Who the credentials belong to.
    pub caller: String,
    /// Everything found from the deployment's names.
    pub found: Value,
    /// The steps, in order; those inside `together` follow it.
    pub steps: Vec<PlannedStep>,
    /// Every call of the changes that alters something, in the order in which a run that nothing disturbs sends them.
    #[serde(default)]
    pub calls: Vec<PlannedCall>,
    /// What is written beside them.
    #[serde(default)]
    pub kept: Vec<Kept>,
    /// What will be watched.
    pub watches: Vec<WatchSpec>,
    /// How many calls watching makes, against what AWS takes.
    #[serde(default)]
    pub quota: Vec<QuotaUse>,
    /// How long it takes.
    #[serde(default)]
    pub expected: Expected,
    /// Each guard, with its answer.
    #[serde(default)]
    pub guards: Vec<GuardAnswer>,
    /// What will notice each fault, and what will not.
    pub detectors: Vec<Detector>,
    /// How much it can affect.
    #[serde(default)]
    pub blast_radius: BlastRadius,
    /// How much it may affect.
    #[serde(default)]
    pub limits: Limits,
    /// What the readiness checks said; nothing if nobody asked them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readiness: Option<Readiness>,
    /// The IAM actions that the run needs, sorted.
    pub permissions: Vec<String>,
    /// What a person should know before saying go.
    pub warnings: Vec<String>,
    /// Why the run must not start; empty when it may.
    pub refusals: Vec<String>,
    /// The saved plan that the run goes by, if it goes by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved: Option<SavedBy>,
}

/// Which saved plan a run goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedBy {
    /// The SHA-256 of the plan that was saved, hex.
    pub digest: String,
    /// The fingerprint of what it was made from, found again.
    pub fingerprint: String,
    /// When it was made, in the world's time.
    pub made_at: Timestamp,
    /// Whole seconds from then until the run.
    pub age_s: u64,
    /// Who made it.
    pub by: String,
}

/// One step as planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedStep {
    /// Its name.
    pub id: StepId,
    /// Its title.
    pub title: String,
    /// What it changes, if it changes something.
    pub change: Option<PlannedChange>,
}

/// One change as planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedChange {
    /// For example `ec2.revoke-ingress`.
    pub kind: String,
    /// In one sentence.
    pub title: String,
    /// Resource, and what happens to it.
    pub touches: Facts,
    /// How it can be put back.
    pub reversibility: Reversibility,
    /// Commands with which a person could put it back.
    pub by_hand: Vec<String>,
    /// What it asks of the world, and what that does to each resource.
    #[serde(default)]
    pub intent: Intent,
}

/// One call, in its place among all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedCall {
    /// The step that sends it; `None`: it is sent at the end of the run, for what is outstanding then.
    pub step: Option<StepId>,
    /// The change that it belongs to.
    pub change: StepId,
    /// True if it puts the change back.
    pub restores: bool,
    /// The call.
    #[serde(flatten)]
    pub call: Call,
}

/// A guard, with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardAnswer {
    /// Its name, as the documentation has it.
    pub guard: String,
    /// What it makes sure of.
    pub asks: String,
    /// How it is.
    pub answer: Answer,
    /// In words; none where there is nothing to say.
    pub said: Vec<String>,
}

/// A guard's answer; of several the last one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// All is well.
    Passed,
    /// It has nothing to judge here.
    NotAsked,
    /// A person should know something.
    Warned,
    /// It can not be told: a refusal or a warning says which.
    Untold,
    /// The run must not start.
    Refused,
}

/// Something that may notice a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detector {
    /// The fault's step.
    pub fault: StepId,
    /// What looks: a health check, target health.
    pub detector: String,
    /// Whether it will notice; `None`: it can not be told from the configuration.
    pub notices: Option<bool>,
    /// Why.
    pub because: String,
}

impl Plan {
    /// SHA-256 over the plan's JSON, hex: two plans with one digest do the same.
    pub fn digest(&self) -> String {
        sha256(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// True if every change could be captured: otherwise the plan does not say all that a run would do.
    pub fn is_whole(&self) -> bool {
        !self.guards.iter().any(|it| it.guard == CHANGES && it.answer == Answer::Refused)
    }
}

/// What the changes' own guard is called.
pub(super) const CHANGES: &str = "changes";
