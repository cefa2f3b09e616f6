//! Rds: the Aurora global cluster, its members, and moving its writer.
//! Invariant: the two moving calls are sent once and prove nothing: only reading the members does.
//! Not here: waiting for a move to end (see `change::rds_writer`).
//! Used by: topology, change, probes.

use std::collections::BTreeMap;

use aws_sdk_rds::types as sdk;
use serde::{Deserialize, Serialize};

use super::{Aws, AwsError, text};
use crate::drill::model::Side;

/// One global cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlobalCluster {
    /// Its identifier.
    pub id: String,
    /// Its ARN, which names no region.
    pub arn: String,
    /// `available` at rest; a free text otherwise.
    pub status: String,
    /// For example `aurora-mysql`.
    pub engine: String,
    /// For example `8.0.mysql_aurora.3.08.0`.
    pub engine_version: String,
    /// The endpoint that follows the writer, if the cluster has one.
    pub endpoint: Option<String>,
    /// Its regional clusters.
    pub members: Vec<GlobalMember>,
    /// The operation that runs: `pending`, `switching-over`, `failing-over`, `cancelling`. `None` says only that
    /// nothing runs now: done, cancelled or never begun.
    pub operation: Option<String>,
    /// The ARN of the cluster that the running operation makes the writer.
    pub operation_to: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// One regional cluster of a global one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlobalMember {
    /// The regional cluster's ARN.
    pub arn: String,
    /// Its region, out of the ARN.
    pub region: String,
    /// True for the one that takes writes.
    pub is_writer: bool,
    /// `connected` or `pending-resync`; empty where AWS says nothing, as for the writer.
    pub synchronization: String,
}

/// One regional cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// Its identifier.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// `available` …
    pub status: String,
    /// The engine's version.
    pub engine_version: String,
    /// Its writer endpoint.
    pub endpoint: Option<String>,
    /// Its reader endpoint.
    pub reader_endpoint: Option<String>,
    /// Its custom endpoints, which have names of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_endpoints: Vec<String>,
    /// Its instances.
    pub instances: Vec<ClusterInstance>,
    /// Its parameter group.
    #[serde(default)]
    pub parameter_group: String,
    /// Between how many capacity units its serverless instances scale, in words; `None` if that is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<String>,
    /// Ids of its security groups.
    #[serde(default)]
    pub security_groups: Vec<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// One instance of a regional cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterInstance {
    /// Its identifier.
    pub id: String,
    /// True for the cluster's own writer.
    pub is_writer: bool,
    /// How far the cluster's parameter group is applied to it: `in-sync`, `pending-reboot`.
    #[serde(default)]
    pub parameters: String,
}

impl GlobalCluster {
    /// The member that takes writes.
    pub fn writer(&self) -> Option<&GlobalMember> {
        self.members.iter().find(|member| member.is_writer)
    }

    /// The member in `region`.
    pub fn member(&self, region: &str) -> Option<&GlobalMember> {
        self.members.iter().find(|member| member.region == region)
    }

    /// True if nothing runs and every member that is not the writer is connected, or at least not said not to be.
    pub fn is_in_sync(&self) -> bool {
        let connected =
            |m: &GlobalMember| m.is_writer || matches!(m.synchronization.as_str(), "connected" | "");
        self.operation.is_none() && self.members.iter().all(connected)
    }
}

impl Aws {
    /// The global cluster, as the side's region sees it: each region's view can lag behind the other's.
    ///
    /// # Errors
    /// `Absent` if there is none by this identifier.
    pub async fn global_cluster(&self, side: Side, id: &str) -> Result<GlobalCluster, AwsError> {
        const OPERATION: &str = "rds:DescribeGlobalClusters";
        let found = self.global_clusters_called(side, self.asked_by(id)).await?;
        found.into_iter().find(|cluster| cluster.id.eq_ignore_ascii_case(id)).ok_or_else(|| {
            AwsError::absent(
                OPERATION,
                format!("no global cluster called {id} as {} sees it", self.region(side)),
            )
        })
    }

    /// The regional cluster, by identifier or ARN.
    ///
    /// # Errors
    /// `Absent` if there is none.
    pub async fn cluster(&self, side: Side, id: &str) -> Result<Cluster, AwsError> {
        const OPERATION: &str = "rds:DescribeDBClusters";
        let call = self.clients(side).await.rds.describe_db_clusters().db_cluster_identifier(id).send();
        let answer = self.send(&self.budgets(side).rds, OPERATION, call).await?;
        let found = answer.db_clusters().first().map(cluster);
        found.ok_or_else(|| AwsError::absent(OPERATION, format!("no cluster {id} in {}", self.region(side))))
    }

