//! Machine: what a registered id or address leads to in the network.
//! Invariant: the only place of this service that looks into instances.
//! Used by: `paths`, `checks`, `register`, `site`.

use crate::lab::world::ec2::model::{App, Instance, Interface, Network, Owner};

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
