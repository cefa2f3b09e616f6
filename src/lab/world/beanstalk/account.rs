//! Account: what is true of a whole account, and the lists that are empty here.
//! Invariant: a list that AWS gives empty is empty, never an error.
//! Used by: `beanstalk_operate`.

use super::describe::named;
use crate::lab::world::{
    World,
    call::{Call, Reply, Tree},
};

/// `DescribeAccountAttributes`. AWS: the default quotas (Beanstalk endpoints and quotas).
pub(super) fn attributes() -> Reply {
    let quota = |most| Some(Tree::map([("Maximum", Some(Tree::Int(most)))]));
    let quotas = Tree::map([
        ("ApplicationQuota", quota(75)),
        ("ApplicationVersionQuota", quota(1000)),
        ("EnvironmentQuota", quota(200)),
        ("ConfigurationTemplateQuota", quota(2000)),
        ("CustomPlatformQuota", quota(50)),
    ]);
    Ok(Tree::map([("ResourceQuotas", Some(quotas))]))
}

/// `CreateStorageLocation`: the region's bucket, which is made once.
pub(super) fn storage_location(world: &World, call: &Call) -> Reply {
    let bucket = format!("elasticbeanstalk-{}-{}", call.region, world.account());
    Ok(Tree::map([("S3Bucket", Tree::text(bucket))]))
}

/// `DescribeEnvironmentManagedActions`: none is planned.
pub(super) fn managed_actions(world: &World, call: &Call) -> Reply {
    named(world, call)?;
    Ok(Tree::map([("ManagedActions", Tree::list("member", []))]))
}

/// `DescribeEnvironmentManagedActionHistory`: none was ever done.
pub(super) fn managed_action_history(world: &World, call: &Call) -> Reply {
    named(world, call)?;
    Ok(Tree::map([("ManagedActionHistoryItems", Tree::list("member", []))]))
}
