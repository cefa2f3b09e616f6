//! Acls: reading and changing network ACLs, and which subnets they guard.
//! Invariant: number and direction together name an entry; a subnet always has exactly one ACL; the built-in refusal is
//! shown and cannot be changed.
//! Not here: what packets meet (see `reach`).
//! Used by: `operate`.

use std::collections::BTreeMap;

use super::{
    State, build,
    describe::{answer, asked, tags_of},
    filter::Filters,
    model::{Acl, AclEntries, AclEntry, Bond, Network, Subnet},
    modify::done,
    permission::{self, invalid},
    tags,
};
use crate::lab::world::cidr::Cidr;
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// The number of the built-in refusal.
const LAST: u16 = 32_767;

const FILTERS: &[&str] = &[
    "network-acl-id",
    "vpc-id",
    "owner-id",
    "default",
    "association.association-id",
    "association.network-acl-id",
    "association.subnet-id",
    "entry.cidr",
    "entry.ipv6-cidr",
    "entry.egress",
    "entry.port-range.from",
    "entry.port-range.to",
    "entry.protocol",
    "entry.rule-action",
    "entry.rule-number",
];

/// Which subnets each ACL guards, as reads show it.
type Guarded<'a> = BTreeMap<&'a str, Vec<(&'a str, &'a Bond)>>;

fn guarded(network: &Network) -> Guarded<'_> {
    let mut guarded = Guarded::new();
    for (id, subnet) in &network.subnets {
        let bond = &subnet.acl.described;
        guarded.entry(&bond.to).or_default().push((id, bond));
    }
    guarded
}

/// `DescribeNetworkAcls`.
pub(super) fn describe(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(&call.params, FILTERS)?;
    let there = |id: &str| network.acls.contains_key(id);
    let ids = asked(call, "NetworkAclId", there, "InvalidNetworkAclID.NotFound", "networkAcl")?;
    let guarded = guarded(network);
    let found = network.acls.iter().filter(|(id, acl)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| values(network, (id, acl), &guarded, name))
    });
    let trees = found.map(|(id, acl)| acl_tree(network, id, acl, &guarded));
    answer(call, "networkAclSet", trees.collect())
}

fn values(network: &Network, (id, acl): (&str, &Acl), guarded: &Guarded<'_>, name: &str) -> Vec<String> {
    let bonds = || guarded.get(id).map(Vec::as_slice).unwrap_or_default().iter();
    let entries = || acl.entries.described.iter();
    let range = |v4: bool| {
        let ranges = entries().map(|(_, entry)| entry.range).filter(move |range| range.is_v4() == v4);
        ranges.map(|range| range.to_string()).collect()
    };
    match name {
        "network-acl-id" => vec![id.to_owned()],
        "vpc-id" => vec![acl.vpc.clone()],
        "owner-id" => vec![network.account.clone()],
        "default" => vec![acl.default.to_string()],
        "association.association-id" => bonds().map(|(_, bond)| bond.association.clone()).collect(),
        "association.network-acl-id" => bonds().map(|(_, bond)| bond.to.clone()).collect(),
        "association.subnet-id" => bonds().map(|(subnet, _)| (*subnet).to_owned()).collect(),
        "entry.cidr" => range(true),
        "entry.ipv6-cidr" => range(false),
        "entry.egress" => entries().map(|((egress, _), _)| egress.to_string()).collect(),
        "entry.rule-number" => entries().map(|((_, number), _)| number.to_string()).collect(),
        "entry.protocol" => entries().map(|(_, entry)| entry.protocol.clone()).collect(),
        "entry.rule-action" => entries().map(|(_, entry)| action(entry).to_owned()).collect(),
        "entry.port-range.from" => {
            entries().filter_map(|(_, entry)| Some(entry.ports?.0.to_string())).collect()
        }
        _ => entries().filter_map(|(_, entry)| Some(entry.ports?.1.to_string())).collect(),
    }
}

