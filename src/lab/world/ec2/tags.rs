//! Tags: a person's keys and values on anything.
//! Invariant: a rule's tags live with the rule, everything else's by id; both follow the same limits.
//! Used by: `ec2_operate`.

use std::collections::BTreeMap;

use super::{
    State,
    filter::Filters,
    groups::no_rule,
    model::{Network, Peering, Tags},
    permission::{invalid, no_group},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
    page::{self, page},
};

/// Tags a resource may have (AWS: EC2 tag restrictions).
const LIMIT: usize = 50;

/// The `Tag.N` of a call, checked.
pub(super) fn read(params: &Params) -> Result<Tags, AwsFault> {
    let mut tags = Tags::new();
    for tag in params.list("Tag") {
        let key = tag.text("Key").unwrap_or_default();
        if key.is_empty() || key.chars().count() > 127 {
            return Err(invalid("Tag keys must have from 1 to 127 characters."));
        }
        if key.to_lowercase().starts_with("aws:") {
            return Err(invalid("Tag keys starting with 'aws:' are reserved for internal use"));
        }
        tags.insert(key.to_owned(), tag.text("Value").unwrap_or_default().to_owned());
    }
    Ok(tags)
}

/// The tags that a creating call specifies for its one kind of resource.
pub(super) fn specified(params: &Params, kind: &str) -> Result<Tags, AwsFault> {
    let mut tags = Tags::new();
    for specification in params.list("TagSpecification") {
        let given = specification.text("ResourceType").unwrap_or_default();
        if given != kind {
            let message = format!("'{given}' is not a valid taggable resource type for this operation.");
            return Err(invalid(message));
        }
        tags.extend(read(&specification)?);
    }
    Ok(tags)
}

/// `CreateTags`.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let new = read(&call.params)?;
    let resources = resources(&world.ec2, call)?;
    for id in &resources {
        let mut tags = world.ec2.network(&call.region).tags_on(id).cloned().unwrap_or_default();
        tags.extend(new.clone());
        if tags.len() > LIMIT {
            return Err(AwsFault::new(
                400,
                "TagLimitExceeded",
                "The maximum number of Tags has been reached.",
            ));
        }
    }
    for id in resources {
        world.write_tags(&call.region, &id, |tags| tags.extend(new.clone()));
    }
    Ok(Tree::map([("return", Some(Tree::Bool(true)))]))
}

/// `DeleteTags`. AWS: a tag with a value is deleted only if the value is equal; without any tag, all are deleted.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let asked: Vec<(String, Option<String>)> = call
        .params
        .list("Tag")
        .iter()
        .map(|tag| (tag.text("Key").unwrap_or_default().to_owned(), tag.text("Value").map(str::to_owned)))
        .collect();
    for id in resources(&world.ec2, call)? {
        world.write_tags(&call.region, &id, |tags| {
            tags.retain(|key, value| {
                let hit =
                    |(k, v): &(String, Option<String>)| k == key && v.as_ref().is_none_or(|v| v == value);
                !asked.is_empty() && !asked.iter().any(hit)
            });
        });
    }
    Ok(Tree::map([("return", Some(Tree::Bool(true)))]))
}

fn resources(state: &State, call: &Call) -> Result<Vec<String>, AwsFault> {
    let (network, peerings) = (state.network(&call.region), &state.peerings);
    let ids = call.params.texts("ResourceId");
    if ids.is_empty() {
        return Err(AwsFault::new(
            400,
            "MissingParameter",
            "The request must contain the parameter resourceIdSet",
        ));
    }
    let missing = ids.iter().find(|id| kind(network, id, peerings).is_none());
    missing.map_or(Ok(ids.clone()), |id| Err(no_resource(id)))
}

fn no_resource(id: &str) -> AwsFault {
    match id.split('-').next() {
        Some("sg") => no_group(id),
        Some("sgr") => no_rule(id),
        Some("i") => {
            AwsFault::new(400, "InvalidInstanceID.NotFound", format!("The instance ID '{id}' does not exist"))
        }
        _ => AwsFault::new(400, "InvalidID", format!("The ID '{id}' is not valid")),
    }
}

/// What kind of resource an id is, in the words of `DescribeTags`; `None` if there is no such resource.
fn kind(network: &Network, id: &str, peerings: &BTreeMap<String, Peering>) -> Option<&'static str> {
    let (kind, there) = match id.split('-').next()? {
        "vpc" => ("vpc", network.vpcs.contains_key(id)),
        "subnet" => ("subnet", network.subnets.contains_key(id)),
        "sg" => ("security-group", network.groups.contains_key(id)),
        "sgr" => ("security-group-rule", network.rule(id).is_some()),
        "eni" => ("network-interface", network.interfaces.contains_key(id)),
        "i" => ("instance", network.instances.contains_key(id)),
        "pl" => ("prefix-list", network.prefix_lists.contains_key(id)),
        "rtb" => ("route-table", network.route_tables.contains_key(id)),
        "acl" => ("network-acl", network.acls.contains_key(id)),
        "pcx" => ("vpc-peering-connection", peerings.contains_key(id)),
        "igw" => ("internet-gateway", network.gateways.contains_key(id)),
        "nat" => ("natgateway", network.nats.contains_key(id)),
        "eipalloc" => ("elastic-ip", network.addresses.contains_key(id)),
        "ami" => ("image", network.images.contains_key(id)),
        "key" => ("key-pair", network.key_pairs.values().any(|key| key.id == id)),
        "vpce" => ("vpc-endpoint", network.endpoints.contains_key(id)),
        _ => return None,
    };
    there.then_some(kind)
}

/// `DescribeTags`.
pub(super) fn describe(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(&call.params, &["resource-id", "resource-type", "key", "value"])?;
    let rules = network.groups.values().flat_map(|group| &group.rules.described);
    let rules = rules.map(|(id, rule)| (id, &rule.tags));
    let mut found = Vec::new();
    for (id, tags) in network.tags.iter().chain(rules) {
        let kind = kind(network, id, &state.peerings).unwrap_or("security-group-rule");
        for (key, value) in tags {
            let own = |name: &str| match name {
                "resource-id" => vec![id.clone()],
                "resource-type" => vec![kind.to_owned()],
                "key" => vec![key.clone()],
                _ => vec![value.clone()],
            };
            if filters.pass(Some(&Tags::from([(key.clone(), value.clone())])), own) {
                found.push(Tree::map([
                    ("key", Tree::text(key)),
                    ("resourceId", Tree::text(id)),
                    ("resourceType", Tree::text(kind)),
                    ("value", Tree::text(value)),
                ]));
            }
        }
    }
    let (part, next) = page(found, &call.params, page::EC2)?;
    Ok(Tree::map([("tagSet", Tree::list("item", part)), ("nextToken", next.map(Tree::Text))]))
}
