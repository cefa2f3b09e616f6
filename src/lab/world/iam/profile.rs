//! Profile: instance profiles.
//! Used by: `iam_operate`.

use super::{
    fault::{absent, conflict, limit, need},
    identity::{tags, whole},
    model::{Kind, Profile},
    tree::{listing, tag_list},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

fn named<'a>(world: &'a World, call: &Call) -> Result<&'a Profile, AwsFault> {
    let name = need(&call.params, "InstanceProfileName")?;
    world.iam.profiles.get(name).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> AwsFault {
    absent(format!("Instance Profile {name} cannot be found."))
}

fn tree(world: &World, profile: &Profile) -> Tree {
    let role = profile.role.as_ref().and_then(|name| world.iam.identity(Kind::Role, name));
    Tree::map([
        ("Path", Tree::text(&profile.path)),
        ("InstanceProfileName", Tree::text(&profile.name)),
        ("InstanceProfileId", Tree::text(&profile.id)),
        ("Arn", Tree::text(&profile.arn)),
        ("CreateDate", Some(Tree::Time(profile.created))),
        ("Roles", Tree::list("member", role.map(|role| whole(role, false)))),
        ("Tags", Some(tag_list(&profile.tags)).filter(|_| !profile.tags.is_empty())),
    ])
}

/// `CreateInstanceProfile`.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let name = need(&call.params, "InstanceProfileName")?;
    let path = call.params.text("Path").unwrap_or("/");
    let now = world.now();
    let made = world.iam.create_profile(name, path, tags(&call.params), now)?.clone();
    Ok(Tree::map([("InstanceProfile", Some(tree(world, &made)))]))
}

/// `GetInstanceProfile`.
pub(super) fn get(world: &World, call: &Call) -> Reply {
    Ok(Tree::map([("InstanceProfile", Some(tree(world, named(world, call)?)))]))
}

/// `ListInstanceProfiles`.
pub(super) fn list(world: &World, call: &Call) -> Reply {
    let prefix = call.params.text("PathPrefix").unwrap_or("/");
    let own = world.iam.profiles.values().filter(|own| own.path.starts_with(prefix));
    listing("InstanceProfiles", own.map(|own| tree(world, own)).collect(), &call.params)
}

/// `ListInstanceProfilesForRole`.
pub(super) fn list_for_role(world: &World, call: &Call) -> Reply {
    let role = &world.iam_named(Kind::Role, need(&call.params, "RoleName")?)?.name;
    let own = world.iam.profiles.values().filter(|own| own.role.as_ref() == Some(role));
    listing("InstanceProfiles", own.map(|own| tree(world, own)).collect(), &call.params)
}

/// `AddRoleToInstanceProfile`, `RemoveRoleFromInstanceProfile`. AWS: a profile has one role at most.
pub(super) fn set_role(world: &mut World, call: &Call, adds: bool) -> Reply {
    let profile = named(world, call)?;
    let role = world.iam_named(Kind::Role, need(&call.params, "RoleName")?)?.name.clone();
    if adds && profile.role.is_some() {
        return Err(limit("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"));
    }
    if !adds && profile.role.as_ref() != Some(&role) {
        let name = &profile.name;
        return Err(absent(format!("Role {role} in Instance Profile {name} cannot be found.")));
    }
    let name = profile.name.clone();
    if let Some(profile) = world.iam.profiles.get_mut(&name) {
        profile.role = adds.then_some(role);
    }
    Ok(Tree::Map(Vec::new()))
}

/// `DeleteInstanceProfile`.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let profile = named(world, call)?;
    if profile.role.is_some() {
        return Err(conflict("Cannot delete entity, must remove roles from instance profile first."));
    }
    let name = profile.name.clone();
    world.iam.profiles.remove(&name);
    Ok(Tree::Map(Vec::new()))
}
