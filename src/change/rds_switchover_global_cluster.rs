//! Rds_switchover_global_cluster: moves the writer of the Aurora global cluster to the other region without loss.
//!
//! Effect: writes pause while the regions exchange roles; nothing is lost. Both regions must be well. Nearest AWS FIS
//! action: aws:rds:failover-db-cluster, which stays inside one region.
//! Rights: see `rds_writer::rights`.
//! Before holds: the global cluster, both members, and which of them is the writer.
//! Restore cannot bring back: connections that the role change cut.
//!
//! Invariant: called once, in the region of the current writer.
//! Not here: the moving and waiting (see `rds_writer`).
//! Used by: registry.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Captured, Change, ChangeError, Resource, Right, Verification, before,
    context::ChangeContext,
    rds_writer::{self, Before, Move},
};
use crate::{
    aws::Aws,
    drill::model::{Deployment, Facts, Side},
    journal::event::Reversibility,
};

/// What the drill says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {
    /// Where the writer goes.
    to: Side,
}

struct Switchover {
    params: Params,
    aws: Aws,
    deployment: Deployment,
    clusters: Vec<Resource>,
}

/// Builds it.
pub(super) fn build(params: Params, cx: &ChangeContext) -> Box<dyn Change> {
    let clusters = rds_writer::clusters(cx);
    Box::new(Switchover { params, aws: cx.aws.urgent(), deployment: cx.deployment.clone(), clusters })
}

#[async_trait]
impl Change for Switchover {
    fn title(&self) -> String {
        let global = self.deployment.global_cluster.as_deref().unwrap_or("the database");
        format!(
            "switch the writer of {global} over to the {} ({})",
            self.params.to,
            self.aws.region(self.params.to)
        )
    }

    fn reversibility(&self) -> Reversibility {
        Reversibility::Failback
    }

    fn apply_time(&self) -> Duration {
        rds_writer::MOVE_WITHIN
    }

    fn restore_time(&self) -> Duration {
        rds_writer::MOVE_WITHIN
    }

    fn rights(&self, captured: Option<&Captured>) -> Vec<Right> {
        rds_writer::rights(self.params.to, Move::Switchover, captured)
    }

    async fn capture(&self) -> Result<Captured, ChangeError> {
        let Switchover { params, aws, deployment, clusters } = self;
        rds_writer::capture(aws, deployment, params.to, Move::Switchover, clusters).await
    }

    async fn apply(&self, before: &Value) -> Result<Facts, ChangeError> {
        rds_writer::apply(&self.aws, &before::read::<Before>(before)?, Move::Switchover).await
    }

    async fn restore(&self, before: &Value) -> Result<Facts, ChangeError> {
        rds_writer::restore(&self.aws, &before::read::<Before>(before)?).await
    }

    async fn verify(&self, before: &Value) -> Result<Verification, ChangeError> {
        rds_writer::verify(&self.aws, &before::read::<Before>(before)?).await
    }
}
