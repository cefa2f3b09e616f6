//! Interfaces: reading network interfaces, also as part of an instance.
//! Invariant: reads change nothing; member names are EC2's own.
//! Used by: `operate`, `machines`.

use super::{
    State,
    describe::{answer, asked, whole_tag_set},
    filter::Filters,
    model::{Interface, Network, Owner},
    zones::zone_id,
};
use crate::lab::world::call::{Call, Reply, Tree};

const FILTERS: &[&str] = &[
    "addresses.association.public-ip",
    "addresses.private-ip-address",
    "mac-address",
    "association.public-ip",
    "attachment.instance-id",
    "attachment.instance-owner-id",
    "attachment.status",
    "availability-zone",
    "description",
    "group-id",
    "group-name",
    "interface-type",
    "ipv6-addresses.ipv6-address",
    "network-interface-id",
    "owner-id",
    "private-ip-address",
    "requester-id",
    "requester-managed",
    "source-dest-check",
    "status",
    "subnet-id",
    "vpc-id",
];

/// The hardware address: locally administered, as unique in a network as the private address.
fn mac(interface: &Interface) -> String {
    let [a, b, c, d] = interface.private.octets();
    format!("02:{:02x}:{a:02x}:{b:02x}:{c:02x}:{d:02x}", a ^ c ^ d)
}

/// The private DNS name. The zone tells the region.
pub(super) fn private_name(interface: &Interface, zone: &str) -> String {
    let region = zone.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    format!("ip-{}.{region}.compute.internal", dashed(&interface.private.to_string()))
}

/// The public DNS name, if the interface has a public address.
pub(super) fn public_name(interface: &Interface, zone: &str) -> Option<String> {
    let region = zone.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
    let public = dashed(&interface.public?.to_string());
    Some(format!("ec2-{public}.{region}.compute.amazonaws.com"))
}

fn dashed(address: &str) -> String {
    address.replace('.', "-")
}

/// Groups with their names.
pub(super) fn group_set(network: &Network, groups: &[String]) -> Option<Tree> {
    let name = |id: &String| network.groups.get(id).map_or("", |group| &group.name);
    let tree = |id: &String| Tree::map([("groupId", Tree::text(id)), ("groupName", Tree::text(name(id)))]);
    Tree::list("item", groups.iter().map(tree))
}

/// `DescribeNetworkInterfaces`.
pub(super) fn describe(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(&call.params, FILTERS)?;
    let there = |id: &str| network.interfaces.contains_key(id);
    let code = "InvalidNetworkInterfaceID.NotFound";
    let ids = asked(call, "NetworkInterfaceId", there, code, "networkInterface")?;
    let trees = network
        .interfaces
        .iter()
        .filter(|(id, interface)| {
            (ids.is_empty() || ids.contains(id))
                && filters.pass(network.tags.get(*id), |name| values(network, id, interface, name))
        })
        .map(|(id, interface)| tree(network, &call.region, id, interface));
    answer(call, "networkInterfaceSet", trees.collect())
}

fn values(network: &Network, id: &str, interface: &Interface, name: &str) -> Vec<String> {
    let (requester, kind) = requester(network, interface);
    let one = |text: &str| vec![text.to_owned()];
    match name {
        "addresses.association.public-ip" | "association.public-ip" => {
            interface.public.iter().map(ToString::to_string).collect()
        }
        "attachment.instance-id" => match &interface.owner {
            Owner::Instance(id) => one(id),
            Owner::Balancer(_) | Owner::Nat(_) => Vec::new(),
        },
        "attachment.instance-owner-id" => one(requester.unwrap_or(&network.account)),
        "attachment.status" => one("attached"),
        "availability-zone" => {
            network.subnets.get(&interface.subnet).map(|subnet| subnet.zone.clone()).into_iter().collect()
        }
        "description" => vec![description(interface)],
        "group-id" => interface.groups.clone(),
        "group-name" => {
            let groups = interface.groups.iter().filter_map(|id| network.groups.get(id));
            groups.map(|group| group.name.clone()).collect()
        }
        "interface-type" => one(kind),
        "ipv6-addresses.ipv6-address" => interface.ipv6.iter().map(ToString::to_string).collect(),
        "mac-address" => vec![mac(interface)],
        "network-interface-id" => one(id),
        "owner-id" => one(&network.account),
        "requester-id" => requester.into_iter().map(str::to_owned).collect(),
        "requester-managed" => vec![requester.is_some().to_string()],
        "source-dest-check" => vec![interface.source_dest_check.to_string()],
        "status" => one("in-use"),
        "subnet-id" => vec![interface.subnet.clone()],
        "vpc-id" => one(network.vpc_of(interface)),
        // private-ip-address, addresses.private-ip-address.
        _ => vec![interface.private.to_string()],
    }
}

/// Who made the interface, unless the account itself, and its type.
fn requester<'a>(network: &'a Network, interface: &Interface) -> (Option<&'a str>, &'static str) {
    match interface.owner {
        Owner::Instance(_) => (None, "interface"),
        Owner::Balancer(_) => (Some("amazon-elb"), "interface"),
        Owner::Nat(_) => (Some(&network.account), "nat_gateway"),
    }
}