fn action(entry: &AclEntry) -> &'static str {
    if entry.allow { "allow" } else { "deny" }
}

fn acl_tree(network: &Network, id: &str, acl: &Acl, guarded: &Guarded<'_>) -> Tree {
    let bonds = guarded.get(id).map(Vec::as_slice).unwrap_or_default();
    let associations = bonds.iter().map(|(subnet, bond)| {
        Tree::map([
            ("networkAclAssociationId", Tree::text(&bond.association)),
            ("networkAclId", Tree::text(id)),
            ("subnetId", Tree::text(*subnet)),
        ])
    });
    let v6 = network.vpcs.get(&acl.vpc).is_some_and(|vpc| vpc.ipv6.is_some());
    let entries = [false, true].into_iter().flat_map(|egress| {
        let own = acl.entries.described.range((egress, 0)..=(egress, u16::MAX));
        let own = own.map(|((egress, number), entry)| entry_tree(*egress, *number, entry));
        own.chain(refusals(egress, v6))
    });
    Tree::map([
        ("associationSet", Tree::list("item", associations)),
        ("entrySet", Tree::list("item", entries)),
        ("default", Some(Tree::Bool(acl.default))),
        ("networkAclId", Tree::text(id)),
        ("tagSet", tags_of(network, id)),
        ("vpcId", Tree::text(&acl.vpc)),
        ("ownerId", Tree::text(&network.account)),
    ])
}

/// AWS: 32767 (and 32768 for IPv6) is the built-in refusal (VPC guide, default network ACL).
fn refusals(egress: bool, v6: bool) -> Vec<Tree> {
    let ranges = [(LAST, Cidr::WORLD)].into_iter().chain(v6.then_some((LAST + 1, Cidr::WORLD_V6)));
    let refusal =
        |range| AclEntry { protocol: "-1".to_owned(), allow: false, range, ports: None, icmp: None };
    ranges.map(|(number, range)| entry_tree(egress, number, &refusal(range))).collect()
}

fn entry_tree(egress: bool, number: u16, entry: &AclEntry) -> Tree {
    let int = |value: i64| Some(Tree::Int(value));
    let range = || Tree::text(entry.range.to_string());
    let icmp =
        entry.icmp.map(|(kind, code)| Tree::map([("code", int(code.into())), ("type", int(kind.into()))]));
    let ports = entry.ports.map(|(from, to)| Tree::map([("from", int(from.into())), ("to", int(to.into()))]));
    Tree::map([
        ("cidrBlock", range().filter(|_| entry.range.is_v4())),
        ("egress", Some(Tree::Bool(egress))),
        ("icmpTypeCode", icmp),
        ("ipv6CidrBlock", range().filter(|_| !entry.range.is_v4())),
        ("portRange", ports),
        ("protocol", Tree::text(&entry.protocol)),
        ("ruleAction", Tree::text(action(entry))),
        ("ruleNumber", int(number.into())),
    ])
}

/// What is done with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// `CreateNetworkAclEntry`.
    Create,
    /// `ReplaceNetworkAclEntry`.
    Replace,
    /// `DeleteNetworkAclEntry`.
    Delete,
}

