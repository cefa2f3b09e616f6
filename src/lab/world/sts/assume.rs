//! Assume: `AssumeRole` and `GetSessionToken`.
//! Invariant: a role is assumed only by whom its trust policy names; nobody learns whether a role exists otherwise.
//! Used by: `sts_operate`.
//!
//! AWS: AssumeRole and GetSessionToken API references; IAM User Guide, "Role chaining".

use std::sync::Arc;

use super::{
    caller::Caller,
    session::{Limits, Session, Who, seconds},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Service, Tree},
    iam::{
        fault::read,
        model::{Identity, Kind},
        policy::{Decision, Policies, Question, Source, SourceKind, Use},
    },
    refusal,
};

fn denied(caller: &Caller, action: &str, role: &str) -> AwsFault {
    let message = format!("User: {} is not authorized to perform: {action} on resource: {role}", caller.arn);
    refusal::not_authorized(Service::Sts, message)
}

fn invalid(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "ValidationError", message)
}

/// `AssumeRole`.
pub(super) fn assume_role(world: &mut World, call: &Call) -> Reply {
    let params = &call.params;
    let caller = world.caller(call);
    let arn = params.text("RoleArn").ok_or_else(|| null("roleArn"))?;
    let name = session_name(params)?;
    let asked = seconds(params.text("DurationSeconds").unwrap_or("3600"), 900, 43_200)?;
    let policies = session_policies(world, params)?;
    // AWS: an account that the lab is not, a role that is not there and a trust that says no look the same.
    let role = world.iam.identity_at(arn).filter(|own| own.kind == Kind::Role);
    let role = role.filter(|own| trusts(world, own, &caller, call)).cloned();
    let role = role.ok_or_else(|| denied(&caller, "sts:AssumeRole", arn))?;
    let longest = role.role.as_ref().map_or(3_600, |own| own.longest);
    if caller.role.is_some() && asked.as_secs() > 3_600 {
        return Err(invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        ));
    }
    if asked.as_secs() > u64::from(longest) {
        return Err(invalid(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    let now = world.now();
    let id = format!("{}:{name}", role.id);
    // AWS: an assumed role's ARN has no path (STS API reference).
    let session_arn = format!("arn:aws:sts::{}:assumed-role/{}/{name}", world.iam.account, role.name);
    let source = params.text("SourceIdentity").map(str::to_owned);
    let (own_id, own_arn, own_source) = (id.clone(), session_arn.clone(), source.clone());
    let tags = params.list("Tags").iter().filter_map(tag).collect();
    let (who, ends) = (Who::Role { name: role.name.clone() }, crate::clock::later(now, asked));
    let credentials = world.begin_session(|secret, token| Session {
        secret,
        token,
        who,
        id: own_id,
        arn: own_arn,
        began: now,
        ends,
        policies,
        tags,
        source: own_source,
    });
    if let Some(own) =
        world.iam.identities.get_mut(&(Kind::Role, role.name)).and_then(|own| own.role.as_mut())
    {
        own.used = Some((now, call.region.clone()));
    }
    let who = Tree::map([("AssumedRoleId", Tree::text(id)), ("Arn", Tree::text(session_arn))]);
    Ok(Tree::map([
        ("Credentials", Some(credentials)),
        ("AssumedRoleUser", Some(who)),
        ("SourceIdentity", source.map(Tree::Text)),
    ]))
}

fn tag(tag: &Params) -> Option<(String, String)> {
    Some((tag.text("Key")?.to_owned(), tag.text("Value").unwrap_or_default().to_owned()))
}

fn null(member: &str) -> AwsFault {
    invalid(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    ))
}

fn session_name(params: &Params) -> Result<&str, AwsFault> {
    let name = params.text("RoleSessionName").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| null("roleSessionName"))?;
    let fits = |character: char| character.is_ascii_alphanumeric() || "_+=,.@-".contains(character);
    if !(2..=64).contains(&name.len()) || !name.chars().all(fits) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [\\w+=,.@-]*"
        )));
    }
    Ok(name)
}

