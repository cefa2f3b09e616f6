//! Right: what a change must be allowed to do, and on what.
//! Invariant: a change that was captured names each resource; one that was not names the actions alone. An action that
//! is not named here is never called.
//! Not here: ARNs, conditions and statements (see `plan::policy`), whether it is allowed (see `plan::rights`).
//! Used by: every change; plan.

use std::collections::{BTreeMap, BTreeSet};

use crate::drill::model::Side;

/// One action that a change calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// As IAM spells it: `ec2:RevokeSecurityGroupIngress`.
    pub action: &'static str,
    /// What it is asked for on. Empty: nothing is known yet, or the action reads what the deployment's names stand for.
    pub on: Vec<Target>,
    /// Whose region it is called in, with that side's credentials.
    pub sides: Vec<Side>,
    /// The keys of the tags that the call sends.
    pub sends_tags: BTreeSet<String>,
}

impl Right {
    /// To call `action` in these regions.
    pub(super) fn new(action: &'static str, sides: &[Side]) -> Right {
        Right { action, on: Vec::new(), sides: sides.to_vec(), sends_tags: BTreeSet::new() }
    }

    /// The same, on these.
    pub(super) fn on(self, on: impl IntoIterator<Item = Target>) -> Right {
        Right { on: on.into_iter().collect(), ..self }
    }

    /// The same, with tags of these keys.
    pub(super) fn sending(self, keys: &BTreeSet<String>) -> Right {
        Right { sends_tags: keys.clone(), ..self }
    }
}

/// Something of AWS that a change acts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// Its id, or its ARN where AWS's tools take that.
    pub id: String,
    /// Its tags, as far as AWS asks for them.
    pub tags: BTreeMap<String, String>,
}

impl Target {
    /// One whose tags nobody asks for.
    pub(super) fn new(kind: TargetKind, id: impl Into<String>) -> Target {
        Target { kind, id: id.into(), tags: BTreeMap::new() }
    }
}

/// What a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// A security group whose rules change.
    SecurityGroup,
    /// A rule that keeps its id.
    Rule,
    /// Rules that get their ids when they are made.
    NewRules,
    /// A security group or prefix list that a changed rule names; AWS asks for it, too.
    Named,
    /// A Route 53 health check.
    HealthCheck,
    /// An Aurora cluster, global or regional.
    Cluster,
}

/// What AWS said when it was asked whether a call would be allowed, without making it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    /// The action.
    pub action: &'static str,
    /// The id of what it was asked for on; `*`: new rules.
    pub id: String,
    /// Allowed, or not, or nobody can tell and why.
    pub answer: Result<bool, String>,
}