/// `CreateNetworkAclEntry`, `ReplaceNetworkAclEntry` and `DeleteNetworkAclEntry`.
pub(super) fn change_entry(world: &mut World, call: &Call, change: Change) -> Reply {
    let params = &call.params;
    let network = world.ec2.network(&call.region);
    let id = needed(params, "NetworkAclId", "networkAclId")?.to_owned();
    let acl = network.acls.get(&id).ok_or_else(|| no_acl(&id))?;
    let number: u16 = needed(params, "RuleNumber", "ruleNumber")?.parse().unwrap_or(0);
    let egress = needed(params, "Egress", "egress")? == "true";
    if !(1..LAST).contains(&number) {
        let given = params.text("RuleNumber").unwrap_or_default();
        let message = format!("The specified rule number '{given}' is not valid: it must be from 1 to 32766");
        return Err(invalid(message));
    }
    let mut entries = acl.entries.configured.clone();
    let there = entries.contains_key(&(egress, number));
    match change {
        Change::Create if there => {
            let message = format!("EC2 Network ACL ({id}) Rule (egress: {egress})({number}) already exists");
            return Err(AwsFault::new(400, "NetworkAclEntryAlreadyExists", message));
        }
        Change::Replace | Change::Delete if !there => {
            let direction = if egress { "egress" } else { "ingress" };
            let message =
                format!("The {direction} network acl entry '{number}' does not exist in network ACL '{id}'");
            return Err(AwsFault::new(400, "InvalidNetworkAclEntry.NotFound", message));
        }
        Change::Create | Change::Replace => entries.insert((egress, number), entry(params)?),
        Change::Delete => entries.remove(&(egress, number)),
    };
    refuse_too_many(&entries, egress, world.ec2.settings.entries_per_acl)?;
    world.write_acl(&call.region, &id, entries);
    Ok(done())
}

fn entry(params: &Params) -> Result<AclEntry, AwsFault> {
    let protocol = match needed(params, "Protocol", "protocol")?.to_lowercase().as_str() {
        "all" | "-1" => "-1".to_owned(),
        "tcp" => "6".to_owned(),
        "udp" => "17".to_owned(),
        "icmp" => "1".to_owned(),
        "icmpv6" => "58".to_owned(),
        number if number.parse::<u8>().is_ok() => number.to_owned(),
        other => return Err(invalid(format!("Invalid value '{other}' for IP protocol. Unknown protocol."))),
    };
    let allow = match needed(params, "RuleAction", "ruleAction")? {
        "allow" => true,
        "deny" => false,
        other => {
            return Err(invalid(format!(
                "Invalid value '{other}' for ruleAction. Valid values: allow, deny."
            )));
        }
    };
    let range = match (params.text("CidrBlock"), params.text("Ipv6CidrBlock")) {
        (Some(range), None) => permission::v4(range)?,
        (None, Some(range)) => permission::v6(range)?,
        _ => return Err(missing("cidrBlock")),
    };
    let (mut ports, mut icmp) = (None, None);
    match protocol.as_str() {
        "6" | "17" => ports = Some(port_range(params)?),
        "1" | "58" => {
            let part = |name: &str| params.text(&format!("Icmp.{name}"))?.parse::<i32>().ok();
            icmp = Some((part("Type").ok_or_else(|| missing("icmpTypeCode"))?, part("Code").unwrap_or(-1)));
        }
        // AWS: with -1 or another protocol traffic on all ports is meant, whatever ports are given.
        _ => {}
    }
    Ok(AclEntry { protocol, allow, range, ports, icmp })
}

fn port_range(params: &Params) -> Result<(u16, u16), AwsFault> {
    let port = |name: &str| params.text(&format!("PortRange.{name}"));
    let (Some(from), Some(to)) = (port("From"), port("To")) else { return Err(missing("portRange")) };
    match (from.parse(), to.parse()) {
        (Ok(low), Ok(high)) if low <= high => Ok((low, high)),
        _ => Err(invalid(format!("Invalid TCP/UDP port range ({from}:{to})"))),
    }
}

fn refuse_too_many(entries: &AclEntries, egress: bool, limit: usize) -> Result<(), AwsFault> {
    let own = || entries.iter().filter(|((way, _), _)| *way == egress);
    let v4 = own().filter(|(_, entry)| entry.range.is_v4()).count();
    if v4.max(own().count() - v4) <= limit {
        return Ok(());
    }
    let message = "The maximum number of network ACL entries has been reached.";
    Err(AwsFault::new(400, "NetworkAclEntryLimitExceeded", message))
}

