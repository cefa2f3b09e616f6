//! Simulate: what policies would decide, without doing anything.
//! Invariant: decides with the same evaluation as a real call, of policies as they were written last; what it was not
//! told it names as missing, it never guesses.
//! Used by: `iam_operate`.
//!
//! AWS: SimulatePrincipalPolicy and SimulateCustomPolicy API references. One result for each pair of action and
//! resource, each with its one resource also as `ResourceSpecificResults`.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    fault::{absent, need},
    model::{Identity, Kind},
    policy::{
        Context, Malformed, Matched, Policies, Policy, Position, Question, Source, SourceKind, Use, Verdict,
    },
    tree::listing,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

fn invalid(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "InvalidInput", message)
}

/// Documents of a call as sources: `PolicyInputList.1` and so on.
fn given(params: &Params, list: &str, used: Use) -> Result<Vec<Source>, AwsFault> {
    let texts = params.texts(list);
    let each = texts.iter().enumerate().map(|(at, text)| {
        let id = format!("{list}.{}", at + 1);
        source(&id, text, used, SourceKind::None)
    });
    each.collect()
}

fn source(id: &str, text: &str, used: Use, kind: SourceKind) -> Result<Source, AwsFault> {
    let policy = Policy::parse(text, used).map_err(|Malformed(why)| invalid(format!("{id}: {why}")))?;
    Ok(Source { id: id.to_owned(), kind, policy: Arc::new(policy) })
}

/// `SimulateCustomPolicy`.
pub(super) fn custom(world: &World, call: &Call) -> Reply {
    let identity = given(&call.params, "PolicyInputList", Use::Identity)?;
    if identity.is_empty() {
        return Err(invalid("PolicyInputList must not be empty."));
    }
    simulate(world, call, Policies { identity, ..Policies::default() }, None)
}

/// `SimulatePrincipalPolicy`.
pub(super) fn principal(world: &World, call: &Call) -> Reply {
    let own = source_of(world, need(&call.params, "PolicySourceArn")?)?;
    let mut policies = world.policies_of(own, false);
    policies.identity.extend(given(&call.params, "PolicyInputList", Use::Identity)?);
    simulate(world, call, policies, Some(own))
}

/// AWS: a user, group or role; a session of an assumed role is refused.
fn source_of<'a>(world: &'a World, arn: &str) -> Result<&'a Identity, AwsFault> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", "aws", "iam", "", _, resource] = parts[..] else {
        return Err(invalid(format!(
            "Invalid Entity Arn: {arn} does not clearly define entity type and name."
        )));
    };
    if !["user/", "group/", "role/"].iter().any(|kind| resource.starts_with(kind)) {
        return Err(invalid(format!(
            "Invalid Entity Arn: {arn} does not clearly define entity type and name."
        )));
    }
    world.iam.identity_at(arn).ok_or_else(|| absent(format!("The entity with ARN {arn} cannot be found.")))
}

fn simulate(world: &World, call: &Call, mut policies: Policies, own: Option<&Identity>) -> Reply {
    let params = &call.params;
    let actions = params.texts("ActionNames");
    if actions.is_empty() {
        return Err(need(params, "ActionNames")
            .err()
            .unwrap_or_else(|| invalid("ActionNames must not be empty.")));
    }
    for action in &actions {
        let fits =
            action.split_once(':').is_some_and(|(vendor, name)| !vendor.is_empty() && !name.is_empty());
        if !fits || action.contains(['*', '?']) {
            return Err(invalid(format!("Invalid Action Name: {action}")));
        }
    }
    let limits = given(params, "PermissionsBoundaryPolicyInputList", Use::Identity)?;
    if !limits.is_empty() {
        policies.boundary = Some(limits);
    }
    let caller = params.text("CallerArn").map(str::to_owned).or_else(|| own.map(|own| own.arn.clone()));
    if let Some(text) = params.text("ResourcePolicy") {
        let user = caller.as_ref().is_some_and(|arn| arn.contains(":user/") || arn.contains(":role/"));
        if !user {
            return Err(invalid("CallerArn is required when ResourcePolicy is given."));
        }
        policies.resource.push(source("ResourcePolicy", text, Use::Resource, SourceKind::Resource)?);
    }
    let context = context(world, params, own)?;
    let mut names: Vec<String> = caller.into_iter().collect();
    names.push(format!("arn:aws:iam::{}:root", world.iam.account));
    let untold = untold(&policies, &context);
    let resources = params.texts("ResourceArns");
    let named = !resources.is_empty();
    let resources = if named { resources } else { vec!["*".to_owned()] };
    let mut results = Vec::new();
    for action in &actions {
        for resource in &resources {
            let question = Question { action, resource, caller: &names, context: &context };
            let verdict = Verdict { missing: untold.clone(), ..policies.decide(question) };
            results.push(result(action, resource, named, &verdict));
        }
    }
    listing("EvaluationResults", results, params)
}

