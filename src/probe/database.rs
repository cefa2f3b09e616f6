//! Database: where the global cluster's writer is and what is being done to it.
//! Invariant: AWS's words are kept as they came; it returns values outside its own model.
//! Not here: replication lag (see `lag`), whether writes work (see `write`).
//! Used by: `registry`, if the deployment has a database.
//!
//! The standby's region is asked, for the primary's may be what the drill takes away; the primary's only when the
//! standby's does not answer.

use std::time::Duration;

use async_trait::async_trait;

use super::{Cost, Look, Probe, call};
use crate::{
    aws::{Aws, GlobalCluster},
    drill::model::Side,
    journal::sample::{Outcome, Phases, Seen, WatchName},
};

pub(super) const INTERVAL: Duration = Duration::from_secs(2);

/// Reads the global cluster.
pub(super) struct DatabaseProbe {
    /// AWS.
    pub(super) aws: Aws,
    /// The global cluster's identifier.
    pub(super) id: String,
}

#[async_trait]
impl Probe for DatabaseProbe {
    fn watch(&self) -> WatchName {
        WatchName::database()
    }

    fn title(&self) -> String {
        format!("global cluster {}", self.id)
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    /// The primary's region is asked too while the standby's does not answer.
    fn cost(&self) -> Vec<Cost> {
        vec![Cost::each("rds:DescribeGlobalClusters", Some(Side::Standby), 1)]
    }

    async fn look(&self) -> Look {
        let mut silent = Vec::new();
        for side in [Side::Standby, Side::Primary] {
            match call::bounded(&self.aws, self.aws.global_cluster(side, &self.id)).await {
                Ok(cluster) => {
                    let writer = cluster.writer().and_then(|member| self.aws.side_of(&member.region));
                    return judge(&cluster, writer);
                }
                Err(why) => silent.push(format!("{}: {why}", self.aws.region(side))),
            }
        }
        Look::unknown(silent.join("; "))
    }
}

/// Good is at rest, with a writer and every reader connected.
fn judge(cluster: &GlobalCluster, writer: Option<Side>) -> Look {
    let in_sync = cluster.is_in_sync();
    let why = match (&cluster.operation, writer) {
        (Some(operation), _) => Some(format!("{operation} is running")),
        (None, None) => Some("no writer in either region".to_owned()),
        (None, Some(_)) if !in_sync => Some("a member is not connected".to_owned()),
        (None, Some(_)) if cluster.status != "available" => Some(format!("status {}", cluster.status)),
        _ => None,
    };
    let outcome = why.map_or(Outcome::Good, |why| Outcome::Bad { why });
    let (status, operation) = (cluster.status.clone(), cluster.operation.clone());
    Look {
        phases: Phases::default(),
        outcome,
        seen: Some(Seen::Database { status, writer, operation, in_sync }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::GlobalMember;

    fn cluster(status: &str, operation: Option<&str>, synchronization: &str) -> GlobalCluster {
        let member = |region: &str, is_writer, synchronization: &str| GlobalMember {
            arn: format!("arn:aws:rds:{region}:111122223333:cluster:wordpress"),
            region: region.into(),
            is_writer,
            synchronization: synchronization.into(),
        };
        GlobalCluster {
            id: "wordpress-global".into(),
            arn: "arn:aws:rds::111122223333:global-cluster:wordpress-global".into(),
            status: status.into(),
            engine: "aurora-mysql".into(),
            engine_version: "8.0.mysql_aurora.3.08.0".into(),
            endpoint: None,
            members: vec![
                member("ap-northeast-2", true, ""),
                member("ap-northeast-1", false, synchronization),
            ],
            operation: operation.map(str::to_owned),
            operation_to: None,
            tags: Default::default(),
        }
    }

    #[test]
    fn at_rest_is_good_and_anything_else_says_what() {
        let outcome = |cluster: &GlobalCluster, writer| judge(cluster, writer).outcome;
        let primary = Some(Side::Primary);
        assert_eq!(outcome(&cluster("available", None, "connected"), primary), Outcome::Good);
        let bad = |why: &str| Outcome::Bad { why: why.into() };
        let moving = cluster("switching-over", Some("switching-over"), "connected");
        assert_eq!(outcome(&moving, primary), bad("switching-over is running"));
        let resync = cluster("available", None, "pending-resync");
        assert_eq!(outcome(&resync, primary), bad("a member is not connected"));
        assert_eq!(
            outcome(&cluster("available", None, "connected"), None),
            bad("no writer in either region")
        );
        assert_eq!(outcome(&cluster("modifying", None, "connected"), primary), bad("status modifying"));
    }
}
