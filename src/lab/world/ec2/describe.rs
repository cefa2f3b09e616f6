//! Describe: reading networks, subnets and regions, and what all of EC2's reads share.
//! Invariant: reads change nothing; member names are EC2's own.
//! Not here: machines and interfaces (see `machines`), groups (see `groups`), routes and peerings (see `paths`).
//! Used by: `ec2_operate`.

use super::{
    State,
    filter::Filters,
    model::{Network, Subnet, Tags},
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
