//! Start: the networks, groups and machines that a world begins with.
//! Invariant: ids come from the seed, everything else from the blueprint; a name of the blueprint is noted with what it
//! has become.
//! Not here: how one resource is made (see `build`).
//! Used by: `World::build`.

mod groups;
mod machines;
mod network;
mod peerings;
mod plot;
mod rules;

use std::sync::Arc;

use self::plot::Plot;
#[cfg(test)]
use super::model::Network;
use super::own_lists::add_own_lists;
use crate::lab::world::{World, cidr::Cidr, rng::Rng};

/// The roles of the security groups around an environment.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) enum Role {
    /// The balancer's.
    Balancer,
    /// The web instances'.
    Instances,
    /// The database's.
    Database,
}

/// The id of the first group that plays this role, by its name.
#[cfg(test)]
pub(in crate::lab) fn group_of(network: &Network, role: Role) -> Option<String> {
    let suffix = match role {
        Role::Balancer => "-AWSEBLoadBalancerSecurityGroup",
        Role::Instances => "-AWSEBSecurityGroup",
        Role::Database => "-database",
    };
    network.groups.iter().find(|(_, group)| group.name.ends_with(suffix)).map(|(id, _)| id.clone())
}

impl World {
    /// Sets the service up as the blueprint has it.
    pub(in crate::lab) fn ec2_start(&mut self) {
        self.ec2.rng = Rng::stream(self.seed, "ec2");
        let blueprint = Arc::clone(self.blueprint());
        // What a world consists of moves nothing that happens in it later: its ids have a stream of their own.
        let mut ids = Rng::stream(self.seed, "ec2.start");
        for (place, region) in blueprint.regions.iter().enumerate() {
            let mut plot = Plot::new((&blueprint, region), place, (self.seed, self.now), &mut ids);
            plot.networks();
            plot.prefix_lists();
            plot.groups();
            plot.network_acls();
            plot.machines();
            let (mut network, names, grounds) = plot.finished();
            add_own_lists(&mut network, self.seed, &region.region);
            for ((thing, name), id) in names {
                self.has_become(&region.region, thing, name, &id);
            }
            for (environment, ground) in grounds {
                self.has_ground(&region.region, environment, ground);
            }
            self.ec2.networks.insert(region.region.clone(), network);
        }
        for peering in &blueprint.peerings {
            self.start_peering(peering, &mut ids);
        }
    }
}

/// A range of the blueprint; what is none was refused when the file was read.
fn range(text: &str) -> Cidr {
    Cidr::parse(text).unwrap_or(Cidr::WORLD)
}
