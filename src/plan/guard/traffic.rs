//! Traffic: what a person should know of where users will go. Refuses nothing.
//! Used by: guard.

use super::{Case, Finding};
use crate::drill::model::Side;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut all: Vec<Finding> =
        Side::BOTH.into_iter().filter_map(|side| no_health_check(case, side)).collect();
    all.extend(nothing_holds_traffic(case));
    all
}

fn no_health_check(case: &Case<'_>, side: Side) -> Option<Finding> {
    let site = case.from.topology.site.as_ref()?;
    site.failover.of(side).as_ref()?;
    site.health_checks.of(side).is_none().then(|| {
        Finding::Warned(format!(
            "the DNS record of {side} has no health check of its own: Route 53 decides by target health alone"
        ))
    })
}

/// Route 53 returns users the moment the primary is healthy, with no hold-down (developer guide, failover records).
fn nothing_holds_traffic(case: &Case<'_>) -> Option<Finding> {
    let aim = &case.aim;
    (aim.moves_writer && !aim.holds_traffic && case.from.topology.site.is_some()).then(|| {
        Finding::Warned(
            "the drill moves the writer but does not hold traffic: users will be back in primary before the writer \
             is; add `recover: route53.hold-traffic`"
                .to_owned(),
        )
    })
}