/// AWS names the keys of every statement that it was not told, also of statements about other actions (seen by others:
/// aws/aws-sdk-java-v2#1751, boto/boto3#3111).
fn untold(policies: &Policies, context: &Context) -> Vec<String> {
    let all = [Some(&policies.identity), policies.boundary.as_ref(), Some(&policies.resource)];
    let keys = all.into_iter().flatten().flatten().flat_map(|source| source.policy.keys());
    let keys: BTreeSet<String> = keys.filter(|key| context.get(key).is_none()).collect();
    keys.into_iter().collect()
}

/// What the call says is known; for a user also what IAM itself knows.
fn context(world: &World, params: &Params, own: Option<&Identity>) -> Result<Context, AwsFault> {
    let mut context = Context::default();
    if let Some(own) = own {
        context.put("aws:PrincipalArn", &own.arn);
        context.put("aws:PrincipalAccount", &world.iam.account);
        context.put("aws:userid", &own.id);
        if own.kind == Kind::User {
            context.put("aws:username", &own.name);
        }
        for (key, value) in &own.tags {
            context.put(&format!("aws:PrincipalTag/{key}"), value);
        }
    }
    for entry in params.list("ContextEntries") {
        let key = entry.text("ContextKeyName").unwrap_or_default();
        if !key.contains(':') {
            return Err(invalid(format!("Invalid context key name: {key}")));
        }
        context.set(key, entry.texts("ContextKeyValues"));
    }
    Ok(context)
}

fn result(action: &str, resource: &str, named: bool, verdict: &Verdict) -> Tree {
    let decision = || Tree::text(verdict.decision.text());
    let missing = || Tree::list("member", verdict.missing.iter().map(|key| Tree::Text(key.clone())));
    let matched = || Tree::list("member", verdict.matched.iter().map(statement));
    let limit = || {
        let allows = verdict.boundary?;
        Some(Tree::map([("AllowedByPermissionsBoundary", Some(Tree::Bool(allows)))]))
    };
    let specific = Tree::map([
        ("EvalResourceName", Tree::text(resource)),
        ("EvalResourceDecision", decision()),
        ("MatchedStatements", matched()),
        ("MissingContextValues", missing()),
        ("PermissionsBoundaryDecisionDetail", limit()),
    ]);
    Tree::map([
        ("EvalActionName", Tree::text(action)),
        ("EvalResourceName", Tree::text(resource)),
        ("EvalDecision", decision()),
        ("MatchedStatements", matched()),
        // AWS: with a list of resources, missing values are in the results of each resource.
        ("MissingContextValues", if named { Tree::list("member", []) } else { missing() }),
        ("PermissionsBoundaryDecisionDetail", limit()),
        ("ResourceSpecificResults", Tree::list("member", named.then_some(specific))),
    ])
}

fn statement(own: &Matched) -> Tree {
    let place = |at: Position| {
        let number = |number: usize| Some(Tree::Int(i64::try_from(number).unwrap_or(i64::MAX)));
        Some(Tree::map([("Line", number(at.line)), ("Column", number(at.column))]))
    };
    Tree::map([
        ("SourcePolicyId", Tree::text(&own.id)),
        ("SourcePolicyType", Tree::text(own.kind.text())),
        ("StartPosition", place(own.start)),
        ("EndPosition", place(own.end)),
    ])
}

/// `GetContextKeysForCustomPolicy`.
pub(super) fn keys_custom(call: &Call) -> Reply {
    let sources = given(&call.params, "PolicyInputList", Use::Identity)?;
    Ok(keys(&sources))
}

/// `GetContextKeysForPrincipalPolicy`.
pub(super) fn keys_principal(world: &World, call: &Call) -> Reply {
    let own = source_of(world, need(&call.params, "PolicySourceArn")?)?;
    let mut sources = world.policies_of(own, false).identity;
    sources.extend(given(&call.params, "PolicyInputList", Use::Identity)?);
    Ok(keys(&sources))
}

fn keys(sources: &[Source]) -> Tree {
    let mut keys: Vec<String> = sources.iter().flat_map(|source| source.policy.keys()).collect();
    keys.sort();
    keys.dedup();
    Tree::map([("ContextKeyNames", Tree::list("member", keys.into_iter().map(Tree::Text)))])
}
