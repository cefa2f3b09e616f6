//! Gateways: reading what leads out of a network, and the addresses that it has outside.
//! Invariant: reads change nothing; member names are EC2's own.
//! Not here: what an account is given (see `account`).
//! Used by: `operate`.

use super::{
    State,
    describe::{answer, asked, tags_of},
    filter::Filters,
    model::{Address, Network, Owner},
};
use crate::lab::world::call::{AwsFault, Call, Reply, Tree};

/// `DescribeInternetGateways`.
pub(super) fn internet(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let known = ["internet-gateway-id", "attachment.vpc-id", "attachment.state", "owner-id"];
    let filters = Filters::read(&call.params, &known)?;
    let there = |id: &str| network.gateways.contains_key(id);
    let code = "InvalidInternetGatewayID.NotFound";
    let ids = asked(call, "InternetGatewayId", there, code, "internetGateway")?;
    let found = network.gateways.iter().filter(|(id, vpc)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| match name {
                "internet-gateway-id" => vec![(*id).clone()],
                "attachment.vpc-id" => vpc.iter().cloned().collect(),
                "attachment.state" => vpc.iter().map(|_| "available".to_owned()).collect(),
                _ => vec![network.account.clone()],
            })
    });
    let trees = found.map(|(id, vpc)| {
        // AWS: an internet gateway's attachment is `available`, a word that its own model does not list.
        let attachment = |vpc| Tree::map([("state", Tree::text("available")), ("vpcId", Tree::text(vpc))]);
        Tree::map([
            ("attachmentSet", Tree::list("item", vpc.iter().map(attachment))),
            ("internetGatewayId", Tree::text(id)),
            ("ownerId", Tree::text(&network.account)),
            ("tagSet", tags_of(network, id)),
        ])
    });
    answer(call, "internetGatewaySet", trees.collect())
}

/// `DescribeNatGateways`.
pub(super) fn nats(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(&call.params, &["nat-gateway-id", "state", "subnet-id", "vpc-id"])?;
    let ids = call.params.texts("NatGatewayId");
    if let Some(id) = ids.iter().find(|id| !network.nats.contains_key(*id)) {
        return Err(AwsFault::new(400, "NatGatewayNotFound", format!("NatGateway {id} was not found")));
    }
    let vpc_of = |subnet: &str| network.subnets.get(subnet).map(|subnet| subnet.vpc.clone());
    let found = network.nats.iter().filter(|(id, nat)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| match name {
                "nat-gateway-id" => vec![(*id).clone()],
                "state" => vec!["available".to_owned()],
                "subnet-id" => vec![nat.subnet.clone()],
                _ => vpc_of(&nat.subnet).into_iter().collect(),
            })
    });
    let trees = found.map(|(id, nat)| {
        let interface = network.interfaces.get(&nat.interface);
        let held = network.addresses.get(&nat.allocation);
        let association = held.and_then(|held| held.association.as_ref());
        let address = Tree::map([
            ("allocationId", Tree::text(&nat.allocation)),
            ("networkInterfaceId", Tree::text(&nat.interface)),
            ("privateIp", interface.and_then(|interface| Tree::text(interface.private.to_string()))),
            ("publicIp", held.and_then(|held| Tree::text(held.public.to_string()))),
            ("associationId", association.and_then(|(id, _)| Tree::text(id))),
            ("isPrimary", Some(Tree::Bool(true))),
            ("status", Tree::text("succeeded")),
        ]);
        Tree::map([
            ("createTime", Some(Tree::Time(nat.created))),
            ("natGatewayAddressSet", Tree::list("item", [address])),
            ("natGatewayId", Tree::text(id)),
            ("state", Tree::text("available")),
            ("subnetId", Tree::text(&nat.subnet)),
            ("vpcId", vpc_of(&nat.subnet).map(Tree::Text)),
            ("tagSet", tags_of(network, id)),
            ("connectivityType", Tree::text("public")),
        ])
    });
    answer(call, "natGatewaySet", trees.collect())
}

