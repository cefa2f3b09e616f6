//! Machines: reading instances and interfaces.
//! Invariant: reads change nothing; member names are EC2's own.
//! Used by: `ec2_operate`.

use super::{
    State,
    describe::{answer, asked, tags_of},
    filter::Filters,
    model::{Instance, Interface, Network, Owner},
};
use crate::lab::world::{
    call::{Call, Reply, Tree},
    reference::ACCOUNT,
};

/// `DescribeInstances`.
pub(super) fn instances(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(
        &call.params,
        &[
            "instance-id",
            "vpc-id",
            "subnet-id",
            "availability-zone",
            "instance-state-name",
            "instance-type",
            "private-ip-address",
            "instance.group-id",
            "instance.group-name",
            "network-interface.group-id",
        ],
    )?;
    let there = |id: &str| network.instances.contains_key(id);
    let ids = asked(call, "InstanceId", there, "InvalidInstanceID.NotFound", "instance")?;
    let mut trees = Vec::new();
    for (id, instance) in &network.instances {
        let Some(interface) = network.interfaces.get(&instance.interface) else { continue };
        let named = ids.is_empty() || ids.contains(id);
        let values = |name: &str| instance_values(network, id, instance, interface, name);
        if named && filters.pass(network.tags.get(id), values) {
            let held = Tree::list("item", [instance_tree(network, id, instance, interface)]);
            trees.push(Tree::map([
                ("reservationId", Tree::text(&instance.reservation)),
                ("ownerId", Tree::text(ACCOUNT)),
                ("groupSet", Tree::list("item", [])),
                ("instancesSet", held),
            ]));
        }
    }
    answer(call, "reservationSet", trees)
}

fn instance_values(
    network: &Network,
    id: &str,
    instance: &Instance,
    interface: &Interface,
    name: &str,
) -> Vec<String> {
    match name {
        "instance-id" => vec![id.to_owned()],
        "vpc-id" => vec![vpc_of(network, interface).to_owned()],
        "subnet-id" => vec![interface.subnet.clone()],
        "availability-zone" => vec![instance.zone.to_owned()],
        "instance-state-name" => vec!["running".to_owned()],
        "instance-type" => vec![instance.kind.to_owned()],
        "private-ip-address" => vec![interface.private.to_string()],
        "instance.group-name" => {
            interface.groups.iter().filter_map(|id| network.groups.get(id)).map(|g| g.name.clone()).collect()
        }
        _ => interface.groups.clone(),
    }
}

fn vpc_of<'a>(network: &'a Network, interface: &Interface) -> &'a str {
    network.subnets.get(&interface.subnet).map_or("", |subnet| &subnet.vpc)
}

fn instance_tree(network: &Network, id: &str, instance: &Instance, interface: &Interface) -> Tree {
    let state = Tree::map([("code", Some(Tree::Int(16))), ("name", Tree::text("running"))]);
    let placement =
        Tree::map([("availabilityZone", Tree::text(instance.zone)), ("tenancy", Tree::text("default"))]);
    let monitoring = Tree::map([("state", Tree::text("disabled"))]);
    Tree::map([
        ("instanceId", Tree::text(id)),
        ("imageId", Tree::text(&instance.image)),
        ("instanceState", Some(state)),
        ("privateDnsName", Tree::text(private_name(interface))),
        ("dnsName", Tree::text("")),
        ("instanceType", Tree::text(instance.kind)),
        ("launchTime", Some(Tree::Time(instance.launched))),
        ("placement", Some(placement)),
        ("monitoring", Some(monitoring)),
        ("subnetId", Tree::text(&interface.subnet)),
        ("vpcId", Tree::text(vpc_of(network, interface))),
        ("privateIpAddress", Tree::text(interface.private.to_string())),
        ("architecture", Tree::text("x86_64")),
        ("groupSet", group_set(network, interface)),
        ("tagSet", tags_of(network, id)),
        (
            "networkInterfaceSet",
            Tree::list("item", [own_interface_tree(network, &instance.interface, interface)]),
        ),
    ])
}

fn private_name(interface: &Interface) -> String {
    format!("ip-{}.compute.internal", interface.private.to_string().replace('.', "-"))
}

fn group_set(network: &Network, interface: &Interface) -> Option<Tree> {
    let name = |id: &String| network.groups.get(id).map_or("", |group| &group.name);
    let tree = |id: &String| Tree::map([("groupId", Tree::text(id)), ("groupName", Tree::text(name(id)))]);
    Tree::list("item", interface.groups.iter().map(tree))
}

