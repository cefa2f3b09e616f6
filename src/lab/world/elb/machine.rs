//! Machine: what a registered id or address leads to in the network, and whether packets get there.
//! Invariant: the only place of this service that looks into instances and asks what the network lets through.
//! Used by: `paths`, `checks`, `register`, `routing`, `site`.

use std::net::IpAddr;

use super::model::Balancer;
use crate::lab::world::ec2::{
    self, Side,
    model::{App, Instance, Interface, Network, Owner},
};

/// What stands behind a target.
#[derive(Debug, Clone, Copy)]
pub(in crate::lab) enum Machine<'a> {
    /// A running instance with its interface.
    Running(&'a Instance, &'a Interface),
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
            Some(Machine::Running(instance, network.interfaces.get(&instance.interface)?))
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

    /// Its interface, if it runs.
    pub(in crate::lab) fn interface(self) -> Option<&'a Interface> {
        match self {
            Machine::Running(_, interface) => Some(interface),
            Machine::OfBalancer | Machine::Gone => None,
        }
    }

    /// What its application does.
    pub(in crate::lab) fn app(self) -> App {
        match self {
            Machine::Running(instance, _) => instance.app,
            Machine::OfBalancer | Machine::Gone => App::Down,
        }
    }
}

/// Whether a node could open a connection to a target's port now; `Some(true)` if it would be tracked.
pub(super) fn path(ec2: &ec2::State, region: &str, node: &str, target: &str, port: u16) -> Option<bool> {
    let network = ec2.network(region);
    let node = network.interfaces.get(node)?;
    let target = Machine::behind(network, target).interface()?;
    let admission = network.admits(side(node), target, port)?;
    network.lets_out(node, side(target), port).then_some(admission.tracked)
}

fn side(interface: &Interface) -> Side<'_> {
    Side { address: IpAddr::V4(interface.private), groups: &interface.effective_groups }
}

/// Whether a node's open, tracked connection to a target still carries packets: a group's rules do not end it, a
/// machine that is gone does.
pub(super) fn still_carries(ec2: &ec2::State, region: &str, target: &str) -> bool {
    Machine::behind(ec2.network(region), target).interface().is_some()
}

/// Whether the node of a zone takes a new connection from a client; `Some(true)` if it would be tracked.
pub(in crate::lab) fn admits_client(
    ec2: &ec2::State,
    balancer: &Balancer,
    zone: &str,
    from: IpAddr,
    port: u16,
) -> Option<bool> {
    let network = ec2.network(&balancer.region);
    let interface = network.interfaces.get(&balancer.node(zone)?.interface)?;
    let from = Side { address: from, groups: &[] };
    network.admits(from, interface, port).map(|admission| admission.tracked)
}

/// Whether an open connection of a client to the node of a zone still carries packets. AWS: an untracked flow is cut at
/// once when the rule that enables it is removed (EC2 user guide, connection tracking).
pub(in crate::lab) fn carries_client(
    ec2: &ec2::State,
    balancer: &Balancer,
    zone: &str,
    (from, port): (IpAddr, u16),
    tracked: bool,
) -> bool {
    tracked || admits_client(ec2, balancer, zone, from, port).is_some()
}
