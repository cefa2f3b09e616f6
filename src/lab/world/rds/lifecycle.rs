//! Lifecycle: clusters are made, changed, stopped, started and deleted.
//! Invariant: a member of a global cluster is never stopped or deleted under it.
//! Not here: instances (see `instance`), roles (see `role`).
//! Used by: `rds`.

use std::time::Duration;

use super::{
    Due, ENGINE_VERSION,
    event::News,
    invalid,
    model::{AVAILABLE, Cluster, Global, Hold},
    params::{flag, identifier, number, required, tags},
};
use crate::lab::world::{
    World, agenda,
    call::{AwsFault, Call, Params, Reply, Tree},
};

impl World {
    /// AWS: CreateDBCluster: alone, or as a member of a global cluster; without instances at first.
    pub(super) fn create_cluster(&mut self, call: &Call) -> Reply {
        let params = &call.params;
        let id = identifier(params, "DBClusterIdentifier")?;
        let arn = self.rds.cluster_arn(&call.region, &id);
        if self.rds.clusters.contains_key(&arn) {
            let message = "DB Cluster already exists";
            return Err(AwsFault::new(400, "DBClusterAlreadyExistsFault", message));
        }
        let engine = required(params, "Engine")?.to_owned();
        if !["aurora-mysql", "aurora-postgresql"].contains(&engine.as_str()) {
            return Err(invalid(format!("Invalid DB engine: {engine}")));
        }
        let global = params.text("GlobalClusterIdentifier");
        let global = global.map(|id| self.rds.named_global(id)).transpose()?.cloned();
        if let Some(global) = &global {
            self.may_join(global, &engine, params, &call.region)?;
        }
        let cluster = self.new_cluster(call, &id, &arn, engine, global.as_ref())?;
        self.rds.clusters.insert(arn.clone(), cluster);
        if let Some(global) = &global {
            self.join(&global.id, &arn);
        }
        let takes = self.rds.settings.create_cluster.draw(&mut self.rds.rng);
        self.settle_cluster(takes, &arn, "creating");
        self.cluster_reply(&arn)
    }

    /// AWS: one member a region; the engine of all; a secondary has no credentials of its own.
    fn may_join(&self, global: &Global, engine: &str, params: &Params, region: &str) -> Result<(), AwsFault> {
        let combination = |message: String| AwsFault::new(400, "InvalidParameterCombination", message);
        if global.engine != engine {
            return Err(combination(format!(
                "The engine {engine} does not match that of global cluster {}: {}.",
                global.id, global.engine
            )));
        }
        if params.text("EngineVersion").is_some_and(|version| version != global.engine_version) {
            return Err(combination(format!(
                "The engine version must be that of global cluster {}: {}.",
                global.id, global.engine_version
            )));
        }
        if global.is_in(region) {
            let message = format!("Global cluster {} already has a cluster in Region {region}.", global.id);
            return Err(AwsFault::new(400, "InvalidGlobalClusterStateFault", message));
        }
        if !global.members.is_empty() && (params.has("MasterUsername") || params.has("MasterUserPassword")) {
            let message = "Cannot specify user name for cross region replication cluster";
            return Err(combination(message.to_owned()));
        }
        self.global_is_idle(&global.id)
    }

