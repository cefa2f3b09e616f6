//! Database: the instances of a regional cluster, and what their parameter groups set.
//! Not here: clusters and global clusters (see `rds`).
//! Used by: survey.

use std::collections::BTreeMap;

use aws_sdk_rds::types as sdk;

use super::{Aws, AwsError, pages, text};
use crate::drill::model::Side;

/// One instance of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseInstance {
    /// Its identifier.
    pub id: String,
    /// Its class: `db.r6g.large` …
    pub class: String,
    /// `available` …
    pub status: String,
    /// Its engine's version.
    pub engine_version: String,
    /// Its parameter groups, each with how far it is applied: `in-sync`, `pending-reboot` …
    pub parameter_groups: BTreeMap<String, String>,
    /// The subnets that it can be in.
    pub subnets: Vec<String>,
}

/// Parameters that somebody has set, by name.
pub type SetParameters = BTreeMap<String, String>;

impl Aws {
    /// The instances of the cluster with this identifier.
    pub async fn database_instances(
        &self,
        side: Side,
        cluster: &str,
    ) -> Result<Vec<DatabaseInstance>, AwsError> {
        const OPERATION: &str = "rds:DescribeDBInstances";
        let client = self.clients(side).await.rds.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let filter = sdk::Filter::builder().name("db-cluster-id").values(cluster).build();
            let call = client.describe_db_instances().filters(filter).set_marker(from).send();
            let answer = self.send(&self.budgets(side).rds, OPERATION, call).await?;
            let found = answer.db_instances().iter().map(instance).collect();
            Ok((found, pages::marker(answer.marker())))
        })
        .await
    }

    /// What a cluster's parameter group sets otherwise than the engine.
    pub async fn cluster_parameters(&self, side: Side, group: &str) -> Result<SetParameters, AwsError> {
        const OPERATION: &str = "rds:DescribeDBClusterParameters";
        let client = self.clients(side).await.rds.clone();
        let set = pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_db_cluster_parameters().db_cluster_parameter_group_name(group);
            let call = call.source("user").set_marker(from).send();
            let answer = self.send(&self.budgets(side).rds, OPERATION, call).await?;
            Ok((answer.parameters().iter().filter_map(parameter).collect(), pages::marker(answer.marker())))
        });
        Ok(set.await?.into_iter().collect())
    }

    /// What an instance's parameter group sets otherwise than the engine.
    pub async fn instance_parameters(&self, side: Side, group: &str) -> Result<SetParameters, AwsError> {
        const OPERATION: &str = "rds:DescribeDBParameters";
        let client = self.clients(side).await.rds.clone();
        let set = pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_db_parameters().db_parameter_group_name(group);
            let call = call.source("user").set_marker(from).send();
            let answer = self.send(&self.budgets(side).rds, OPERATION, call).await?;
            Ok((answer.parameters().iter().filter_map(parameter).collect(), pages::marker(answer.marker())))
        });
        Ok(set.await?.into_iter().collect())
    }
}

/// Only what has a value was set; an endpoint that does not know `Source` sends all of them.
fn parameter(from: &sdk::Parameter) -> Option<(String, String)> {
    let set = from.source().is_none_or(|source| source == "user");
    set.then(|| Some((from.parameter_name()?.to_owned(), from.parameter_value()?.to_owned())))?
}

fn instance(from: &sdk::DbInstance) -> DatabaseInstance {
    let groups = from.db_parameter_groups().iter();
    let groups = groups
        .map(|group| (text(group.db_parameter_group_name()), text(group.parameter_apply_status())))
        .collect();
    let subnets = from.db_subnet_group().map(|group| group.subnets()).unwrap_or_default().iter();
    DatabaseInstance {
        id: text(from.db_instance_identifier()),
        class: text(from.db_instance_class()),
        status: text(from.db_instance_status()),
        engine_version: text(from.engine_version()),
        parameter_groups: groups,
        subnets: subnets.filter_map(|subnet| subnet.subnet_identifier().map(str::to_owned)).collect(),
    }
}
