//! Group life: making and deleting security groups, and who refers to them.
//! Invariant: what is carried by an interface or named by a rule of its own network cannot be deleted.
//! Used by: `operate`.

use super::{
    State,
    acls::{missing, needed},
    build,
    describe::{answer, tag_set},
    groups::{arn, named_group},
    model::{Group, Network, Peer, PeeringStatus, Rule},
    permission::{check_group_id, invalid, no_group},
    permission_tree::pair_tree,
    tags,
};
use crate::lab::world::cidr::Cidr;
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

/// `CreateSecurityGroup`: with a rule that lets everything out. Without a network it is made in the default one.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let params = &call.params;
    let name = needed(params, "GroupName", "groupName")?.to_owned();
    let description = needed(params, "GroupDescription", "groupDescription")?.to_owned();
    check_words("groupName", &name)?;
    check_words("groupDescription", &description)?;
    if name.to_lowercase().starts_with("sg-") || name == "default" {
        let message = if name == "default" {
            "Cannot use reserved security group name: default"
        } else {
            "invalid value for parameter groupName: group names may not be in the format sg-*"
        };
        return Err(invalid(message));
    }
    let own = tags::specified(params, "security-group")?;
    let State { networks, rng, settings, .. } = &mut world.ec2;
    let network = networks.get_mut(&call.region);
    let vpc = params.text("VpcId").or_else(|| network.as_ref().and_then(|network| network.default_vpc()));
    let Some(vpc) = vpc.map(str::to_owned) else {
        return Err(AwsFault::new(400, "VPCIdNotSpecified", "No default VPC for this user"));
    };
    let Some(network) = network.filter(|network| network.vpcs.contains_key(&vpc)) else {
        return Err(AwsFault::new(
            400,
            "InvalidVpcID.NotFound",
            format!("The vpc ID '{vpc}' does not exist"),
        ));
    };
    if network.groups.values().any(|group| group.vpc == vpc && group.name == name) {
        let message = format!("The security group '{name}' already exists for VPC '{vpc}'");
        return Err(AwsFault::new(400, "InvalidGroup.Duplicate", message));
    }
    if network.groups.len() >= settings.groups_per_region {
        let message = "You have reached the limit of security groups for this region.";
        return Err(AwsFault::new(400, "SecurityGroupLimitExceeded", message));
    }
    let v6 = network.vpcs.get(&vpc).is_some_and(|vpc| vpc.ipv6.is_some());
    let ranges = [Some(Cidr::WORLD), v6.then_some(Cidr::WORLD_V6)];
    let rules = ranges.into_iter().flatten().map(build::egress_everywhere).collect();
    let id = build::id(rng, "sg");
    build::group(network, rng, (&id, &vpc), (&name, &description), rules);
    let tree = tag_set(&own);
    let arn = Tree::text(arn(network, &call.region, &id));
    network.tags.insert(id.clone(), own);
    Ok(Tree::map([("groupId", Tree::text(&id)), ("tagSet", tree), ("securityGroupArn", arn)]))
}

/// AWS: up to 255 characters of a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$* (CreateSecurityGroup API reference).
fn check_words(parameter: &str, text: &str) -> Result<(), AwsFault> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    if text.len() <= 255 && text.chars().all(allowed) {
        return Ok(());
    }
    let message = format!(
        "Value ({text}) for parameter {parameter} is invalid. Character sets beyond ASCII are not supported."
    );
    Err(invalid(message))
}

/// `DeleteSecurityGroup`.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let network = world.ec2.network(&call.region);
    let (id, group) = named_group(network, call)?;
    if group.name == "default" {
        let message = format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user");
        return Err(AwsFault::new(400, "CannotDelete", message));
    }
    // AWS: a reference by a group of a peered network does not hold it; that rule becomes stale.
    let names = |(other, held): (&String, &Group)| {
        other != id && held.vpc == group.vpc && held.rules.configured.values().any(|rule| refers(rule, id))
    };
    let carried = network.interfaces.values().any(|interface| interface.groups.iter().any(|held| held == id));
    if carried || network.groups.iter().any(names) {
        let message = format!("resource {id} has a dependent object");
        return Err(AwsFault::new(400, "DependencyViolation", message));
    }
    let id = id.to_owned();
    if let Some(network) = world.ec2.networks.get_mut(&call.region) {
        network.groups.remove(&id);
        network.rule_groups.retain(|_, group| *group != id);
        network.tags.remove(&id);
    }
    Ok(Tree::map([("return", Some(Tree::Bool(true))), ("groupId", Tree::text(id))]))
}

