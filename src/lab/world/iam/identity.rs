//! Identity: users, groups and roles themselves.
//! Used by: `iam_operate`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    create,
    fault::{self, need},
    lagged::Lagged,
    model::{Identity, Kind, Role, Tags},
    policy::Use,
    tree::{listing, tag_list},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// RFC 3986's unreserved characters stay.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A document as answers have it: URL-encoded (AWS: "Policies returned by this operation are URL-encoded compliant with
/// RFC 3986", GetRole API reference).
pub(super) fn encoded(text: &str) -> Option<Tree> {
    Tree::text(utf8_percent_encode(text, ESCAPED).to_string())
}

/// The tags of a call.
pub(super) fn tags(params: &Params) -> Tags {
    let pair =
        |tag: &Params| Some((tag.text("Key")?.to_owned(), tag.text("Value").unwrap_or_default().to_owned()));
    params.list("Tags").iter().filter_map(pair).collect()
}

/// `CreateUser`, `CreateGroup`, `CreateRole`.
pub(super) fn create(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let params = &call.params;
    let name = need(params, kind.param())?;
    let path = params.text("Path").unwrap_or("/");
    let role = (kind == Kind::Role).then(|| role(params)).transpose()?;
    let boundary = boundary(world, params)?;
    let now = world.now();
    let made = world.iam.create_identity(kind, name, path, role, tags(params), now)?;
    if boundary.is_some() {
        let mut held = made.held.written().clone();
        held.boundary = boundary;
        made.held = Lagged::new(held);
    }
    Ok(Tree::Map(vec![(element(kind), whole(made, true))]))
}

fn role(params: &Params) -> Result<Role, AwsFault> {
    let trust = create::document(need(params, "AssumeRolePolicyDocument")?, Use::Trust)?;
    let longest = params.text("MaxSessionDuration").map_or(Ok(3_600), longest)?;
    let description = params.text("Description").map(str::to_owned);
    Ok(Role { trust: Lagged::new(trust), description, longest, used: None })
}

fn longest(text: &str) -> Result<u32, AwsFault> {
    text.parse().ok().filter(|seconds| (3_600..=43_200).contains(seconds)).ok_or_else(|| {
        fault::invalid(format!(
            "1 validation error detected: Value '{text}' at 'maxSessionDuration' failed to satisfy constraint: Member \
             must have value between 3600 and 43200"
        ))
    })
}

fn boundary(world: &World, params: &Params) -> Result<Option<String>, AwsFault> {
    let Some(arn) = params.text("PermissionsBoundary") else { return Ok(None) };
    if !world.iam.policies.contains_key(arn) {
        return Err(fault::absent(format!("Scope ARN: {arn} does not exist or is not attachable.")));
    }
    Ok(Some(arn.to_owned()))
}

/// `UpdateRole`.
pub(super) fn update_role(world: &mut World, call: &Call) -> Reply {
    let name = need(&call.params, "RoleName")?;
    let seconds = call.params.text("MaxSessionDuration").map(longest).transpose()?;
    let role = role_mut(world, name)?;
    role.longest = seconds.unwrap_or(role.longest);
    if let Some(text) = call.params.text("Description") {
        role.description = Some(text.to_owned());
    }
    Ok(Tree::Map(Vec::new()))
}

/// `UpdateAssumeRolePolicy`.
pub(super) fn update_trust(world: &mut World, call: &Call) -> Reply {
    let name = need(&call.params, "RoleName")?;
    let trust = create::document(need(&call.params, "PolicyDocument")?, Use::Trust)?;
    let (now, effective) = (world.now(), world.iam_effective());
    role_mut(world, name)?.trust.write(now, effective, trust);
    Ok(Tree::Map(Vec::new()))
}

fn role_mut<'a>(world: &'a mut World, name: &str) -> Result<&'a mut Role, AwsFault> {
    let own = world.iam.identities.get_mut(&(Kind::Role, name.to_owned()));
    own.and_then(|own| own.role.as_mut()).ok_or_else(|| fault::nobody(Kind::Role, name))
}

/// `GetUser`, `GetRole`. AWS: GetUser without a name means the caller.
pub(super) fn get(world: &World, call: &Call, kind: Kind) -> Reply {
    let own = match (kind, call.params.text(kind.param())) {
        (Kind::User, None) => {
            let name = world.caller(call).user.ok_or_else(|| {
                fault::invalid("Must specify userName when calling with non-User credentials")
            })?;
            world.iam_named(kind, &name)?
        }
        _ => world.iam_named(kind, need(&call.params, kind.param())?)?,
    };
    Ok(Tree::Map(vec![(element(kind), whole(own, true))]))
}

