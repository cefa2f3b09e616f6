//! Lists: reading prefix lists and what is in them.
//! Invariant: reads change nothing; member names are EC2's own.
//! Used by: `operate`.

use super::{
    State,
    acls::needed,
    describe::{answer, tags_of},
    filter::Filters,
    model::{Network, PrefixList},
    permission,
};
use crate::lab::world::call::{Call, Reply, Tree};

/// `DescribeManagedPrefixLists`.
pub(super) fn managed(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let found = found(network, call, &["owner-id", "prefix-list-id", "prefix-list-name"])?;
    let trees = found.into_iter().map(|(id, list)| {
        let owner = if list.owner == "AWS" { "aws" } else { &list.owner };
        let arn = format!("arn:aws:ec2:{}:{owner}:prefix-list/{id}", call.region);
        let family = if list.is_v4() { "IPv4" } else { "IPv6" };
        let number = |value: usize| Some(Tree::Int(i64::try_from(value).unwrap_or(i64::MAX)));
        // AWS's own lists have neither a version nor a maximum that they show.
        let own = list.owner != "AWS";
        Tree::map([
            ("prefixListId", Tree::text(id)),
            ("addressFamily", Tree::text(family)),
            ("state", Tree::text("create-complete")),
            ("prefixListArn", Tree::text(arn)),
            ("prefixListName", Tree::text(&list.name)),
            ("maxEntries", number(list.max_entries).filter(|_| own)),
            ("version", number(1).filter(|_| own)),
            ("ownerId", Tree::text(&list.owner)),
            ("tagSet", tags_of(network, id)),
        ])
    });
    answer(call, "prefixListSet", trees.collect())
}

/// `DescribePrefixLists`: the ranges of AWS's own lists. AWS: other lists are for `DescribeManagedPrefixLists`.
pub(super) fn describe(state: &State, call: &Call) -> Reply {
    let found = found(state.network(&call.region), call, &["prefix-list-id", "prefix-list-name"])?;
    let trees = found.into_iter().filter(|(_, list)| list.owner == "AWS").map(|(id, list)| {
        let ranges = list.entries.iter().map(|range| Tree::Text(range.to_string()));
        Tree::map([
            ("cidrSet", Tree::list("item", ranges)),
            ("prefixListId", Tree::text(id)),
            ("prefixListName", Tree::text(&list.name)),
        ])
    });
    answer(call, "prefixListSet", trees.collect())
}

type Found<'a> = Vec<(&'a String, &'a PrefixList)>;

fn found<'a>(
    network: &'a Network,
    call: &Call,
    known: &[&str],
) -> Result<Found<'a>, crate::lab::world::call::AwsFault> {
    let filters = Filters::read(&call.params, known)?;
    let ids = call.params.texts("PrefixListId");
    for id in &ids {
        permission::prefix_list(network, id)?;
    }
    let pass = |(id, list): &(&String, &PrefixList)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| match name {
                "owner-id" => vec![list.owner.clone()],
                "prefix-list-id" => vec![(*id).clone()],
                _ => vec![list.name.clone()],
            })
    };
    Ok(network.prefix_lists.iter().filter(pass).collect())
}

/// `GetManagedPrefixListEntries`.
pub(super) fn entries(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let id = needed(&call.params, "PrefixListId", "prefixListId")?;
    permission::prefix_list(network, id)?;
    let list = network.prefix_lists.get(id);
    let ranges = list.into_iter().flat_map(|list| &list.entries);
    answer(
        call,
        "entrySet",
        ranges.map(|range| Tree::map([("cidr", Tree::text(range.to_string()))])).collect(),
    )
}
