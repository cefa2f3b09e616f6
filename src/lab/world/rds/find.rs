//! Find: clusters, instances and global clusters by what requests call them.
//! Invariant: a lookup by name costs the same in a world of one cluster and in one of a thousand.
//! Used by: `rds`.

use super::{
    State,
    model::{Cluster, Global, Instance},
};
use crate::lab::world::call::AwsFault;

impl State {
    /// The ARN of a cluster of this name.
    pub(super) fn cluster_arn(&self, region: &str, id: &str) -> String {
        format!("arn:aws:rds:{region}:{}:cluster:{}", self.account, id.to_ascii_lowercase())
    }

    /// The ARN of an instance of this name.
    pub(super) fn instance_arn(&self, region: &str, id: &str) -> String {
        format!("arn:aws:rds:{region}:{}:db:{}", self.account, id.to_ascii_lowercase())
    }

    /// The clusters of a region, by name.
    pub(super) fn clusters_in(&self, region: &str) -> impl Iterator<Item = &Cluster> {
        let prefix = self.cluster_arn(region, "");
        let from = self.clusters.range(prefix.clone()..);
        from.take_while(move |(arn, _)| arn.starts_with(&prefix)).map(|(_, cluster)| cluster)
    }

    /// The cluster that a request in `region` names, by name or ARN, without regard to case.
    pub(super) fn named_cluster(&self, region: &str, name: &str) -> Result<&Cluster, AwsFault> {
        let arn = match name.starts_with("arn:") {
            true => name.to_ascii_lowercase(),
            false => self.cluster_arn(region, name),
        };
        let found = self.clusters.get(&arn).filter(|cluster| cluster.region == region);
        found.ok_or_else(|| no_cluster(name))
    }

    /// The ARN of the cluster that a request in `region` names.
    pub(super) fn named(&self, region: &str, name: &str) -> Result<String, AwsFault> {
        self.named_cluster(region, name).map(|cluster| cluster.arn.clone())
    }

    /// The instance that a request in `region` names, by name or ARN, with its cluster.
    pub(super) fn named_instance(&self, region: &str, name: &str) -> Result<(&Cluster, &Instance), AwsFault> {
        let arn = match name.starts_with("arn:") {
            true => name.to_ascii_lowercase(),
            false => self.instance_arn(region, name),
        };
        let cluster = self.homes.get(&arn).and_then(|cluster| self.clusters.get(cluster));
        let found = cluster.filter(|cluster| cluster.region == region).and_then(|cluster| {
            let instance = cluster.instances.iter().find(|instance| instance.arn == arn)?;
            Some((cluster, instance))
        });
        found.ok_or_else(|| no_instance(name))
    }

    /// The global cluster of this name, without regard to case.
    pub(super) fn named_global(&self, id: &str) -> Result<&Global, AwsFault> {
        self.globals.get(&id.to_ascii_lowercase()).ok_or_else(|| no_global(id))
    }
}

/// The refusal of a cluster that is not there.
pub(super) fn no_cluster(name: &str) -> AwsFault {
    AwsFault::new(404, "DBClusterNotFoundFault", format!("DBCluster {name} not found."))
}

/// The refusal of an instance that is not there.
pub(super) fn no_instance(name: &str) -> AwsFault {
    AwsFault::new(404, "DBInstanceNotFound", format!("DBInstance {name} not found."))
}

/// The refusal of a global cluster that is not there.
pub(super) fn no_global(id: &str) -> AwsFault {
    AwsFault::new(404, "GlobalClusterNotFoundFault", format!("Global cluster {id} not found."))
}

/// The refusal of what a global cluster's state does not allow.
pub(super) fn state(message: String) -> AwsFault {
    AwsFault::new(400, "InvalidGlobalClusterStateFault", message)
}