/// `GetGroup`: the group and its users.
pub(super) fn get_group(world: &World, call: &Call) -> Reply {
    let own = world.iam_named(Kind::Group, need(&call.params, "GroupName")?)?;
    let members = world.iam.all(Kind::User).filter(|user| user.held.written().groups.contains(&own.name));
    let users = members.map(|user| whole(user, false)).collect();
    let Tree::Map(mut answer) = listing("Users", users, &call.params)? else {
        return Ok(Tree::Map(Vec::new()));
    };
    answer.insert(0, ("Group", whole(own, false)));
    Ok(Tree::Map(answer))
}

/// `ListUsers`, `ListGroups`, `ListRoles`.
pub(super) fn list(world: &World, call: &Call, kind: Kind) -> Reply {
    let prefix = call.params.text("PathPrefix").unwrap_or("/");
    let own = world.iam.all(kind).filter(|own| own.path.starts_with(prefix));
    let name = match kind {
        Kind::User => "Users",
        Kind::Group => "Groups",
        Kind::Role => "Roles",
    };
    listing(name, own.map(|own| whole(own, false)).collect(), &call.params)
}

/// `DeleteUser`, `DeleteGroup`, `DeleteRole`. AWS: what still hangs on it must go first.
pub(super) fn delete(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let own = world.iam_named(kind, need(&call.params, kind.param())?)?;
    let (held, name) = (own.held.written(), own.name.clone());
    let refused = if !held.attached.is_empty() {
        Some("Cannot delete entity, must detach all policies first.")
    } else if !held.inline.is_empty() {
        Some("Cannot delete entity, must delete policies first.")
    } else if kind == Kind::User && !held.groups.is_empty() {
        Some("Cannot delete entity, must remove users from group first.")
    } else if kind == Kind::User && world.iam.keys.values().any(|key| key.user == name) {
        Some("Cannot delete entity, must delete access keys first.")
    } else if kind == Kind::Group
        && world.iam.all(Kind::User).any(|user| user.held.written().groups.contains(&name))
    {
        Some("Cannot delete entity, must remove users from group first.")
    } else if kind == Kind::Role && world.iam.profiles.values().any(|own| own.role.as_ref() == Some(&name)) {
        Some("Cannot delete entity, must remove roles from instance profile first.")
    } else {
        None
    };
    if let Some(why) = refused {
        return Err(fault::conflict(why));
    }
    world.iam.identities.remove(&(kind, name));
    Ok(Tree::Map(Vec::new()))
}

/// The name of an identity in answers.
fn element(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "User",
        Kind::Group => "Group",
        Kind::Role => "Role",
    }
}

/// An identity. AWS: lists leave out tags, boundary and the last use.
pub(super) fn whole(own: &Identity, alone: bool) -> Tree {
    let (name, id) = match own.kind {
        Kind::User => ("UserName", "UserId"),
        Kind::Group => ("GroupName", "GroupId"),
        Kind::Role => ("RoleName", "RoleId"),
    };
    let mut members = vec![
        ("Path", Tree::Text(own.path.clone())),
        (name, Tree::Text(own.name.clone())),
        (id, Tree::Text(own.id.clone())),
        ("Arn", Tree::Text(own.arn.clone())),
        ("CreateDate", Tree::Time(own.created)),
    ];
    if let Some(role) = &own.role {
        members.extend(encoded(&role.trust.written().text).map(|text| ("AssumeRolePolicyDocument", text)));
        members.extend(role.description.clone().map(|text| ("Description", Tree::Text(text))));
        members.push(("MaxSessionDuration", Tree::Int(i64::from(role.longest))));
    }
    if alone {
        if let Some(arn) = &own.held.written().boundary {
            let boundary = Tree::map([
                ("PermissionsBoundaryType", Tree::text("Policy")),
                ("PermissionsBoundaryArn", Tree::text(arn)),
            ]);
            members.push(("PermissionsBoundary", boundary));
        }
        if !own.tags.is_empty() {
            members.push(("Tags", tag_list(&own.tags)));
        }
        if let Some(role) = &own.role {
            let used = role.used.as_ref();
            let used = Tree::map([
                ("LastUsedDate", used.map(|(at, _)| Tree::Time(*at))),
                ("Region", used.and_then(|(_, region)| Tree::text(region))),
            ]);
            members.push(("RoleLastUsed", used));
        }
    }
    Tree::Map(members)
}
