//! Evaluate: what all policies that concern a request decide together.
//! Invariant: explicit deny, then every limit (boundary, session) must allow, then identity or resource must allow.
//! Used by: `iam::enforce`, `iam::simulate`, `sts`.
//!
//! AWS: IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access", one account.

use std::sync::Arc;

use super::{
    Listed, Policy, Position, Principals, Statement,
    context::Context,
    pattern::{filled, fits, fits_arn, plain},
};

/// A policy and where it comes from.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Source {
    /// Its name: `PolicyInputList.1`, the name of a managed policy, or of an inline one with its owner's.
    pub(in crate::lab) id: String,
    /// What it hangs on.
    pub(in crate::lab) kind: SourceKind,
    /// The policy.
    pub(in crate::lab) policy: Arc<Policy>,
}

/// What a policy hangs on, in AWS's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) enum SourceKind {
    User,
    Group,
    Role,
    AwsManaged,
    UserManaged,
    Resource,
    None,
}

impl SourceKind {
    /// The enumeration `PolicySourceType`.
    pub(in crate::lab) fn text(self) -> &'static str {
        match self {
            SourceKind::User => "user",
            SourceKind::Group => "group",
            SourceKind::Role => "role",
            SourceKind::AwsManaged => "aws-managed",
            SourceKind::UserManaged => "user-managed",
            SourceKind::Resource => "resource",
            SourceKind::None => "none",
        }
    }
}

/// All policies that concern a request.
#[derive(Debug, Clone, Default)]
pub(in crate::lab) struct Policies {
    /// The caller's own, its groups' and what is attached to them.
    pub(in crate::lab) identity: Vec<Source>,
    /// The caller's permissions boundary, if it has one.
    pub(in crate::lab) boundary: Option<Vec<Source>>,
    /// The policies that the session was begun with, if any.
    pub(in crate::lab) session: Option<Vec<Source>>,
    /// The resource's own.
    pub(in crate::lab) resource: Vec<Source>,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(in crate::lab) struct Question<'a> {
    /// The action: `ec2:RevokeSecurityGroupIngress`.
    pub(in crate::lab) action: &'a str,
    /// The resource's ARN, or `*`.
    pub(in crate::lab) resource: &'a str,
    /// Every name of the caller: its ARN, its role's, its account's.
    pub(in crate::lab) caller: &'a [String],
    /// What else is known.
    pub(in crate::lab) context: &'a Context,
}

/// The decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lab) enum Decision {
    Allowed,
    ImplicitDeny,
    ExplicitDeny,
}

impl Decision {
    /// The enumeration `PolicyEvaluationDecisionType`.
    pub(in crate::lab) fn text(self) -> &'static str {
        match self {
            Decision::Allowed => "allowed",
            Decision::ImplicitDeny => "implicitDeny",
            Decision::ExplicitDeny => "explicitDeny",
        }
    }
}

/// The kind of policy that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) enum Where {
    Identity,
    Boundary,
    Session,
    Resource,
}

/// A statement that made the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) struct Matched {
    /// Its policy's name.
    pub(in crate::lab) id: String,
    /// What its policy hangs on.
    pub(in crate::lab) kind: SourceKind,
    /// Where it begins.
    pub(in crate::lab) start: Position,
    /// Where it ends.
    pub(in crate::lab) end: Position,
}

/// The decision and its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) struct Verdict {
    /// The decision.
    pub(in crate::lab) decision: Decision,
    /// The kind of policy that denied, or that would have had to allow.
    pub(in crate::lab) place: Where,
    /// The statements that decided.
    pub(in crate::lab) matched: Vec<Matched>,
    /// Keys that policies asked for and the request does not have.
    pub(in crate::lab) missing: Vec<String>,
    /// Whether the permissions boundary allows it, if there is one.
    pub(in crate::lab) boundary: Option<bool>,
}

/// What one kind of policies says.
#[derive(Debug, Default)]
struct Said {
    allows: Vec<Matched>,
    denies: Vec<Matched>,
}

