//! Autoscaling: the groups that an environment's instances are in.
//! Not here: the instances themselves (see `ec2`).
//! Used by: survey.

use std::collections::BTreeSet;

use aws_sdk_autoscaling::types as sdk;

use super::{Aws, AwsError, pages, text};
use crate::drill::model::Side;

/// One group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalingGroup {
    /// Its name.
    pub name: String,
    /// The fewest instances.
    pub min: i32,
    /// The most.
    pub max: i32,
    /// As many as there should be.
    pub desired: i32,
    /// As many as are in service.
    pub in_service: usize,
    /// The types of its instances, each once.
    pub classes: BTreeSet<String>,
    /// `EC2` or `ELB`, or several with commas. With `ELB`, what the balancer finds unhealthy is terminated and replaced
    /// (Amazon EC2 Auto Scaling user guide, "Health checks").
    pub health_check: String,
    /// Processes that are suspended: `Launch`, `Terminate`, `HealthCheck` …
    pub suspended: BTreeSet<String>,
    /// ARNs of the target groups that its instances are put into.
    pub target_groups: BTreeSet<String>,
}

impl Aws {
    /// The groups of these names; AWS passes over names that it does not know.
    pub async fn scaling_groups(&self, side: Side, names: &[String]) -> Result<Vec<ScalingGroup>, AwsError> {
        const OPERATION: &str = "autoscaling:DescribeAutoScalingGroups";
        // Without a name AWS would answer with every group of the region.
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let client = self.clients(side).await.autoscaling.clone();
        pages::all(OPERATION, async |from: Option<String>| {
            let call = client.describe_auto_scaling_groups();
            let call = call.set_auto_scaling_group_names(Some(names.to_vec())).set_next_token(from).send();
            let answer = self.send(&self.budgets(side).autoscaling, OPERATION, call).await?;
            let found = answer.auto_scaling_groups().iter().map(group).collect();
            Ok((found, pages::marker(answer.next_token())))
        })
        .await
    }
}

fn group(from: &sdk::AutoScalingGroup) -> ScalingGroup {
    let serves =
        |one: &&sdk::Instance| one.lifecycle_state().is_some_and(|state| state.as_str() == "InService");
    let classes = from.instances().iter().filter_map(|one| one.instance_type());
    let suspended = from.suspended_processes().iter().filter_map(|process| process.process_name());
    ScalingGroup {
        name: text(from.auto_scaling_group_name()),
        min: from.min_size().unwrap_or_default(),
        max: from.max_size().unwrap_or_default(),
        desired: from.desired_capacity().unwrap_or_default(),
        in_service: from.instances().iter().filter(serves).count(),
        classes: classes.map(str::to_owned).collect(),
        health_check: text(from.health_check_type()),
        suspended: suspended.map(str::to_owned).collect(),
        target_groups: from.target_group_arns().iter().cloned().collect(),
    }
}
