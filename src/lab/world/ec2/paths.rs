//! Paths: reading routes, network ACLs, peerings and prefix lists.
//! Invariant: reads change nothing; member names are EC2's own.
//! Used by: `ec2_operate`.

use super::{
    State,
    describe::{answer, asked, tags_of},
    filter::Filters,
    model::{Acl, Network, Peering, PeeringSide, Route, RouteTable, RouteTarget},
};
use crate::lab::world::{
    call::{Call, Reply, Tree},
    reference::ACCOUNT,
};

/// `DescribeRouteTables`.
pub(super) fn route_tables(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let known = [
        "route-table-id",
        "vpc-id",
        "association.subnet-id",
        "association.main",
        "route.destination-cidr-block",
    ];
    let filters = Filters::read(&call.params, &known)?;
    let there = |id: &str| network.route_tables.contains_key(id);
    let ids = asked(call, "RouteTableId", there, "InvalidRouteTableID.NotFound", "routeTable")?;
    let found = network.route_tables.iter().filter(|(id, table)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| match name {
                "route-table-id" => vec![(*id).clone()],
                "vpc-id" => vec![table.vpc.clone()],
                "association.subnet-id" => table.associations.values().cloned().collect(),
                "association.main" => vec![table.main.to_string()],
                _ => table.routes.iter().map(|route| route.destination.to_string()).collect(),
            })
    });
    answer(call, "routeTableSet", found.map(|(id, table)| table_tree(network, id, table)).collect())
}

fn table_tree(network: &Network, id: &str, table: &RouteTable) -> Tree {
    let state = || Some(Tree::map([("state", Tree::text("associated"))]));
    let associations = table.associations.iter().map(|(association, subnet)| {
        Tree::map([
            ("routeTableAssociationId", Tree::text(association)),
            ("routeTableId", Tree::text(id)),
            ("subnetId", Tree::text(subnet)),
            ("main", Some(Tree::Bool(false))),
            ("associationState", state()),
        ])
    });
    Tree::map([
        ("routeTableId", Tree::text(id)),
        ("vpcId", Tree::text(&table.vpc)),
        ("ownerId", Tree::text(ACCOUNT)),
        ("routeSet", Tree::list("item", table.routes.iter().map(route_tree))),
        ("associationSet", Tree::list("item", associations)),
        ("propagatingVgwSet", Tree::list("item", [])),
        ("tagSet", tags_of(network, id)),
    ])
}

fn route_tree(route: &Route) -> Tree {
    let (member, through, origin) = match &route.target {
        RouteTarget::Local => ("gatewayId", "local", "CreateRouteTable"),
        RouteTarget::Gateway(id) => ("gatewayId", id.as_str(), "CreateRoute"),
        RouteTarget::Nat(id) => ("natGatewayId", id.as_str(), "CreateRoute"),
        RouteTarget::Peering(id) => ("vpcPeeringConnectionId", id.as_str(), "CreateRoute"),
    };
    Tree::map([
        ("destinationCidrBlock", Tree::text(route.destination.to_string())),
        (member, Tree::text(through)),
        ("state", Tree::text("active")),
        ("origin", Tree::text(origin)),
    ])
}

/// `DescribeNetworkAcls`.
pub(super) fn acls(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters =
        Filters::read(&call.params, &["network-acl-id", "vpc-id", "association.subnet-id", "default"])?;
    let there = |id: &str| network.acls.contains_key(id);
    let ids = asked(call, "NetworkAclId", there, "InvalidNetworkAclID.NotFound", "networkAcl")?;
    let found = network.acls.iter().filter(|(id, acl)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| match name {
                "network-acl-id" => vec![(*id).clone()],
                "vpc-id" => vec![acl.vpc.clone()],
                "association.subnet-id" => acl.associations.values().cloned().collect(),
                _ => vec!["true".to_owned()],
            })
    });
    answer(call, "networkAclSet", found.map(|(id, acl)| acl_tree(network, id, acl)).collect())
}

