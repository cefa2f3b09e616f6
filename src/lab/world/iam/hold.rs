//! Hold: inline policies, attachments, boundaries and memberships.
//! Used by: `iam_operate`.

use super::{
    create::{document, size},
    fault::{absent, invalid, limit, need},
    identity::encoded,
    model::Kind,
    policy::Use,
    tree::listing,
};
use crate::lab::world::{
    World,
    call::{Call, Reply, Tree},
};

/// AWS: managed policies attached to one identity (IAM quotas).
const ATTACHED: usize = 10;
/// AWS: groups of one user (IAM quotas).
const GROUPS: usize = 10;

fn done() -> Reply {
    Ok(Tree::Map(Vec::new()))
}

/// AWS: all inline policies of one identity together (IAM quotas).
fn inline_size(kind: Kind) -> usize {
    match kind {
        Kind::User => 2_048,
        Kind::Group => 5_120,
        Kind::Role => 10_240,
    }
}

/// `PutUserPolicy`, `PutGroupPolicy`, `PutRolePolicy`.
pub(super) fn put(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let name = need(&call.params, kind.param())?;
    let policy = need(&call.params, "PolicyName")?;
    super::create::check_name("policyName", policy, 128)?;
    let text = need(&call.params, "PolicyDocument")?;
    world.iam_named(kind, name)?;
    let document = document(text, Use::Identity)?;
    world.iam_edit(kind, name, |held, _| {
        held.inline.insert(policy.to_owned(), document);
        let all: usize = held.inline.values().map(|document| size(&document.text)).sum();
        let most = inline_size(kind);
        if all > most {
            return Err(limit(format!(
                "Maximum policy size of {most} bytes exceeded for {} {name}",
                kind.word()
            )));
        }
        Ok(())
    })?;
    done()
}

/// `GetUserPolicy`, `GetGroupPolicy`, `GetRolePolicy`.
pub(super) fn get(world: &World, call: &Call, kind: Kind) -> Reply {
    let name = need(&call.params, kind.param())?;
    let policy = need(&call.params, "PolicyName")?;
    let own = world.iam_named(kind, name)?;
    let document = own.held.written().inline.get(policy).ok_or_else(|| missing(kind, policy))?;
    Ok(Tree::map([
        (kind.param(), Tree::text(name)),
        ("PolicyName", Tree::text(policy)),
        ("PolicyDocument", encoded(&document.text)),
    ]))
}

fn missing(kind: Kind, policy: &str) -> crate::lab::world::call::AwsFault {
    absent(format!("The {} policy with name {policy} cannot be found.", kind.word()))
}

/// `DeleteUserPolicy`, `DeleteGroupPolicy`, `DeleteRolePolicy`.
pub(super) fn delete(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let name = need(&call.params, kind.param())?;
    let policy = need(&call.params, "PolicyName")?;
    world.iam_edit(kind, name, |held, _| {
        held.inline.remove(policy).map(drop).ok_or_else(|| missing(kind, policy))
    })?;
    done()
}

/// `ListUserPolicies`, `ListGroupPolicies`, `ListRolePolicies`.
pub(super) fn list(world: &World, call: &Call, kind: Kind) -> Reply {
    let own = world.iam_named(kind, need(&call.params, kind.param())?)?;
    let names = own.held.written().inline.keys().map(|name| Tree::Text(name.clone())).collect();
    listing("PolicyNames", names, &call.params)
}

/// `AttachUserPolicy`, `AttachGroupPolicy`, `AttachRolePolicy`.
pub(super) fn attach(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let name = need(&call.params, kind.param())?;
    let arn = need(&call.params, "PolicyArn")?;
    check_arn(arn)?;
    world.iam_edit(kind, name, |held, state| {
        if !state.policies.contains_key(arn) {
            return Err(absent(format!("Policy {arn} does not exist or is not attachable.")));
        }
        held.attached.insert(arn.to_owned());
        if held.attached.len() > ATTACHED {
            let word = kind.param().trim_end_matches("Name");
            return Err(limit(format!("Cannot exceed quota for PoliciesPer{word}: {ATTACHED}")));
        }
        Ok(())
    })?;
    done()
}

/// `DetachUserPolicy`, `DetachGroupPolicy`, `DetachRolePolicy`.
pub(super) fn detach(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let name = need(&call.params, kind.param())?;
    let arn = need(&call.params, "PolicyArn")?;
    check_arn(arn)?;
    world.iam_edit(kind, name, |held, _| {
        if held.attached.remove(arn) { Ok(()) } else { Err(absent(format!("Policy {arn} was not found."))) }
    })?;
    done()
}

fn check_arn(arn: &str) -> Result<(), crate::lab::world::call::AwsFault> {
    if arn.starts_with("arn:") && arn.len() >= 20 {
        Ok(())
    } else {
        Err(invalid(format!("ARN {arn} is not valid.")))
    }
}

/// `ListAttachedUserPolicies`, `ListAttachedGroupPolicies`, `ListAttachedRolePolicies`.
pub(super) fn attached(world: &World, call: &Call, kind: Kind) -> Reply {
    let own = world.iam_named(kind, need(&call.params, kind.param())?)?;
    let prefix = call.params.text("PathPrefix").unwrap_or("/");
    let held = own.held.written().attached.iter().filter_map(|arn| world.iam.policies.get(arn));
    let tree = |policy: &super::model::Managed| {
        Tree::map([("PolicyName", Tree::text(&policy.name)), ("PolicyArn", Tree::text(&policy.arn))])
    };
    let trees = held.filter(|policy| policy.path.starts_with(prefix)).map(tree).collect();
    listing("AttachedPolicies", trees, &call.params)
}

/// `PutUserPermissionsBoundary`, `PutRolePermissionsBoundary`, and their deletions.
pub(super) fn bound(world: &mut World, call: &Call, kind: Kind, put: bool) -> Reply {
    let name = need(&call.params, kind.param())?;
    let arn = if put { Some(need(&call.params, "PermissionsBoundary")?) } else { None };
    world.iam_edit(kind, name, |held, state| {
        if let Some(arn) = arn.filter(|arn| !state.policies.contains_key(*arn)) {
            return Err(absent(format!("Scope ARN: {arn} does not exist or is not attachable.")));
        }
        if arn.is_none() && held.boundary.is_none() {
            let message = format!("{} {name} does not have a permission boundary", kind.word());
            return Err(absent(message));
        }
        held.boundary = arn.map(str::to_owned);
        Ok(())
    })?;
    done()
}

/// `AddUserToGroup`, `RemoveUserFromGroup`.
pub(super) fn member(world: &mut World, call: &Call, joins: bool) -> Reply {
    let group = need(&call.params, "GroupName")?;
    let user = need(&call.params, "UserName")?;
    world.iam_named(Kind::Group, group)?;
    world.iam_edit(Kind::User, user, |held, _| {
        if joins {
            held.groups.insert(group.to_owned());
            if held.groups.len() > GROUPS {
                return Err(limit(format!("Cannot exceed quota for GroupsPerUser: {GROUPS}")));
            }
            return Ok(());
        }
        let message = || absent(format!("User {user} is not in group {group}."));
        if held.groups.remove(group) { Ok(()) } else { Err(message()) }
    })?;
    done()
}

/// `ListGroupsForUser`.
pub(super) fn groups(world: &World, call: &Call) -> Reply {
    let own = world.iam_named(Kind::User, need(&call.params, "UserName")?)?;
    let groups = own.held.written().groups.iter().filter_map(|name| world.iam.identity(Kind::Group, name));
    listing("Groups", groups.map(|group| super::identity::whole(group, false)).collect(), &call.params)
}