/// `DescribeAddresses`: the elastic ones.
pub(super) fn addresses(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let known = [
        "allocation-id",
        "association-id",
        "domain",
        "instance-id",
        "network-border-group",
        "network-interface-id",
        "network-interface-owner-id",
        "private-ip-address",
        "public-ip",
    ];
    let filters = Filters::read(&call.params, &known)?;
    let there = |id: &str| network.addresses.contains_key(id);
    let ids = asked(call, "AllocationId", there, "InvalidAllocationID.NotFound", "allocation")?;
    let publics = call.params.texts("PublicIp");
    let has = |public: &str| network.addresses.values().any(|held| held.public.to_string() == public);
    if let Some(wrong) = publics.iter().find(|public| !has(public)) {
        let message = format!("Address '{wrong}' not found.");
        return Err(AwsFault::new(400, "InvalidAddress.NotFound", message));
    }
    let trees = network.addresses.iter().filter_map(|(id, held)| {
        let named = (ids.is_empty() || ids.contains(id))
            && (publics.is_empty() || publics.contains(&held.public.to_string()));
        let tree = address_tree(network, &call.region, id, held);
        let values = |name: &str| address_values(&tree, name);
        (named && filters.pass(network.tags.get(id), values)).then_some(tree)
    });
    let trees: Vec<Tree> = trees.collect();
    Ok(Tree::map([("addressesSet", Tree::list("item", trees))]))
}

fn address_values(tree: &Tree, filter: &str) -> Vec<String> {
    let member = match filter {
        "allocation-id" => "allocationId",
        "association-id" => "associationId",
        "domain" => "domain",
        "instance-id" => "instanceId",
        "network-border-group" => "networkBorderGroup",
        "network-interface-id" => "networkInterfaceId",
        "network-interface-owner-id" => "networkInterfaceOwnerId",
        "private-ip-address" => "privateIpAddress",
        _ => "publicIp",
    };
    let Tree::Map(members) = tree else { return Vec::new() };
    let texts = members.iter().filter_map(|(name, value)| match value {
        Tree::Text(text) if *name == member => Some(text.clone()),
        _ => None,
    });
    texts.collect()
}

fn address_tree(network: &Network, region: &str, id: &str, held: &Address) -> Tree {
    let interface = held.association.as_ref().and_then(|(_, id)| network.interfaces.get(id));
    let instance = interface.and_then(|interface| match &interface.owner {
        Owner::Instance(id) => Tree::text(id),
        Owner::Balancer(_) | Owner::Nat(_) => None,
    });
    Tree::map([
        ("allocationId", Tree::text(id)),
        ("associationId", held.association.as_ref().and_then(|(id, _)| Tree::text(id))),
        ("domain", Tree::text("vpc")),
        ("networkInterfaceId", held.association.as_ref().and_then(|(_, id)| Tree::text(id))),
        ("networkInterfaceOwnerId", interface.and_then(|_| Tree::text(&network.account))),
        ("privateIpAddress", interface.and_then(|interface| Tree::text(interface.private.to_string()))),
        ("tagSet", tags_of(network, id)),
        ("publicIpv4Pool", Tree::text("amazon")),
        ("networkBorderGroup", Tree::text(region)),
        ("instanceId", instance),
        ("publicIp", Tree::text(held.public.to_string())),
    ])
}

/// `DescribeVpcEndpoints`.
pub(super) fn endpoints(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let known = ["service-name", "vpc-id", "vpc-endpoint-id", "vpc-endpoint-state", "vpc-endpoint-type"];
    let filters = Filters::read(&call.params, &known)?;
    let there = |id: &str| network.endpoints.contains_key(id);
    let ids = asked(call, "VpcEndpointId", there, "InvalidVpcEndpointId.NotFound", "Vpc Endpoint")?;
    let found = network.endpoints.iter().filter(|(id, endpoint)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| {
                vec![match name {
                    "service-name" => endpoint.service.clone(),
                    "vpc-id" => endpoint.vpc.clone(),
                    "vpc-endpoint-id" => (*id).clone(),
                    "vpc-endpoint-state" => "available".to_owned(),
                    _ => "Gateway".to_owned(),
                }]
            })
    });
    let trees = found.map(|(id, endpoint)| {
        Tree::map([
            ("vpcEndpointId", Tree::text(id)),
            ("vpcEndpointType", Tree::text("Gateway")),
            ("vpcId", Tree::text(&endpoint.vpc)),
            ("serviceName", Tree::text(&endpoint.service)),
            // EC2 writes the state small, though its model lists `Available`.
            ("state", Tree::text("available")),
            ("routeTableIdSet", Tree::list("item", endpoint.tables.iter().cloned().map(Tree::Text))),
            ("subnetIdSet", Tree::list("item", [])),
            ("groupSet", Tree::list("item", [])),
            ("privateDnsEnabled", Some(Tree::Bool(false))),
            ("requesterManaged", Some(Tree::Bool(false))),
            ("networkInterfaceIdSet", Tree::list("item", [])),
            ("dnsEntrySet", Tree::list("item", [])),
            ("creationTimestamp", Some(Tree::Time(endpoint.created))),
            ("tagSet", tags_of(network, id)),
            ("ownerId", Tree::text(&network.account)),
        ])
    });
    answer(call, "vpcEndpointSet", trees.collect())
}
