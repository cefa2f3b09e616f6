//! Tags: a person's keys and values on balancers, target groups, listeners and rules.
//! Invariant: all resources of a call are there, or nothing changes.
//! Not here: which tags a resource may have (see `tag_set`).
//! Used by: `elb_operate`.

use super::{
    State,
    build::Tags,
    describe::{balancer, invalid, listener, nothing, target_group},
    rules,
    tag_set::{LIMIT, of_call, too_many},
};
use crate::lab::world::{
    World, arn,
    call::{AwsFault, Call, Reply, Tree},
};

/// Resources that one call may name (AWS: DescribeTags API reference).
const RESOURCES: usize = 20;

/// The resources that a call names, all of them there.
fn resources(state: &State, call: &Call) -> Result<Vec<String>, AwsFault> {
    let arns = call.params.texts("ResourceArns");
    if arns.is_empty() {
        return Err(invalid("At least one resource ARN must be specified"));
    }
    if arns.len() > RESOURCES {
        return Err(invalid(format!("Up to {RESOURCES} resources can be described at once")));
    }
    for arn in &arns {
        let kind = arn::resource(arn).split('/').next();
        match kind {
            Some("loadbalancer") => balancer(state, call, arn).map(drop)?,
            Some("targetgroup") => target_group(state, call, arn).map(drop)?,
            Some("listener") => listener(state, call, arn).map(drop)?,
            Some("listener-rule") => rules::exists(state, call, arn)?,
            _ => return Err(invalid(format!("'{arn}' is not a valid resource ARN"))),
        }
    }
    Ok(arns)
}

/// `AddTags`.
pub(super) fn add(world: &mut World, call: &Call) -> Reply {
    let arns = resources(&world.elb, call)?;
    let new = of_call(call)?;
    for arn in &arns {
        let own = world.elb.tags.get(arn);
        let kept = own.into_iter().flat_map(Tags::keys).filter(|key| !new.contains_key(*key)).count();
        if kept + new.len() > LIMIT {
            return Err(too_many());
        }
    }
    for arn in arns {
        world.elb.tags.entry(arn).or_default().extend(new.clone());
    }
    nothing()
}

/// `RemoveTags`.
pub(super) fn remove(world: &mut World, call: &Call) -> Reply {
    let keys = call.params.texts("TagKeys");
    for arn in resources(&world.elb, call)? {
        world.elb.tags.entry(arn).or_default().retain(|key, _| !keys.contains(key));
    }
    nothing()
}

/// `DescribeTags`.
pub(super) fn describe(world: &World, call: &Call) -> Reply {
    let trees = resources(&world.elb, call)?.into_iter().map(|arn| {
        let own = world.elb.tags.get(&arn).into_iter().flatten();
        let tag = |(key, value): (&String, &String)| {
            Tree::map([("Key", Tree::text(key)), ("Value", Tree::text(value))])
        };
        let tags = Tree::list("member", own.map(tag));
        Tree::map([("ResourceArn", Tree::text(arn)), ("Tags", tags)])
    });
    Ok(Tree::map([("TagDescriptions", Tree::list("member", trees.collect::<Vec<_>>()))]))
}
