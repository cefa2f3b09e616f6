//! Describe: what the API shows of clusters and instances.
//! Invariant: pure reading.
//! Not here: global clusters (see `global`), events (see `events`), groups (see `group`).
//! Used by: `rds`.

use jiff::{SignedDuration, Timestamp};

use super::{
    State,
    find::{no_cluster, no_instance},
    group::subnet_group_tree,
    model::{Cluster, Instance},
    params::{filters, listing, tag_list},
};
use crate::lab::world::{
    World,
    call::{Call, Reply, Tree},
    rng::Rng,
};

impl World {
    pub(super) fn describe_clusters(&self, call: &Call) -> Reply {
        let params = &call.params;
        let filters = filters(
            params,
            &["db-cluster-id", "db-cluster-resource-id", "engine", "clone-group-id", "domain"],
        )?;
        let fits = |cluster: &&Cluster| {
            filters.iter().all(|(name, values)| {
                values.iter().any(|value| match name.as_str() {
                    "db-cluster-id" => *value == cluster.id || *value == cluster.arn,
                    "db-cluster-resource-id" => *value == cluster.resource_id,
                    "engine" => *value == cluster.engine,
                    _ => false,
                })
            })
        };
        let found: Vec<&Cluster> = match params.text("DBClusterIdentifier") {
            Some(name) => vec![self.rds.named_cluster(&call.region, name)?],
            None => self.rds.clusters_in(&call.region).collect(),
        };
        let found = found.into_iter().filter(fits).map(|cluster| self.cluster_tree(cluster)).collect();
        listing(params, "DBClusters", "DBCluster", found)
    }

    pub(super) fn describe_instances(&self, call: &Call) -> Reply {
        let params = &call.params;
        let filters =
            filters(params, &["db-cluster-id", "db-instance-id", "dbi-resource-id", "engine", "domain"])?;
        let fits = |cluster: &Cluster, instance: &Instance| {
            filters.iter().all(|(name, values)| {
                values.iter().any(|value| match name.as_str() {
                    "db-cluster-id" => *value == cluster.id || *value == cluster.arn,
                    "db-instance-id" => *value == instance.id || *value == instance.arn,
                    "dbi-resource-id" => *value == instance.resource_id,
                    "engine" => *value == cluster.engine,
                    _ => false,
                })
            })
        };
        let found: Vec<(&Cluster, &Instance)> = match params.text("DBInstanceIdentifier") {
            Some(name) => vec![self.rds.named_instance(&call.region, name)?],
            None => {
                let of = |cluster| move |instance| (cluster, instance);
                let clusters = self.rds.clusters_in(&call.region);
                clusters.flat_map(|cluster: &Cluster| cluster.instances.iter().map(of(cluster))).collect()
            }
        };
        let found = found.into_iter().filter(|(cluster, instance)| fits(cluster, instance));
        let found = found.map(|(cluster, instance)| instance_tree(&self.rds, cluster, instance)).collect();
        listing(params, "DBInstances", "DBInstance", found)
    }

    /// A cluster, as the operations that change one answer it.
    pub(super) fn cluster_reply(&self, arn: &str) -> Reply {
        let cluster = self.rds.clusters.get(arn).ok_or_else(|| no_cluster(arn))?;
        Ok(Tree::map([("DBCluster", Some(self.cluster_tree(cluster)))]))
    }

