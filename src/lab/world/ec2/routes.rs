//! Routes: reading and changing route tables, and which subnets they serve.
//! Invariant: a destination is once in a table; the network's own routes stay.
//! Not here: what packets meet (see `reach`).
//! Used by: `operate`.

use std::collections::BTreeMap;

use super::{
    State,
    acls::needed,
    build,
    describe::{answer, asked, tags_of},
    filter::Filters,
    model::{Bond, Destination, Network, Owner, Route, RouteTable, RouteTarget, Subnet, Vpc},
    modify::done,
    permission::{self, invalid},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

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
type Served<'a> = BTreeMap<&'a str, Vec<(&'a str, &'a Bond)>>;

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

fn table_tree(state: &State, network: &Network, id: &str, table: &RouteTable, served: &Served<'_>) -> Tree {
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

fn associated() -> Tree {
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

/// What is done with a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// `CreateRoute`.
    Create,
    /// `ReplaceRoute`.
    Replace,
    /// `DeleteRoute`.
    Delete,
}

/// `CreateRoute`, `ReplaceRoute` and `DeleteRoute`.
pub(super) fn change_route(world: &mut World, call: &Call, change: Change) -> Reply {
    let network = world.ec2.network(&call.region);
    let (id, table) = named_table(network, &call.params)?;
    let destination = destination(network, &call.params)?;
    let mut routes = table.routes.configured.clone();
    let place = routes.iter().position(|route| route.destination == destination);
    let is_local = place.is_some_and(|place| routes[place].target == RouteTarget::Local);
    match (change, place) {
        (Change::Create, Some(_)) => {
            let message = format!("The route identified by {} already exists.", spoken(&destination));
            return Err(AwsFault::new(400, "RouteAlreadyExists", message));
        }
        (Change::Create, None) => {
            if routes.len() >= world.ec2.settings.routes_per_table {
                let message = "The maximum number of routes has been reached.";
                return Err(AwsFault::new(400, "RouteLimitExceeded", message));
            }
            let target = target(&world.ec2, &call.region, (id, table), &call.params)?;
            routes.push(Route { destination, target });
        }
        (Change::Replace | Change::Delete, None) => return Err(no_route(&destination, id)),
        (Change::Delete, Some(_)) if is_local => {
            let message = format!("cannot remove local route {} in route table {id}", spoken(&destination));
            return Err(invalid(message));
        }
        (Change::Replace, Some(_)) if is_local => {
            let message = format!("cannot replace local route {} in route table {id}", spoken(&destination));
            return Err(invalid(message));
        }
        (Change::Replace, Some(place)) => {
            routes[place].target = target(&world.ec2, &call.region, (id, table), &call.params)?;
        }
        (Change::Delete, Some(place)) => {
            routes.remove(place);
        }
    }
    let id = id.to_owned();
    world.write_routes(&call.region, &id, routes);
    Ok(done())
}

fn named_table<'a>(network: &'a Network, params: &Params) -> Result<(&'a str, &'a RouteTable), AwsFault> {
    let id = needed(params, "RouteTableId", "routeTableId")?;
    let found = network.route_tables.get_key_value(id);
    found.map(|(id, table)| (id.as_str(), table)).ok_or_else(|| {
        let message = format!("The routeTable ID '{id}' does not exist");
        AwsFault::new(400, "InvalidRouteTableID.NotFound", message)
    })
}

fn destination(network: &Network, params: &Params) -> Result<Destination, AwsFault> {
    let names = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];
    match names.map(|name| params.text(name)) {
        [Some(range), None, None] => permission::v4(range).map(Destination::Range),
        [None, Some(range), None] => permission::v6(range).map(Destination::Range),
        [None, None, Some(id)] => {
            permission::prefix_list(network, id).map(|_| Destination::PrefixList(id.to_owned()))
        }
        [None, None, None] => Err(super::acls::missing("destinationCidrBlock")),
        _ => Err(invalid("Exactly one destination must be specified.")),
    }
}

fn spoken(destination: &Destination) -> String {
    match destination {
        Destination::Range(range) => range.to_string(),
        Destination::PrefixList(id) => id.clone(),
    }
}

fn no_route(destination: &Destination, table: &str) -> AwsFault {
    let kind = match destination {
        Destination::Range(range) if range.is_v4() => "destination-cidr-block",
        Destination::Range(_) => "destination-ipv6-cidr-block",
        Destination::PrefixList(_) => "destination-prefix-list-id",
    };
    let message = format!("no route with {kind} {} in route table {table}", spoken(destination));
    AwsFault::new(400, "InvalidRoute.NotFound", message)
}

