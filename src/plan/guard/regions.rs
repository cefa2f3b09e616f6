//! Regions: what a run affects lies in the deployment's two regions, or in others that it names.
//! Used by: guard.
//!
//! Moving the writer of a global cluster moves where every member replicates from, wherever it is (Aurora user guide,
//! "Switchover and failover in Amazon Aurora Global Database").

use super::{Case, Finding};
use crate::drill::model::Side;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let deployment = &case.from.drill.deployment;
    let Some(database) = case.from.topology.database.as_ref().filter(|_| case.aim.moves_writer) else {
        return vec![Finding::Idle("the drill moves no writer")];
    };
    let known = |region: &str| {
        Side::BOTH.iter().any(|side| deployment.regions.of(*side).region == region)
            || deployment.allow_regions.iter().any(|allowed| allowed == region)
    };
    let members = database.global.members.iter().map(|member| member.region.as_str());
    let strange: Vec<&str> = members.filter(|region| !known(region)).collect();
    if strange.is_empty() {
        return Vec::new();
    }
    let regions = strange.join(", ");
    vec![Finding::Refused(format!(
        "global cluster {} has a member in {regions} too, and moving its writer affects it: if that is known there, \
         say `allow: {{ tag: ..., regions: [{regions}] }}` in the deployment file",
        database.global.id
    ))]
}
