//! Intent: what closing and opening the port will ask of EC2, and what that does to each rule. Pure.
//! Invariant: made by `plan::harm` and `plan::restoration`, as the doing itself is.
//! Not here: the calls (see the module above).
//! Used by: the module above.

use std::collections::BTreeSet;

use super::plan::{self, Harm, Touched};
use crate::{
    aws::RuleKey,
    change::{Altered, Call, Intent},
    text::plural,
};

/// Of these groups, in the order in which they are asked.
pub(super) fn of(region: &str, groups: &[String], touched: &[Touched]) -> Intent {
    let call = |operation: &str, resource: &str, with: String| Call {
        operation: format!("ec2:{operation}"),
        region: Some(region.to_owned()),
        resource: resource.to_owned(),
        with,
    };
    let mut calls = Vec::new();
    for group in groups {
        let Harm { narrow, revoke } = plan::harm(touched, group);
        if !narrow.is_empty() {
            let rules = narrow.iter().map(|(id, key, _)| format!("{id} narrowed to {key}"));
            calls.push(call("ModifySecurityGroupRules", group, joined(rules)));
        }
        if !revoke.is_empty() {
            let key = |id: &String| touched.iter().find(|one| one.rule.id == *id).map(|one| &one.rule.key);
            let rules = revoke.iter().map(|id| format!("{id} removed{}", in_brackets(key(id))));
            calls.push(call("RevokeSecurityGroupIngress", group, joined(rules)));
        }
    }
    let restoration = plan::restoration(touched, &plan::during(touched));
    let mut back = Vec::new();
    for created in &restoration.create {
        let rules = created.rules.iter().map(|rule| match &rule.description {
            Some(text) => format!("{} ({text:?})", rule.key),
            None => rule.key.to_string(),
        });
        let tags = match created.tags.len() {
            0 => String::new(),
            count => format!("; with {}", plural(count, "tag")),
        };
        let with = format!("created: {}{tags}", joined(rules));
        back.push(call("AuthorizeSecurityGroupIngress", &created.group, with));
    }
    for (group, rules) in &restoration.widen {
        let rules = rules.iter().map(|(id, key, _)| format!("{id} widened to {key}"));
        back.push(call("ModifySecurityGroupRules", group, joined(rules)));
    }
    Intent { calls, back, altered: touched.iter().map(altered).collect(), inexact: inexact(touched) }
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

fn in_brackets(key: Option<&RuleKey>) -> String {
    key.map_or_else(String::new, |key| format!(" ({key})"))
}

fn altered(one: &Touched) -> Altered {
    let (during, after) = match &one.during {
        None => ("not there".to_owned(), "as before, with a new id".to_owned()),
        Some(during) => (during.to_string(), "as before, with the same id".to_owned()),
    };
    let before = format!("{} in {}", one.rule.key, one.rule.group);
    Altered { resource: one.rule.id.clone(), before, during, after }
}

/// AWS gives a rule that is created again another id, and lets nobody set tags that begin with `aws:` (EC2 user guide,
/// security group rules; tagging restrictions).
fn inexact(touched: &[Touched]) -> Vec<String> {
    let removed: Vec<&Touched> = touched.iter().filter(|one| one.during.is_none()).collect();
    let mut all = Vec::new();
    if !removed.is_empty() {
        let ids: Vec<&str> = removed.iter().map(|one| one.rule.id.as_str()).collect();
        all.push(format!(
            "AWS gives a new id to each rule that is created again ({}): what names {} by id must learn it; the report maps old \
             to new",
            plural(removed.len(), "rule"),
            ids.join(", ")
        ));
    }
    let own = |tags: &BTreeSet<&str>| tags.iter().copied().collect::<Vec<_>>().join(", ");
    let lost: BTreeSet<&str> = removed
        .iter()
        .flat_map(|one| one.rule.tags.keys().map(String::as_str))
        .filter(|key| key.starts_with("aws:"))
        .collect();
    if !lost.is_empty() {
        all.push(format!("AWS's own tags do not come back, for nobody can set them: {}", own(&lost)));
    }
    all
}
