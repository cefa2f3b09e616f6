//! Key: users' access keys.
//! Used by: `iam_operate`.

use super::{
    fault::{absent, invalid, need},
    model::{AccessKey, Kind},
    tree::listing,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    refusal,
};

/// The user that a call means: the one it names, or the caller.
fn user(world: &World, call: &Call) -> Result<String, AwsFault> {
    let name = call.params.text("UserName").map(str::to_owned).or_else(|| world.caller(call).user);
    let name = name.ok_or_else(|| invalid("Must specify userName when calling with non-User credentials"))?;
    world.iam_named(Kind::User, &name).map(|own| own.name.clone())
}

/// `CreateAccessKey`. The only answer that ever shows the secret.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let user = user(world, call)?;
    let now = world.now();
    let id = world.iam.create_key(&user, None, now)?;
    let secret = world.iam.keys.get(&id).map(|key| key.secret.clone());
    let key = Tree::map([
        ("UserName", Tree::text(user)),
        ("AccessKeyId", Tree::text(id)),
        ("Status", Tree::text("Active")),
        ("SecretAccessKey", secret.map(Tree::Text)),
        ("CreateDate", Some(Tree::Time(now))),
    ]);
    Ok(Tree::map([("AccessKey", Some(key))]))
}

/// `ListAccessKeys`.
pub(super) fn list(world: &World, call: &Call) -> Reply {
    let user = user(world, call)?;
    let own = world.iam.keys.iter().filter(|(_, key)| key.user == user);
    let tree = |(id, key): (&String, &AccessKey)| {
        Tree::map([
            ("UserName", Tree::text(&user)),
            ("AccessKeyId", Tree::text(id)),
            ("Status", Tree::text(if key.active { "Active" } else { "Inactive" })),
            ("CreateDate", Some(Tree::Time(key.created))),
        ])
    };
    listing("AccessKeyMetadata", own.map(tree).collect(), &call.params)
}

fn named<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut AccessKey, AwsFault> {
    let user = user(world, call)?;
    let id = need(&call.params, "AccessKeyId")?;
    let key = world.iam.keys.get_mut(id).filter(|key| key.user == user);
    key.ok_or_else(|| absent(format!("The Access Key with id {id} cannot be found.")))
}

/// `UpdateAccessKey`.
pub(super) fn update(world: &mut World, call: &Call) -> Reply {
    let active = match need(&call.params, "Status")? {
        "Active" => true,
        "Inactive" => false,
        other => {
            return Err(invalid(refusal::not_listed(other, "status", &["Active", "Inactive"])));
        }
    };
    named(world, call)?.active = active;
    Ok(Tree::Map(Vec::new()))
}

/// `DeleteAccessKey`.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    named(world, call)?;
    world.iam.keys.remove(need(&call.params, "AccessKeyId")?);
    Ok(Tree::Map(Vec::new()))
}

/// `GetAccessKeyLastUsed`. AWS: a key that was never used has `N/A` for service and region.
pub(super) fn last_used(world: &World, call: &Call) -> Reply {
    let id = need(&call.params, "AccessKeyId")?;
    let Some(key) = world.iam.keys.get(id) else {
        // AWS: an unknown key is refused, not reported missing (GetAccessKeyLastUsed, observed).
        let message = format!(
            "User: {} is not authorized to perform: iam:GetAccessKeyLastUsed",
            world.caller(call).arn
        );
        return Err(AwsFault::new(403, "AccessDenied", message));
    };
    let (at, service, region) = match &key.used {
        Some((at, service, region)) => (Some(Tree::Time(*at)), service.as_str(), region.as_str()),
        None => (None, "N/A", "N/A"),
    };
    let used = Tree::map([
        ("LastUsedDate", at),
        ("ServiceName", Tree::text(service)),
        ("Region", Tree::text(region)),
    ]);
    Ok(Tree::map([("UserName", Tree::text(&key.user)), ("AccessKeyLastUsed", Some(used))]))
}
