//! Tags: those of parameters.
//! Used by: `ssm_operate`.

use std::collections::BTreeMap;

use super::model::need;
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// The tags of a call.
pub(super) fn read(params: &Params, list: &str) -> BTreeMap<String, String> {
    let pair =
        |tag: &Params| Some((tag.text("Key")?.to_owned(), tag.text("Value").unwrap_or_default().to_owned()));
    params.list(list).iter().filter_map(pair).collect()
}

fn tags<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut BTreeMap<String, String>, AwsFault> {
    let kind = need(&call.params, "ResourceType")?;
    if kind != "Parameter" {
        return Err(AwsFault::new(
            400,
            "InvalidResourceType",
            format!("The resource type {kind} is not valid."),
        ));
    }
    let key = (call.region.clone(), need(&call.params, "ResourceId")?.to_owned());
    let found = world.ssm.parameters.get_mut(&key).map(|parameter| &mut parameter.tags);
    found.ok_or_else(|| {
        AwsFault::new(
            400,
            "InvalidResourceId",
            format!("The resource ID \"{}\" is not valid. Verify the ID and try again.", key.1),
        )
    })
}

/// `AddTagsToResource`.
pub(super) fn add(world: &mut World, call: &Call) -> Reply {
    let new = read(&call.params, "Tags");
    tags(world, call)?.extend(new);
    Ok(Tree::Map(Vec::new()))
}

/// `RemoveTagsFromResource`.
pub(super) fn remove(world: &mut World, call: &Call) -> Reply {
    let keys = call.params.texts("TagKeys");
    tags(world, call)?.retain(|key, _| !keys.contains(key));
    Ok(Tree::Map(Vec::new()))
}

/// `ListTagsForResource`.
pub(super) fn list(world: &mut World, call: &Call) -> Reply {
    let tag = |(key, value): (&String, &String)| {
        Tree::map([("Key", Tree::text(key)), ("Value", Tree::text(value))])
    };
    let tags = tags(world, call)?.iter().map(tag).collect::<Vec<_>>();
    Ok(Tree::map([("TagList", Tree::list("member", tags))]))
}
