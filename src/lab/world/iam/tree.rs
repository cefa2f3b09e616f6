//! Tree: forms that many of IAM's answers have.
//! Used by: the operations of `iam`.

use super::model::Tags;
use crate::lab::world::{
    call::{Params, Reply, Tree},
    page::{Paging, page},
};

/// IAM's way of paging.
const PAGING: Paging = Paging {
    token: "Marker",
    limit: "MaxItems",
    range: (1, 1000),
    default: 100,
    bad_token: "ValidationError",
    bad_limit: "ValidationError",
};

/// One part of a listing, and whether there is more.
pub(super) fn listing(name: &'static str, items: Vec<Tree>, params: &Params) -> Reply {
    let (items, next) = page(items, params, PAGING)?;
    let mut members = vec![(name, Tree::List("member", items)), ("IsTruncated", Tree::Bool(next.is_some()))];
    members.extend(next.map(|marker| ("Marker", Tree::Text(marker))));
    Ok(Tree::Map(members))
}

/// Tags as IAM lists them.
pub(super) fn tag_list(tags: &Tags) -> Tree {
    let tag = |(key, value): (&String, &String)| {
        Tree::map([("Key", Tree::text(key)), ("Value", Tree::text(value))])
    };
    Tree::List("member", tags.iter().map(tag).collect())
}