/// What a call wants a route to lead through; it must be there, and in the table's own network.
fn target(
    state: &State,
    region: &str,
    (table_id, table): (&str, &RouteTable),
    params: &Params,
) -> Result<RouteTarget, AwsFault> {
    let network = state.network(region);
    let names = ["GatewayId", "NatGatewayId", "VpcPeeringConnectionId", "InstanceId", "NetworkInterfaceId"];
    let given: Vec<(&str, &str)> =
        names.into_iter().filter_map(|name| Some((name, params.text(name)?))).collect();
    let foreign = |kind: &str, id: &str| {
        invalid(format!("route table {table_id} and {kind} {id} belong to different networks"))
    };
    let fault = |code, message: String| AwsFault::new(400, code, message);
    match given[..] {
        [("GatewayId", id)] => match network.gateways.get(id) {
            None => {
                let message = format!("The gateway ID '{id}' does not exist");
                Err(fault("InvalidGatewayID.NotFound", message))
            }
            Some(vpc) if vpc.as_deref() != Some(&table.vpc) => Err(foreign("network gateway", id)),
            Some(_) => Ok(RouteTarget::Gateway(id.to_owned())),
        },
        [("NatGatewayId", id)] => match network.nats.get(id) {
            None => Err(fault("NatGatewayNotFound", format!("NatGateway {id} was not found"))),
            Some(nat) if vpc_of(network, &nat.subnet) != table.vpc => Err(foreign("NAT gateway", id)),
            Some(_) => Ok(RouteTarget::Nat(id.to_owned())),
        },
        [("VpcPeeringConnectionId", id)] => {
            let found = state.peerings.get(id).filter(|peering| peering.side(region, &table.vpc).is_some());
            found.map(|_| RouteTarget::Peering(id.to_owned())).ok_or_else(|| super::peerings::no_peering(id))
        }
        [("InstanceId", id)] => {
            let instance = network.instances.get(id).ok_or_else(|| super::machines::no_instance(id))?;
            interface_target(network, table, &instance.interface).ok_or_else(|| foreign("instance", id))
        }
        [("NetworkInterfaceId", id)] if network.interfaces.contains_key(id) => {
            interface_target(network, table, id).ok_or_else(|| foreign("interface", id))
        }
        [("NetworkInterfaceId", id)] => Err(super::machines::no_interface(id)),
        [] => Err(super::acls::missing("gatewayId")),
        _ => Err(invalid("Exactly one target must be specified.")),
    }
}

fn interface_target(network: &Network, table: &RouteTable, id: &str) -> Option<RouteTarget> {
    let interface = network.interfaces.get(id)?;
    (network.vpc_of(interface) == table.vpc).then(|| RouteTarget::Interface(id.to_owned()))
}

fn vpc_of<'a>(network: &'a Network, subnet: &str) -> &'a str {
    network.subnets.get(subnet).map_or("", |subnet| &subnet.vpc)
}

/// `AssociateRouteTable`, for subnets.
pub(super) fn associate(world: &mut World, call: &Call) -> Reply {
    let network = world.ec2.network(&call.region);
    let (table, held) = named_table(network, &call.params)?;
    let id = needed(&call.params, "SubnetId", "subnetId")?.to_owned();
    let Some(subnet) = network.subnets.get(&id) else {
        let message = format!("The subnet ID '{id}' does not exist");
        return Err(AwsFault::new(400, "InvalidSubnetID.NotFound", message));
    };
    if held.vpc != subnet.vpc {
        let message = format!("Route table {table} and subnet {id} belong to different networks");
        return Err(invalid(message));
    }
    let association = match &subnet.table.configured {
        Some(bond) if bond.to == table => bond.association.clone(),
        Some(_) => {
            let message = format!(
                "the specified association for route table {table} conflicts with an existing association"
            );
            return Err(AwsFault::new(400, "Resource.AlreadyAssociated", message));
        }
        None => {
            let bond = Bond { association: build::id(&mut world.ec2.rng, "rtbassoc"), to: table_named(call) };
            world.write_subnet_table(&call.region, &id, Some(bond.clone()));
            bond.association
        }
    };
    Ok(Tree::map([("associationId", Tree::text(association)), ("associationState", Some(associated()))]))
}

fn table_named(call: &Call) -> String {
    call.params.text("RouteTableId").unwrap_or_default().to_owned()
}