    /// As `DescribeDBClusters` answers it.
    pub(super) fn cluster_tree(&self, cluster: &Cluster) -> Tree {
        let global = self.global_of(cluster);
        let is_writer = self.is_primary(cluster);
        let source = global.map(|global| global.writer().to_owned()).filter(|_| !is_writer);
        let zones = cluster.zones.iter().map(|zone| Tree::Text(zone.clone()));
        let members = cluster.instances.iter().map(|instance| member_tree(instance, is_writer));
        let recent = self.now.checked_sub(SignedDuration::from_mins(3)).unwrap_or(self.now);
        Tree::map([
            ("AllocatedStorage", Some(Tree::Int(1))),
            ("AvailabilityZones", Tree::list("AvailabilityZone", zones)),
            ("BackupRetentionPeriod", Some(Tree::Int(cluster.backup_days))),
            ("DatabaseName", cluster.database.as_ref().and_then(Tree::text)),
            ("DBClusterIdentifier", Tree::text(&cluster.id)),
            ("DBClusterParameterGroup", Tree::text(&cluster.parameter_group)),
            ("DBSubnetGroup", Tree::text(&cluster.subnet_group)),
            ("Status", Tree::text(cluster.status)),
            ("EarliestRestorableTime", Some(Tree::Time(self.earliest(cluster)))),
            ("Endpoint", Tree::text(cluster.writer_endpoint())),
            ("ReaderEndpoint", Tree::text(cluster.reader_endpoint())),
            ("MultiAZ", Some(Tree::Bool(spans_zones(cluster)))),
            ("Engine", Tree::text(&cluster.engine)),
            ("EngineVersion", Tree::text(&cluster.engine_version)),
            ("LatestRestorableTime", Some(Tree::Time(recent.max(cluster.created)))),
            ("Port", Some(Tree::Int(cluster.port))),
            ("MasterUsername", Tree::text(&cluster.master).filter(|_| is_writer)),
            ("PreferredBackupWindow", Tree::text(&cluster.backup_window)),
            ("PreferredMaintenanceWindow", Tree::text(&cluster.maintenance_window)),
            ("ReplicationSourceIdentifier", source.and_then(Tree::text)),
            ("ReadReplicaIdentifiers", Tree::list("ReadReplicaIdentifier", [])),
            ("DBClusterMembers", Tree::list("DBClusterMember", members)),
            ("VpcSecurityGroups", Some(security_groups(cluster))),
            ("HostedZoneId", self.rds.hosted_zones.get(&cluster.region).and_then(Tree::text)),
            ("StorageEncrypted", Some(Tree::Bool(cluster.encrypted))),
            ("KmsKeyId", key_of(&self.rds, cluster).map(Tree::Text)),
            ("DbClusterResourceId", Tree::text(&cluster.resource_id)),
            ("DBClusterArn", Tree::text(&cluster.arn)),
            ("AssociatedRoles", Tree::list("DBClusterRole", [])),
            ("IAMDatabaseAuthenticationEnabled", Some(Tree::Bool(false))),
            ("ClusterCreateTime", Some(Tree::Time(cluster.created))),
            ("EngineMode", Tree::text("provisioned")),
            ("DeletionProtection", Some(Tree::Bool(cluster.deletion_protection))),
            ("HttpEndpointEnabled", Some(Tree::Bool(false))),
            ("ActivityStreamStatus", Tree::text("stopped")),
            ("CopyTagsToSnapshot", Some(Tree::Bool(cluster.copy_tags))),
            ("CrossAccountClone", Some(Tree::Bool(false))),
            ("DomainMemberships", Tree::list("DomainMembership", [])),
            ("TagList", Some(tag_list(&cluster.tags))),
            ("GlobalClusterIdentifier", cluster.global.as_ref().and_then(Tree::text)),
            ("GlobalWriteForwardingStatus", Tree::text("disabled").filter(|_| !is_writer)),
            ("GlobalWriteForwardingRequested", Some(Tree::Bool(false)).filter(|_| !is_writer)),
            ("AutoMinorVersionUpgrade", Some(Tree::Bool(false))),
            ("NetworkType", Tree::text("IPV4")),
        ])
    }

    fn earliest(&self, cluster: &Cluster) -> Timestamp {
        let back = SignedDuration::from_hours(24 * cluster.backup_days);
        self.now.checked_sub(back).unwrap_or(cluster.created).max(cluster.created)
    }
}

/// AWS: DBClusterMembers: IsClusterWriter is the writer of a primary cluster; a secondary's instances all read.
fn member_tree(instance: &Instance, is_writer: bool) -> Tree {
    let group = if instance.pending_reboot { "pending-reboot" } else { "in-sync" };
    Tree::map([
        ("DBInstanceIdentifier", Tree::text(&instance.id)),
        ("IsClusterWriter", Some(Tree::Bool(is_writer && instance.first))),
        ("DBClusterParameterGroupStatus", Tree::text(group)),
        ("PromotionTier", Some(Tree::Int(instance.tier))),
    ])
}

fn security_groups(cluster: &Cluster) -> Tree {
    let member =
        |id: &String| Tree::map([("VpcSecurityGroupId", Tree::text(id)), ("Status", Tree::text("active"))]);
    Tree::List("VpcSecurityGroupMembership", cluster.security_groups.iter().map(member).collect())
}

/// The certificate authority of instances that ask for none (AWS: "Using SSL/TLS to encrypt a connection").
const AUTHORITY: &str = "rds-ca-rsa2048-g1";

/// Aurora has option groups in name only: every instance has the engine's default one.
fn option_groups(cluster: &Cluster) -> Tree {
    let major = match cluster.engine_version.split_once(".mysql") {
        Some((major, _)) => major.replace('.', "-"),
        None => cluster.engine_version.split('.').next().unwrap_or_default().to_owned(),
    };
    let name = format!("default:{}-{major}", cluster.engine);
    let group = Tree::map([("OptionGroupName", Tree::text(name)), ("Status", Tree::text("in-sync"))]);
    Tree::List("OptionGroupMembership", vec![group])
}

/// The key that encrypts a cluster: the one that was asked for, or the service's own in the region (`aws/rds`).
fn key_of(state: &State, cluster: &Cluster) -> Option<String> {
    let own = || {
        let mut rng = Rng::stream(state.seed, &format!("rds.key.{}", cluster.region));
        let id = [8, 4, 4, 4, 12].map(|length| rng.hex(length)).join("-");
        format!("arn:aws:kms:{}:{}:key/{id}", cluster.region, state.account)
    };
    cluster.key.clone().or_else(|| cluster.encrypted.then(own))
}