/// A person's words, or those of the service that made it.
pub(super) fn description(interface: &Interface) -> String {
    match &interface.owner {
        _ if !interface.description.is_empty() => interface.description.clone(),
        Owner::Instance(_) => String::new(),
        Owner::Balancer(path) => format!("ELB {path}"),
        Owner::Nat(id) => format!("Interface for NAT Gateway {id}"),
    }
}

/// How an interface is attached.
pub(super) fn attachment_tree(network: &Network, id: &str, interface: &Interface) -> Tree {
    let (requester, _) = requester(network, interface);
    let (instance, managed) = match &interface.owner {
        Owner::Instance(id) => (Tree::text(id), false),
        Owner::Balancer(_) | Owner::Nat(_) => (None, true),
    };
    Tree::map([
        ("attachTime", interface.attached.map(Tree::Time)),
        ("attachmentId", Tree::text(id.replacen("eni", "eni-attach", 1))),
        ("deleteOnTermination", Some(Tree::Bool(!managed))),
        ("deviceIndex", Some(Tree::Int(i64::from(managed)))),
        ("instanceId", instance),
        ("instanceOwnerId", Tree::text(requester.unwrap_or(&network.account))),
        ("networkCardIndex", Some(Tree::Int(0)).filter(|_| !managed)),
        ("status", Tree::text("attached")),
    ])
}

fn tree(network: &Network, region: &str, id: &str, interface: &Interface) -> Tree {
    let (requester, kind) = requester(network, interface);
    let association = association(network, region, id, interface);
    let address = Tree::map([
        ("association", association.clone()),
        ("primary", Some(Tree::Bool(true))),
        ("privateIpAddress", Tree::text(interface.private.to_string())),
    ]);
    let v6 = |address: std::net::Ipv6Addr| Tree::map([("ipv6Address", Tree::text(address.to_string()))]);
    let zone = network.subnets.get(&interface.subnet).map(|subnet| subnet.zone.as_str());
    Tree::map([
        ("association", association),
        ("attachment", Some(attachment_tree(network, id, interface))),
        ("availabilityZone", zone.and_then(Tree::text)),
        ("availabilityZoneId", zone.and_then(|zone| Tree::text(zone_id(zone)))),
        ("description", Tree::text(description(interface))),
        ("groupSet", group_set(network, &interface.groups)),
        ("interfaceType", Tree::text(kind)),
        ("macAddress", Tree::text(mac(interface))),
        ("ipv6AddressesSet", Tree::list("item", interface.ipv6.into_iter().map(v6))),
        ("networkInterfaceId", Tree::text(id)),
        ("ownerId", Tree::text(&network.account)),
        ("privateDnsName", zone.and_then(|zone| Tree::text(private_name(interface, zone)))),
        ("privateIpAddress", Tree::text(interface.private.to_string())),
        ("privateIpAddressesSet", Tree::list("item", [address])),
        ("requesterId", requester.and_then(Tree::text)),
        ("requesterManaged", Some(Tree::Bool(requester.is_some()))),
        ("sourceDestCheck", Some(Tree::Bool(interface.source_dest_check))),
        ("status", Tree::text("in-use")),
        ("subnetId", Tree::text(&interface.subnet)),
        ("tagSet", whole_tag_set(network.tags.get(id))),
        ("vpcId", Tree::text(network.vpc_of(interface))),
    ])
}

/// The public address: an elastic one belongs to the account, a balancer's to the service, any other to Amazon.
fn association(network: &Network, region: &str, id: &str, interface: &Interface) -> Option<Tree> {
    let public = interface.public?;
    let elastic = network.addresses.iter().find_map(|(allocation, held)| {
        let (association, holder) = held.association.as_ref()?;
        (holder == id).then_some((allocation, association))
    });
    let owner = match (&interface.owner, elastic) {
        (_, Some(_)) => network.account.as_str(),
        (Owner::Balancer(_), None) => "amazon-elb",
        (Owner::Instance(_) | Owner::Nat(_), None) => "amazon",
    };
    Some(Tree::map([
        ("allocationId", elastic.and_then(|(allocation, _)| Tree::text(allocation))),
        ("associationId", elastic.and_then(|(_, association)| Tree::text(association))),
        ("ipOwnerId", Tree::text(owner)),
        ("publicDnsName", public_name(interface, region).map(Tree::Text)),
        ("publicIp", Tree::text(public.to_string())),
    ]))
}

/// An interface as `DescribeInstances` shows it: without what its instance says already.
pub(super) fn own_interface_tree(network: &Network, region: &str, id: &str, interface: &Interface) -> Tree {
    let said = [
        "availabilityZone",
        "availabilityZoneId",
        "requesterId",
        "requesterManaged",
        "tagSet",
        "instanceId",
        "instanceOwnerId",
        "allocationId",
        "associationId",
    ];
    without(tree(network, region, id, interface), &said)
}

/// A structure without these members, nor do the structures in it have them.
fn without(tree: Tree, left_out: &[&str]) -> Tree {
    match tree {
        Tree::Map(members) => {
            let kept = members.into_iter().filter(|(name, _)| !left_out.contains(name));
            Tree::Map(kept.map(|(name, value)| (name, without(value, left_out))).collect())
        }
        Tree::List(element, items) => {
            Tree::List(element, items.into_iter().map(|item| without(item, left_out)).collect())
        }
        other => other,
    }
}
