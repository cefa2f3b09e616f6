//! Elb: application load balancers and their targets.
//! Invariant: a balancer's picture of its targets comes from its own checks alone.
//! Not here: what a client of the site meets (see `site`).
//! Used by: `World`.

mod attributes;
pub(in crate::lab) mod build;
mod certificates;
mod checks;
mod create;
mod describe;
pub(super) mod due;
mod groups;
mod health;
mod limits;
mod listeners;
mod machine;
pub mod matcher;
pub mod model;
mod names;
mod operate;
mod paths;
mod query;
mod register;
mod routing;
pub mod rule;
mod rule_text;
mod rules;
mod settings;
mod start;
mod subnets;
mod tag_set;
mod tags;
pub mod target;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

pub(in crate::lab) use self::machine::{admits_client, carries_client};
use self::{
    due::Due,
    model::{Balancer, TargetGroup},
};
pub use self::{operate::OPERATIONS, settings::Settings};
use super::{World, rng::Rng};

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    /// Balancers by ARN.
    pub(in crate::lab) balancers: BTreeMap<String, Balancer>,
    /// Target groups by ARN.
    pub(in crate::lab) target_groups: BTreeMap<String, TargetGroup>,
    /// What the world chose.
    pub(in crate::lab) settings: Settings,
    /// Whose things it makes.
    pub(in crate::lab) account: String,
    pub(in crate::lab) rng: Rng,
    /// Tags by ARN.
    tags: BTreeMap<String, build::Tags>,
    /// Balancer and zone by address.
    by_address: BTreeMap<Ipv4Addr, (String, String)>,
    /// Balancers by DNS name, in lower case.
    by_name: BTreeMap<String, String>,
    /// Target groups by region and target.
    by_target: BTreeMap<(String, String), BTreeSet<String>>,
    /// Balancers by the certificate that a listener of theirs shows.
    by_certificate: BTreeMap<String, BTreeSet<String>>,
}

impl World {
    /// Does what is due now.
    pub(in crate::lab) fn elb_due(&mut self, due: Due) {
        match due {
            Due::Check { pair, generation } => self.check(&pair, generation),
            Due::Result { pair, generation, result } => self.late_result(&pair, generation, result),
            Due::Reported { group, key } => self.reported(&group, &key),
            Due::Drained { balancer } => self.note_site(&balancer),
            Due::Deregistered { group, key } => self.deregistered(&group, &key),
        }
    }
}
