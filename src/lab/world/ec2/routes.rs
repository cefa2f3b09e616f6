//! Routes: reading route tables: their routes, and which subnets they serve.
//! Invariant: reads change nothing; member names are EC2's own.
//! Not here: changing them (see `route_change`, `route_tables`), what packets meet (see `reach`).
//! Used by: `operate`, `route_tables`.

use std::collections::BTreeMap;

use super::{
    State,
    describe::{answer, asked, tags_of},
    filter::Filters,
    model::{Bond, Destination, Network, Owner, Route, RouteTable, RouteTarget},
};
use crate::lab::world::call::{Call, Reply, Tree};

const FILTERS: &[&str] = &[
    "route-table-id",
    "vpc-id",
    "owner-id",
    "association.gateway-id",
    "association.main",
    "association.route-table-association-id",
    "association.route-table-id",
    "association.subnet-id",
    "route.destination-cidr-block",
    "route.destination-ipv6-cidr-block",
    "route.destination-prefix-list-id",
    "route.gateway-id",
    "route.nat-gateway-id",
    "route.network-interface-id",
    "route.vpc-peering-connection-id",
    "route.origin",
    "route.state",
];

/// Which subnets each table serves, as reads show it.
pub(super) type Served<'a> = BTreeMap<&'a str, Vec<(&'a str, &'a Bond)>>;

fn served(network: &Network) -> Served<'_> {
    let mut served = Served::new();
    for (id, subnet) in &network.subnets {
        if let Some(bond) = &subnet.table.described {
            served.entry(&bond.to).or_default().push((id, bond));
        }
    }
    served
}

/// `DescribeRouteTables`.
pub(super) fn describe(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(&call.params, FILTERS)?;
    let there = |id: &str| network.route_tables.contains_key(id);
    let ids = asked(call, "RouteTableId", there, "InvalidRouteTableID.NotFound", "routeTable")?;
    let served = served(network);
    let found = network.route_tables.iter().filter(|(id, table)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| values(state, network, (id, table), &served, name))
    });
    let trees = found.map(|(id, table)| table_tree(state, network, id, table, &served));
    answer(call, "routeTableSet", trees.collect())
}

fn values(
    state: &State,
    network: &Network,
    (id, table): (&str, &RouteTable),
    served: &Served<'_>,
    name: &str,
) -> Vec<String> {
    let bonds = || served.get(id).map(Vec::as_slice).unwrap_or_default().iter();
    let main = table.main.iter();
    let of_routes = |member: &str| {
        let trees = table.routes.described.iter().map(|route| route_tree(state, network, &table.vpc, route));
        let text = |tree: Tree| {
            let Tree::Map(members) = tree else { return None };
            members.into_iter().find_map(|(name, value)| match value {
                Tree::Text(text) if name == member => Some(text),
                _ => None,
            })
        };
        trees.filter_map(text).collect()
    };
    match name {
        "route-table-id" => vec![id.to_owned()],
        "vpc-id" => vec![table.vpc.clone()],
        "owner-id" => vec![network.account.clone()],
        "association.subnet-id" => bonds().map(|(subnet, _)| (*subnet).to_owned()).collect(),
        "association.route-table-association-id" => {
            bonds().map(|(_, bond)| bond.association.clone()).chain(main.cloned()).collect()
        }
        "association.route-table-id" => {
            bonds().map(|_| id.to_owned()).chain(main.map(|_| id.to_owned())).collect()
        }
        "association.main" => {
            bonds().map(|_| "false".to_owned()).chain(main.map(|_| "true".to_owned())).collect()
        }
        "route.destination-cidr-block" => of_routes("destinationCidrBlock"),
        "route.destination-ipv6-cidr-block" => of_routes("destinationIpv6CidrBlock"),
        "route.destination-prefix-list-id" => of_routes("destinationPrefixListId"),
        "route.gateway-id" => of_routes("gatewayId"),
        "route.nat-gateway-id" => of_routes("natGatewayId"),
        "route.network-interface-id" => of_routes("networkInterfaceId"),
        "route.vpc-peering-connection-id" => of_routes("vpcPeeringConnectionId"),
        "route.origin" => of_routes("origin"),
        "route.state" => of_routes("state"),
        // association.gateway-id: no gateway has a table of its own here.
        _ => Vec::new(),
    }
}

pub(super) fn table_tree(
    state: &State,
    network: &Network,
    id: &str,
    table: &RouteTable,
    served: &Served<'_>,
) -> Tree {
    let association = |association: &str, subnet: Option<&str>| {
        Tree::map([
            ("main", Some(Tree::Bool(subnet.is_none()))),
            ("routeTableAssociationId", Tree::text(association)),
            ("routeTableId", Tree::text(id)),
            ("subnetId", subnet.and_then(Tree::text)),
            ("associationState", Some(associated())),
        ])
    };
    let bonds = served.get(id).map(Vec::as_slice).unwrap_or_default();
    let own = bonds.iter().map(|(subnet, bond)| association(&bond.association, Some(subnet)));
    let main = table.main.iter().map(|main| association(main, None));
    let routes = table.routes.described.iter().map(|route| route_tree(state, network, &table.vpc, route));
    Tree::map([
        ("associationSet", Tree::list("item", main.chain(own))),
        ("propagatingVgwSet", Tree::list("item", [])),
        ("routeTableId", Tree::text(id)),
        ("routeSet", Tree::list("item", routes)),
        ("tagSet", tags_of(network, id)),
        ("vpcId", Tree::text(&table.vpc)),
        ("ownerId", Tree::text(&network.account)),
    ])
}

pub(super) fn associated() -> Tree {
    Tree::map([("state", Tree::text("associated"))])
}

fn route_tree(state: &State, network: &Network, vpc: &str, route: &Route) -> Tree {
    let (member, through, origin) = match &route.target {
        RouteTarget::Local => ("gatewayId", "local", "CreateRouteTable"),
        RouteTarget::Gateway(id) | RouteTarget::Endpoint(id) => ("gatewayId", id.as_str(), "CreateRoute"),
        RouteTarget::Nat(id) => ("natGatewayId", id.as_str(), "CreateRoute"),
        RouteTarget::Peering(id) => ("vpcPeeringConnectionId", id.as_str(), "CreateRoute"),
        RouteTarget::Interface(id) => ("networkInterfaceId", id.as_str(), "CreateRoute"),
    };
    let (destination, to) = match &route.destination {
        Destination::Range(range) if range.is_v4() => ("destinationCidrBlock", range.to_string()),
        Destination::Range(range) => ("destinationIpv6CidrBlock", range.to_string()),
        Destination::PrefixList(id) => ("destinationPrefixListId", id.clone()),
    };
    let owner = match &route.target {
        RouteTarget::Interface(id) => network.interfaces.get(id).map(|interface| &interface.owner),
        _ => None,
    };
    let instance = match owner {
        Some(Owner::Instance(id)) => Tree::text(id),
        _ => None,
    };
    let state = if state.is_active(network, vpc, &route.target) { "active" } else { "blackhole" };
    Tree::map([
        (destination, Tree::text(to)),
        (member, Tree::text(through)),
        ("instanceOwnerId", instance.as_ref().and_then(|_| Tree::text(&network.account))),
        ("instanceId", instance),
        ("origin", Tree::text(origin)),
        ("state", Tree::text(state)),
    ])
}