fn spans_zones(cluster: &Cluster) -> bool {
    let first = cluster.instances.first();
    first.is_some_and(|first| cluster.instances.iter().any(|other| other.zone != first.zone))
}

/// An instance, as the operations that change one answer it.
pub(super) fn instance_reply(state: &State, arn: &str, id: &str) -> Reply {
    let cluster = state.clusters.get(arn).ok_or_else(|| no_cluster(arn))?;
    let instance = cluster.instance(id).ok_or_else(|| no_instance(id))?;
    Ok(Tree::map([("DBInstance", Some(instance_tree(state, cluster, instance)))]))
}

/// As `DescribeDBInstances` answers it. AWS: an instance has no endpoint before it is created.
fn instance_tree(state: &State, cluster: &Cluster, instance: &Instance) -> Tree {
    let endpoint = Tree::map([
        ("Address", Tree::text(cluster.instance_endpoint(instance))),
        ("Port", Some(Tree::Int(cluster.port))),
        ("HostedZoneId", state.hosted_zones.get(&cluster.region).and_then(Tree::text)),
    ]);
    let group = Tree::map([
        ("DBParameterGroupName", Tree::text(&instance.parameter_group)),
        (
            "ParameterApplyStatus",
            Tree::text(if instance.pending_reboot { "pending-reboot" } else { "in-sync" }),
        ),
    ]);
    let subnets = state.subnet_groups.get(&(cluster.region.clone(), cluster.subnet_group.clone()));
    Tree::map([
        ("DBInstanceIdentifier", Tree::text(&instance.id)),
        ("DBInstanceClass", Tree::text(&instance.class)),
        ("Engine", Tree::text(&cluster.engine)),
        ("DBInstanceStatus", Tree::text(instance.status)),
        ("MasterUsername", Tree::text(&cluster.master)),
        ("DBName", cluster.database.as_ref().and_then(Tree::text)),
        ("Endpoint", Some(endpoint).filter(|_| instance.status != "creating")),
        ("AllocatedStorage", Some(Tree::Int(1))),
        ("InstanceCreateTime", Some(Tree::Time(instance.created)).filter(|_| instance.status != "creating")),
        ("PreferredBackupWindow", Tree::text(&cluster.backup_window)),
        ("BackupRetentionPeriod", Some(Tree::Int(cluster.backup_days))),
        ("DBSecurityGroups", Tree::list("DBSecurityGroup", [])),
        ("VpcSecurityGroups", Some(security_groups(cluster))),
        ("DBParameterGroups", Tree::list("DBParameterGroup", [group])),
        ("AvailabilityZone", Tree::text(&instance.zone)),
        ("DBSubnetGroup", subnets.map(|group| subnet_group_tree(group, false))),
        ("PreferredMaintenanceWindow", Tree::text(&cluster.maintenance_window)),
        ("PendingModifiedValues", Some(Tree::Map(Vec::new()))),
        ("MultiAZ", Some(Tree::Bool(false))),
        ("EngineVersion", Tree::text(&cluster.engine_version)),
        ("AutoMinorVersionUpgrade", Some(Tree::Bool(false))),
        ("ReadReplicaDBInstanceIdentifiers", Tree::list("ReadReplicaDBInstanceIdentifier", [])),
        ("OptionGroupMemberships", Some(option_groups(cluster))),
        ("CACertificateIdentifier", Tree::text(AUTHORITY)),
        ("LicenseModel", Tree::text("general-public-license")),
        ("PubliclyAccessible", Some(Tree::Bool(false))),
        ("StorageType", Tree::text("aurora")),
        ("DbInstancePort", Some(Tree::Int(0))),
        ("DBClusterIdentifier", Tree::text(&cluster.id)),
        ("StorageEncrypted", Some(Tree::Bool(cluster.encrypted))),
        ("KmsKeyId", key_of(state, cluster).map(Tree::Text)),
        ("DbiResourceId", Tree::text(&instance.resource_id)),
        ("DomainMemberships", Tree::list("DomainMembership", [])),
        ("CopyTagsToSnapshot", Some(Tree::Bool(false))),
        ("MonitoringInterval", Some(Tree::Int(0))),
        ("PromotionTier", Some(Tree::Int(instance.tier))),
        ("DBInstanceArn", Tree::text(&instance.arn)),
        ("IAMDatabaseAuthenticationEnabled", Some(Tree::Bool(false))),
        ("PerformanceInsightsEnabled", Some(Tree::Bool(false))),
        ("DeletionProtection", Some(Tree::Bool(false))),
        ("AssociatedRoles", Tree::list("DBInstanceRole", [])),
        ("TagList", Some(tag_list(&instance.tags))),
        ("NetworkType", Tree::text("IPV4")),
    ])
}
