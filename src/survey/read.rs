//! Read: the whole survey, both regions at once.
//! Invariant: as in `survey`.
//! Not here: what is read of one region (see beside this file).
//! Used by: survey.

use futures_util::join;

use super::{
    database,
    model::{Known, Survey, Unknown, known},
    region,
};
use crate::{
    aws::{Aws, Found, Observation, Peering},
    drill::model::{Deployment, PerSide, Side},
};

/// Reads everything that `found` leads to.
pub async fn survey(aws: &Aws, deployment: &Deployment, found: Found) -> Survey {
    let (caller, primary_account, primary, standby, peerings, of_primary, of_standby, database) = join!(
        Box::pin(aws.caller_identity(Side::Standby)),
        Box::pin(primary_account(aws, deployment)),
        Box::pin(region::read(aws, &found, Side::Primary)),
        Box::pin(region::read(aws, &found, Side::Standby)),
        Box::pin(peerings(aws, &found)),
        Box::pin(observations(aws, &found, Side::Primary)),
        Box::pin(observations(aws, &found, Side::Standby)),
        Box::pin(database::read(aws, &found)),
    );
    Survey {
        at: aws.clock().now().wall,
        caller: caller.map_err(Unknown::from),
        primary_account,
        lifetimes: PerSide {
            primary: aws.lifetime(Side::Primary).await,
            standby: aws.lifetime(Side::Standby).await,
        },
        regions: PerSide { primary, standby },
        peerings,
        observations: PerSide { primary: of_primary, standby: of_standby },
        database,
        found,
    }
}

/// Both sides have the caller's own credentials unless the deployment says otherwise.
async fn primary_account(aws: &Aws, deployment: &Deployment) -> Option<Known<String>> {
    let (primary, standby) = (&deployment.regions.primary, &deployment.regions.standby);
    if (&primary.role_arn, &primary.profile) == (&standby.role_arn, &standby.profile) {
        return None;
    }
    Some(aws.caller_identity(Side::Primary).await.map(|caller| caller.account).map_err(Unknown::from))
}

/// A peering of two regions is seen from either; the standby's is asked, which the outage does not touch.
async fn peerings(aws: &Aws, found: &Found) -> Known<Vec<Peering>> {
    let vpcs = [region::vpcs(found, Side::Primary)?, region::vpcs(found, Side::Standby)?].concat();
    Ok(aws.peerings(Side::Standby, &vpcs).await?)
}

/// What the checkers saw last. AWS has no such answer for checks that look at no endpoint (Route 53 API reference,
/// GetHealthCheckStatus).
async fn observations(aws: &Aws, found: &Found, side: Side) -> Known<Option<Vec<Observation>>> {
    let site = known(&found.site)?;
    let Some(site) = site else { return Ok(None) };
    let Some(check) = known(site.health_checks.of(side))? else { return Ok(None) };
    if ["CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"].contains(&check.kind.as_str()) {
        let why = format!("AWS does not tell how health check {} of type {} stands", check.id, check.kind);
        return Err(Unknown::because(why));
    }
    Ok(Some(aws.health_check_observations(&check.id).await?))
}
