//! Ec2: networks, security groups and machines.
//! Invariant: a write is true at once for every other write, visible to reads a little later, and felt by packets later
//! still (`settings`); later writes never arrive before earlier ones.
//! Not here: balancers (see `elb`), scaling groups (see `autoscaling`).
//! Used by: `World`.

mod account;
mod acls;
pub(in crate::lab) mod addresses;
mod attributes;
pub(in crate::lab) mod build;
mod describe;
pub(super) mod due;
mod filter;
mod gateways;
mod group_life;
mod groups;
mod hardware;
mod ids;
mod interfaces;
mod lagging;
mod lists;
mod machines;
pub mod model;
mod modify;
mod operate;
mod own_lists;
mod peerings;
mod permission;
mod permission_tree;
pub(in crate::lab) mod power;
mod reach;
mod route_change;
mod route_tables;
mod routes;
mod rules;
pub mod settings;
mod spread;
mod start;
mod tags;
mod zones;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use self::operate::OPERATIONS;
#[cfg(test)]
pub(in crate::lab) use self::start::{Role, group_of};
pub(in crate::lab) use self::{
    build::{MachinePlan, attach, interface_at},
    power::LaunchPlan,
    reach::{Admission, End},
};
use self::{
    due::Due,
    model::{Network, Peering, PeeringStatus},
    settings::Settings,
};
use super::{World, rng::Rng};

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    /// Each region's network.
    pub(in crate::lab) networks: BTreeMap<String, Network>,
    /// Peerings, which belong to two regions.
    pub(in crate::lab) peerings: BTreeMap<String, Peering>,
    /// What the world decides.
    pub(in crate::lab) settings: Settings,
    pub(in crate::lab) rng: Rng,
    nowhere: Network,
}

impl State {
    /// A region's network; an empty one for a region that the deployment does not use.
    pub(in crate::lab) fn network(&self, region: &str) -> &Network {
        self.networks.get(region).unwrap_or(&self.nowhere)
    }
}

impl World {
    /// Does what is due now.
    pub(in crate::lab) fn ec2_due(&mut self, due: Due) {
        match due {
            Due::Described { region, thing, write } => self.take_described(region, thing, write),
            Due::Effective { region, thing, write } => self.take_effect(region, thing, write),
            Due::Attached { region, interface } => self.take_groups(&region, &interface),
            Due::Machine { region, instance, turn, state } => {
                self.machine_due(&region, &instance, turn, state);
            }
            Due::Rebooted { region, instance, turn } => self.rebooted_due(&region, &instance, turn),
            Due::Forgotten { region, instance } => self.forgotten_due(&region, &instance),
            Due::PeeringActive { peering } => {
                let (from, to) = (PeeringStatus::Provisioning, PeeringStatus::Active);
                self.peering_due(&peering, from, to, "Active");
            }
            Due::PeeringExpired { peering } => {
                let (from, to) = (PeeringStatus::Pending, PeeringStatus::Expired);
                self.peering_due(&peering, from, to, "Expired");
            }
        }
    }
}
