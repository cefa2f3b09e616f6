//! Gauge: what CloudWatch can measure of clusters.
//! Invariant: pure reading; what moves by itself is a function of the seed and the moment.
//! Not here: namespaces, dimensions and datapoints (see `cloudwatch`).
//! Used by: `cloudwatch`.

use std::time::Duration;

use jiff::Timestamp;

use super::{model::Hold, settings::LagMetrics};
use crate::lab::world::{World, cloudwatch::Source, rng::Rng};

/// What of a cluster is measured now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::lab) struct ClusterGauges {
    /// Its name.
    pub(in crate::lab) id: String,
    /// The clusters whose lag its region emits, by ARN.
    pub(in crate::lab) lags: Vec<String>,
    /// The instances that run, and whether each one writes.
    pub(in crate::lab) instances: Vec<(String, bool)>,
}

impl World {
    /// Every cluster, by ARN.
    pub(in crate::lab) fn cluster_arns(&self) -> Vec<String> {
        self.rds.clusters.keys().cloned().collect()
    }

    /// What is measured of a cluster changed, and so did what its primary measures of it.
    pub(super) fn measured(&mut self, arn: &str) {
        let global = self.rds.clusters.get(arn).and_then(|cluster| self.global_of(cluster));
        let primary = global.map(|global| global.writer().to_owned());
        self.touch(Source::Cluster(arn.to_owned()));
        if let Some(primary) = primary.filter(|primary| primary != arn) {
            self.touch(Source::Cluster(primary));
        }
    }

    /// What of a cluster is measured now; `None` if there is no such cluster.
    pub(in crate::lab) fn cluster_gauges(&self, arn: &str) -> Option<ClusterGauges> {
        let cluster = self.rds.clusters.get(arn)?;
        let follows = matches!(cluster.hold, Hold::Follows { .. });
        let place = self.rds.settings.lag_metrics_in;
        let mut lags: Vec<String> = Vec::new();
        if follows && place != LagMetrics::Primary {
            lags.push(arn.to_owned());
        } else if !follows && place != LagMetrics::Secondary && self.is_primary(cluster) {
            let followers = self.followers(cluster.global.as_deref().unwrap_or_default());
            let connected = |own: &&String| {
                let cluster = self.rds.clusters.get(*own);
                cluster.is_some_and(|own| matches!(own.hold, Hold::Follows { .. }))
            };
            lags.extend(followers.iter().filter(connected).cloned());
        }
        let runs = cluster.instances.iter().filter(|own| own.status == "available");
        let is_writer = self.is_primary(cluster);
        let instances = runs.map(|own| (own.id.clone(), own.first && is_writer)).collect();
        Some(ClusterGauges { id: cluster.id.clone(), lags, instances })
    }

    /// How far a follower, by ARN, was behind at a moment.
    pub(in crate::lab) fn replication_lag_at(&self, arn: &str, at: Timestamp) -> Duration {
        self.rds.lag(arn, at)
    }

    /// How far the furthest follower is behind now; nothing where nobody follows.
    pub fn replication_lag(&self) -> Duration {
        let follows = |cluster: &&super::Cluster| matches!(cluster.hold, Hold::Follows { .. });
        let followers = self.rds.clusters.values().filter(follows);
        let lags = followers.map(|cluster| self.rds.lag(&cluster.arn, self.now()).max(self.least_lag()));
        lags.max().unwrap_or_default()
    }

    /// A number from 0 to 1 that moves once a minute: for measures of load that the lab does not simulate.
    pub(in crate::lab) fn load_at(&self, of: &str, at: Timestamp) -> f64 {
        let minute = at.as_second().div_euclid(60);
        let draw = Rng::stream(self.rds.seed, &format!("load of {of} {minute}")).below(10_001);
        draw as f64 / 10_000.0
    }
}
