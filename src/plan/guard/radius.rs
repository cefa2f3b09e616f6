//! Radius: a run touches no more than the deployment's limits.
//! Not here: the counting (see `plan::radius`).
//! Used by: guard.

use super::{Case, Finding};
use crate::drill::model::Side;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let (radius, limits) = (case.radius, &case.from.drill.deployment.limits);
    let counted = [
        ("rules", radius.rules, limits.rules),
        ("groups", radius.groups, limits.groups),
        ("instances", radius.instances, limits.instances),
        ("regions", radius.regions.len(), Some(limits.regions)),
    ];
    let mut all: Vec<Finding> =
        counted.into_iter().filter_map(|(name, is, most)| above(name, is, most?)).collect();
    match &radius.others {
        Some(others) => all.extend(others_above(others, limits.others)),
        None => {
            let why =
                Side::BOTH.into_iter().find_map(|side| case.from.looked.interfaces.of(side).as_ref().err());
            all.push(Finding::Untold(format!(
                "who else is behind the security groups can not be told: {}",
                why.map_or("nobody looked", String::as_str)
            )));
        }
    }
    all
}

fn above(name: &str, is: usize, most: u64) -> Option<Finding> {
    (is as u64 > most).then(|| {
        Finding::Refused(format!(
            "the drill would touch {is} {name}, and the limit is {most}: narrow the drill, or raise \
             `limits: {{ {name}: {is} }}` in the deployment file"
        ))
    })
}

fn others_above(others: &[String], most: u64) -> Option<Finding> {
    let count = others.len();
    let shown: Vec<&str> = others.iter().take(5).map(String::as_str).collect();
    let more = if count > shown.len() { format!(" and {} more", count - shown.len()) } else { String::new() };
    (count as u64 > most).then(|| {
        Finding::Refused(format!(
            "others than the environment are behind the security groups that change, and would be cut off too: {}{more}; \
             give them a group of their own, or accept it with `limits: {{ others: {count} }}` in the deployment file",
            shown.join(", ")
        ))
    })
}
