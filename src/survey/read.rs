//! Read: the whole survey, both regions at once.
//! Invariant: as in `survey`.
//! Not here: what is read of one region (see beside this file).
//! Used by: survey.

use std::collections::BTreeSet;

use futures_util::join;

use super::{
    database,
    model::{Known, RegionSurvey, Survey, Unknown, known},
    region,
};
use crate::{
    aws::{Aws, Found, Observation, Peering, RecordSet},
    drill::model::{Deployment, PerSide, Side},
};

/// Reads everything that `found` leads to.
pub async fn survey(aws: &Aws, deployment: &Deployment, found: Found) -> Survey {
    let (caller, primary_account, primary, standby, peerings, checks, database) = join!(
        Box::pin(aws.caller_identity(Side::Standby)),
        Box::pin(primary_account(aws, deployment)),
        Box::pin(region::read(aws, &found, Side::Primary, &deployment.site.host)),
        Box::pin(region::read(aws, &found, Side::Standby, &deployment.site.host)),
        Box::pin(peerings(aws, &found)),
        Box::pin(checks(aws, &found)),
        Box::pin(database::read(aws, &found)),
    );
    let regions = PerSide { primary, standby };
    let regions = Box::pin(with_list_names(aws, regions)).await;
    Survey {
        at: aws.clock().now().wall,
        caller: caller.map_err(Unknown::from),
        primary_account,
        lifetimes: PerSide {
            primary: aws.lifetime(Side::Primary).await,
            standby: aws.lifetime(Side::Standby).await,
        },
        regions,
        peerings,
        observations: checks.observations,
        asked: checks.asked,
        database,
        found,
    }
}

/// The regions with the names of their prefix lists, if what is in the lists differs: by its name alone a list of AWS's own,
/// which holds other ranges in each region, is told from a user's.
async fn with_list_names(aws: &Aws, regions: PerSide<RegionSurvey>) -> PerSide<RegionSurvey> {
    let ranges = |side: Side| -> BTreeSet<&String> {
        regions.of(side).prefix_lists.values().flatten().flatten().collect()
    };
    if ranges(Side::Primary) == ranges(Side::Standby) {
        return regions;
    }
    let PerSide { mut primary, mut standby } = regions;
    for (side, region) in [(Side::Primary, &mut primary), (Side::Standby, &mut standby)] {
        let ids: Vec<String> = region.prefix_lists.keys().cloned().collect();
        region.list_names = Some(aws.prefix_list_names(side, &ids).await.map_err(Unknown::from));
    }
    PerSide { primary, standby }
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

/// What is read of the health checks themselves.
struct Checks {
    observations: PerSide<Known<Option<Vec<Observation>>>>,
    asked: PerSide<Known<Vec<RecordSet>>>,
}

async fn checks(aws: &Aws, found: &Found) -> Checks {
    let (of_primary, of_standby, primary, standby) = join!(
        Box::pin(observations(aws, found, Side::Primary)),
        Box::pin(observations(aws, found, Side::Standby)),
        Box::pin(asked(aws, found, Side::Primary)),
        Box::pin(asked(aws, found, Side::Standby)),
    );
    Checks {
        observations: PerSide { primary: of_primary, standby: of_standby },
        asked: PerSide { primary, standby },
    }
}

/// The records of the name that the side's health check asks. Those of the site's own name are known already, and a check
/// that has an address asks no name.
async fn asked(aws: &Aws, found: &Found, side: Side) -> Known<Vec<RecordSet>> {
    let Some(site) = known(&found.site)? else { return Ok(Vec::new()) };
    let Some(check) = known(site.health_checks.of(side))? else { return Ok(Vec::new()) };
    let Some(name) = check.name_asked() else { return Ok(Vec::new()) };
    let zone = site.zone.name.trim_end_matches('.');
    let inside = name == zone || name.strip_suffix(zone).is_some_and(|front| front.ends_with('.'));
    match inside && !site.records.iter().any(|record| record.name.trim_end_matches('.') == name) {
        true => Ok(aws.records(&site.zone.id, &name).await?),
        false => Ok(Vec::new()),
    }
}

/// What the checkers saw last. AWS has no such answer for checks that look at no endpoint (Route 53 API reference,
/// GetHealthCheckStatus).
async fn observations(aws: &Aws, found: &Found, side: Side) -> Known<Option<Vec<Observation>>> {
    let site = known(&found.site)?;
    let Some(site) = site else { return Ok(None) };
    let Some(check) = known(site.health_checks.of(side))? else { return Ok(None) };
    if !check.has_checkers() {
        let why = format!("AWS does not tell how health check {} of type {} stands", check.id, check.kind);
        return Err(Unknown::because(why));
    }
    Ok(Some(aws.health_check_observations(&check.id).await?))
}