/// `DisassociateRouteTable`: the subnet falls back to the main table.
pub(super) fn disassociate(world: &mut World, call: &Call) -> Reply {
    let association = needed(&call.params, "AssociationId", "associationId")?;
    match holder(world.ec2.network(&call.region), association)? {
        Holder::Subnet(id) => {
            world.write_subnet_table(&call.region, &id, None);
            Ok(done())
        }
        Holder::Main(_) => {
            let message = format!("cannot disassociate the main route table association {association}");
            Err(invalid(message))
        }
    }
}

/// `ReplaceRouteTableAssociation`: of a subnet, or of a network with its main table.
pub(super) fn replace_association(world: &mut World, call: &Call) -> Reply {
    let old = needed(&call.params, "AssociationId", "associationId")?;
    let network = world.ec2.network(&call.region);
    let (_, table) = named_table(network, &call.params)?;
    let holder = holder(network, old)?;
    let vpc = match &holder {
        Holder::Subnet(id) => vpc_of(network, id),
        Holder::Main(id) => network.route_tables.get(id).map_or("", |table| &table.vpc),
    };
    let to = table_named(call);
    if table.vpc != vpc {
        return Err(invalid(format!("Route table {to} and association {old} belong to different networks")));
    }
    let association = build::id(&mut world.ec2.rng, "rtbassoc");
    let reply =
        Tree::map([("newAssociationId", Tree::text(&association)), ("associationState", Some(associated()))]);
    match holder {
        Holder::Subnet(id) => {
            world.write_subnet_table(&call.region, &id, Some(Bond { association, to }));
        }
        Holder::Main(old) => {
            if let Some(network) = world.ec2.networks.get_mut(&call.region) {
                for (id, table) in &mut network.route_tables {
                    if *id == old {
                        table.main = None;
                    }
                    if *id == to {
                        table.main = Some(association.clone());
                    }
                }
            }
            world.paths_changed(&call.region);
        }
    }
    Ok(reply)
}

/// Whose an association is.
enum Holder {
    Subnet(String),
    Main(String),
}

fn holder(network: &Network, association: &str) -> Result<Holder, AwsFault> {
    let own = |(_, subnet): &(&String, &Subnet)| {
        subnet.table.configured.as_ref().is_some_and(|bond| bond.association == association)
    };
    if let Some((id, _)) = network.subnets.iter().find(own) {
        return Ok(Holder::Subnet(id.clone()));
    }
    let main = |(_, table): &(&String, &RouteTable)| table.main.as_deref() == Some(association);
    network.route_tables.iter().find(main).map(|(id, _)| Holder::Main(id.clone())).ok_or_else(|| {
        let message = format!("The association ID '{association}' does not exist");
        AwsFault::new(400, "InvalidAssociationID.NotFound", message)
    })
}

/// `CreateRouteTable`: with the network's own routes alone.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let vpc = needed(&call.params, "VpcId", "vpcId")?.to_owned();
    let own = super::tags::specified(&call.params, "route-table")?;
    let known = |network: &&mut Network| network.vpcs.get(&vpc).map(|_: &Vpc| ()).is_some();
    let Some(network) = world.ec2.networks.get_mut(&call.region).filter(known) else {
        return Err(AwsFault::new(
            400,
            "InvalidVpcID.NotFound",
            format!("The vpc ID '{vpc}' does not exist"),
        ));
    };
    let id = build::route_table(network, &mut world.ec2.rng, &vpc, None, Vec::new());
    network.tags.insert(id.clone(), own);
    let network = world.ec2.network(&call.region);
    let tree = network
        .route_tables
        .get(&id)
        .map(|table| table_tree(&world.ec2, network, &id, table, &Served::new()));
    Ok(Tree::map([("routeTable", tree)]))
}

/// `DeleteRouteTable`. AWS: neither the main one nor one that serves a subnet (DeleteRouteTable API reference).
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let (id, table) = named_table(world.ec2.network(&call.region), &call.params)?;
    let network = world.ec2.network(&call.region);
    let serves = |subnet: &Subnet| subnet.table.configured.as_ref().is_some_and(|bond| bond.to == id);
    if table.main.is_some() || network.subnets.values().any(serves) {
        let message = format!("The routeTable '{id}' has dependencies and cannot be deleted.");
        return Err(AwsFault::new(400, "DependencyViolation", message));
    }
    let id = id.to_owned();
    if let Some(network) = world.ec2.networks.get_mut(&call.region) {
        network.route_tables.remove(&id);
        network.tags.remove(&id);
    }
    Ok(done())
}