/// A parameter that must be there.
pub(super) fn needed<'a>(params: &'a Params, path: &str, name: &str) -> Result<&'a str, AwsFault> {
    params.text(path).filter(|text| !text.is_empty()).ok_or_else(|| missing(name))
}

/// A parameter is not there.
pub(super) fn missing(name: &str) -> AwsFault {
    AwsFault::new(400, "MissingParameter", format!("The request must contain the parameter {name}"))
}

fn no_acl(id: &str) -> AwsFault {
    let message = format!("The networkAcl ID '{id}' does not exist");
    AwsFault::new(400, "InvalidNetworkAclID.NotFound", message)
}

/// `CreateNetworkAcl`. AWS: a new ACL lets nothing through until entries are made (VPC guide, custom network ACLs).
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let vpc = needed(&call.params, "VpcId", "vpcId")?.to_owned();
    let own = tags::specified(&call.params, "network-acl")?;
    let State { networks, rng, settings, .. } = &mut world.ec2;
    let network = networks.get_mut(&call.region).filter(|network| network.vpcs.contains_key(&vpc));
    let Some(network) = network else {
        return Err(AwsFault::new(
            400,
            "InvalidVpcID.NotFound",
            format!("The vpc ID '{vpc}' does not exist"),
        ));
    };
    if network.acls.values().filter(|acl| acl.vpc == vpc).count() >= settings.acls_per_vpc {
        let message = "The maximum number of network ACLs has been reached.";
        return Err(AwsFault::new(400, "NetworkAclLimitExceeded", message));
    }
    let id = build::acl(network, rng, &vpc, false, AclEntries::new());
    network.tags.insert(id.clone(), own);
    let tree = network.acls.get(&id).map(|acl| acl_tree(network, &id, acl, &Guarded::new()));
    Ok(Tree::map([("networkAcl", tree)]))
}

/// `DeleteNetworkAcl`. AWS: neither one that guards a subnet nor the default one (DeleteNetworkAcl API reference).
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let id = needed(&call.params, "NetworkAclId", "networkAclId")?;
    let network = world.ec2.networks.get_mut(&call.region).ok_or_else(|| no_acl(id))?;
    let acl = network.acls.get(id).ok_or_else(|| no_acl(id))?;
    if acl.default {
        let message = format!("cannot delete default network ACL {id}");
        return Err(AwsFault::new(400, "InvalidParameterValue", message));
    }
    if network.subnets.values().any(|subnet| subnet.acl.configured.to == id) {
        let message = format!("The networkAcl '{id}' has dependencies and cannot be deleted.");
        return Err(AwsFault::new(400, "DependencyViolation", message));
    }
    network.acls.remove(id);
    network.tags.remove(id);
    Ok(done())
}

/// `ReplaceNetworkAclAssociation`: the association has another id afterwards.
pub(super) fn replace_association(world: &mut World, call: &Call) -> Reply {
    let old = needed(&call.params, "AssociationId", "associationId")?;
    let acl = needed(&call.params, "NetworkAclId", "networkAclId")?.to_owned();
    let network = world.ec2.network(&call.region);
    let guarded = network.acls.get(&acl).ok_or_else(|| no_acl(&acl))?;
    let holds = |(_, subnet): &(&String, &Subnet)| subnet.acl.configured.association == old;
    let Some((id, subnet)) = network.subnets.iter().find(holds) else {
        let message = format!("The association ID '{old}' does not exist");
        return Err(AwsFault::new(400, "InvalidAssociationID.NotFound", message));
    };
    if guarded.vpc != subnet.vpc {
        let message = format!("The network ACL {acl} and the subnet {id} belong to different networks.");
        return Err(invalid(message));
    }
    let id = id.clone();
    let association = build::id(&mut world.ec2.rng, "aclassoc");
    let reply = Tree::map([("newAssociationId", Tree::text(&association))]);
    world.write_subnet_acl(&call.region, &id, Bond { association, to: acl });
    Ok(reply)
}
