//! Tree: forms that many of WAF's answers have; tags.
//! Used by: `waf_operate`.

use std::collections::BTreeMap;

use super::model::{Head, absent, need};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
    page::{Paging, page},
};

const PAGING: Paging = Paging {
    token: "NextMarker",
    limit: "Limit",
    range: (1, 100),
    default: 100,
    bad_token: "WAFInvalidParameterException",
    bad_limit: "ValidationException",
};

/// One part of a listing.
pub(super) fn listing(name: &'static str, items: Vec<Tree>, params: &Params) -> Reply {
    let (items, next) = page(items, params, PAGING)?;
    let mut members = vec![(name, Tree::List("member", items))];
    members.extend(next.map(|marker| ("NextMarker", Tree::Text(marker))));
    Ok(Tree::Map(members))
}

/// What lists show of a web ACL or IP set.
pub(super) fn summary(head: &Head) -> Tree {
    Tree::map([
        ("Name", Tree::text(&head.name)),
        ("Id", Tree::text(&head.id)),
        ("Description", Tree::text(head.description.clone().unwrap_or_default())),
        ("LockToken", Tree::text(&head.lock)),
        ("ARN", Tree::text(&head.arn)),
    ])
}

/// The tags of a call.
pub(super) fn tags(params: &Params) -> BTreeMap<String, String> {
    let pair =
        |tag: &Params| Some((tag.text("Key")?.to_owned(), tag.text("Value").unwrap_or_default().to_owned()));
    params.list("Tags").iter().filter_map(pair).collect()
}

fn of<'a>(world: &'a mut World, arn: &str) -> Result<&'a mut BTreeMap<String, String>, AwsFault> {
    let acl = world.waf.acls.get_mut(arn).map(|own| &mut own.head.tags);
    acl.or(world.waf.sets.get_mut(arn).map(|own| &mut own.head.tags)).ok_or_else(absent)
}

/// `ListTagsForResource`.
pub(super) fn list_tags(world: &mut World, call: &Call) -> Reply {
    let arn = need(&call.params, "ResourceARN")?;
    let tag = |(key, value): (&String, &String)| {
        Tree::map([("Key", Tree::text(key)), ("Value", Tree::text(value))])
    };
    let tags: Vec<Tree> = of(world, arn)?.iter().map(tag).collect();
    let info = Tree::map([("ResourceARN", Tree::text(arn)), ("TagList", Tree::list("member", tags))]);
    Ok(Tree::map([("TagInfoForResource", Some(info))]))
}

/// `TagResource`.
pub(super) fn tag(world: &mut World, call: &Call) -> Reply {
    of(world, need(&call.params, "ResourceARN")?)?.extend(tags(&call.params));
    Ok(Tree::Map(Vec::new()))
}

/// `UntagResource`.
pub(super) fn untag(world: &mut World, call: &Call) -> Reply {
    let keys = call.params.texts("TagKeys");
    of(world, need(&call.params, "ResourceARN")?)?.retain(|key, _| !keys.contains(key));
    Ok(Tree::Map(Vec::new()))
}
