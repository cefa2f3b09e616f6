//! Topology: what the names of a deployment stand for in the account.
//! Invariant: plain data; a piece that is merely absent is `None` or empty.
//! Not here: how it is found (see `discover`), whether the deployment is fit for a drill (see `plan`).
//! Used by: plan, change, probe; the journal keeps it.

use serde::{Deserialize, Serialize};

use super::{
    AwsError, Balancer, Cluster, Environment, EnvironmentResources, GlobalCluster, HealthCheck, HostedZone,
    Instance, Listener, RecordSet, SecurityGroup, TargetGroup,
};
use crate::{
    drill::model::{PerSide, Side},
    journal::event::FailureClass,
};

/// Everything found from a deployment's names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topology {
    /// What each region is made of.
    pub regions: PerSide<RegionTopology>,
    /// The site's zone and records; `None` if no public zone of the account holds the site's host.
    pub site: Option<SiteTopology>,
    /// The database; `None` if the deployment names none.
    pub database: Option<DatabaseTopology>,
}

/// What one region is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionTopology {
    /// Its AWS name.
    pub region: String,
    /// The environment.
    pub environment: Environment,
    /// What the environment runs on.
    pub resources: EnvironmentResources,
    /// Its instances.
    pub instances: Vec<Instance>,
    /// The instances' security groups: what a fault on the web tier touches.
    pub instance_groups: Vec<SecurityGroup>,
    /// Its load balancers, with all that hangs on them.
    pub balancers: Vec<BalancerTopology>,
}

/// One load balancer with all that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalancerTopology {
    /// The balancer.
    pub balancer: Balancer,
    /// Its security groups.
    pub groups: Vec<SecurityGroup>,
    /// What it listens on.
    pub listeners: Vec<Listener>,
    /// Where it sends requests.
    pub target_groups: Vec<TargetGroup>,
}

/// The site's name in DNS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteTopology {
    /// The zone.
    pub zone: HostedZone,
    /// Every record set of the site's name.
    pub records: Vec<RecordSet>,
    /// The record that leads users to each region, if one does.
    pub failover: PerSide<Option<RecordSet>>,
    /// That record's health check, if it has one.
    pub health_checks: PerSide<Option<HealthCheck>>,
}

/// The deployment's database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseTopology {
    /// The global cluster.
    pub global: GlobalCluster,
    /// The regional cluster of each side, if that region is a member.
    pub clusters: PerSide<Option<Cluster>>,
    /// The side of the writer; `None`: in neither region.
    pub writer: Option<Side>,
}

/// Something that a name does not lead to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}; {check}")]
pub struct TopologyProblem {
    /// What was looked for.
    pub what: String,
    /// What came of it.
    pub why: String,
    /// What to check next.
    pub check: String,
    /// The kind of failure, if a call failed.
    pub class: Option<FailureClass>,
}

impl TopologyProblem {
    pub(super) fn of(what: impl Into<String>, error: &AwsError, check: &str) -> TopologyProblem {
        let check = match error.class {
            FailureClass::Denied => {
                "check the credentials and their policy: `firedrill iam DRILL`, with credentials that may read, prints it"
            }
            FailureClass::Expired => "sign in again, or check this machine's clock",
            FailureClass::Throttled | FailureClass::Transient => {
                "try again; if it stays so, check the endpoint and the network"
            }
            _ => check,
        };
        TopologyProblem {
            what: what.into(),
            why: error.to_string(),
            check: check.to_owned(),
            class: Some(error.class),
        }
    }
}
