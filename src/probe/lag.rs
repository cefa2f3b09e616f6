//! Lag: how far the secondary cluster is behind, as CloudWatch has it.
//! Invariant: the value carries the metric's own time, one to two minutes ago; an older one is `Unknown`.
//! Not here: data loss (a canary measures it; lag only bounds it).
//! Used by: `registry`, if the deployment has a database.
//!
//! AWS's pages do not agree on which region emits the metric, and it moves with the roles. So both are asked which
//! metrics they hold, now and then again, and the newest value counts.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::{Cost, Look, Probe, call};
use crate::{
    aws::{Aws, Datapoint, Metric, MetricQuery},
    clock::{self, Stamp},
    drill::model::{PerSide, Side},
    journal::sample::{Outcome, Phases, Seen, WatchName},
    text,
};

pub(super) const INTERVAL: Duration = Duration::from_secs(15);
/// An older value says nothing about now.
const STALE: Duration = Duration::from_secs(5 * 60);
/// The roles may have changed: ask again who emits.
const ASK_AGAIN: Duration = Duration::from_secs(2 * 60);

/// Reads the replication lag.
pub(super) struct LagProbe {
    aws: Aws,
    /// Identifiers of the regional clusters.
    clusters: PerSide<Option<String>>,
    emitters: Mutex<Emitters>,
}

/// Who holds the metric.
#[derive(Default)]
struct Emitters {
    asked: Option<Stamp>,
    metrics: Vec<(Side, Metric)>,
}

impl LagProbe {
    /// Reads the lag between these regional clusters.
    pub(super) fn new(aws: Aws, clusters: PerSide<Option<String>>) -> LagProbe {
        LagProbe { aws, clusters, emitters: Mutex::default() }
    }

    /// The newest value that any region holds. One region that does not answer leaves the other's word.
    async fn newest(&self) -> Result<Option<Datapoint>, String> {
        let mut emitters = self.emitters.lock().await;
        let mut silent = self.find(&mut emitters).await;
        let mut newest: Option<Datapoint> = None;
        for (side, metric) in &emitters.metrics {
            let query = MetricQuery::of_lag(metric.clone(), self.aws.clock().now().wall);
            match call::bounded(&self.aws, self.aws.metric_data(*side, &query)).await {
                Ok(points) => newest = points.into_iter().chain(newest).max_by_key(|point| point.at),
                Err(why) => silent = Some(why),
            }
        }
        match (newest, silent) {
            (None, Some(why)) => Err(why),
            (newest, _) => Ok(newest),
        }
    }

    /// Asks both regions who emits, if that has not been asked lately; says why one did not answer.
    async fn find(&self, emitters: &mut Emitters) -> Option<String> {
        let now = self.aws.clock().now();
        if emitters.asked.is_some_and(|asked| now.since(asked) < ASK_AGAIN) {
            return None;
        }
        let (mut found, mut silent) = (Vec::new(), None);
        for side in [Side::Standby, Side::Primary] {
            let Some(cluster) = self.clusters.of(side) else { continue };
            let dimension = (Metric::LAG_DIMENSION, cluster.as_str());
            match call::bounded(
                &self.aws,
                self.aws.metrics(side, Metric::LAG_NAMESPACE, Metric::LAG, dimension),
            )
            .await
            {
                Ok(metrics) => found.extend(metrics.into_iter().map(|metric| (side, metric))),
                Err(why) => silent = Some(why),
            }
        }
        if silent.is_none() {
            emitters.asked = Some(now);
        }
        let listed = !found.is_empty();
        if !listed {
            // A metric can be readable for a quarter of an hour before it is listed (CloudWatch API reference, ListMetrics).
            found = self.by_name();
        }
        if silent.is_none() || listed || emitters.metrics.is_empty() {
            emitters.metrics = found;
        }
        silent
    }

    /// The metric of each regional cluster under its documented name.
    fn by_name(&self) -> Vec<(Side, Metric)> {
        let sides = [Side::Standby, Side::Primary].into_iter();
        sides
            .filter_map(|side| Some((side, Metric::replication_lag(self.clusters.of(side).as_ref()?))))
            .collect()
    }
}

#[async_trait]
impl Probe for LagProbe {
    fn watch(&self) -> WatchName {
        WatchName::lag()
    }

    fn title(&self) -> String {
        "replication lag of the global database".to_owned()
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    /// As if both regions held the metric.
    fn cost(&self) -> Vec<Cost> {
        let asked = 1000 * INTERVAL.as_secs() / ASK_AGAIN.as_secs();
        let sides = Side::BOTH.into_iter().filter(|side| self.clusters.of(*side).is_some());
        let calls = sides.flat_map(|side| {
            [
                Cost::each("cloudwatch:GetMetricData", Some(side), 1),
                Cost { operation: "cloudwatch:ListMetrics", side: Some(side), per_thousand: asked },
            ]
        });
        calls.collect()
    }

    async fn look(&self) -> Look {
        match self.newest().await {
            Ok(newest) => judge(newest, self.aws.clock().now().wall),
            Err(why) => Look::unknown(why),
        }
    }
}

fn judge(newest: Option<Datapoint>, now: Timestamp) -> Look {
    let Some(Datapoint { at, value }) = newest else {
        return Look::unknown(format!(
            "neither region has a value of {} in the last ten minutes",
            Metric::LAG
        ));
    };
    let age = Duration::try_from(now.duration_since(at)).unwrap_or_default();
    let outcome = match clock::later(at, STALE) < now {
        true => Outcome::Unknown { error: format!("the newest value is {} old", text::duration(age)) },
        false => Outcome::Good,
    };
    Look { phases: Phases::default(), outcome, seen: Some(Seen::Lag { millis: value, at }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_the_last_minutes_is_good_and_an_older_one_or_none_is_unknown() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let point = |age: i64| {
            Some(Datapoint { at: Timestamp::from_second(now.as_second() - age).unwrap(), value: 120.0 })
        };
        assert_eq!(judge(point(120), now).outcome, Outcome::Good);
        assert!(matches!(judge(point(301), now).outcome, Outcome::Unknown { .. }));
        assert!(matches!(judge(None, now).outcome, Outcome::Unknown { .. }));
    }
}
