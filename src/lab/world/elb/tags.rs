//! Tags: a person's keys and values on balancers, target groups, listeners and rules.
//! Invariant: at most fifty a resource; what begins with `aws:` is AWS's own.
//! Used by: `elb_operate`, and the operations that create.

use super::{
    State,
    build::Tags,
    describe::{balancer, invalid, nothing, target_group},
    listeners::listener,
    rules,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

/// Tags a resource may have (AWS: AddTags API reference).
const LIMIT: usize = 50;
/// Resources that one call may name (AWS: DescribeTags API reference).
const RESOURCES: usize = 20;

impl State {
    /// Forgets the tags of what is gone.
    pub(super) fn forget_tags<'a>(&mut self, arns: impl IntoIterator<Item = &'a str>) {
        for arn in arns {
            self.tags.remove(arn);
        }
    }
}

impl World {
    /// A tag of a balancer, target group, listener or rule.
    pub(in crate::lab) fn balancer_tag(&self, arn: &str, key: &str) -> Option<&str> {
        self.elb.tags.get(arn)?.get(key).map(String::as_str)
    }
}

/// The tags that a call gives, checked.
pub(super) fn of_call(call: &Call) -> Result<Tags, AwsFault> {
    let mut tags = Tags::new();
    for tag in call.params.list("Tags") {
        let key = tag.text("Key").unwrap_or_default().to_owned();
        if key.is_empty() || key.chars().count() > 128 {
            return Err(invalid("Tag keys must have from 1 to 128 characters"));
        }
        if key.to_lowercase().starts_with("aws:") {
            return Err(invalid("Tag keys beginning with 'aws:' are reserved for system use"));
        }
        let value = tag.text("Value").unwrap_or_default().to_owned();
        if tags.insert(key.clone(), value).is_some() {
            let message = format!("Tag key '{key}' is specified more than once");
            return Err(AwsFault::new(400, "DuplicateTagKeys", message));
        }
    }
    if tags.len() > LIMIT {
        return Err(too_many());
    }
    Ok(tags)
}

fn too_many() -> AwsFault {
    AwsFault::new(400, "TooManyTags", "The maximum number of tags has been reached")
}

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
        let kind = arn.split(':').nth(5).and_then(|rest| rest.split('/').next());
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
