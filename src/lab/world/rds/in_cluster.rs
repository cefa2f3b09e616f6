//! In cluster: the writer moves to another instance of the same cluster.
//! Invariant: not idempotent, as on AWS: a repeated call fails over again.
//! Not here: failover between regions (see `role`).
//! Used by: `rds`.

use super::{Due, event, params::required, timing};
use crate::lab::world::{
    World, agenda,
    call::{AwsFault, Call, Reply, Tree},
};

impl World {
    /// AWS: FailoverDBCluster: to the named reader, or to one that AWS chooses.
    pub(super) fn fail_over_in_cluster(&mut self, call: &Call) -> Reply {
        let name = required(&call.params, "DBClusterIdentifier")?;
        let cluster = self.rds.named_cluster(&call.region, name)?;
        if cluster.status != "available" {
            let message = format!("DB cluster {name} is in {} state.", cluster.status);
            return Err(AwsFault::new(400, "InvalidDBClusterStateFault", message));
        }
        let target = call.params.text("TargetDBInstanceIdentifier");
        let readers = cluster.instances.iter().filter(|instance| !instance.first);
        let reader =
            readers.into_iter().find(|instance| target.is_none_or(|id| instance.id.eq_ignore_ascii_case(id)));
        let instance = reader.map(|reader| reader.id.clone()).ok_or_else(|| {
            let message =
                format!("DB cluster {name} has no reader {} to fail over to.", target.unwrap_or_default());
            AwsFault::new(400, "InvalidDBInstanceState", message)
        })?;
        let region = call.region.clone();
        if let Some(cluster) = self.rds.cluster_mut(&region) {
            cluster.status = "failing-over";
        }
        self.open_writes(&region, false);
        self.announce_instance(&region, event::Id::InClusterStarted, &instance);
        let (low, high) = timing::IN_CLUSTER;
        let takes = self.rds.rng.between(low, high);
        self.after(takes, agenda::Due::Rds(Due::InClusterDone { region: region.clone(), instance }));
        let cluster = self.rds.cluster(&region).map(|cluster| self.cluster_tree(cluster));
        Ok(Tree::map([("DBCluster", cluster)]))
    }

    pub(super) fn end_in_cluster(&mut self, region: &str, instance: &str) {
        let writes = self.rds.global.writer() == region;
        if let Some(cluster) = self.rds.cluster_mut(region) {
            cluster.status = "available";
            for own in &mut cluster.instances {
                own.first = own.id == instance;
            }
        }
        self.open_writes(region, writes);
        self.announce_instance(region, event::Id::InClusterCompleted, instance);
    }
}
