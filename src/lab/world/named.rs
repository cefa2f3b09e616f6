//! Named: what each name of the blueprint has become.
//! Invariant: written while the world is built, and never after: names of things that calls make are the services' own.
//! Not here: the things themselves.
//! Used by: the builders of all services.

use std::collections::BTreeMap;

use super::World;

/// What a name of the blueprint stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lab) enum Thing {
    /// A network: its id.
    Vpc,
    /// A subnet: its id.
    Subnet,
    /// A security group: its id. An environment's name stands for the group of its instances.
    Group,
    /// A prefix list: its id.
    PrefixList,
    /// An instance that is nobody's but its own: its id.
    Instance,
    /// A certificate: its ARN.
    Certificate,
}

/// What was made for an environment before Beanstalk itself hears of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lab) struct Web {
    /// The balancer's ARN.
    pub(in crate::lab) balancer: String,
    /// The target group's ARN.
    pub(in crate::lab) target_group: String,
    /// The Auto Scaling group's name.
    pub(in crate::lab) scaling_group: String,
    /// The launch template's id.
    pub(in crate::lab) launch_template: String,
}

/// The names that have become something.
#[derive(Debug, Default)]
pub(in crate::lab) struct Named {
    things: BTreeMap<(String, Thing, String), String>,
    webs: BTreeMap<(String, String), Web>,
}

impl World {
    /// Notes what a name has become.
    pub(in crate::lab) fn has_become(&mut self, region: &str, thing: Thing, name: &str, id: &str) {
        self.named.things.insert((region.to_owned(), thing, name.to_owned()), id.to_owned());
    }

    /// What a name has become; `None` if the region has no such name.
    pub(in crate::lab) fn named(&self, region: &str, thing: Thing, name: &str) -> Option<&str> {
        self.named.things.get(&(region.to_owned(), thing, name.to_owned())).map(String::as_str)
    }

    /// Notes what was made for an environment.
    pub(in crate::lab) fn has_web(&mut self, region: &str, environment: &str, web: Web) {
        self.named.webs.insert((region.to_owned(), environment.to_owned()), web);
    }

    /// What was made for an environment.
    pub(in crate::lab) fn web_of(&self, region: &str, environment: &str) -> Option<&Web> {
        self.named.webs.get(&(region.to_owned(), environment.to_owned()))
    }
}
