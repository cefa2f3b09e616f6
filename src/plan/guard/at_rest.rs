//! At rest: both environments are `Ready` and nothing is being deployed to them (Elastic Beanstalk API reference,
//! EnvironmentStatus).
//! Used by: guard.

use super::{Case, Finding};
use crate::drill::model::Side;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    Side::BOTH.into_iter().filter_map(|side| at_work(case, side)).collect()
}

fn at_work(case: &Case<'_>, side: Side) -> Option<Finding> {
    let environment = &case.from.topology.regions.of(side).environment;
    let at_rest = environment.status == "Ready" && !environment.busy;
    (!at_rest).then(|| {
        Finding::Refused(format!(
            "environment {} of {side} is {}: wait until it is Ready, and freeze deployments for the drill",
            environment.name, environment.status
        ))
    })
}