    fn new_cluster(
        &mut self,
        call: &Call,
        id: &str,
        arn: &str,
        engine: String,
        global: Option<&Global>,
    ) -> Result<Cluster, AwsFault> {
        let params = &call.params;
        let text = |name: &str, default: &str| params.text(name).unwrap_or(default).to_owned();
        let joins = global.is_some_and(|global| !global.members.is_empty());
        let subnet_group = text("DBSubnetGroupName", "default");
        let zones = match self.rds.subnet_groups.get(&(call.region.clone(), subnet_group.clone())) {
            Some(group) => group.zones(),
            None if params.has("DBSubnetGroupName") => {
                let message = format!("DB subnet group '{subnet_group}' does not exist.");
                return Err(AwsFault::new(404, "DBSubnetGroupNotFoundFault", message));
            }
            None => params.texts("AvailabilityZones"),
        };
        let parameter_group = text("DBClusterParameterGroupName", "default.aurora-mysql8.0");
        self.cluster_parameter_group_exists(&call.region, &parameter_group)?;
        if !joins && !params.has("MasterUsername") {
            return Err(invalid("The parameter MasterUsername must be provided and must not be blank."));
        }
        let data = self.rds.next_data();
        let primary = global.and_then(|global| self.rds.clusters.get(global.writer()));
        let master = primary.map(|primary| primary.master.clone());
        Ok(Cluster {
            arn: arn.to_owned(),
            region: call.region.clone(),
            id: id.to_owned(),
            resource_id: format!("cluster-{}", self.rds.rng.hex(26).to_uppercase()),
            suffix: self.rds.suffix(&call.region),
            status: "creating",
            engine,
            engine_version: global.map_or_else(
                || text("EngineVersion", ENGINE_VERSION),
                |global| global.engine_version.clone(),
            ),
            port: number(params, "Port", (1_150, 65_535))?.unwrap_or(3_306),
            database: params.text("DatabaseName").map(str::to_owned),
            master: master.unwrap_or_else(|| text("MasterUsername", "admin")),
            zones,
            parameter_group,
            subnet_group,
            security_groups: params.texts("VpcSecurityGroupIds"),
            backup_days: number(params, "BackupRetentionPeriod", (1, 35))?.unwrap_or(1),
            backup_window: text("PreferredBackupWindow", "16:05-16:35"),
            maintenance_window: text("PreferredMaintenanceWindow", "sun:17:10-sun:17:40"),
            encrypted: flag(params, "StorageEncrypted")?.unwrap_or(global.is_some_and(|own| own.encrypted)),
            key: params.text("KmsKeyId").map(str::to_owned),
            deletion_protection: flag(params, "DeletionProtection")?.unwrap_or(false),
            copy_tags: flag(params, "CopyTagsToSnapshot")?.unwrap_or(false),
            created: self.now,
            instances: Vec::new(),
            global: global.map(|global| global.id.clone()),
            open: false,
            unreachable: false,
            data,
            hold: Hold::All,
            tags: tags(params),
        })
    }

    /// AWS: ModifyDBCluster, of what a drill may meet: protection, backup, windows, groups.
    pub(super) fn modify_cluster(&mut self, call: &Call) -> Reply {
        let params = &call.params;
        let arn = self.rds.named(&call.region, required(params, "DBClusterIdentifier")?)?;
        self.cluster_is(&arn, AVAILABLE)?;
        let protection = flag(params, "DeletionProtection")?;
        let backup_days = number(params, "BackupRetentionPeriod", (1, 35))?;
        let group = params.text("DBClusterParameterGroupName").map(str::to_owned);
        if let Some(group) = &group {
            self.cluster_parameter_group_exists(&call.region, group)?;
        }
        if let Some(cluster) = self.rds.clusters.get_mut(&arn) {
            cluster.deletion_protection = protection.unwrap_or(cluster.deletion_protection);
            cluster.backup_days = backup_days.unwrap_or(cluster.backup_days);
            let groups = params.texts("VpcSecurityGroupIds");
            if !groups.is_empty() {
                cluster.security_groups = groups;
            }
            for (name, field) in [
                ("PreferredBackupWindow", &mut cluster.backup_window),
                ("PreferredMaintenanceWindow", &mut cluster.maintenance_window),
            ] {
                if let Some(text) = params.text(name) {
                    text.clone_into(field);
                }
            }
            // AWS: another parameter group applies to an instance once it was rebooted.
            if let Some(group) = group.filter(|group| *group != cluster.parameter_group) {
                cluster.parameter_group = group;
                cluster.instances.iter_mut().for_each(|instance| instance.pending_reboot = true);
            }
        }
        let reply = self.cluster_reply(&arn);
        self.set_status(&arn, "modifying");
        let takes = self.rds.settings.modify.draw(&mut self.rds.rng);
        self.settle_cluster(takes, &arn, "modifying");
        reply
    }

    /// AWS: DeleteDBCluster: not a protected one, nor one that has instances or is in a global cluster.
    pub(super) fn delete_cluster(&mut self, call: &Call) -> Reply {
        let params = &call.params;
        let cluster = self.rds.named_cluster(&call.region, required(params, "DBClusterIdentifier")?)?;
        let refuse =
            |message: &str| Err(AwsFault::new(400, "InvalidDBClusterStateFault", message.to_owned()));
        if cluster.deletion_protection {
            let message =
                "Cannot delete protected Cluster, please disable deletion protection and try again.";
            return Err(AwsFault::new(400, "InvalidParameterCombination", message));
        }
        if cluster.global.is_some() {
            return refuse(
                "This cluster is a part of a global cluster, please remove it from globalcluster first",
            );
        }
        if cluster.instances.iter().any(|instance| instance.status != "deleting") {
            return refuse(
                "Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
            );
        }
        let skips = flag(params, "SkipFinalSnapshot")? == Some(true);
        let last = params.text("FinalDBSnapshotIdentifier").map(str::to_owned);
        if skips == last.is_some() {
            let message = "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified, and not allowed with it.";
            return Err(AwsFault::new(400, "InvalidParameterCombination", message));
        }
        let arn = cluster.arn.clone();
        self.cluster_is(&arn, AVAILABLE)?;
        if let Some(name) = last {
            self.take_snapshot(&arn, name, "manual");
        }
        self.open_writes(&arn, false);
        self.set_status(&arn, "deleting");
        let takes = self.rds.settings.delete.draw(&mut self.rds.rng);
        self.settle_cluster(takes, &arn, "deleting");
        self.cluster_reply(&arn)
    }