    /// Asks for a planned role change without loss; `called_in` is the current writer's side.
    pub(crate) async fn switch_over(
        &self,
        called_in: Side,
        global: &str,
        target: &str,
    ) -> Result<(), AwsError> {
        let call = self.clients(called_in).await.rds_once.switchover_global_cluster();
        let call = call.global_cluster_identifier(global).target_db_cluster_identifier(target);
        self.change(&self.budgets(called_in).rds, "rds:SwitchoverGlobalCluster", || call.clone().send())
            .await?;
        Ok(())
    }

    /// Asks for an unplanned role change that may lose data; `called_in` is the target's side.
    ///
    /// Without `AllowDataLoss` the same call would be a switchover (AWS: FailoverGlobalCluster API reference).
    pub(crate) async fn fail_over(
        &self,
        called_in: Side,
        global: &str,
        target: &str,
    ) -> Result<(), AwsError> {
        let call = self.clients(called_in).await.rds_once.failover_global_cluster().allow_data_loss(true);
        let call = call.global_cluster_identifier(global).target_db_cluster_identifier(target);
        self.change(&self.budgets(called_in).rds, "rds:FailoverGlobalCluster", || call.clone().send())
            .await?;
        Ok(())
    }
}

pub(super) fn global_cluster(from: &sdk::GlobalCluster) -> GlobalCluster {
    let state = from.failover_state();
    let operation = state.and_then(|s| s.status()).map(|s| s.as_str().to_owned());
    GlobalCluster {
        id: text(from.global_cluster_identifier()),
        arn: text(from.global_cluster_arn()),
        status: text(from.status()),
        engine: text(from.engine()),
        engine_version: text(from.engine_version()),
        endpoint: from.endpoint().map(str::to_owned),
        members: from.global_cluster_members().iter().map(member).collect(),
        operation: operation.filter(|status| !status.is_empty()),
        operation_to: state.and_then(|s| s.to_db_cluster_arn()).map(str::to_owned),
        tags: tags(from.tag_list()),
    }
}

fn member(from: &sdk::GlobalClusterMember) -> GlobalMember {
    let arn = text(from.db_cluster_arn());
    GlobalMember {
        region: arn.split(':').nth(3).unwrap_or_default().to_owned(),
        arn,
        is_writer: from.is_writer().unwrap_or(false),
        synchronization: text(from.synchronization_status().map(|s| s.as_str())),
    }
}

pub(super) fn cluster(from: &sdk::DbCluster) -> Cluster {
    let instances = from.db_cluster_members().iter().map(|instance| ClusterInstance {
        id: text(instance.db_instance_identifier()),
        is_writer: instance.is_cluster_writer().unwrap_or(false),
        parameters: text(instance.db_cluster_parameter_group_status()),
    });
    let groups = from.vpc_security_groups().iter().filter_map(|group| group.vpc_security_group_id());
    Cluster {
        id: text(from.db_cluster_identifier()),
        arn: text(from.db_cluster_arn()),
        status: text(from.status()),
        engine_version: text(from.engine_version()),
        endpoint: from.endpoint().map(str::to_owned),
        reader_endpoint: from.reader_endpoint().map(str::to_owned),
        custom_endpoints: from.custom_endpoints().to_vec(),
        instances: instances.collect(),
        parameter_group: text(from.db_cluster_parameter_group()),
        capacity: from.serverless_v2_scaling_configuration().map(capacity),
        security_groups: groups.map(str::to_owned).collect(),
        tags: tags(from.tag_list()),
    }
}

/// For example `0.5 to 16 ACU`.
fn capacity(from: &sdk::ServerlessV2ScalingConfigurationInfo) -> String {
    let number = |value: Option<f64>| value.map_or("?".to_owned(), |value| value.to_string());
    format!("{} to {} ACU", number(from.min_capacity()), number(from.max_capacity()))
}

fn tags(from: &[sdk::Tag]) -> BTreeMap<String, String> {
    from.iter().filter_map(|tag| Some((tag.key()?.to_owned(), text(tag.value())))).collect()
}
