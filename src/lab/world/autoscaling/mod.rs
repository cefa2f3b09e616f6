//! Autoscaling: groups of instances, their processes, and what they replace.
//! Invariant: a group knows its instances' health from what EC2 and the balancer show, never directly.
//! Not here: targets' health (see `elb`), machines (see `ec2`).
//! Used by: `World`.

mod activity;
mod asked;
pub(in crate::lab) mod build;
mod capacity;
mod change;
mod describe;
pub(super) mod due;
mod health;
mod machine;
mod members;
pub mod model;
mod operate;
mod processes;
mod settings;
mod start;
mod tags;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::{due::Due, model::Group};
pub use self::{due::GroupId, operate::OPERATIONS, settings::Settings};
use super::{World, rng::Rng};

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    /// Groups by region and name.
    pub(in crate::lab) groups: BTreeMap<GroupId, Group>,
    /// What the world chose.
    pub(in crate::lab) settings: Settings,
    rng: Rng,
    /// Groups' names by region and instance.
    by_instance: BTreeMap<(String, String), String>,
}

impl State {
    /// The groups of a region.
    pub(in crate::lab) fn in_region(&self, region: &str) -> impl Iterator<Item = &Group> {
        let rest = self.groups.range((region.to_owned(), String::new())..);
        rest.take_while(move |((own, _), _)| own == region).map(|(_, group)| group)
    }
}

impl World {
    /// Does what is due now.
    pub(in crate::lab) fn autoscaling_due(&mut self, due: Due) {
        match due {
            Due::Look { group, instance } => self.look_at_member(&group, &instance),
            Due::Ready { group, instance } => self.ready(&group, &instance),
            Due::Drained { group, instance } => self.drained(&group, &instance),
            Due::Gone { group, instance } => self.member_gone(&group, &instance),
        }
    }

    /// The group of this name in a region.
    pub(in crate::lab) fn scaling_group(&self, region: &str, name: &str) -> Option<&Group> {
        self.autoscaling.groups.get(&(region.to_owned(), name.to_owned()))
    }

    /// The name of the group that an instance belongs to.
    pub(in crate::lab) fn scaling_group_of(&self, region: &str, instance: &str) -> Option<&str> {
        let key = (region.to_owned(), instance.to_owned());
        self.autoscaling.by_instance.get(&key).map(String::as_str)
    }
}