/// `DescribeNetworkInterfaces`.
pub(super) fn interfaces(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(
        &call.params,
        &[
            "network-interface-id",
            "vpc-id",
            "subnet-id",
            "group-id",
            "description",
            "attachment.instance-id",
            "private-ip-address",
            "addresses.private-ip-address",
            "status",
            "interface-type",
            "requester-managed",
        ],
    )?;
    let there = |id: &str| network.interfaces.contains_key(id);
    let code = "InvalidNetworkInterfaceID.NotFound";
    let ids = asked(call, "NetworkInterfaceId", there, code, "networkInterface")?;
    let trees = network
        .interfaces
        .iter()
        .filter(|(id, interface)| {
            (ids.is_empty() || ids.contains(id))
                && filters.pass(network.tags.get(*id), |name| interface_values(network, id, interface, name))
        })
        .map(|(id, interface)| interface_tree(network, id, interface));
    answer(call, "networkInterfaceSet", trees.collect())
}

fn interface_values(network: &Network, id: &str, interface: &Interface, name: &str) -> Vec<String> {
    match name {
        "network-interface-id" => vec![id.to_owned()],
        "vpc-id" => vec![vpc_of(network, interface).to_owned()],
        "subnet-id" => vec![interface.subnet.clone()],
        "group-id" => interface.groups.clone(),
        "description" => vec![description(interface)],
        "attachment.instance-id" => match &interface.owner {
            Owner::Instance(id) => vec![id.clone()],
            Owner::Balancer(_) => Vec::new(),
        },
        "status" => vec!["in-use".to_owned()],
        "interface-type" => vec!["interface".to_owned()],
        "requester-managed" => vec![matches!(interface.owner, Owner::Balancer(_)).to_string()],
        _ => vec![interface.private.to_string()],
    }
}

fn description(interface: &Interface) -> String {
    match &interface.owner {
        Owner::Instance(_) => String::new(),
        Owner::Balancer(path) => format!("ELB {path}"),
    }
}

fn interface_tree(network: &Network, id: &str, interface: &Interface) -> Tree {
    let (instance, owner) = match &interface.owner {
        Owner::Instance(id) => (Tree::text(id), ACCOUNT),
        Owner::Balancer(_) => (None, "amazon-elb"),
    };
    let managed = instance.is_none();
    let attachment = Tree::map([
        ("attachmentId", Tree::text(id.replacen("eni", "eni-attach", 1))),
        ("deviceIndex", Some(Tree::Int(i64::from(managed)))),
        ("instanceId", instance),
        ("instanceOwnerId", Tree::text(owner)),
        ("status", Tree::text("attached")),
        ("deleteOnTermination", Some(Tree::Bool(!managed))),
    ]);
    let public = interface.public.map(|public| {
        Tree::map([("ipOwnerId", Tree::text("amazon-elb")), ("publicIp", Tree::text(public.to_string()))])
    });
    let address = Tree::map([
        ("privateIpAddress", Tree::text(interface.private.to_string())),
        ("primary", Some(Tree::Bool(true))),
        ("association", public.clone()),
    ]);
    let zone = network.subnets.get(&interface.subnet).map(|subnet| Tree::Text(subnet.zone.to_owned()));
    Tree::map([
        ("networkInterfaceId", Tree::text(id)),
        ("subnetId", Tree::text(&interface.subnet)),
        ("vpcId", Tree::text(vpc_of(network, interface))),
        ("availabilityZone", zone),
        ("description", Tree::text(description(interface))),
        ("ownerId", Tree::text(ACCOUNT)),
        ("requesterId", managed.then(|| Tree::Text("amazon-elb".to_owned()))),
        ("requesterManaged", Some(Tree::Bool(managed))),
        ("status", Tree::text("in-use")),
        ("privateIpAddress", Tree::text(interface.private.to_string())),
        ("sourceDestCheck", Some(Tree::Bool(true))),
        ("groupSet", group_set(network, interface)),
        ("attachment", Some(attachment)),
        ("association", public),
        ("privateIpAddressesSet", Tree::list("item", [address])),
        ("interfaceType", Tree::text("interface")),
        ("tagSet", tags_of(network, id)),
    ])
}

/// An interface as `DescribeInstances` shows it: without what its instance says already.
fn own_interface_tree(network: &Network, id: &str, interface: &Interface) -> Tree {
    let said =
        ["availabilityZone", "requesterId", "requesterManaged", "tagSet", "instanceId", "instanceOwnerId"];
    without(interface_tree(network, id, interface), &said)
}

/// A structure without these members, nor do the structures in it have them.
fn without(tree: Tree, left_out: &[&str]) -> Tree {
    let Tree::Map(members) = tree else { return tree };
    let kept = members.into_iter().filter(|(name, _)| !left_out.contains(name));
    Tree::Map(kept.map(|(name, value)| (name, without(value, left_out))).collect())
}