    /// AWS: StopDBCluster: a member of a global database only if it is the only one.
    pub(super) fn stop_cluster(&mut self, call: &Call) -> Reply {
        let arn = self.stoppable(call)?;
        self.cluster_is(&arn, AVAILABLE)?;
        self.open_writes(&arn, false);
        let takes = self.rds.settings.stop.draw(&mut self.rds.rng);
        self.shift(&arn, "stopping", takes)
    }

    /// AWS: StartDBCluster.
    pub(super) fn start_cluster(&mut self, call: &Call) -> Reply {
        let arn = self.stoppable(call)?;
        self.cluster_is(&arn, "stopped")?;
        let takes = self.rds.settings.start.draw(&mut self.rds.rng);
        self.shift(&arn, "starting", takes)
    }

    fn stoppable(&self, call: &Call) -> Result<String, AwsFault> {
        let name = required(&call.params, "DBClusterIdentifier")?;
        let cluster = self.rds.named_cluster(&call.region, name)?;
        if self.global_of(cluster).is_some_and(|global| global.members.len() > 1) {
            let message = "You can only stop and start a cluster that's part of an Aurora global database if it's the only cluster in the global database.";
            return Err(AwsFault::new(400, "InvalidDBClusterStateFault", message));
        }
        Ok(cluster.arn.clone())
    }

    /// A cluster and its instances are on their way.
    fn shift(&mut self, arn: &str, status: &'static str, takes: Duration) -> Reply {
        if let Some(cluster) = self.rds.clusters.get_mut(arn) {
            cluster.status = status;
            cluster.instances.iter_mut().for_each(|instance| instance.status = status);
        }
        self.measured(arn);
        self.settle_cluster(takes, arn, status);
        self.cluster_reply(arn)
    }

    /// AWS: PromoteReadReplicaDBCluster: a replica of another cluster by its binary log; the lab has none.
    pub(super) fn promote_replica_cluster(&mut self, call: &Call) -> Reply {
        let name = required(&call.params, "DBClusterIdentifier")?;
        let cluster = self.rds.named_cluster(&call.region, name)?;
        let message = format!("DB cluster {} is not a read replica.", cluster.id);
        Err(AwsFault::new(400, "InvalidDBClusterStateFault", message))
    }

    /// A cluster comes to rest, if it is still at what it was.
    pub(super) fn cluster_settled(&mut self, arn: &str, from: &str) {
        self.measured(arn);
        let Some(cluster) = self.rds.clusters.get_mut(arn).filter(|cluster| cluster.status == from) else {
            return;
        };
        let rest = if from == "stopping" { "stopped" } else { AVAILABLE };
        cluster.status = rest;
        for instance in &mut cluster.instances {
            if instance.status == from && matches!(from, "stopping" | "starting") {
                instance.status = rest;
            }
        }
        let opens = !cluster.instances.is_empty();
        let cluster = cluster.clone();
        match from {
            "promoting" => self.end_detach(arn),
            "creating" => self.announce(arn, News::created("DB cluster")),
            "stopping" => self.announce(arn, News::cluster("stopped")),
            "starting" => {
                self.open_writes(arn, opens && self.is_primary(&cluster));
                self.announce(arn, News::cluster("started"));
            }
            "deleting" => {
                self.announce(arn, News::deleted("DB cluster"));
                self.rds.clusters.remove(arn);
            }
            _ => {}
        }
    }

    /// Puts on the agenda that a cluster comes to rest, if it is still at it.
    pub(super) fn settle_cluster(&mut self, after: Duration, arn: &str, from: &'static str) {
        let due = Due::ClusterSettled { cluster: arn.to_owned(), from };
        self.after(after, agenda::Due::Rds(due));
    }

    /// The refusal of a cluster in another state than the one that is needed.
    pub(super) fn cluster_is(&self, arn: &str, status: &str) -> Result<(), AwsFault> {
        let own = self.rds.clusters.get(arn).map_or("deleted", |cluster| cluster.status);
        if own == status {
            return Ok(());
        }
        let id = arn.rsplit(':').next().unwrap_or_default();
        let message = format!("DbCluster {id} is in {own} state");
        Err(AwsFault::new(400, "InvalidDBClusterStateFault", message))
    }
}

/// A reply without members.
pub(super) fn nothing() -> Reply {
    Ok(Tree::Map(Vec::new()))
}
