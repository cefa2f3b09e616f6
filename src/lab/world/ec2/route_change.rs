//! Route change: adding, replacing and deleting routes.
//! Invariant: a destination is once in a table; the network's own routes stay.
//! Not here: reading tables (see `routes`), making them and which subnets they serve (see `route_tables`).
//! Used by: `operate`.

use super::{
    State,
    model::{Destination, Network, Route, RouteTable, RouteTarget},
    modify::done,
    permission::{self, invalid},
    route_tables::{named_table, vpc_of},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply},
};

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
