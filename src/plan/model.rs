//! Model: a plan as plain data, for the journal, for `--dry-run` and for reports.
//! Invariant: equal plans have equal digests.
//! Used by: plan, cli.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{BlastRadius, readiness::Readiness};
use crate::{
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
    /// What will be watched.
    pub watches: Vec<WatchSpec>,
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
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
