//! Snapshot: what is kept of clusters: by AWS after a failover, by a deletion that asks for it.
//! Invariant: a snapshot stays in the region of its cluster.
//! Not here: restoring one.
//! Used by: `rds`.

use jiff::Timestamp;

use super::{
    find::no_cluster,
    model::{Cluster, Tags},
    params::{filters, listing, tag_list},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

/// A snapshot of a cluster.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    pub(super) id: String,
    pub(super) arn: String,
    pub(super) kind: &'static str,
    pub(super) at: Timestamp,
    pub(super) of: Cluster,
    pub(super) tags: Tags,
}

impl World {
    /// AWS: Aurora User Guide, recovering from an unplanned outage: the old primary's volume as it was at the failover
    /// is kept as `rds:unplanned-global-failover-NAME-TIMESTAMP`.
    pub(super) fn keep_old_volume(&mut self, arn: &str) {
        let Some(cluster) = self.rds.clusters.get(arn) else { return };
        let stamp = self.now.strftime("%Y-%m-%d-%H-%M");
        let name = format!("rds:unplanned-global-failover-{}-{stamp}", cluster.id);
        self.take_snapshot(arn, name, "automated");
    }

    pub(super) fn take_snapshot(&mut self, arn: &str, id: String, kind: &'static str) {
        let Some(cluster) = self.rds.clusters.get(arn).cloned() else { return };
        let own = format!("arn:aws:rds:{}:{}:cluster-snapshot:{id}", cluster.region, self.rds.account);
        let tags = if cluster.copy_tags { cluster.tags.clone() } else { Tags::new() };
        let snapshot = Snapshot { id, arn: own.clone(), kind, at: self.now, of: cluster, tags };
        self.rds.snapshots.insert(own, snapshot);
    }

    /// AWS: DescribeDBClusterSnapshots: of a cluster, by name or by type; a filter that finds nothing is no error, a
    /// snapshot's name that does is.
    pub(super) fn describe_cluster_snapshots(&self, call: &Call) -> Reply {
        let params = &call.params;
        let filters =
            filters(params, &["db-cluster-id", "db-cluster-snapshot-id", "snapshot-type", "engine"])?;
        let matches = |own: &Snapshot, name: &str, value: &String| match name {
            "db-cluster-id" => *value == own.of.id || *value == own.of.arn,
            "db-cluster-snapshot-id" => *value == own.id,
            "snapshot-type" => value == own.kind,
            _ => *value == own.of.engine,
        };
        let (id, kind) = (params.text("DBClusterSnapshotIdentifier"), params.text("SnapshotType"));
        let cluster = params.text("DBClusterIdentifier");
        let fits = |own: &&Snapshot| {
            own.of.region == call.region
                && id.is_none_or(|id| id == own.id || id == own.arn)
                && kind.is_none_or(|kind| kind == own.kind)
                && cluster.is_none_or(|name| name.eq_ignore_ascii_case(&own.of.id) || name == own.of.arn)
                && filters.iter().all(|(name, values)| values.iter().any(|value| matches(own, name, value)))
        };
        let found: Vec<Tree> = self.rds.snapshots.values().filter(fits).map(tree).collect();
        if let (Some(id), true) = (id, found.is_empty()) {
            let message = format!("DBClusterSnapshot {id} not found.");
            return Err(AwsFault::new(404, "DBClusterSnapshotNotFoundFault", message));
        }
        listing(params, "DBClusterSnapshots", "DBClusterSnapshot", found)
    }

    /// AWS: DescribeDBSnapshots: instances of Aurora have none of their own.
    pub(super) fn describe_snapshots(&self, call: &Call) -> Reply {
        if let Some(id) = call.params.text("DBSnapshotIdentifier") {
            return Err(AwsFault::new(404, "DBSnapshotNotFound", format!("DBSnapshot {id} not found.")));
        }
        listing(&call.params, "DBSnapshots", "DBSnapshot", Vec::new())
    }

    /// AWS: DescribeDBClusterEndpoints: the writer's and the readers' of each cluster; the lab has no custom ones.
    pub(super) fn describe_cluster_endpoints(&self, call: &Call) -> Reply {
        let params = &call.params;
        let filters = filters(params, &["db-cluster-endpoint-type", "db-cluster-endpoint-status"])?;
        let clusters: Vec<&Cluster> = match params.text("DBClusterIdentifier") {
            Some(name) => vec![self.rds.named_cluster(&call.region, name).map_err(|_| no_cluster(name))?],
            None => self.rds.clusters_in(&call.region).collect(),
        };
        let custom = params.has("DBClusterEndpointIdentifier");
        let of_cluster = |cluster: &Cluster| {
            let status = if self.is_primary(cluster) { "available" } else { "inactive" };
            let pair = [
                ("WRITER", cluster.writer_endpoint(), status),
                ("READER", cluster.reader_endpoint(), "available"),
            ];
            let id = cluster.id.clone();
            pair.map(|(kind, name, status)| (id.clone(), kind, name, status))
        };
        let fits = |(_, kind, _, status): &(String, &str, String, &str)| {
            filters.iter().all(|(name, values)| {
                let own = if name.ends_with("type") { kind } else { status };
                values.iter().any(|value| value.eq_ignore_ascii_case(own))
            })
        };
        let tree = |(id, kind, name, status): (String, &str, String, &str)| {
            Tree::map([
                ("DBClusterIdentifier", Tree::text(id)),
                ("Endpoint", Tree::text(name)),
                ("Status", Tree::text(status)),
                ("EndpointType", Tree::text(kind)),
            ])
        };
        let found = clusters.into_iter().filter(|_| !custom).flat_map(of_cluster).filter(fits).map(tree);
        listing(params, "DBClusterEndpoints", "DBClusterEndpointList", found.collect())
    }
}

fn tree(own: &Snapshot) -> Tree {
    let zones = own.of.zones.iter().map(|zone| Tree::Text(zone.clone()));
    Tree::map([
        ("AvailabilityZones", Tree::list("AvailabilityZone", zones)),
        ("DBClusterSnapshotIdentifier", Tree::text(&own.id)),
        ("DBClusterIdentifier", Tree::text(&own.of.id)),
        ("SnapshotCreateTime", Some(Tree::Time(own.at))),
        ("Engine", Tree::text(&own.of.engine)),
        ("EngineMode", Tree::text("provisioned")),
        ("AllocatedStorage", Some(Tree::Int(0))),
        ("Status", Tree::text("available")),
        ("Port", Some(Tree::Int(0))),
        ("ClusterCreateTime", Some(Tree::Time(own.of.created))),
        ("MasterUsername", Tree::text(&own.of.master)),
        ("EngineVersion", Tree::text(&own.of.engine_version)),
        ("LicenseModel", Tree::text("aurora-mysql").filter(|_| own.of.engine == "aurora-mysql")),
        ("SnapshotType", Tree::text(own.kind)),
        ("PercentProgress", Some(Tree::Int(100))),
        ("StorageEncrypted", Some(Tree::Bool(own.of.encrypted))),
        ("DBClusterSnapshotArn", Tree::text(&own.arn)),
        ("IAMDatabaseAuthenticationEnabled", Some(Tree::Bool(false))),
        ("TagList", Some(tag_list(&own.tags))),
        ("DbClusterResourceId", Tree::text(&own.of.resource_id)),
    ])
}