/// What limits the session: a document of its own, and managed policies.
fn session_policies(world: &World, params: &Params) -> Result<Option<Limits>, AwsFault> {
    let mut policies = Vec::new();
    if let Some(text) = params.text("Policy") {
        if text.len() > 2_048 {
            let message =
                "Packed policy consumes more than 100% of allotted space, please use smaller policy.";
            return Err(AwsFault::new(400, "PackedPolicyTooLarge", message));
        }
        policies.push(("session".to_owned(), Arc::new(read(text, Use::Identity)?)));
    }
    for own in params.list("PolicyArns") {
        let arn = own.text("arn").unwrap_or_default();
        let managed = world.iam.policies.get(arn);
        let document = managed.and_then(|own| own.versions.get(own.default.written()));
        let (document, _) = document.ok_or_else(|| {
            AwsFault::new(400, "MalformedPolicyDocument", format!("Policy {arn} was not found."))
        })?;
        policies.push((arn.to_owned(), Arc::clone(&document.policy)));
    }
    Ok(Some(policies).filter(|policies| !policies.is_empty()))
}

/// True if the role's trust policy lets the caller in.
fn trusts(world: &World, role: &Identity, caller: &Caller, call: &Call) -> bool {
    let params = &call.params;
    let Some(own) = &role.role else { return false };
    let policy = Arc::clone(&own.trust.felt(world.now()).policy);
    let trust = Source { id: role.name.clone(), kind: SourceKind::Resource, policy };
    let mut context = world.context_of(caller);
    context.put("aws:RequestedRegion", "us-east-1");
    for (key, param) in [
        ("sts:ExternalId", "ExternalId"),
        ("sts:RoleSessionName", "RoleSessionName"),
        ("sts:SourceIdentity", "SourceIdentity"),
    ] {
        if let Some(value) = params.text(param) {
            context.put(key, value);
        }
    }
    let names: Vec<String> = world.names_of(caller);
    let root = format!("arn:aws:iam::{}:root", world.iam.account);
    let own: Vec<String> = names.iter().filter(|name| **name != root).cloned().collect();
    let trusted = Policies { resource: vec![trust.clone()], ..Policies::default() };
    let held = world.iam.settings.enforce.then(|| world.policies_of_call(call, caller));
    let allowed = |action| {
        let says = |policies: &Policies, caller: &[String]| {
            policies.decide(Question { action, resource: &role.arn, caller, context: &context }).decision
        };
        let Some(held) = &held else { return says(&trusted, &names) == Decision::Allowed };
        // AWS: a trust policy that names the caller itself is enough; one that names the account leaves it to the
        // caller's own policies. Their explicit deny counts either way.
        let both = Policies { resource: vec![trust.clone()], ..held.clone() };
        match says(&both, &own) {
            Decision::Allowed if says(&trusted, &own) == Decision::Allowed => true,
            Decision::ExplicitDeny => false,
            _ => says(&trusted, &names) == Decision::Allowed && says(held, &names) == Decision::Allowed,
        }
    };
    // AWS: session tags and a source identity need actions of their own in the trust policy.
    allowed("sts:AssumeRole")
        && (!params.has("Tags") || allowed("sts:TagSession"))
        && (!params.has("SourceIdentity") || allowed("sts:SetSourceIdentity"))
}

/// `GetSessionToken`. AWS: "cannot call it with session credentials"; 900 s to 36 h, 12 h unless given.
pub(super) fn session_token(world: &mut World, call: &Call) -> Reply {
    let caller = world.caller(call);
    let (false, Some(user)) = (caller.is_session, caller.user.clone()) else {
        return Err(AwsFault::new(
            403,
            "AccessDenied",
            "Cannot call GetSessionToken with session credentials",
        ));
    };
    let asked = seconds(call.params.text("DurationSeconds").unwrap_or("43200"), 900, 129_600)?;
    let now = world.now();
    let ends = crate::clock::later(now, asked);
    let credentials = world.begin_session(|secret, token| Session {
        secret,
        token,
        who: Who::User { name: user },
        id: caller.id,
        arn: caller.arn,
        began: now,
        ends,
        policies: None,
        tags: Vec::new(),
        source: None,
    });
    Ok(Tree::map([("Credentials", Some(credentials))]))
}