fn acl_tree(network: &Network, id: &str, acl: &Acl) -> Tree {
    let associations = acl.associations.iter().map(|(association, subnet)| {
        Tree::map([
            ("networkAclAssociationId", Tree::text(association)),
            ("networkAclId", Tree::text(id)),
            ("subnetId", Tree::text(subnet)),
        ])
    });
    // AWS: the default ACL lets everything through by rule 100; 32767 is the built-in refusal (VPC guide).
    let entries = [false, true].into_iter().flat_map(|egress| {
        [(100, "allow"), (32_767, "deny")].map(|(number, action)| {
            Tree::map([
                ("cidrBlock", Tree::text("0.0.0.0/0")),
                ("egress", Some(Tree::Bool(egress))),
                ("protocol", Tree::text("-1")),
                ("ruleAction", Tree::text(action)),
                ("ruleNumber", Some(Tree::Int(number))),
            ])
        })
    });
    Tree::map([
        ("networkAclId", Tree::text(id)),
        ("vpcId", Tree::text(&acl.vpc)),
        ("default", Some(Tree::Bool(true))),
        ("ownerId", Tree::text(ACCOUNT)),
        ("associationSet", Tree::list("item", associations)),
        ("entrySet", Tree::list("item", entries)),
        ("tagSet", tags_of(network, id)),
    ])
}

/// `DescribeVpcPeeringConnections`.
pub(super) fn peerings(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let known =
        ["vpc-peering-connection-id", "status-code", "requester-vpc-info.vpc-id", "accepter-vpc-info.vpc-id"];
    let filters = Filters::read(&call.params, &known)?;
    let there = |id: &str| network.peerings.contains_key(id);
    let code = "InvalidVpcPeeringConnectionID.NotFound";
    let ids = asked(call, "VpcPeeringConnectionId", there, code, "vpcPeeringConnection")?;
    let found = network.peerings.iter().filter(|(id, peering)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| match name {
                "vpc-peering-connection-id" => vec![(*id).clone()],
                "status-code" => vec!["active".to_owned()],
                "requester-vpc-info.vpc-id" => vec![peering.requester.vpc.clone()],
                _ => vec![peering.accepter.vpc.clone()],
            })
    });
    let trees = found.map(|(id, peering)| peering_tree(network, id, peering));
    answer(call, "vpcPeeringConnectionSet", trees.collect())
}

fn peering_tree(network: &Network, id: &str, peering: &Peering) -> Tree {
    let status = Tree::map([("code", Tree::text("active")), ("message", Tree::text("Active"))]);
    Tree::map([
        ("vpcPeeringConnectionId", Tree::text(id)),
        ("requesterVpcInfo", Some(side_tree(&peering.requester))),
        ("accepterVpcInfo", Some(side_tree(&peering.accepter))),
        ("status", Some(status)),
        ("tagSet", tags_of(network, id)),
    ])
}

fn side_tree(side: &PeeringSide) -> Tree {
    let range = side.range.to_string();
    Tree::map([
        ("cidrBlock", Tree::text(&range)),
        ("cidrBlockSet", Tree::list("item", [Tree::map([("cidrBlock", Tree::text(range))])])),
        ("ownerId", Tree::text(ACCOUNT)),
        ("vpcId", Tree::text(&side.vpc)),
        ("region", Tree::text(side.region)),
    ])
}

/// `DescribeManagedPrefixLists`.
pub(super) fn prefix_lists(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(&call.params, &["owner-id", "prefix-list-id", "prefix-list-name"])?;
    let there = |id: &str| network.prefix_lists.contains_key(id);
    let ids = asked(call, "PrefixListId", there, "InvalidPrefixListID.NotFound", "prefix list")?;
    let found = network.prefix_lists.iter().filter(|(id, list)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| match name {
                "owner-id" => vec![list.owner.clone()],
                "prefix-list-id" => vec![(*id).clone()],
                _ => vec![list.name.clone()],
            })
    });
    let trees = found.map(|(id, list)| {
        let arn = format!("arn:aws:ec2:{}:{ACCOUNT}:prefix-list/{id}", call.region);
        Tree::map([
            ("prefixListId", Tree::text(id)),
            ("addressFamily", Tree::text("IPv4")),
            ("state", Tree::text("create-complete")),
            ("prefixListArn", Tree::text(arn)),
            ("prefixListName", Tree::text(&list.name)),
            ("maxEntries", Some(Tree::Int(i64::try_from(list.max_entries).unwrap_or(i64::MAX)))),
            ("version", Some(Tree::Int(1))),
            ("ownerId", Tree::text(&list.owner)),
            ("tagSet", tags_of(network, id)),
        ])
    });
    answer(call, "prefixListSet", trees.collect())
}
