//! Rds_failover_global_cluster: makes the other region the writer of the Aurora global cluster at once.
//!
//! Effect: the other region is promoted without waiting for the old writer; what had not been replicated is lost. For
//! a region that is really gone. Nearest AWS FIS action: aws:rds:failover-db-cluster, which stays inside one region.
//! Rights: see `rds_writer::rights`.
//! Before holds: the global cluster, both members, and which of them is the writer.
//! Restore cannot bring back: the lost writes. AWS keeps the old volume as a snapshot named
//! rds:unplanned-global-failover-… for a while; roles return by a switchover once the old writer keeps up again, which
//! takes minutes to hours.
//!
//! Invariant: never without consent in the drill; called once, in the region of the target.
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
    /// Consent.
    #[serde(default)]
    allow_data_loss: bool,
}

struct Failover {
    params: Params,
    aws: Aws,
    deployment: Deployment,
    clusters: Vec<Resource>,
}

/// Builds it.
pub(super) fn build(params: Params, cx: &ChangeContext) -> Box<dyn Change> {
    let clusters = rds_writer::clusters(cx);
    Box::new(Failover { params, aws: cx.aws.urgent(), deployment: cx.deployment.clone(), clusters })
}

#[async_trait]
impl Change for Failover {
    fn title(&self) -> String {
        let global = self.deployment.global_cluster.as_deref().unwrap_or("the database");
        let region = self.aws.region(self.params.to);
        format!(
            "fail the writer of {global} over to the {} ({region}), losing what is not replicated",
            self.params.to
        )
    }

    fn reversibility(&self) -> Reversibility {
        Reversibility::Failback
    }

    fn apply_time(&self) -> Duration {
        rds_writer::MOVE_WITHIN
    }

    fn restore_time(&self) -> Duration {
        rds_writer::RESYNC_WITHIN + rds_writer::MOVE_WITHIN
    }

    fn rights(&self, captured: Option<&Captured>) -> Vec<Right> {
        rds_writer::rights(self.params.to, Move::Failover, captured)
    }

    async fn capture(&self) -> Result<Captured, ChangeError> {
        if !self.params.allow_data_loss {
            return Err(ChangeError::Refused(
                "an unplanned failover can lose writes: say `allow_data_loss: true` in the drill, or use \
                 rds.switchover-global-cluster, which loses none"
                    .into(),
            ));
        }
        let Failover { params, aws, deployment, clusters } = self;
        let mut captured = rds_writer::capture(aws, deployment, params.to, Move::Failover, clusters).await?;
        let lost = "writes that are not yet replicated are lost for good";
        captured.touches.insert("data".into(), lost.into());
        Ok(captured)
    }

    async fn apply(&self, before: &Value) -> Result<Facts, ChangeError> {
        rds_writer::apply(&self.aws, &before::read::<Before>(before)?, Move::Failover).await
    }

    async fn restore(&self, before: &Value) -> Result<Facts, ChangeError> {
        rds_writer::restore(&self.aws, &before::read::<Before>(before)?).await
    }

    async fn verify(&self, before: &Value) -> Result<Verification, ChangeError> {
        rds_writer::verify(&self.aws, &before::read::<Before>(before)?).await
    }
}