impl Policies {
    /// Decides.
    pub(in crate::lab) fn decide(&self, question: Question<'_>) -> Verdict {
        let mut missing = Vec::new();
        let mut hear = |sources: &[Source]| hear(sources, question, &mut missing);
        let identity = hear(&self.identity);
        let resource = hear(&self.resource);
        let boundary = self.boundary.as_deref().map(&mut hear);
        let session = self.session.as_deref().map(&mut hear);
        missing.sort();
        missing.dedup();
        let limit = boundary.as_ref().map(|said| !said.allows.is_empty() && said.denies.is_empty());
        let verdict = |decision, place, matched: &[Matched]| Verdict {
            decision,
            place,
            matched: matched.to_vec(),
            missing: missing.clone(),
            boundary: limit,
        };
        let all = [
            (Where::Identity, Some(&identity)),
            (Where::Resource, Some(&resource)),
            (Where::Boundary, boundary.as_ref()),
            (Where::Session, session.as_ref()),
        ];
        let mut said = all.iter().filter_map(|(place, said)| Some((*place, (*said)?)));
        if let Some((place, said)) = said.find(|(_, said)| !said.denies.is_empty()) {
            return verdict(Decision::ExplicitDeny, place, &said.denies);
        }
        if !resource.allows.is_empty() {
            return verdict(Decision::Allowed, Where::Resource, &resource.allows);
        }
        if identity.allows.is_empty() {
            return verdict(Decision::ImplicitDeny, Where::Identity, &[]);
        }
        for (place, limit) in [(Where::Boundary, &boundary), (Where::Session, &session)] {
            if limit.as_ref().is_some_and(|said| said.allows.is_empty()) {
                return verdict(Decision::ImplicitDeny, place, &[]);
            }
        }
        verdict(Decision::Allowed, Where::Identity, &identity.allows)
    }
}

fn hear(sources: &[Source], question: Question<'_>, missing: &mut Vec<String>) -> Said {
    let mut said = Said::default();
    for source in sources {
        for statement in &source.policy.statements {
            if statement.applies(question, source.policy.variables, missing) {
                let (id, kind) = (source.id.clone(), source.kind);
                let matched = Matched { id, kind, start: statement.start, end: statement.end };
                if statement.allows { &mut said.allows } else { &mut said.denies }.push(matched);
            }
        }
    }
    said
}

impl Statement {
    fn applies(&self, question: Question<'_>, variables: bool, missing: &mut Vec<String>) -> bool {
        let about_action = self.actions.negated
            != self.actions.patterns.iter().any(|pattern| fits(&plain(pattern), question.action, true));
        let about_caller = || self.principals.as_ref().is_none_or(|own| own.names(question.caller));
        if !about_action || !about_caller() {
            return false;
        }
        let about_resource =
            self.resources.as_ref().is_none_or(|own| own.has_resource(question, variables, missing));
        // Every condition is asked, also after one that fails: what is missing is to be known whole.
        let unmet = |condition: &&super::Condition| !condition.holds(question.context, variables, missing);
        about_resource && self.conditions.iter().filter(unmet).count() == 0
    }
}

impl Listed {
    fn has_resource(&self, question: Question<'_>, variables: bool, missing: &mut Vec<String>) -> bool {
        let any = self.patterns.iter().any(|pattern| {
            let pieces = match variables.then(|| filled(pattern, question.context)) {
                None => plain(pattern),
                Some(Ok(pieces)) => pieces,
                Some(Err(absent)) => {
                    missing.push(absent);
                    return false;
                }
            };
            fits_arn(&pieces, question.resource)
        });
        any != self.negated
    }
}

impl Principals {
    fn names(&self, caller: &[String]) -> bool {
        let is = |name: &String| {
            // AWS: a bare account id stands for the account's root.
            let root = format!("arn:aws:iam::{name}:root");
            name == "*" || caller.iter().any(|own| own == name || *own == root)
        };
        self.negated != (self.aws.iter().any(is) || self.services.iter().any(is))
    }
}
