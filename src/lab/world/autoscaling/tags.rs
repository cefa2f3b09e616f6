//! Tags: a person's keys and values on groups.
//! Invariant: a tag belongs to one group; whether instances get it too is part of it.
//! Used by: `autoscaling_operate`.

use super::{
    GroupId,
    asked::{PAGES, invalid},
    model::{Group, Tag},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
    page::page,
};

/// Tags a group may have (AWS: CreateOrUpdateTags API reference).
const LIMIT: usize = 50;

/// The groups and tags that a call names, all of them checked.
fn asked(world: &World, call: &Call) -> Result<Vec<(GroupId, String, Tag)>, AwsFault> {
    let read = |asked: &Params| {
        let name = asked.text("ResourceId").unwrap_or_default();
        if world.scaling_group(&call.region, name).is_none() {
            return Err(invalid(format!("AutoScalingGroup not found - AutoScaling Group {name} not found")));
        }
        let key = asked.text("Key").unwrap_or_default();
        if key.is_empty() || key.chars().count() > 128 || key.to_lowercase().starts_with("aws:") {
            return Err(invalid(format!("Tag key '{key}' is not valid")));
        }
        let value = asked.text("Value").unwrap_or_default().to_owned();
        let tag = Tag { value, propagates: asked.text("PropagateAtLaunch") == Some("true") };
        Ok(((call.region.clone(), name.to_owned()), key.to_owned(), tag))
    };
    call.params.list("Tags").iter().map(read).collect()
}

/// `CreateOrUpdateTags`.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    for (id, key, tag) in asked(world, call)? {
        let Some(group) = world.autoscaling.groups.get_mut(&id) else { continue };
        if group.tags.len() >= LIMIT && !group.tags.contains_key(&key) {
            return Err(AwsFault::new(400, "LimitExceeded", "The maximum number of tags has been reached"));
        }
        group.tags.insert(key, tag);
    }
    Ok(Tree::Map(Vec::new()))
}

/// `DeleteTags`.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    for (id, key, _) in asked(world, call)? {
        if let Some(group) = world.autoscaling.groups.get_mut(&id) {
            group.tags.remove(&key);
        }
    }
    Ok(Tree::Map(Vec::new()))
}

/// `DescribeTags`.
pub(super) fn describe(world: &World, call: &Call) -> Reply {
    let filters = call.params.list("Filters");
    let known = ["auto-scaling-group", "key", "value", "propagate-at-launch"];
    for filter in &filters {
        let name = filter.text("Name").unwrap_or_default();
        if !known.contains(&name) {
            let message =
                format!("Filter type {name} is not correct. Allowed Filter types are: {}", known.join(" "));
            return Err(invalid(message));
        }
    }
    let passes = |group: &Group, key: &str, tag: &Tag| {
        filters.iter().all(|filter| {
            let own = match filter.text("Name").unwrap_or_default() {
                "auto-scaling-group" => group.name.clone(),
                "key" => key.to_owned(),
                "value" => tag.value.clone(),
                _ => tag.propagates.to_string(),
            };
            filter.texts("Values").contains(&own)
        })
    };
    let all = world.autoscaling.in_region(&call.region);
    let all = all.flat_map(|group| group.tags.iter().map(move |(key, tag)| (group, key, tag)));
    let found: Vec<_> = all.filter(|(group, key, tag)| passes(group, key, tag)).collect();
    let (part, next) = page(found, &call.params, PAGES)?;
    let trees = part.into_iter().map(|(group, key, tag)| tree(group, key, tag));
    Ok(Tree::map([("Tags", Tree::list("member", trees)), ("NextToken", next.map(Tree::Text))]))
}

/// A tag as describes show it.
pub(super) fn tree(group: &Group, key: &str, tag: &Tag) -> Tree {
    Tree::map([
        ("ResourceId", Tree::text(&group.name)),
        ("ResourceType", Tree::text("auto-scaling-group")),
        ("Key", Tree::text(key)),
        ("Value", Tree::text(&tag.value)),
        ("PropagateAtLaunch", Some(Tree::Bool(tag.propagates))),
    ])
}
