//! Iam: what somebody's policies allow, asked of AWS without doing it.
//! Invariant: reads only; decisions are AWS's own words, and what it was not told is kept beside them.
//! Not here: what is asked, and what a decision means (see `plan::rights`).
//! Used by: plan.
//!
//! Source: IAM API reference, SimulatePrincipalPolicy and GetRole.

use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType, ResourceSpecificResult,
};

use super::{Aws, AwsError, pages, text};
use crate::drill::model::Side;

/// As many results as one answer may hold.
const MOST: i32 = 1_000;

/// What is asked: every action on every resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The ARN of a user, group or role; a session's is refused.
    pub principal: String,
    /// `service:Action`, each.
    pub actions: Vec<String>,
    /// ARNs; none: `*`.
    pub resources: Vec<String>,
    /// What is known of the calls.
    pub context: Vec<ContextKey>,
}

/// One condition key and its value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContextKey {
    /// For example `aws:RequestedRegion`.
    pub name: String,
    /// What kind of value it has.
    pub kind: KeyKind,
    /// Its values.
    pub values: Vec<String>,
}

/// What kind of value a condition key has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// A text.
    Text,
    /// Several texts.
    Texts,
    /// `true` or `false`.
    Bool,
    /// A moment.
    Date,
}

/// What policies decide of one action on one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The action.
    pub action: String,
    /// The resource's ARN; `*`: none was named.
    pub resource: String,
    /// `allowed`, `implicitDeny`, `explicitDeny`.
    pub decision: String,
    /// Condition keys of any of the policies that were not told, whether they matter here or not.
    pub missing: Vec<String>,
    /// False if a policy of the organisation stands against it.
    pub by_organisation: Option<bool>,
    /// False if the permissions boundary stands against it.
    pub by_boundary: Option<bool>,
}

impl Aws {
    /// The ARN of a role of the caller's own account, with its path.
    pub async fn role_arn(&self, side: Side, name: &str) -> Result<String, AwsError> {
        const OPERATION: &str = "iam:GetRole";
        let call = self.clients(side).await.iam.get_role().role_name(name).send();
        let answer = self.send(&self.budgets(side).iam, OPERATION, call).await?;
        let arn = text(answer.role().map(|role| role.arn()));
        match arn.is_empty() {
            false => Ok(arn),
            true => Err(AwsError::incomplete(OPERATION, format!("the answer for {name} holds no ARN"))),
        }
    }

    /// What policies decide, in no promised order.
    pub async fn decisions(&self, side: Side, question: &Question) -> Result<Vec<Decision>, AwsError> {
        const OPERATION: &str = "iam:SimulatePrincipalPolicy";
        let client = self.clients(side).await.iam.clone();
        let entries: Vec<ContextEntry> = question.context.iter().map(entry).collect();
        let resources = (!question.resources.is_empty()).then(|| question.resources.clone());
        let found = pages::all(OPERATION, async |from: Option<String>| {
            let call = client
                .simulate_principal_policy()
                .policy_source_arn(&question.principal)
                .set_action_names(Some(question.actions.clone()))
                .set_resource_arns(resources.clone())
                .set_context_entries(Some(entries.clone()))
                .max_items(MOST)
                .set_marker(from)
                .send();
            let answer = self.send(&self.budgets(side).iam, OPERATION, call).await?;
            let decisions = answer.evaluation_results().iter().flat_map(decisions).collect();
            Ok((decisions, pages::marker(answer.marker()).filter(|_| answer.is_truncated())))
        });
        found.await
    }
}

/// With resources in the question each has a result of its own: then the outer one's name may be a pattern.
fn decisions(from: &EvaluationResult) -> Vec<Decision> {
    let by_organisation = from.organizations_decision_detail().map(|own| own.allowed_by_organizations());
    let boundary = from.permissions_boundary_decision_detail();
    let whole = Decision {
        action: from.eval_action_name().to_owned(),
        resource: from.eval_resource_name().unwrap_or("*").to_owned(),
        decision: decided(from.eval_decision()),
        missing: from.missing_context_values().to_vec(),
        by_organisation,
        by_boundary: boundary.map(|own| own.allowed_by_permissions_boundary()),
    };
    let specific = from.resource_specific_results();
    if specific.is_empty() {
        return vec![whole];
    }
    let one = |own: &ResourceSpecificResult| {
        let boundary = own.permissions_boundary_decision_detail();
        let mut missing = whole.missing.clone();
        missing.extend_from_slice(own.missing_context_values());
        Decision {
            resource: own.eval_resource_name().to_owned(),
            decision: decided(own.eval_resource_decision()),
            missing,
            by_boundary: boundary.map(|own| own.allowed_by_permissions_boundary()).or(whole.by_boundary),
            ..whole.clone()
        }
    };
    specific.iter().map(one).collect()
}

fn decided(decision: &PolicyEvaluationDecisionType) -> String {
    decision.as_str().to_owned()
}

fn entry(key: &ContextKey) -> ContextEntry {
    let kind = match key.kind {
        KeyKind::Text => ContextKeyTypeEnum::String,
        KeyKind::Texts => ContextKeyTypeEnum::StringList,
        KeyKind::Bool => ContextKeyTypeEnum::Boolean,
        KeyKind::Date => ContextKeyTypeEnum::Date,
    };
    ContextEntry::builder()
        .context_key_name(&key.name)
        .context_key_type(kind)
        .set_context_key_values(Some(key.values.clone()))
        .build()
}