fn refers(rule: &Rule, group: &str) -> bool {
    matches!(&rule.key.peer, Peer::Group(id) if id == group)
}

/// `DescribeSecurityGroupReferences`: the networks on the other side of a peering whose groups name these.
pub(super) fn references(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let asked = call.params.texts("GroupId");
    if asked.is_empty() {
        return Err(missing("groupId"));
    }
    let mut trees = Vec::new();
    for id in &asked {
        check_group_id(id)?;
        if !network.groups.contains_key(id) {
            return Err(no_group(id));
        }
        for other in network.groups.values() {
            let naming = other.rules.described.values().filter(|rule| refers(rule, id));
            if let Some(peered) = naming.filter_map(|rule| rule.peered.as_ref()).next() {
                let tree = Tree::map([
                    ("groupId", Tree::text(id)),
                    ("referencingVpcId", Tree::text(&other.vpc)),
                    ("vpcPeeringConnectionId", Tree::text(&peered.peering)),
                ]);
                if !trees.contains(&tree) {
                    trees.push(tree);
                }
            }
        }
    }
    Ok(Tree::map([("securityGroupReferenceSet", Tree::list("item", trees))]))
}

/// `DescribeStaleSecurityGroups`: groups of a network with rules that name a group behind a peering that is gone, or a
/// group that is gone itself.
pub(super) fn stale(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let vpc = needed(&call.params, "VpcId", "vpcId")?;
    if !network.vpcs.contains_key(vpc) {
        return Err(AwsFault::new(
            400,
            "InvalidVpcID.NotFound",
            format!("The vpc ID '{vpc}' does not exist"),
        ));
    }
    let own = network.groups.iter().filter(|(_, group)| group.vpc == vpc);
    let trees = own.filter_map(|(id, group)| {
        let stale = |egress| {
            let rules = group.rules.described.values();
            let stale = rules.filter(|rule| rule.key.egress == egress && is_stale(state, network, rule));
            stale.map(|rule| stale_tree(state, network, rule)).collect::<Vec<_>>()
        };
        let (inbound, outbound) = (stale(false), stale(true));
        (!inbound.is_empty() || !outbound.is_empty()).then(|| {
            Tree::map([
                ("description", Tree::text(&group.description)),
                ("groupId", Tree::text(id)),
                ("groupName", Tree::text(&group.name)),
                ("staleIpPermissions", Tree::list("item", inbound)),
                ("staleIpPermissionsEgress", Tree::list("item", outbound)),
                ("vpcId", Tree::text(vpc)),
            ])
        })
    });
    answer(call, "staleSecurityGroupSet", trees.collect())
}

fn is_stale(state: &State, network: &Network, rule: &Rule) -> bool {
    let (Peer::Group(id), Some(peered)) = (&rule.key.peer, &rule.peered) else { return false };
    let active = |status| status == PeeringStatus::Active;
    let joined = state.peerings.get(&peered.peering).is_some_and(|peering| active(peering.status));
    !joined || !network.groups.contains_key(id)
}

fn stale_tree(state: &State, network: &Network, rule: &Rule) -> Tree {
    let port = |port: Option<i32>| port.map(|port| Tree::Int(port.into()));
    let pair = match &rule.key.peer {
        Peer::Group(id) => Some(pair_tree(id, rule, state, &network.account)),
        Peer::Range(_) | Peer::PrefixList(_) => None,
    };
    Tree::map([
        ("fromPort", port(rule.key.ports.map(|(from, _)| from))),
        ("ipProtocol", Tree::text(&rule.key.protocol)),
        ("ipRanges", Tree::list("item", [])),
        ("prefixListIds", Tree::list("item", [])),
        ("toPort", port(rule.key.ports.map(|(_, to)| to))),
        ("groups", Tree::list("item", pair)),
    ])
}
