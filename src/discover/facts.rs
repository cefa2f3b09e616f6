//! Facts: what was looked for, and what came of it.
//! Invariant: plain data; what hangs on a thing is inside it, so that nothing is said of a part whose whole was not found.
//! Not here: how it is found (see `read`), what it means (see `tree`).
//! Used by: the rest of `discover`; cli.

use super::find::Find;
use crate::{
    aws::{
        Balancer, Environment, GlobalCluster, HealthCheck, HostedZone, Instance, Listener, RecordSet,
        SecurityGroup, TargetGroup,
    },
    drill::model::{PerSide, RegionOf, Side, Url},
};

/// What a person knows, and wants found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// How users reach the site.
    pub site: Url,
    /// Where each region is, and by which credentials; the environment is empty.
    pub regions: PerSide<RegionOf>,
    /// The deployment's name, if it is not to be made from what is found.
    pub name: Option<String>,
    /// The environments' names, where they are told.
    pub environments: PerSide<Option<String>>,
    /// The database, if it is told.
    pub database: Wanted,
    /// The request that proves that writes work, if it is told.
    pub write_check: Option<Url>,
}

/// What is told of the database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Wanted {
    /// Nothing: find it.
    #[default]
    Find,
    /// Its identifier.
    Named(String),
    /// There is none.
    Nothing,
}

/// Everything that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What was asked.
    pub asked: Asked,
    /// The account of the credentials.
    pub account: Find<String>,
    /// The site's name in DNS.
    pub site: Find<SiteFacts>,
    /// Each region.
    pub sides: PerSide<SideFacts>,
    /// The database; `None`: there is none, as a person said.
    pub database: Option<Find<DatabaseFacts>>,
    /// What connects the two networks.
    pub peering: Find<Vec<Item>>,
}

/// The site's name in DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFacts {
    /// The zone that holds it.
    pub zone: HostedZone,
    /// Its records that answer for addresses, and where each leads.
    pub leads: Vec<Lead>,
}

/// A record, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// The record.
    pub record: RecordSet,
    /// Where it leads: not found where that is nothing of the two regions.
    pub goal: Find<Goal>,
}

/// What a name or an address of DNS leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// A load balancer of this region, by ARN.
    Balancer(Side, String),
    /// An environment of this region, by name.
    Environment(Side, String),
    /// An address of this instance, which is behind no load balancer.
    Instance(Side, String),
}

impl Goal {
    /// The region.
    pub fn side(&self) -> Side {
        match self {
            Goal::Balancer(side, _) | Goal::Environment(side, _) | Goal::Instance(side, _) => *side,
        }
    }
}

/// One region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideFacts {
    /// The record that leads users there.
    pub record: Find<RecordFacts>,
    /// The environment.
    pub environment: Find<EnvironmentFacts>,
}

/// The record that leads users to one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFacts {
    /// It.
    pub record: RecordSet,
    /// How it was told that it leads there, if not by where it leads.
    pub how: Option<String>,
    /// Its health check.
    pub health_check: Find<HealthCheck>,
}

/// An environment, with all that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentFacts {
    /// It.
    pub environment: Environment,
    /// Why it is this one.
    pub how: String,
    /// Its instances.
    pub instances: Find<Vec<Instance>>,
    /// The instances' security groups.
    pub groups: Find<Vec<SecurityGroup>>,
    /// Its load balancer.
    pub balancer: Find<BalancerFacts>,
    /// The pipelines that deploy to it.
    pub pipelines: Find<Vec<Item>>,
    /// Why its variables could not be read, where they were to tell the database.
    pub variables_unread: Option<String>,
}

/// A load balancer, with all that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalancerFacts {
    /// It.
    pub balancer: Balancer,
    /// What it listens on.
    pub listeners: Find<Vec<Listener>>,
    /// Where it sends requests for the environment.
    pub target_groups: Find<Vec<TargetGroup>>,
    /// What it shows on its ports.
    pub certificates: Find<Vec<Item>>,
    /// What filters its requests.
    pub web_acl: Find<Item>,
}

/// The database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseFacts {
    /// The global cluster.
    pub global: GlobalCluster,
    /// Why it is this one.
    pub how: String,
    /// Hosts that environments name and that are of no global cluster, with who names them.
    pub strange: Vec<String>,
}

/// Something that no drill needs, and that belongs to the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What AWS calls it.
    pub id: String,
    /// What there is to say.
    pub says: String,
}
