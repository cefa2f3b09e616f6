//! Tag: what drills may change, and what does not carry the tag that says so.
//! Invariant: pure; only what was read is judged: security groups of instances and the global cluster. Health checks and
//! regional clusters are asked by each change itself.
//! Used by: `files`, `outcome`.

use std::collections::BTreeMap;

use super::facts::Facts;
use crate::drill::model::Side;

/// The tag, key and value.
pub(super) const ALLOW: (&str, &str) = ("firedrill", "allowed");

/// What needs the tag as well and is not judged here, if any of it was found.
pub(super) fn besides(facts: &Facts) -> Option<&'static str> {
    let record = facts.sides.primary.record.found();
    let check = record.is_some_and(|found| found.health_check.found().is_some());
    let database = facts.database.as_ref().is_some_and(|find| find.found().is_some());
    match (check, database) {
        (true, true) => Some("the primary's health check and both regional clusters need the tag as well"),
        (true, false) => Some("the primary's health check needs the tag as well"),
        (false, true) => Some("both regional clusters need the tag as well"),
        (false, false) => None,
    }
}

/// The commands that put the tag where it is missing.
pub(super) fn commands(facts: &Facts) -> Vec<String> {
    let (key, value) = ALLOW;
    let mut commands = Vec::new();
    let region = &facts.asked.regions.of(Side::Primary).region;
    let groups = facts.sides.of(Side::Primary).environment.found().and_then(|own| own.groups.found());
    let lacking: Vec<&str> = groups
        .into_iter()
        .flatten()
        .filter(|group| lacks(&group.tags))
        .map(|group| group.id.as_str())
        .collect();
    if !lacking.is_empty() {
        let ids = lacking.join(" ");
        commands.push(format!(
            "aws ec2 create-tags --region {region} --resources {ids} --tags Key={key},Value={value}"
        ));
    }
    let global = facts.database.as_ref().and_then(|find| find.found()).map(|found| &found.global);
    if let Some(global) = global.filter(|global| lacks(&global.tags)) {
        let arn = &global.arn;
        commands.push(format!(
            "aws rds add-tags-to-resource --region {region} --resource-name {arn} --tags Key={key},Value={value}"
        ));
    }
    commands
}

fn lacks(tags: &BTreeMap<String, String>) -> bool {
    tags.get(ALLOW.0).map(String::as_str) != Some(ALLOW.1)
}
