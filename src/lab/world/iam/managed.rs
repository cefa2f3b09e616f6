//! Managed: the policies that stand for themselves, and their versions.
//! Used by: `iam_operate`.

use super::{
    create::document,
    fault::{absent, conflict, invalid, limit, need},
    identity::{encoded, tags},
    model::{Kind, Managed},
    policy::Use,
    tree::{listing, tag_list},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    refusal,
};

/// AWS: the most versions of a managed policy (IAM quotas).
const VERSIONS: usize = 5;

fn done() -> Reply {
    Ok(Tree::Map(Vec::new()))
}

/// `CreatePolicy`.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let params = &call.params;
    let (name, text) = (need(params, "PolicyName")?, need(params, "PolicyDocument")?);
    let path = params.text("Path").unwrap_or("/");
    let (now, account) = (world.now(), world.iam.account.clone());
    let description = params.text("Description");
    let made = world.iam.create_policy(&account, name, path, text, description, tags(params), now)?;
    let arn = made.arn.clone();
    let policy = named(world, &arn)?;
    Ok(Tree::map([("Policy", Some(whole(world, policy, true)))]))
}

fn named<'a>(world: &'a World, arn: &str) -> Result<&'a Managed, AwsFault> {
    if !arn.starts_with("arn:") {
        return Err(invalid(format!("ARN {arn} is not valid.")));
    }
    world.iam.policies.get(arn).ok_or_else(|| absent(format!("Policy {arn} was not found.")))
}

/// One of the account's own, to be changed.
fn own<'a>(world: &'a mut World, arn: &str) -> Result<&'a mut Managed, AwsFault> {
    if named(world, arn)?.is_aws() {
        return Err(AwsFault::new(403, "AccessDenied", format!("Cannot modify AWS managed policy {arn}")));
    }
    world.iam.policies.get_mut(arn).ok_or_else(|| absent(format!("Policy {arn} was not found.")))
}

/// `GetPolicy`.
pub(super) fn get(world: &World, call: &Call) -> Reply {
    let policy = named(world, need(&call.params, "PolicyArn")?)?;
    Ok(Tree::map([("Policy", Some(whole(world, policy, true)))]))
}

/// `ListPolicies`.
pub(super) fn list(world: &World, call: &Call) -> Reply {
    let scope = call.params.text("Scope").unwrap_or("All");
    if !["All", "AWS", "Local"].contains(&scope) {
        return Err(invalid(refusal::not_listed(scope, "scope", &["All", "AWS", "Local"])));
    }
    let prefix = call.params.text("PathPrefix").unwrap_or("/");
    let attached = call.params.text("OnlyAttached") == Some("true");
    let asked = |policy: &&Managed| {
        (scope == "All" || (scope == "AWS") == policy.is_aws())
            && policy.path.starts_with(prefix)
            && (!attached || attachments(world, &policy.arn) > 0)
    };
    let trees = world.iam.policies.values().filter(asked).map(|policy| whole(world, policy, false)).collect();
    listing("Policies", trees, &call.params)
}

/// `DeletePolicy`.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let arn = need(&call.params, "PolicyArn")?;
    let more = own(world, arn)?.versions.len() > 1;
    if attachments(world, arn) > 0 {
        return Err(conflict("Cannot delete a policy attached to entities."));
    }
    if more {
        return Err(conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. \
             The default version is deleted with the policy.",
        ));
    }
    world.iam.policies.remove(arn);
    done()
}

/// `CreatePolicyVersion`.
pub(super) fn create_version(world: &mut World, call: &Call) -> Reply {
    let arn = need(&call.params, "PolicyArn")?;
    let text = need(&call.params, "PolicyDocument")?;
    let document = document(text, Use::Identity)?;
    let (now, effective) = (world.now(), world.iam_effective());
    let policy = own(world, arn)?;
    if policy.versions.len() >= VERSIONS {
        return Err(limit(
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing \
             version.",
        ));
    }
    policy.newest += 1;
    policy.updated = now;
    let number = policy.newest;
    policy.versions.insert(number, (document, now));
    if call.params.text("SetAsDefault") == Some("true") {
        policy.default.write(now, effective, number);
    }
    Ok(Tree::map([("PolicyVersion", version(policy, number, false))]))
}

/// `SetDefaultPolicyVersion`.
pub(super) fn set_default(world: &mut World, call: &Call) -> Reply {
    let arn = need(&call.params, "PolicyArn")?;
    let id = need(&call.params, "VersionId")?;
    let (now, effective) = (world.now(), world.iam_effective());
    let policy = own(world, arn)?;
    let number = number(policy, id)?;
    policy.default.write(now, effective, number);
    policy.updated = now;
    done()
}

