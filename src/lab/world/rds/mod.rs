//! Rds: Aurora clusters, alone and in global databases of several regions.
//! Invariant: at most one cluster of a global database takes writes; what a region's API shows of a global cluster
//! (`views`) follows the truth (`globals`) with a delay; nothing here happens while nothing changes.
//! Not here: metrics of the replication (see `cloudwatch`), the site that writes (see `site`), rates (see `rates`).
//! Used by: `World`.
//!
//! `role` says whether a writer may move between regions and `step` moves it, `in_cluster` moves it within one;
//! `global`, `lifecycle` and `instance` make and change things, `build` what a world begins with; `row` keeps what was
//! written and what was lost, `lag` how far followers are behind; `endpoint` has the names, `event` the events,
//! `describe`, `group`, `lists`, `snapshot` and `tag` what the API shows; `outage` breaks things.

pub(in crate::lab) mod build;
mod describe;
pub(super) mod due;
mod endpoint;
mod event;
mod events;
mod find;
mod gauge;
mod global;
mod group;
mod in_cluster;
mod instance;
mod lag;
mod lifecycle;
mod lists;
mod model;
mod outage;
mod params;
mod role;
mod row;
pub(in crate::lab) mod settings;
mod snapshot;
mod start;
mod step;
mod tag;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

pub use self::row::WriteRefused;
use self::{
    due::Due,
    event::Event,
    group::{Groups, ParameterGroup, SubnetGroup},
    model::{Cluster, Global},
    role::RoleChange,
    row::Rows,
    settings::Settings,
    snapshot::Snapshot,
};
use super::{
    World,
    call::{AwsFault, Call, Operation, Reply, Service},
    rng::Rng,
};

/// The engine of the clusters that the lab begins with.
const ENGINE: &str = "aurora-mysql";
/// Its version, unless told otherwise.
const ENGINE_VERSION: &str = "8.0.mysql_aurora.3.08.0";

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("AddTagsToResource"),
    Operation::partial(
        "CreateDBCluster",
        "aurora engines alone; no serverless scaling, roles, backtrack, options",
    ),
    Operation::partial("CreateDBInstance", "members of Aurora clusters alone"),
    Operation::real("CreateGlobalCluster"),
    Operation::partial("DeleteDBCluster", "automated backups are not kept"),
    Operation::partial("DeleteDBInstance", "members of Aurora clusters alone"),
    Operation::real("DeleteGlobalCluster"),
    Operation::partial("DescribeDBClusterEndpoints", "no custom endpoints"),
    Operation::real("DescribeDBClusterParameterGroups"),
    Operation::partial("DescribeDBClusterParameters", "the parameters that a comparison of regions looks at"),
    Operation::partial("DescribeDBClusterSnapshots", "those of failovers and deletions; no daily backups"),
    Operation::real("DescribeDBClusters"),
    Operation::partial("DescribeDBEngineVersions", "four versions of Aurora MySQL 3"),
    Operation::real("DescribeDBInstances"),
    Operation::partial("DescribeDBLogFiles", "always empty"),
    Operation::real("DescribeDBParameterGroups"),
    Operation::partial("DescribeDBParameters", "the parameters that a comparison of regions looks at"),
    Operation::real("DescribeDBSnapshots"),
    Operation::real("DescribeDBSubnetGroups"),
    Operation::partial(
        "DescribeEventCategories",
        "without some categories that no deployment of Aurora meets",
    ),
    Operation::real("DescribeEvents"),
    Operation::real("DescribeGlobalClusters"),
    Operation::partial("DescribePendingMaintenanceActions", "always empty"),
    Operation::real("FailoverDBCluster"),
    Operation::real("FailoverGlobalCluster"),
    Operation::real("ListTagsForResource"),
    Operation::partial("ModifyDBCluster", "protection, backup, windows, security and parameter groups"),
    Operation::partial("ModifyDBInstance", "class, promotion tier and parameter group"),
    Operation::partial("ModifyGlobalCluster", "a new version is there at once"),
    Operation::partial("PromoteReadReplicaDBCluster", "refused: the lab has no replicas by binary log"),
    Operation::real("RebootDBInstance"),
    Operation::real("RemoveFromGlobalCluster"),
    Operation::real("RemoveTagsFromResource"),
    Operation::real("StartDBCluster"),
    Operation::partial("StopDBCluster", "does not start by itself after seven days"),
    Operation::real("SwitchoverGlobalCluster"),
];

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    /// How it behaves where AWS leaves it open.
    pub(in crate::lab) settings: Settings,
    account: String,
    seed: u64,
    rng: Rng,
    globals: BTreeMap<String, Global>,
    /// By ARN, which begins with the region.
    clusters: BTreeMap<String, Cluster>,
    /// The cluster of each instance, both by ARN.
    homes: BTreeMap<String, String>,
    /// What each region's API shows of each global cluster.
    views: BTreeMap<(String, String), Global>,
    /// The role changes under way, by global cluster.
    running: BTreeMap<String, RoleChange>,
    operations: u64,
    /// The cluster that each global writer endpoint leads to.
    global_endpoints: BTreeMap<String, String>,
    cluster_groups: Groups<ParameterGroup>,
    instance_groups: Groups<ParameterGroup>,
    subnet_groups: Groups<SubnetGroup>,
    snapshots: BTreeMap<String, Snapshot>,
    /// By region, oldest first.
    events: BTreeMap<String, VecDeque<Event>>,
    /// What was written, by database; clusters of one global database share one.
    rows: BTreeMap<u64, Rows>,
    /// Since when every follower is at least so far behind, if something holds replication back.
    held_back: Option<(jiff::Timestamp, std::time::Duration)>,
    last_row: BTreeMap<u64, u64>,
    databases: u64,
    /// What sets the names of a region's endpoints apart.
    suffixes: BTreeMap<String, String>,
    /// The hosted zone of a region's endpoints, where it is known.
    hosted_zones: BTreeMap<String, String>,
    /// The cluster, by ARN, that each environment's application writes to; `None` where it has no database.
    of_environments: BTreeMap<(String, String), Option<String>>,
}

