//! Start: what a world file's alarms watch.
//! Invariant: an alarm that names an environment watches what AWS measures of it, under AWS's own dimensions.
//! Not here: how an alarm is made (see `build`).
//! Used by: `World::build`.

use std::{collections::BTreeMap, sync::Arc};

use super::build::AlarmPlan;
use crate::lab::world::{
    World,
    blueprint::{Blueprint, guard::Alarm},
};

impl World {
    /// Sets the service up as the blueprint has it. Every other service has started.
    pub(in crate::lab) fn cloudwatch_start(&mut self) {
        self.cloudwatch_begin();
        let blueprint = Arc::clone(self.blueprint());
        for region in &blueprint.regions {
            for alarm in &region.alarms {
                let plan = self.planned_alarm(&blueprint, &region.region, alarm);
                self.add_alarm(plan);
            }
        }
    }

    fn planned_alarm(&self, blueprint: &Blueprint, region: &str, own: &Alarm) -> AlarmPlan {
        let of_environment = own.environment.as_ref().map(|name| self.dimensions_of(region, name, own));
        let mut dimensions: BTreeMap<String, String> =
            of_environment.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect();
        dimensions.extend(own.dimensions.clone());
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        AlarmPlan {
            region: region.to_owned(),
            name: own.name.clone(),
            description: own.description.clone(),
            namespace: own.namespace.clone(),
            metric: own.metric.clone(),
            dimensions: dimensions.into_iter().collect(),
            statistic: own.statistic.clone(),
            period: whole(own.period.duration().as_secs()),
            periods: whole(own.periods),
            to_alarm: Some(whole(own.breaching.unwrap_or(own.periods))),
            // A world file is read only if this is a number.
            threshold: own.threshold.parse().unwrap_or(0.0),
            comparison: own.comparison.clone(),
            missing: Some(own.missing.clone()),
            tags: blueprint.tags.clone(),
        }
    }

    /// The dimensions under which AWS measures an environment's parts. AWS: the guides of the services, CloudWatch
    /// metrics.
    fn dimensions_of(&self, region: &str, environment: &str, own: &Alarm) -> Vec<(&'static str, String)> {
        let scaling_group = || self.environment_scaling_group(region, environment).map(str::to_owned);
        let found = match own.namespace.as_str() {
            "AWS/ApplicationELB" => {
                let balancer = self.environment_balancer(region, environment);
                let Some((path, group)) = balancer.and_then(|arn| self.balancer_dimensions(arn)) else {
                    return Vec::new();
                };
                let group = is_of_targets(&own.metric).then_some(("TargetGroup", group));
                return [("LoadBalancer", path)].into_iter().chain(group).collect();
            }
            "AWS/AutoScaling" | "AWS/EC2" => scaling_group().map(|name| ("AutoScalingGroupName", name)),
            "AWS/RDS" => {
                let arn = self.database_of_environment(region, environment);
                let id = arn.and_then(|arn| arn.rsplit(':').next());
                id.map(|id| ("DBClusterIdentifier", id.to_owned()))
            }
            _ => Some(("EnvironmentName", environment.to_owned())),
        };
        found.into_iter().collect()
    }
}

/// Whether a balancer's metric is measured for each target group. AWS: Application Load Balancer user guide, CloudWatch
/// metrics.
fn is_of_targets(metric: &str) -> bool {
    metric.ends_with("HostCount") || metric.contains("Target")
}
