//! Route tables: making and deleting them, and which subnets they serve.
//! Invariant: a subnet is served by one table; a main table, or one that serves a subnet, stays.
//! Not here: reading tables (see `routes`), their routes (see `route_change`).
//! Used by: `operate`, `route_change`.

use super::{
    acls::needed,
    build,
    model::{Bond, Network, RouteTable, Subnet, Vpc},
    modify::done,
    permission::invalid,
    routes::{Served, associated, table_tree},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// The table that a call names.
pub(super) fn named_table<'a>(
    network: &'a Network,
    params: &Params,
) -> Result<(&'a str, &'a RouteTable), AwsFault> {
    let id = needed(params, "RouteTableId", "routeTableId")?;
    let found = network.route_tables.get_key_value(id);
    found.map(|(id, table)| (id.as_str(), table)).ok_or_else(|| {
        let message = format!("The routeTable ID '{id}' does not exist");
        AwsFault::new(400, "InvalidRouteTableID.NotFound", message)
    })
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

/// The network of a subnet.
pub(super) fn vpc_of<'a>(network: &'a Network, subnet: &str) -> &'a str {
    network.subnets.get(subnet).map_or("", |subnet| &subnet.vpc)
}
