//! Machine: what a registered id or address leads to in the network, and whether packets get there.
//! Invariant: the only place of this service that looks into instances and asks what the network lets through.
//! Used by: `paths`, `checks`, `register`, `routing`, `site`.

use std::net::IpAddr;

use super::model::Balancer;
use crate::lab::world::ec2::{
    self, Admission, End,
    model::{App, Instance, Interface, Network, Owner},
};

/// What stands behind a target.
#[derive(Debug, Clone, Copy)]
pub(in crate::lab) enum Machine<'a> {
    /// An instance with its interface.
    There(&'a Instance, &'a Interface),
    /// An address of a balancer's own.
    OfBalancer,
    /// Nothing: the instance is gone, or nobody has the address.
    Gone,
}

impl<'a> Machine<'a> {
    /// What stands behind this id: an instance's, or a private address.
    pub(in crate::lab) fn behind(network: &'a Network, id: &str) -> Machine<'a> {
        let of_instance = |id: &str| {
            let instance = network.instances.get(id)?;
            Some(Machine::There(instance, network.interfaces.get(&instance.interface)?))
        };
        if id.starts_with("i-") {
            return of_instance(id).unwrap_or(Machine::Gone);
        }
        let Ok(address) = id.parse::<std::net::Ipv4Addr>() else { return Machine::Gone };
        match network.interfaces.values().find(|own| own.private == address).map(|own| &own.owner) {
            Some(Owner::Instance(id)) => of_instance(id).unwrap_or(Machine::Gone),
            Some(Owner::Balancer(_)) => Machine::OfBalancer,
            _ => Machine::Gone,
        }
    }

    /// Its interface, if it has one.
    pub(in crate::lab) fn interface(self) -> Option<&'a Interface> {
        match self {
            Machine::There(_, interface) => Some(interface),
            Machine::OfBalancer | Machine::Gone => None,
        }
    }

    /// The id of its interface, if there is one.
    pub(in crate::lab) fn interface_id(self) -> Option<&'a str> {
        match self {
            Machine::There(instance, _) => Some(&instance.interface),
            Machine::OfBalancer | Machine::Gone => None,
        }
    }

    /// What its application does.
    pub(in crate::lab) fn app(self) -> App {
        match self {
            Machine::There(instance, _) => instance.app,
            Machine::OfBalancer | Machine::Gone => App::Down,
        }
    }
}

/// Whether a node could open a connection to a target's port now; `Some(true)` if it would be tracked.
pub(super) fn path(ec2: &ec2::State, region: &str, node: &str, target: &str, port: u16) -> Option<bool> {
    let target = Machine::behind(ec2.network(region), target).interface_id()?;
    let ends = (End::Interface(region, node), End::Interface(region, target));
    ec2.admits(ends.0, ends.1, port).map(|admission| admission.tracked)
}

/// Whether a node's open, tracked connection to a target's port still carries packets: a group's rules do not end it; a
/// network ACL, a lost route and a machine that is gone do.
pub(super) fn still_carries(ec2: &ec2::State, region: &str, node: &str, target: &str, port: u16) -> bool {
    let target = Machine::behind(ec2.network(region), target).interface_id();
    target.is_some_and(|target| {
        let ends = (End::Interface(region, node), End::Interface(region, target));
        ec2.carries(ends.0, ends.1, port, Admission::TRACKED)
    })
}

/// Whether the node of a zone takes a new connection from a client; `Some(true)` if it would be tracked.
pub(in crate::lab) fn admits_client(
    ec2: &ec2::State,
    balancer: &Balancer,
    zone: &str,
    from: IpAddr,
    port: u16,
) -> Option<bool> {
    let node = End::Interface(&balancer.region, &balancer.node(zone)?.interface);
    ec2.admits(End::Outside(from), node, port).map(|admission| admission.tracked)
}

/// Whether an open connection of a client to the node of a zone still carries packets. AWS: an untracked flow is cut at
/// once when the rule that enables it is removed, and a network ACL, being stateless, breaks every flow that it denies
/// (EC2 user guide, connection tracking).
pub(in crate::lab) fn carries_client(
    ec2: &ec2::State,
    balancer: &Balancer,
    zone: &str,
    (from, port): (IpAddr, u16),
    tracked: bool,
) -> bool {
    let was = Admission { tracked, ..Admission::TRACKED };
    let node = balancer.node(zone).map(|node| End::Interface(&balancer.region, &node.interface));
    node.is_some_and(|node| ec2.carries(End::Outside(from), node, port, was))
}
