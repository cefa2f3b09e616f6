//! Tags: those of applications, versions and environments.
//! Invariant: a resource is known by its ARN, in the caller's region.
//! Used by: `beanstalk_operate`.

use std::collections::BTreeMap;

use super::{application::tags_of, describe::by_name, model::Status, refusal::refused};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

/// AWS: at most 50 tags on a resource.
const MOST: usize = 50;

/// What an ARN names.
enum Resource {
    Application(String),
    Version(String, String),
    Environment(String),
}

fn resource(world: &World, call: &Call) -> Result<Resource, AwsFault> {
    let arn = call.params.text("ResourceArn").unwrap_or_default();
    let missing = || refused("ResourceNotFoundException", format!("Resource not found for arn '{arn}'."));
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, "elasticbeanstalk", region, _, rest] = parts.as_slice() else {
        return Err(refused("InvalidParameterValue", format!("Invalid ARN '{arn}'.")));
    };
    if *region != call.region {
        return Err(missing());
    }
    let own = |text: &str| text.to_owned();
    let found = match rest.split('/').collect::<Vec<_>>().as_slice() {
        ["application", name] => Resource::Application(own(name)),
        ["applicationversion", application, label] => Resource::Version(own(application), own(label)),
        ["environment", _, name] => Resource::Environment(own(name)),
        ["configurationtemplate" | "platform", ..] => return Err(missing()),
        _ => {
            let message = format!("Resource type of '{arn}' is not supported for tagging.");
            return Err(refused("ResourceTypeNotSupportedException", message));
        }
    };
    tags(world, &call.region, &found).map(|_| ()).ok_or_else(missing)?;
    Ok(found)
}

fn tags<'a>(world: &'a World, region: &str, resource: &Resource) -> Option<&'a BTreeMap<String, String>> {
    let state = &world.beanstalk;
    let region = region.to_owned();
    match resource {
        Resource::Application(name) => state.applications.get(&(region, name.clone())).map(|own| &own.tags),
        Resource::Version(name, label) => {
            state.versions.get(&(region, name.clone(), label.clone())).map(|own| &own.tags)
        }
        Resource::Environment(name) => by_name(world, &region, name).ok().map(|own| &own.tags),
    }
}

/// `ListTagsForResource`.
pub(super) fn list(world: &World, call: &Call) -> Reply {
    let resource = resource(world, call)?;
    let tags = tags(world, &call.region, &resource).into_iter().flatten();
    let trees = tags.map(|(key, value)| Tree::map([("Key", Tree::text(key)), ("Value", Tree::text(value))]));
    Ok(Tree::map([
        ("ResourceArn", call.params.text("ResourceArn").and_then(Tree::text)),
        ("ResourceTags", Tree::list("member", trees)),
    ]))
}

/// `UpdateTagsForResource`. AWS: an environment must not be in the middle of an operation.
pub(super) fn update(world: &mut World, call: &Call) -> Reply {
    let resource = resource(world, call)?;
    let add = tags_of(&call.params, "TagsToAdd");
    let remove = call.params.texts("TagsToRemove");
    let system = |key: &&String| key.starts_with("aws:") || key.starts_with("elasticbeanstalk:");
    if let Some(key) = add.keys().chain(&remove).find(system) {
        let message = format!("Tag key '{key}' is reserved.");
        return Err(refused("InvalidParameterValue", message));
    }
    if let Resource::Environment(name) = &resource
        && by_name(world, &call.region, name)?.status != Status::Ready
    {
        let message = "An operation is already in progress on this environment.";
        return Err(refused("OperationInProgressFailure", message));
    }
    let mut new = tags(world, &call.region, &resource).cloned().unwrap_or_default();
    new.retain(|key, _| !remove.contains(key));
    new.extend(add);
    if new.len() > MOST {
        let message =
            "The number of tags in the resource would exceed the number of tags that each resource can have.";
        return Err(refused("TooManyTagsException", message));
    }
    let region = call.region.clone();
    let state = &mut world.beanstalk;
    match resource {
        Resource::Application(name) => {
            state.applications.entry((region, name)).and_modify(|own| own.tags = new);
        }
        Resource::Version(name, label) => {
            state.versions.entry((region, name, label)).and_modify(|own| own.tags = new);
        }
        Resource::Environment(name) => {
            state.environments.entry((region, name)).and_modify(|own| own.tags = new);
        }
    }
    Ok(Tree::Map(Vec::new()))
}
