//! Account: what is said of the whole account, and tags.
//! Used by: `iam_operate`.

use super::{
    fault::need,
    identity::tags,
    model::{Kind, Tags},
    tree::{listing, tag_list},
};
use crate::lab::world::{
    World,
    call::{Call, Reply, Tree},
};

/// `ListAccountAliases`.
pub(super) fn aliases(world: &World, call: &Call) -> Reply {
    let aliases = world.iam.alias.iter().map(|alias| Tree::Text(alias.clone())).collect();
    listing("AccountAliases", aliases, &call.params)
}

/// `GetAccountSummary`: counts, and the quotas that every new account has.
pub(super) fn summary(world: &World) -> Reply {
    let iam = &world.iam;
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let of = |kind| count(iam.all(kind).count());
    let own = iam.policies.values().filter(|policy| !policy.is_aws());
    let (policies, versions) =
        own.fold((0, 0), |(all, versions), policy| (all + 1, versions + policy.versions.len()));
    let entries: [(&'static str, i64); 30] = [
        ("Users", of(Kind::User)),
        ("UsersQuota", 5_000),
        ("Groups", of(Kind::Group)),
        ("GroupsQuota", 300),
        ("Roles", of(Kind::Role)),
        ("RolesQuota", 1_000),
        ("InstanceProfiles", count(iam.profiles.len())),
        ("InstanceProfilesQuota", 1_000),
        ("Policies", policies),
        ("PoliciesQuota", 1_500),
        ("PolicySizeQuota", 6_144),
        ("PolicyVersionsInUse", count(versions)),
        ("PolicyVersionsInUseQuota", 10_000),
        ("VersionsPerPolicyQuota", 5),
        ("UserPolicySizeQuota", 2_048),
        ("GroupPolicySizeQuota", 5_120),
        ("RolePolicySizeQuota", 10_240),
        ("AssumeRolePolicySizeQuota", 2_048),
        ("AttachedPoliciesPerUserQuota", 10),
        ("AttachedPoliciesPerGroupQuota", 10),
        ("AttachedPoliciesPerRoleQuota", 10),
        ("AccessKeysPerUserQuota", 2),
        ("GroupsPerUserQuota", 10),
        ("AccountAccessKeysPresent", 0),
        ("AccountMFAEnabled", 1),
        ("AccountSigningCertificatesPresent", 0),
        ("MFADevices", 1),
        ("MFADevicesInUse", 1),
        ("Providers", 0),
        ("ServerCertificates", 0),
    ];
    let entry = |(key, value)| Tree::map([("key", Tree::text(key)), ("value", Some(Tree::Int(value)))]);
    Ok(Tree::Map(vec![("SummaryMap", Tree::List("entry", entries.map(entry).into()))]))
}

/// `TagUser`, `TagRole`.
pub(super) fn tag(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let new = tags(&call.params);
    change(world, call, kind, |tags| tags.extend(new))
}

/// `UntagUser`, `UntagRole`.
pub(super) fn untag(world: &mut World, call: &Call, kind: Kind) -> Reply {
    let keys = call.params.texts("TagKeys");
    change(world, call, kind, |tags| tags.retain(|key, _| !keys.contains(key)))
}

fn change(world: &mut World, call: &Call, kind: Kind, change: impl FnOnce(&mut Tags)) -> Reply {
    let name = world.iam_named(kind, need(&call.params, kind.param())?)?.name.clone();
    if let Some(own) = world.iam.identities.get_mut(&(kind, name)) {
        let mut tags = own.tags.clone();
        change(&mut tags);
        if tags.len() > 50 {
            return Err(super::fault::limit(format!(
                "The number of tags has reached the maximum limit: 50 tags per {}",
                kind.word()
            )));
        }
        own.tags = tags;
    }
    Ok(Tree::Map(Vec::new()))
}

/// `ListUserTags`, `ListRoleTags`.
pub(super) fn list_tags(world: &World, call: &Call, kind: Kind) -> Reply {
    let own = world.iam_named(kind, need(&call.params, kind.param())?)?;
    let Tree::List(_, items) = tag_list(&own.tags) else { return Ok(Tree::Map(Vec::new())) };
    listing("Tags", items, &call.params)
}
