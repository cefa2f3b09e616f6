//! Standby: what must take over can: its health check is healthy, it has healthy targets, its database is connected, and
//! lags behind by no more than the objective. Asked of drills that move users or the writer, or harm the primary.
//! Invariant: judged by the looks of the run's own probes.
//! Used by: guard.

use std::time::Duration;

use super::{Case, Finding};
use crate::{
    drill::model::Side,
    journal::sample::{Outcome, Seen, WatchName},
    text,
};

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    if case.aim.taking_over.is_empty() {
        return vec![Finding::Idle("nothing has to take over")];
    }
    let mut all = Vec::new();
    for side in &case.aim.taking_over {
        all.extend(health_check(case, *side));
        all.extend(targets(case, *side));
        all.extend(replication(case, *side));
    }
    all.extend(lag(case));
    all
}

fn health_check(case: &Case<'_>, side: Side) -> Option<Finding> {
    let look = case.from.looked.looks.get(&WatchName::health_check(side))?;
    let site = case.from.topology.site.as_ref();
    let id = site.and_then(|site| site.health_checks.of(side).as_ref()).map_or("", |check| check.id.as_str());
    match &look.outcome {
        Outcome::Good => None,
        Outcome::Bad { why } => Some(Finding::Refused(format!(
            "the {side} can not take over: its health check is unhealthy ({why}), so Route 53 sends it no one; heal \
             it first, and see: aws route53 get-health-check-status --health-check-id {id}"
        ))),
        Outcome::Unknown { error } => Some(Finding::UntoldWarned(format!(
            "whether the {side}'s health check {id} is healthy can not be told: {error}"
        ))),
    }
}

fn targets(case: &Case<'_>, side: Side) -> Option<Finding> {
    let look = case.from.looked.looks.get(&WatchName::targets(side))?;
    let region = case.from.topology.regions.of(side);
    let health = format!(
        "aws elasticbeanstalk describe-environment-health --region {} --environment-name {} --attribute-names All",
        region.region, region.environment.name
    );
    match (&look.outcome, &look.seen) {
        (Outcome::Good, _) => None,
        (Outcome::Unknown { error }, _) => Some(Finding::Untold(format!(
            "whether the {side} can take over can not be told: its targets can not be read: {error}; try again"
        ))),
        (Outcome::Bad { why }, Some(Seen::Targets { healthy: 1.., .. })) => Some(Finding::Warned(format!(
            "not every target of the {side} is healthy ({why}): it takes over with less"
        ))),
        (Outcome::Bad { why }, _) => Some(Finding::Refused(format!(
            "the {side} can not take over: it has no healthy target ({why}); heal it first, and see: {health}"
        ))),
    }
}

/// AWS tells `connected` or `pending-resync`, and nothing of the writer's own cluster (RDS API reference,
/// GlobalClusterMember).
fn replication(case: &Case<'_>, side: Side) -> Option<Finding> {
    let database = case.from.topology.database.as_ref()?;
    let member = database.global.member(&case.from.topology.regions.of(side).region)?;
    let fit = member.is_writer || matches!(member.synchronization.as_str(), "connected" | "");
    (!fit).then(|| {
        Finding::Refused(format!(
            "the {side} can not take over: its cluster of {} is {}, not connected; wait until it is, and see: \
             aws rds describe-global-clusters --global-cluster-identifier {}",
            database.global.id, member.synchronization, database.global.id
        ))
    })
}

fn lag(case: &Case<'_>) -> Option<Finding> {
    let look = case.from.looked.looks.get(&WatchName::lag())?;
    let most = case.from.drill.objectives.data_loss?;
    match (&look.outcome, &look.seen) {
        (Outcome::Good, Some(Seen::Lag { millis, .. })) => {
            let lag = Duration::try_from_secs_f64(millis / 1000.0).unwrap_or(Duration::MAX);
            (lag > most).then(|| {
                Finding::Refused(format!(
                    "replication lags {} behind, and the objective for data loss is {}: wait until it has caught up \
                     (AuroraGlobalDBReplicationLag), or raise `data_loss`",
                    text::duration(lag),
                    text::duration(most)
                ))
            })
        }
        (Outcome::Unknown { error }, _) => Some(Finding::UntoldWarned(format!(
            "how far replication lags behind can not be told: {error}; the objective for data loss may not be met"
        ))),
        _ => None,
    }
}
