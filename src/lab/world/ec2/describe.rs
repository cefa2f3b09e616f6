//! Describe: reading machines, interfaces and networks.
//! Invariant: reads change nothing; member names are EC2's own.
//! Not here: security groups (see `groups`), routes and peerings (see `paths`).
//! Used by: `ec2_operate`.

use super::{
    State,
    filter::Filters,
    model::{Instance, Interface, Network, Owner, Subnet, Tags},
    permission::invalid,
};
use crate::lab::world::{
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
    reference::{ACCOUNT, REGIONS},
};

/// A tag set, left out if there is none.
pub(super) fn tag_set(tags: &Tags) -> Option<Tree> {
    let trees =
        tags.iter().map(|(key, value)| Tree::map([("key", Tree::text(key)), ("value", Tree::text(value))]));
    if tags.is_empty() { None } else { Tree::list("item", trees) }
}

/// The tag set of a resource by id.
pub(super) fn tags_of(network: &Network, id: &str) -> Option<Tree> {
    network.tags.get(id).and_then(tag_set)
}

/// Answers with the part of `trees` that the call asks for.
pub(super) fn answer(call: &Call, set: &'static str, trees: Vec<Tree>) -> Reply {
    let (part, next) = page(trees, &call.params, page::EC2)?;
    Ok(Tree::map([(set, Tree::list("item", part)), ("nextToken", next.map(Tree::Text))]))
}

/// The ids that a call names, refused with `code` if one is not there.
pub(super) fn asked(
    call: &Call,
    parameter: &str,
    there: impl Fn(&str) -> bool,
    code: &'static str,
    noun: &str,
) -> Result<Vec<String>, AwsFault> {
    let ids = call.params.texts(parameter);
    match ids.iter().find(|id| !there(id)) {
        Some(id) => Err(AwsFault::new(400, code, format!("The {noun} ID '{id}' does not exist"))),
        None => Ok(ids),
    }
}

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
            Tree::list("item", [interface_tree(network, &instance.interface, interface)]),
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

/// `DescribeVpcs`.
pub(super) fn vpcs(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(&call.params, &["vpc-id", "cidr", "state", "is-default"])?;
    let there = |id: &str| network.vpcs.contains_key(id);
    let ids = asked(call, "VpcId", there, "InvalidVpcID.NotFound", "vpc")?;
    let found = network.vpcs.iter().filter(|(id, vpc)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| match name {
                "vpc-id" => vec![(*id).clone()],
                "cidr" => vec![vpc.range.to_string()],
                "state" => vec!["available".to_owned()],
                _ => vec!["false".to_owned()],
            })
    });
    let trees = found.map(|(id, vpc)| {
        Tree::map([
            ("vpcId", Tree::text(id)),
            ("ownerId", Tree::text(ACCOUNT)),
            ("state", Tree::text("available")),
            ("cidrBlock", Tree::text(vpc.range.to_string())),
            ("instanceTenancy", Tree::text("default")),
            ("isDefault", Some(Tree::Bool(false))),
            ("tagSet", tags_of(network, id)),
        ])
    });
    answer(call, "vpcSet", trees.collect())
}

/// `DescribeSubnets`.
pub(super) fn subnets(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters =
        Filters::read(&call.params, &["subnet-id", "vpc-id", "availability-zone", "cidr-block", "state"])?;
    let there = |id: &str| network.subnets.contains_key(id);
    let ids = asked(call, "SubnetId", there, "InvalidSubnetID.NotFound", "subnet")?;
    let found = network.subnets.iter().filter(|(id, subnet)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| match name {
                "subnet-id" => vec![(*id).clone()],
                "vpc-id" => vec![subnet.vpc.clone()],
                "availability-zone" => vec![subnet.zone.to_owned()],
                "cidr-block" => vec![subnet.range.to_string()],
                _ => vec!["available".to_owned()],
            })
    });
    let trees = found.map(|(id, subnet)| subnet_tree(&call.region, network, id, subnet));
    answer(call, "subnetSet", trees.collect())
}

fn subnet_tree(region: &str, network: &Network, id: &str, subnet: &Subnet) -> Tree {
    Tree::map([
        ("subnetId", Tree::text(id)),
        ("subnetArn", Tree::text(format!("arn:aws:ec2:{region}:{ACCOUNT}:subnet/{id}"))),
        ("state", Tree::text("available")),
        ("ownerId", Tree::text(ACCOUNT)),
        ("vpcId", Tree::text(&subnet.vpc)),
        ("cidrBlock", Tree::text(subnet.range.to_string())),
        ("availabilityZone", Tree::text(subnet.zone)),
        ("defaultForAz", Some(Tree::Bool(false))),
        ("mapPublicIpOnLaunch", Some(Tree::Bool(subnet.public))),
        ("tagSet", tags_of(network, id)),
    ])
}

/// `DescribeRegions`.
pub(super) fn regions(call: &Call) -> Reply {
    let names = call.params.texts("RegionName");
    let all = ["us-east-1", "us-west-2", "eu-west-1"].into_iter().chain(REGIONS.map(|region| region.code));
    let all: Vec<&str> = all.collect();
    if let Some(wrong) = names.iter().find(|name| !all.contains(&name.as_str())) {
        return Err(invalid(format!("Invalid region provided: {wrong}")));
    }
    let trees = all.into_iter().filter(|code| names.is_empty() || names.iter().any(|name| name == code)).map(
        |code| {
            Tree::map([
                ("regionName", Tree::text(code)),
                ("regionEndpoint", Tree::text(format!("ec2.{code}.amazonaws.com"))),
                ("optInStatus", Tree::text("opt-in-not-required")),
            ])
        },
    );
    Ok(Tree::map([("regionInfo", Tree::list("item", trees))]))
}

/// `DescribeAvailabilityZones`.
pub(super) fn zones(call: &Call) -> Reply {
    let zones = REGIONS.iter().filter(|region| region.code == call.region).flat_map(|region| region.zones);
    let trees = zones.map(|zone| {
        Tree::map([
            ("zoneName", Tree::text(zone)),
            ("zoneState", Tree::text("available")),
            ("regionName", Tree::text(&call.region)),
            ("groupName", Tree::text(&call.region)),
            ("zoneType", Tree::text("availability-zone")),
            ("optInStatus", Tree::text("opt-in-not-required")),
        ])
    });
    Ok(Tree::map([("availabilityZoneInfo", Tree::list("item", trees))]))
}
