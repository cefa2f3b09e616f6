//! Describe: reading networks and subnets, and what all of EC2's reads share.
//! Invariant: reads change nothing; member names are EC2's own.
//! Not here: machines and interfaces (see `machines`), groups (see `groups`), regions and zones (see `zones`).
//! Used by: `ec2_operate`.

use super::{
    State,
    filter::Filters,
    model::{Network, Subnet, Tags, Vpc},
    zones::zone_id,
};
use crate::lab::world::cidr::Cidr;
use crate::lab::world::{
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
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

/// A tag set that is there also without a tag, as interfaces and rules have it.
pub(super) fn whole_tag_set(tags: Option<&Tags>) -> Option<Tree> {
    tags.and_then(tag_set).or_else(|| Tree::list("item", []))
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

/// `DescribeVpcs`.
pub(super) fn vpcs(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let known = [
        "vpc-id",
        "cidr",
        "cidr-block",
        "is-default",
        "ipv6-cidr-block-association.ipv6-cidr-block",
        "owner-id",
        "state",
    ];
    let filters = Filters::read(&call.params, &known)?;
    let there = |id: &str| network.vpcs.contains_key(id);
    let ids = asked(call, "VpcId", there, "InvalidVpcID.NotFound", "vpc")?;
    let found = network.vpcs.iter().filter(|(id, vpc)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| match name {
                "vpc-id" => vec![(*id).clone()],
                "cidr" | "cidr-block" => vec![vpc.range.to_string()],
                "owner-id" => vec![network.account.clone()],
                "state" => vec!["available".to_owned()],
                "is-default" => vec![vpc.default.to_string()],
                _ => vpc.ipv6.iter().map(ToString::to_string).collect(),
            })
    });
    let trees = found.map(|(id, vpc)| vpc_tree(network, id, vpc));
    answer(call, "vpcSet", trees.collect())
}

fn vpc_tree(network: &Network, id: &str, vpc: &Vpc) -> Tree {
    // EC2 has ids of their own for these associations; they follow the network's here.
    let association = |kind: &str, range: Cidr, member: &'static str, state: &'static str| {
        Tree::map([
            ("associationId", Tree::text(id.replacen("vpc-", kind, 1))),
            (member, Tree::text(range.to_string())),
            (state, Some(Tree::map([("state", Tree::text("associated"))]))),
        ])
    };
    let v4 = association("vpc-cidr-assoc-", vpc.range, "cidrBlock", "cidrBlockState");
    let v6 =
        vpc.ipv6.map(|range| association("vpc-cidr-assoc-", range, "ipv6CidrBlock", "ipv6CidrBlockState"));
    Tree::map([
        ("ownerId", Tree::text(&network.account)),
        ("instanceTenancy", Tree::text("default")),
        ("ipv6CidrBlockAssociationSet", v6.and_then(|v6| Tree::list("item", [v6]))),
        ("cidrBlockAssociationSet", Tree::list("item", [v4])),
        ("isDefault", Some(Tree::Bool(vpc.default))),
        ("tagSet", tags_of(network, id)),
        ("vpcId", Tree::text(id)),
        ("state", Tree::text("available")),
        ("cidrBlock", Tree::text(vpc.range.to_string())),
        ("dhcpOptionsId", Tree::text("default")),
    ])
}

const SUBNET_FILTERS: &[&str] = &[
    "availability-zone",
    "availabilityZone",
    "availability-zone-id",
    "availabilityZoneId",
    "cidr",
    "cidr-block",
    "cidrBlock",
    "default-for-az",
    "defaultForAz",
    "map-public-ip-on-launch",
    "owner-id",
    "state",
    "subnet-id",
    "vpc-id",
];

/// `DescribeSubnets`.
pub(super) fn subnets(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(&call.params, SUBNET_FILTERS)?;
    let there = |id: &str| network.subnets.contains_key(id);
    let ids = asked(call, "SubnetId", there, "InvalidSubnetID.NotFound", "subnet")?;
    let default = |subnet: &Subnet| network.vpcs.get(&subnet.vpc).is_some_and(|vpc| vpc.default);
    let found = network.subnets.iter().filter(|(id, subnet)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| {
                vec![match name {
                    "subnet-id" => (*id).clone(),
                    "vpc-id" => subnet.vpc.clone(),
                    "availability-zone" | "availabilityZone" => subnet.zone.clone(),
                    "availability-zone-id" | "availabilityZoneId" => zone_id(&subnet.zone),
                    "cidr-block" | "cidrBlock" | "cidr" => subnet.range.to_string(),
                    "map-public-ip-on-launch" => subnet.public.to_string(),
                    "owner-id" => network.account.clone(),
                    "default-for-az" | "defaultForAz" => default(subnet).to_string(),
                    _ => "available".to_owned(),
                }]
            })
    });
    let trees = found.map(|(id, subnet)| subnet_tree(&call.region, network, id, subnet));
    answer(call, "subnetSet", trees.collect())
}

fn subnet_tree(region: &str, network: &Network, id: &str, subnet: &Subnet) -> Tree {
    let default = network.vpcs.get(&subnet.vpc).is_some_and(|vpc| vpc.default);
    let v6 = subnet.ipv6.map(|range| {
        Tree::map([
            ("associationId", Tree::text(id.replacen("subnet-", "subnet-cidr-assoc-", 1))),
            ("ipv6CidrBlock", Tree::text(range.to_string())),
            ("ipv6CidrBlockState", Some(Tree::map([("state", Tree::text("associated"))]))),
        ])
    });
    let held = network.interfaces.values().filter(|interface| interface.subnet == id).count();
    // AWS keeps the first four and the last address for itself (VPC guide, subnet CIDR).
    let free = subnet.range.size().saturating_sub(5 + held as u64);
    let names = Tree::map([
        ("hostnameType", Tree::text("ip-name")),
        ("enableResourceNameDnsARecord", Some(Tree::Bool(false))),
        ("enableResourceNameDnsAAAARecord", Some(Tree::Bool(false))),
    ]);
    Tree::map([
        ("availabilityZone", Tree::text(&subnet.zone)),
        ("availabilityZoneId", Tree::text(zone_id(&subnet.zone))),
        ("availableIpAddressCount", Some(Tree::Int(i64::try_from(free).unwrap_or(i64::MAX)))),
        ("cidrBlock", Tree::text(subnet.range.to_string())),
        ("defaultForAz", Some(Tree::Bool(default))),
        ("enableDns64", Some(Tree::Bool(false))),
        ("ipv6Native", Some(Tree::Bool(false))),
        ("mapCustomerOwnedIpOnLaunch", Some(Tree::Bool(false))),
        ("mapPublicIpOnLaunch", Some(Tree::Bool(subnet.public))),
        ("privateDnsNameOptionsOnLaunch", Some(names)),
        ("assignIpv6AddressOnCreation", Some(Tree::Bool(subnet.ipv6.is_some()))),
        ("ipv6CidrBlockAssociationSet", Tree::list("item", v6)),
        ("tagSet", tags_of(network, id)),
        ("subnetArn", Tree::text(format!("arn:aws:ec2:{region}:{}:subnet/{id}", network.account))),
        ("ownerId", Tree::text(&network.account)),
        ("subnetId", Tree::text(id)),
        ("state", Tree::text("available")),
        ("vpcId", Tree::text(&subnet.vpc)),
    ])
}
