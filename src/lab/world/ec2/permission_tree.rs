//! Permission tree: EC2's `IpPermission`, as reads show it.
//! Invariant: rules that differ in their source alone are one permission.
//! Not here: reading it from a call (see `permission`).
//! Used by: `groups`, `rules`, `group_life`.

use std::collections::BTreeMap;

use super::{
    State,
    model::{Peer, Peered, Rule},
};
use crate::lab::world::call::Tree;

/// Rules grouped into `IpPermission`s: those of equal protocol and ports are one, and ids and tags are lost, as in
/// EC2's answer.
pub(super) fn grouped<'a>(rules: impl Iterator<Item = &'a Rule>, state: &State, account: &str) -> Vec<Tree> {
    let mut groups: BTreeMap<_, Vec<&Rule>> = BTreeMap::new();
    for rule in rules {
        groups.entry((rule.key.protocol.as_str(), rule.key.ports)).or_default().push(rule);
    }
    groups
        .into_iter()
        .map(|((protocol, ports), rules)| permission((protocol, ports), &rules, state, account))
        .collect()
}

fn permission(
    (protocol, ports): (&str, Option<(i32, i32)>),
    rules: &[&Rule],
    state: &State,
    account: &str,
) -> Tree {
    let number = |value: Option<i32>| value.map(|value| Tree::Int(value.into()));
    let (mut v4, mut v6, mut lists, mut groups) = (vec![], vec![], vec![], vec![]);
    for rule in rules {
        let description = rule.description.clone().map(Tree::Text);
        let peer = match &rule.key.peer {
            Peer::Range(range) => Tree::text(range.to_string()),
            Peer::PrefixList(id) => Tree::text(id),
            Peer::Group(id) => {
                groups.push(pair_tree(id, rule, state, account));
                continue;
            }
        };
        match &rule.key.peer {
            Peer::Range(range) if range.is_v4() => {
                v4.push(Tree::map([("cidrIp", peer), ("description", description)]));
            }
            Peer::Range(_) => v6.push(Tree::map([("cidrIpv6", peer), ("description", description)])),
            _ => lists.push(Tree::map([("description", description), ("prefixListId", peer)])),
        }
    }
    Tree::map([
        ("ipProtocol", Tree::text(protocol)),
        ("fromPort", number(ports.map(|(from, _)| from))),
        ("toPort", number(ports.map(|(_, to)| to))),
        ("groups", Tree::list("item", groups)),
        ("ipRanges", Tree::list("item", v4)),
        ("ipv6Ranges", Tree::list("item", v6)),
        ("prefixListIds", Tree::list("item", lists)),
    ])
}

/// A group as a source, as `IpPermission` shows it; where it is, only if that is a peered network.
pub(super) fn pair_tree(id: &str, rule: &Rule, state: &State, account: &str) -> Tree {
    let peered = rule.peered.as_ref();
    Tree::map([
        ("description", rule.description.clone().map(Tree::Text)),
        ("userId", Tree::text(account)),
        ("groupId", Tree::text(id)),
        ("vpcId", peered.and_then(|peered| Tree::text(&peered.vpc))),
        ("vpcPeeringConnectionId", peered.and_then(|peered| Tree::text(&peered.peering))),
        ("peeringStatus", peered.and_then(|peered| peering_status(state, peered))),
    ])
}

/// How the peering of a referenced group stands; one that nobody shows any more is deleted.
pub(super) fn peering_status(state: &State, peered: &Peered) -> Option<Tree> {
    let status = state.peerings.get(&peered.peering).map_or("deleted", |peering| peering.status.code());
    Tree::text(status)
}
