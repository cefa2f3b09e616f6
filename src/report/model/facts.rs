//! Facts: what was drilled, where, by whom, on what plan.
//! Invariant: as recorded; nothing is judged here.
//! Used by: the report.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::secs;
use crate::{
    drill::model::{Facts, PerSide},
    id::StepId,
    measure::summary::Lab,
};

/// The drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillFacts {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of its files, hex.
    pub sha256: String,
    /// SHA-256 of the plan, hex, if one was made.
    pub plan_sha256: Option<String>,
    /// The files it was read from, by path.
    pub files: Vec<String>,
    /// The run's own end, restoration not counted.
    #[serde(rename = "time_limit_s", with = "secs")]
    pub time_limit: Duration,
    /// How often the site was looked at.
    #[serde(rename = "probe_interval_s", with = "secs")]
    pub probe_interval: Duration,
    /// What had to hold before and after, in the drill's words.
    pub steady_state: Vec<String>,
    /// What would have ended the run early.
    pub stop_when: Vec<String>,
}

/// The deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentFacts {
    /// Its name.
    pub name: String,
    /// The AWS account.
    pub account: String,
    /// The site's address.
    pub site: String,
    /// The AWS region of each side.
    pub regions: PerSide<String>,
    /// The Elastic Beanstalk environment of each side.
    pub environments: PerSide<String>,
    /// The global cluster, if there is one.
    pub global_cluster: Option<String>,
    /// The DNS server that was asked; `None`: the system's.
    pub resolver: Option<String>,
    /// The write check's address, if there is one.
    pub write_check: Option<String>,
    /// The tag that a resource must carry to be changed.
    pub allow: Option<String>,
}

/// The time zone that local times are written in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Its name, for example `Asia/Seoul`.
    pub name: String,
    /// As people write it, for example `KST`.
    pub abbreviation: String,
    /// Ahead of UTC, at the run's start.
    pub offset_s: i32,
}

/// The program, the caller and the machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunFacts {
    /// Name and version of the program.
    pub program: String,
    /// Who ran it, as AWS knows them.
    pub caller: Facts,
    /// User and machine.
    pub by: String,
    /// The command line.
    pub command_line: Vec<String>,
    /// AWS's clock minus ours in milliseconds, and how far off that can be.
    pub clock_offset_ms: Option<(i64, u64)>,
    /// Set when the world was a lab.
    pub lab: Option<Lab>,
}

/// What was found and planned before anything was changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanFacts {
    /// What would notice each fault, and what not.
    pub detectors: Vec<DetectorFact>,
    /// What would be touched.
    pub touches: Vec<Touch>,
    /// The IAM actions that the run needs.
    pub permissions: Vec<String>,
    /// What a person was told before saying go.
    pub warnings: Vec<String>,
    /// Everything found from the deployment's names, by its path.
    pub found: Vec<(String, String)>,
    /// How many facts were found that are not listed.
    pub found_more: usize,
    /// The saved plan that the run went by, if it went by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved: Option<SavedFact>,
}

/// A saved plan that a run went by: everything was found as it was when it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedFact {
    /// The SHA-256 of the plan that was saved, hex.
    pub digest: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// How long before the run, in whole seconds.
    pub age_s: u64,
    /// Who made it.
    pub by: String,
}

/// What may notice a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetectorFact {
    /// The fault's step.
    pub fault: StepId,
    /// What looks.
    pub detector: String,
    /// Whether it was to notice.
    pub notices: Option<bool>,
    /// Why.
    pub because: String,
}

/// A resource that a step was to touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// The step.
    pub step: StepId,
    /// The resource.
    pub resource: String,
    /// What was to happen to it.
    pub what: String,
}

/// What stands for the whole journal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Chain {
    /// How many records.
    pub records: usize,
    /// The last record's hash, hex: it covers every byte of every record before it.
    pub head: String,
    /// How many samples.
    pub samples: usize,
}

/// A person's yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The step that asked.
    pub step: StepId,
    /// Who.
    pub by: String,
    /// When, UTC.
    pub at: Timestamp,
    /// The record.
    pub record: crate::id::Seq,
}
