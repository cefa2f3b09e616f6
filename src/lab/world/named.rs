//! Named: what each name of the blueprint has become.
//! Invariant: written while the world is built, and never after: names of things that calls make are the services' own.
//! Not here: the things themselves.
//! Used by: the builders of all services.

use std::collections::BTreeMap;

use super::{
    World,
    blueprint::{Blueprint, Tags, environment::Environment},
    rng::Rng,
};

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

/// What EC2 made for an environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::lab) struct Ground {
    /// The security group of the balancer.
    pub(in crate::lab) balancer_group: String,
    /// The security group of the instances.
    pub(in crate::lab) group: String,
    /// The instances.
    pub(in crate::lab) instances: Vec<String>,
}

/// Everything of a region by its name.
#[derive(Debug, Default)]
struct Names {
    things: BTreeMap<Thing, BTreeMap<String, String>>,
    grounds: BTreeMap<String, Ground>,
    webs: BTreeMap<String, Web>,
}

/// The names that have become something, by region.
#[derive(Debug, Default)]
pub(in crate::lab) struct Named(BTreeMap<String, Names>);

impl Named {
    fn of(&mut self, region: &str) -> &mut Names {
        self.0.entry(region.to_owned()).or_default()
    }
}

impl World {
    /// Notes what a name has become.
    pub(in crate::lab) fn has_become(&mut self, region: &str, thing: Thing, name: &str, id: &str) {
        let things = self.named.of(region).things.entry(thing).or_default();
        things.insert(name.to_owned(), id.to_owned());
    }

    /// What a name has become; `None` if the region has no such name.
    pub(in crate::lab) fn named(&self, region: &str, thing: Thing, name: &str) -> Option<&str> {
        self.named.0.get(region)?.things.get(&thing)?.get(name).map(String::as_str)
    }

    /// Notes what EC2 made for an environment.
    pub(in crate::lab) fn has_ground(&mut self, region: &str, environment: &str, ground: Ground) {
        self.named.of(region).grounds.insert(environment.to_owned(), ground);
    }

    /// What EC2 made for an environment.
    pub(in crate::lab) fn ground_of(&self, region: &str, environment: &str) -> Option<&Ground> {
        self.named.0.get(region)?.grounds.get(environment)
    }

    /// Notes what was made for an environment.
    pub(in crate::lab) fn has_web(&mut self, region: &str, environment: &str, web: Web) {
        self.named.of(region).webs.insert(environment.to_owned(), web);
    }

    /// What was made for an environment.
    pub(in crate::lab) fn web_of(&self, region: &str, environment: &str) -> Option<&Web> {
        self.named.0.get(region)?.webs.get(environment)
    }
}

/// The id of an environment of the blueprint: `e-` and ten letters or digits. What is made for it before Beanstalk
/// itself hears of it carries the id already.
pub(in crate::lab) fn environment_id(seed: u64, region: &str, name: &str) -> String {
    let mut rng = Rng::stream(seed, &format!("{region} {name}"));
    let letters = b"abcdefghijkmnpqrstuvwxyz23456789";
    let name: String = (0..10).map(|_| char::from(letters[rng.below(32) as usize])).collect();
    format!("e-{name}")
}

/// The name of the CloudFormation stack that Beanstalk makes an environment's resources with.
pub(in crate::lab) fn stack_of(environment_id: &str) -> String {
    format!("awseb-{environment_id}-stack")
}

/// The tags of what Beanstalk makes for an environment: the world's, the environment's own, and Beanstalk's.
pub(in crate::lab) fn environment_tags(blueprint: &Blueprint, environment: &Environment, id: &str) -> Tags {
    let mut tags = blueprint.tags_on(&environment.name, &environment.tags);
    tags.insert("elasticbeanstalk:environment-id".to_owned(), id.to_owned());
    tags.insert("elasticbeanstalk:environment-name".to_owned(), environment.name.clone());
    tags
}
