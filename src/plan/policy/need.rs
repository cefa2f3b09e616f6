//! Need: one action on one resource that a run calls.
//! Invariant: a need says whose credentials call it, so that two roles get a policy each can be checked by.
//! Used by: gather makes them; statement, rights and cli read them.

use std::collections::{BTreeMap, BTreeSet};

use crate::drill::model::Side;

/// One action on one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// As IAM spells it.
    pub action: &'static str,
    /// Its ARN; `*`: AWS knows no resource.
    pub resource: String,
    /// What the resource is.
    pub subject: Subject,
    /// Whose credentials call it, in whose region.
    pub side: Side,
    /// True if it was called already, while the drill was prepared.
    pub proven: bool,
    /// The resource's tags, as far as AWS asks for them.
    pub tags: BTreeMap<String, String>,
    /// The keys of the tags that the call sends.
    pub sends_tags: BTreeSet<String>,
}

/// What resources are, in the order in which statements are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// AWS knows no resource of the action.
    Everything,
    /// Elastic Beanstalk environments.
    Environment,
    /// The Aurora global cluster, alone.
    GlobalCluster,
    /// Regional clusters.
    Cluster,
    /// A hosted zone.
    Zone,
    /// Health checks.
    HealthCheck,
    /// CloudWatch alarms.
    Alarm,
    /// Parameters of Systems Manager.
    Parameter,
    /// The caller.
    Caller,
    /// Security groups whose rules change.
    SecurityGroup,
    /// Rules that keep their ids.
    Rule,
    /// Rules that get their ids when they are made.
    NewRules,
    /// What a changed rule names.
    Named,
    /// The global cluster with its regional ones.
    Database,
    /// What only the readiness checks read.
    Readiness,
}

/// Which of the two parts of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What only reads.
    Read,
    /// What changes something.
    Change,
}

impl Need {
    /// Only what reads is in the read part.
    pub fn part(&self) -> Part {
        part(self.action)
    }

    /// The service, as IAM spells it.
    pub fn service(&self) -> &'static str {
        service(self.action)
    }
}

/// The service of an action.
pub(super) fn service(action: &'static str) -> &'static str {
    action.split(':').next().unwrap_or(action)
}

/// AWS's own names of operations tell what only reads.
pub(super) fn part(action: &str) -> Part {
    const READS: [&str; 4] = ["Describe", "Get", "List", "Simulate"];
    let name = action.split_once(':').map_or(action, |(_, name)| name);
    if READS.iter().any(|read| name.starts_with(read)) { Part::Read } else { Part::Change }
}