/// `GetPolicyVersion`.
pub(super) fn get_version(world: &World, call: &Call) -> Reply {
    let policy = named(world, need(&call.params, "PolicyArn")?)?;
    let number = number(policy, need(&call.params, "VersionId")?)?;
    Ok(Tree::map([("PolicyVersion", version(policy, number, true))]))
}

/// `ListPolicyVersions`, the newest first.
pub(super) fn list_versions(world: &World, call: &Call) -> Reply {
    let policy = named(world, need(&call.params, "PolicyArn")?)?;
    let trees = policy.versions.keys().rev().filter_map(|number| version(policy, *number, false)).collect();
    listing("Versions", trees, &call.params)
}

/// `DeletePolicyVersion`.
pub(super) fn delete_version(world: &mut World, call: &Call) -> Reply {
    let arn = need(&call.params, "PolicyArn")?;
    let id = need(&call.params, "VersionId")?;
    let policy = own(world, arn)?;
    let number = number(policy, id)?;
    if *policy.default.written() == number {
        return Err(conflict("Cannot delete the default version of a policy."));
    }
    policy.versions.remove(&number);
    done()
}

fn number(policy: &Managed, id: &str) -> Result<u32, AwsFault> {
    let number = id.strip_prefix('v').and_then(|number| number.parse().ok());
    number.filter(|number| policy.versions.contains_key(number)).ok_or_else(|| {
        absent(format!("Policy {} version {id} does not exist or is not attachable.", policy.arn))
    })
}

fn version(policy: &Managed, number: u32, whole: bool) -> Option<Tree> {
    let (document, created) = policy.versions.get(&number)?;
    Some(Tree::map([
        ("Document", if whole { encoded(&document.text) } else { None }),
        ("VersionId", Tree::text(format!("v{number}"))),
        ("IsDefaultVersion", Some(Tree::Bool(*policy.default.written() == number))),
        ("CreateDate", Some(Tree::Time(*created))),
    ]))
}

fn attachments(world: &World, arn: &str) -> usize {
    world.iam.identities.values().filter(|own| own.held.written().attached.contains(arn)).count()
}

fn whole(world: &World, policy: &Managed, alone: bool) -> Tree {
    let bounds = world.iam.identities.values();
    let bounds = bounds.filter(|own| own.held.written().boundary.as_ref() == Some(&policy.arn)).count();
    let count = |number: usize| Some(Tree::Int(i64::try_from(number).unwrap_or(i64::MAX)));
    Tree::map([
        ("PolicyName", Tree::text(&policy.name)),
        ("PolicyId", Tree::text(&policy.id)),
        ("Arn", Tree::text(&policy.arn)),
        ("Path", Tree::text(&policy.path)),
        ("DefaultVersionId", Tree::text(format!("v{}", policy.default.written()))),
        ("AttachmentCount", count(attachments(world, &policy.arn))),
        ("PermissionsBoundaryUsageCount", count(bounds)),
        ("IsAttachable", Some(Tree::Bool(true))),
        // AWS: lists leave it out.
        ("Description", policy.description.clone().filter(|_| alone).map(Tree::Text)),
        ("CreateDate", Some(Tree::Time(policy.created))),
        ("UpdateDate", Some(Tree::Time(policy.updated))),
        ("Tags", Some(tag_list(&policy.tags)).filter(|_| alone)),
    ])
}

/// `ListEntitiesForPolicy`.
pub(super) fn entities(world: &World, call: &Call) -> Reply {
    let policy = named(world, need(&call.params, "PolicyArn")?)?;
    let of = |kind: Kind, list: &'static str, name: &'static str, id: &'static str| {
        let own = world.iam.all(kind).filter(|own| own.held.written().attached.contains(&policy.arn));
        let tree = |own: &super::model::Identity| {
            Tree::map([(name, Tree::text(&own.name)), (id, Tree::text(&own.id))])
        };
        (list, Tree::List("member", own.map(tree).collect()))
    };
    Ok(Tree::Map(vec![
        of(Kind::Group, "PolicyGroups", "GroupName", "GroupId"),
        of(Kind::User, "PolicyUsers", "UserName", "UserId"),
        of(Kind::Role, "PolicyRoles", "RoleName", "RoleId"),
        ("IsTruncated", Tree::Bool(false)),
    ]))
}
