//! Replication_lag: what CloudWatch calls the lag of an Aurora global database, and how its newest value is asked for.
//! Not here: in which region it is looked for (see `probe` and `survey`).
//! Used by: probe, survey.

use std::time::Duration;

use jiff::Timestamp;

use super::{Metric, MetricQuery};

/// How far back a value is looked for.
const REACH_BACK: Duration = Duration::from_secs(10 * 60);

impl Metric {
    /// Its namespace.
    pub const LAG_NAMESPACE: &str = "AWS/RDS";
    /// Its name. Unit milliseconds (Aurora user guide, "Cluster-level metrics for Amazon Aurora").
    pub const LAG: &str = "AuroraGlobalDBReplicationLag";
    /// The dimension that names a regional cluster.
    pub const LAG_DIMENSION: &str = "DBClusterIdentifier";

    /// A regional cluster's lag under its documented name, with no other dimension.
    pub fn replication_lag(cluster: &str) -> Metric {
        Metric {
            namespace: Metric::LAG_NAMESPACE.to_owned(),
            name: Metric::LAG.to_owned(),
            dimensions: [(Metric::LAG_DIMENSION.to_owned(), cluster.to_owned())].into(),
        }
    }
}

impl MetricQuery {
    /// The lag's values of the last ten minutes, one a minute.
    pub fn of_lag(metric: Metric, now: Timestamp) -> MetricQuery {
        let from =
            Timestamp::from_second(now.as_second() - REACH_BACK.as_secs().cast_signed()).unwrap_or(now);
        MetricQuery { metric, statistic: "Maximum".into(), period: 60, from, to: now }
    }
}
