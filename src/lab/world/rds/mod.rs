//! Rds: the Aurora global database of both regions.
//! Invariant: at most one cluster takes writes as the writer of the global database; what a region's API shows of the
//! global cluster (`views`) follows the truth (`global`) with a delay.
//! Not here: metrics of the replication (see `cloudwatch`), the site that writes (see `site`).
//! Used by: `World`.
//!
//! `role` moves the writer between regions, `in_cluster` within one; `row` keeps what was written and what was lost;
//! `endpoint` has the names, `event` the events, `describe` what the API shows.

mod describe;
pub(super) mod due;
mod endpoint;
mod event;
mod in_cluster;
mod model;
mod params;
mod role;
mod row;
mod start;
#[cfg(test)]
mod tests;
mod timing;

use std::{collections::BTreeMap, time::Duration};

pub use self::row::WriteRefused;
use self::{
    due::Due,
    event::Event,
    model::{Cluster, Global},
    role::RoleChange,
    row::Rows,
};
use super::{
    World, agenda,
    call::{AwsFault, Call, Operation, Reply, Service},
    rng::Rng,
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("DescribeDBClusters"),
    Operation::real("DescribeDBInstances"),
    Operation::real("DescribeEvents"),
    Operation::real("DescribeGlobalClusters"),
    Operation::real("FailoverDBCluster"),
    Operation::real("FailoverGlobalCluster"),
    Operation::real("ListTagsForResource"),
    Operation::real("SwitchoverGlobalCluster"),
];

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    rng: Rng,
    global: Global,
    clusters: Vec<Cluster>,
    /// What each region's API shows of the global cluster.
    views: BTreeMap<String, Global>,
    operation: Option<RoleChange>,
    operations: u64,
    events: Vec<Event>,
    rows: Rows,
    lag: Duration,
    /// The region that the global writer endpoint leads to.
    global_endpoint: String,
}

impl World {
    /// Does what is due now.
    pub(in crate::lab) fn rds_due(&mut self, due: Due) {
        match due {
            Due::Lag => self.change_lag(),
            Due::Seen { region } => {
                let seen = self.rds.global.clone();
                self.rds.views.insert(region.clone(), seen);
                self.note("global_cluster.described", [("region", region)]);
            }
            Due::Step { operation, step } => self.step_role(operation, step),
            Due::EndpointMoved => self.move_global_endpoint(),
            Due::InClusterDone { region, instance } => self.end_in_cluster(&region, &instance),
        }
    }

    /// Answers a call.
    pub(in crate::lab) fn rds_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "DescribeDBClusters" => self.describe_clusters(call),
            "DescribeDBInstances" => self.describe_instances(call),
            "DescribeEvents" => self.describe_database_events(call),
            "DescribeGlobalClusters" => self.describe_global_clusters(call),
            "FailoverDBCluster" => self.fail_over_in_cluster(call),
            "FailoverGlobalCluster" => self.fail_over_global(call),
            "ListTagsForResource" => self.list_database_tags(call),
            "SwitchoverGlobalCluster" => self.switch_over_global(call),
            other => Err(World::unrouted(Service::Rds, other)),
        }
    }

    /// Lets the acting region see the global cluster at once, and the others a little later.
    fn show_global(&mut self, acting: &str) {
        let regions: Vec<String> = self.rds.views.keys().cloned().collect();
        for region in regions {
            if region == acting {
                let seen = self.rds.global.clone();
                self.rds.views.insert(region, seen);
            } else {
                let (low, high) = timing::SEEN;
                let takes = self.rds.rng.between(low, high);
                self.after(takes, agenda::Due::Rds(Due::Seen { region }));
            }
        }
    }
}

/// A refusal of a parameter.
fn invalid(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "InvalidParameterValue", message)
}
