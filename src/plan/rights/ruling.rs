//! Ruling: what is known of one need: allowed, denied, or nobody can tell.
//! Invariant: a dry run on the very resource counts more than a simulation, which does not know session policies, resource
//! policies and resource control policies (IAM API reference, SimulatePrincipalPolicy).
//! Used by: ask; guard, cli.

use super::context;
use crate::{aws::Decision, change::Leave, plan::policy::Need};

/// One need, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The need.
    pub need: Need,
    /// What is known.
    pub may: May,
    /// How it is known, or why it is not.
    pub because: String,
}

/// Whether something may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// It may.
    Allowed,
    /// It may not.
    Denied,
    /// Nobody can tell.
    Unknown,
}

impl May {
    /// One word.
    pub fn as_str(self) -> &'static str {
        match self {
            May::Allowed => "allowed",
            May::Denied => "denied",
            May::Unknown => "unknown",
        }
    }
}

pub(super) fn ruled(need: &Need, may: May, because: impl Into<String>) -> Ruling {
    Ruling { need: need.clone(), may, because: because.into() }
}

/// By a dry run, if one says something.
pub(super) fn by_dry_run(need: &Need, leaves: &[Leave]) -> Option<Ruling> {
    let id = need.resource.rsplit('/').next().unwrap_or_default();
    let own = leaves.iter().find(|leave| leave.action == need.action && leave.id == id)?;
    match own.answer {
        Ok(true) => Some(ruled(need, May::Allowed, "by a dry run")),
        Ok(false) => Some(ruled(need, May::Denied, "by a dry run")),
        Err(_) => None,
    }
}

/// By what policies decide.
pub(super) fn by_simulation(need: &Need, answer: Result<&[Decision], String>) -> Ruling {
    let decisions = match answer {
        Ok(decisions) => decisions,
        Err(why) => return ruled(need, May::Unknown, why),
    };
    let own = decisions.iter().find(|one| one.action == need.action && one.resource == need.resource);
    let Some(own) = own else { return ruled(need, May::Unknown, "IAM's answer says nothing of it") };
    let mut untold: Vec<&str> =
        own.missing.iter().map(String::as_str).filter(|key| context::matters(need, key)).collect();
    untold.sort_unstable();
    untold.dedup();
    if !untold.is_empty() {
        return ruled(
            need,
            May::Unknown,
            format!("a policy asks for {}, which IAM was not told", untold.join(", ")),
        );
    }
    match own.decision.as_str() {
        "allowed" => ruled(need, May::Allowed, "by its policies"),
        "explicitDeny" | "implicitDeny" => ruled(need, May::Denied, denial(own)),
        other => ruled(need, May::Unknown, format!("IAM says {other}")),
    }
}

fn denial(decision: &Decision) -> &'static str {
    match (decision.by_organisation, decision.by_boundary, decision.decision.as_str()) {
        (Some(false), ..) => "a policy of the organisation (SCP) stands against it",
        (_, Some(false), _) => "the permissions boundary stands against it",
        (_, _, "explicitDeny") => "a policy denies it",
        _ => "no policy allows it",
    }
}