impl World {
    /// Does what is due now.
    pub(in crate::lab) fn rds_due(&mut self, due: Due) {
        match due {
            Due::Seen { region, global } => {
                self.see_global(&region, &global);
                self.note("global_cluster.described", [("region", region), ("global", global)]);
            }
            Due::Step { global, operation, step } => self.step_role(&global, operation, step),
            Due::EndpointMoved { global } => self.move_global_endpoint(&global),
            Due::InClusterDone { cluster, instance } => self.end_in_cluster(&cluster, &instance),
            Due::ClusterSettled { cluster, from } => self.cluster_settled(&cluster, from),
            Due::InstanceSettled { cluster, instance, from } => {
                self.instance_settled(&cluster, &instance, from);
            }
        }
    }

    /// Answers a call.
    pub(in crate::lab) fn rds_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "AddTagsToResource" => self.add_database_tags(call),
            "CreateDBCluster" => self.create_cluster(call),
            "CreateDBInstance" => self.create_instance(call),
            "CreateGlobalCluster" => self.create_global_cluster(call),
            "DeleteDBCluster" => self.delete_cluster(call),
            "DeleteDBInstance" => self.delete_instance(call),
            "DeleteGlobalCluster" => self.delete_global_cluster(call),
            "DescribeDBClusterEndpoints" => self.describe_cluster_endpoints(call),
            "DescribeDBClusterParameterGroups" => self.describe_cluster_parameter_groups(call),
            "DescribeDBClusterParameters" => self.describe_cluster_parameters(call),
            "DescribeDBClusterSnapshots" => self.describe_cluster_snapshots(call),
            "DescribeDBClusters" => self.describe_clusters(call),
            "DescribeDBEngineVersions" => lists::engine_versions(call),
            "DescribeDBInstances" => self.describe_instances(call),
            "DescribeDBLogFiles" => self.describe_log_files(call),
            "DescribeDBParameterGroups" => self.describe_parameter_groups(call),
            "DescribeDBParameters" => self.describe_parameters(call),
            "DescribeDBSnapshots" => self.describe_snapshots(call),
            "DescribeDBSubnetGroups" => self.describe_subnet_groups(call),
            "DescribeEventCategories" => events::categories(call),
            "DescribeEvents" => self.describe_database_events(call),
            "DescribeGlobalClusters" => self.describe_global_clusters(call),
            "DescribePendingMaintenanceActions" => self.describe_pending_maintenance(call),
            "FailoverDBCluster" => self.fail_over_in_cluster(call),
            "FailoverGlobalCluster" => self.fail_over_global(call),
            "ListTagsForResource" => self.list_database_tags(call),
            "ModifyDBCluster" => self.modify_cluster(call),
            "ModifyDBInstance" => self.modify_instance(call),
            "ModifyGlobalCluster" => self.modify_global_cluster(call),
            "PromoteReadReplicaDBCluster" => self.promote_replica_cluster(call),
            "RebootDBInstance" => self.reboot_instance(call),
            "RemoveFromGlobalCluster" => self.remove_from_global_cluster(call),
            "RemoveTagsFromResource" => self.remove_database_tags(call),
            "StartDBCluster" => self.start_cluster(call),
            "StopDBCluster" => self.stop_cluster(call),
            "SwitchoverGlobalCluster" => self.switch_over_global(call),
            other => Err(World::unrouted(Service::Rds, other)),
        }
    }
}

impl State {
    /// A number for a new database.
    fn next_data(&mut self) -> u64 {
        self.databases += 1;
        self.databases
    }

    /// What sets the names of a region's endpoints apart.
    fn suffix(&mut self, region: &str) -> String {
        let rng = &mut self.rng;
        self.suffixes.entry(region.to_owned()).or_insert_with(|| format!("c{}", rng.hex(11))).clone()
    }
}

/// A refusal of a parameter.
fn invalid(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "InvalidParameterValue", message)
}
