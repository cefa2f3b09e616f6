//! Plan: which rules are touched, and what must be done to put them back. Pure.
//! Invariant: a step is planned only for a rule that is as this program left it, or gone; everything else is a
//! conflict or nothing.
//! Not here: calls and waiting (see the module above).
//! Used by: the module above.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::params::{Method, Params};
use crate::aws::{IngressRule, RuleKey, Source};

/// One rule that is touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Touched {
    /// As it was.
    pub(super) rule: IngressRule,
    /// What it is narrowed to meanwhile; `None`: it is removed meanwhile.
    pub(super) during: Option<RuleKey>,
}

/// What must be done to put everything back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Restoration {
    /// Rules to create again: one entry for each call, that is for each group and set of tags.
    pub(super) create: Vec<Creation>,
    /// Rules to change back in place: id, key, description, by group.
    pub(super) widen: BTreeMap<String, Vec<(String, RuleKey, Option<String>)>>,
    /// Descriptions to set: group, rule, text.
    pub(super) describe: Vec<(String, String, String)>,
    /// Tags to set: rule, tags.
    pub(super) tag: Vec<(String, BTreeMap<String, String>)>,
    /// What someone else changed: in words, and what would settle it.
    pub(super) conflicts: Vec<Disputed>,
    /// Old ids to the ids that stand for them now.
    pub(super) ids: BTreeMap<String, String>,
}

/// Rules of one group with one set of tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Creation {
    pub(super) group: String,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) rules: Vec<IngressRule>,
}

/// A rule that someone else changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Disputed {
    pub(super) what: String,
    pub(super) touched: Touched,
    /// The rule as it is now, if it is there.
    pub(super) now: Option<IngressRule>,
}

impl Restoration {
    /// True if there is nothing left to do; conflicts may remain.
    pub(super) fn is_done(&self) -> bool {
        self.create.is_empty() && self.widen.is_empty() && self.describe.is_empty() && self.tag.is_empty()
    }

    /// What is still missing, in words.
    pub(super) fn missing(&self) -> Vec<String> {
        let created =
            self.create.iter().flat_map(|c| &c.rules).map(|r| format!("{} lacks {}", r.group, r.key));
        let widened =
            self.widen.values().flatten().map(|(id, key, _)| format!("{id} is still narrowed; it was {key}"));
        let described =
            self.describe.iter().map(|(_, id, text)| format!("{id} lacks its description {text:?}"));
        let tagged = self.tag.iter().map(|(id, tags)| format!("{id} lacks tags {tags:?}"));
        created.chain(widened).chain(described).chain(tagged).collect()
    }
}

/// The rules that admit the port, each with what becomes of it, or why it cannot be done.
pub(super) fn select(params: &Params, rules: &[IngressRule]) -> Result<Vec<Touched>, String> {
    let admitting: Vec<&IngressRule> =
        rules.iter().filter(|rule| rule.key.admits(params.protocol.as_str(), params.port)).collect();
    if let Some(rule) = admitting.iter().find(|rule| rule.key.source == Source::Unknown) {
        return Err(format!(
            "rule {} of {} admits {} {} from a kind of source that this version does not know, and could not be put back",
            rule.id, rule.group, params.protocol, params.port
        ));
    }
    let mut taken: BTreeSet<(String, RuleKey)> =
        rules.iter().map(|rule| (rule.group.clone(), rule.key.canonical())).collect();
    let mut touched = Vec::new();
    for rule in admitting {
        let during = match params.method {
            Method::Revoke => None,
            Method::Narrow => narrowed(rule, params, &mut taken),
        };
        touched.push(Touched { rule: rule.clone(), during });
    }
    Ok(touched)
}

/// What is asked of one group: one call for each kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Harm {
    /// Rules to change in place: id, key, description.
    pub(super) narrow: Vec<(String, RuleKey, Option<String>)>,
    /// Ids of rules to remove.
    pub(super) revoke: Vec<String>,
}

/// What is asked of `group`.
pub(super) fn harm(touched: &[Touched], group: &str) -> Harm {
    let mut harm = Harm::default();
    for one in touched.iter().filter(|one| one.rule.group == group) {
        match &one.during {
            Some(during) => {
                harm.narrow.push((one.rule.id.clone(), during.clone(), one.rule.description.clone()));
            }
            None => harm.revoke.push(one.rule.id.clone()),
        }
    }
    harm
}

/// The touched rules as the change leaves them.
pub(super) fn during(touched: &[Touched]) -> Vec<IngressRule> {
    let left = touched.iter().filter_map(|one| {
        let key = one.during.clone()?;
        Some(IngressRule { key, ..one.rule.clone() })
    });
    left.collect()
}

/// A key that lets no one in and that the group does not hold yet: another source for networks (RFC 5737 and RFC
/// 3849 keep these for documentation), another port for groups and prefix lists, whose kind of source AWS does not
/// promise to exchange in place.
fn narrowed(rule: &IngressRule, params: &Params, taken: &mut BTreeSet<(String, RuleKey)>) -> Option<RuleKey> {
    let free = (1..=254).map(|n| match &rule.key.source {
        Source::Ipv4(_) => RuleKey { source: Source::Ipv4(format!("192.0.2.{n}/32")), ..rule.key.clone() },
        Source::Ipv6(_) => {
            RuleKey { source: Source::Ipv6(format!("2001:db8::{n:x}/128")), ..rule.key.clone() }
        }
        _ => RuleKey {
            protocol: params.protocol.to_string(),
            from_port: Some(n),
            to_port: Some(n),
            source: rule.key.source.clone(),
        },
    });
    let lets_no_one_in = |key: &RuleKey| {
        matches!(key.source, Source::Ipv4(_) | Source::Ipv6(_))
            || !key.admits(params.protocol.as_str(), params.port)
    };
    free.filter(lets_no_one_in).find(|key| taken.insert((rule.group.clone(), key.canonical())))
}

/// What must be done, with the groups' rules as they are now.
pub(super) fn restoration(touched: &[Touched], now: &[IngressRule]) -> Restoration {
    let mut plan = Restoration::default();
    for one in touched {
        let by_id = now.iter().find(|rule| rule.id == one.rule.id && rule.group == one.rule.group);
        let key = one.rule.key.canonical();
        let by_key = now.iter().find(|rule| rule.group == one.rule.group && rule.key.canonical() == key);
        match (by_id, by_key, &one.during) {
            (Some(same), _, _) if same.key.canonical() == key => kept(&mut plan, one, same),
            (Some(same), None, Some(during)) if same.key.canonical() == during.canonical() => {
                widen(&mut plan, one, same)
            }
            (Some(same), _, _) => {
                plan.dispute(
                    one,
                    Some(same),
                    format!("rule {} is now {}, and was {}", same.id, same.key, one.rule.key),
                );
            }
            (None, Some(other), _) => replaced(&mut plan, one, other),
            (None, None, None) => plan.create(&one.rule),
            (None, None, Some(_)) => {
                plan.dispute(
                    one,
                    None,
                    format!("rule {} ({}) was removed by someone", one.rule.id, one.rule.key),
                );
            }
        }
    }
    plan
}

/// The rule itself stands, never touched or already put back: only its description and tags can differ, and this
/// program changes neither on a rule that keeps its id.
fn kept(plan: &mut Restoration, one: &Touched, same: &IngressRule) {
    if same.description != one.rule.description {
        let (is, was) = (words(same.description.as_deref()), words(one.rule.description.as_deref()));
        plan.dispute(
            one,
            Some(same),
            format!("the description of rule {} is now {is}, and was {was}", same.id),
        );
    }
    let lost = lacking(&one.rule.tags, &same.tags);
    if !lost.is_empty() {
        plan.dispute(one, Some(same), format!("rule {} has lost or changed its tags {lost:?}", same.id));
    }
    plan.ids.insert(one.rule.id.clone(), same.id.clone());
}

/// The rule is as this program narrowed it, unless someone wrote another description on it.
fn widen(plan: &mut Restoration, one: &Touched, same: &IngressRule) {
    if same.description != one.rule.description {
        let (is, was) = (words(same.description.as_deref()), words(one.rule.description.as_deref()));
        plan.dispute(
            one,
            Some(same),
            format!("rule {} is narrowed and its description is now {is}, and was {was}", same.id),
        );
        return;
    }
    let entry = (one.rule.id.clone(), one.rule.key.clone(), one.rule.description.clone());
    plan.widen.entry(one.rule.group.clone()).or_default().push(entry);
}

/// Another rule with the same key stands for the old one: created again by an earlier attempt, whole, or by a person. What
/// it lacks is added; what somebody wrote on it is theirs.
fn replaced(plan: &mut Restoration, one: &Touched, other: &IngressRule) {
    match (&other.description, &one.rule.description) {
        (is, was) if is == was => {}
        (None, Some(text)) => plan.describe.push((one.rule.group.clone(), other.id.clone(), text.clone())),
        (is, was) => {
            let (is, was) = (words(is.as_deref()), words(was.as_deref()));
            let what = format!(
                "rule {} stands for {}; its description is {is}, and was {was}",
                other.id, one.rule.id
            );
            plan.dispute(one, Some(other), what);
        }
    }
    let (changed, missing): (BTreeMap<_, _>, BTreeMap<_, _>) =
        lacking(&one.rule.tags, &other.tags).into_iter().partition(|(key, _)| other.tags.contains_key(key));
    if !missing.is_empty() {
        plan.tag.push((other.id.clone(), missing));
    }
    if !changed.is_empty() {
        let what = format!("rule {} stands for {}; its tags were {changed:?}", other.id, one.rule.id);
        plan.dispute(one, Some(other), what);
    }
    plan.ids.insert(one.rule.id.clone(), other.id.clone());
}

impl Restoration {
    fn create(&mut self, rule: &IngressRule) {
        let tags = settable(&rule.tags);
        match self.create.iter_mut().find(|c| c.group == rule.group && c.tags == tags) {
            Some(call) => call.rules.push(rule.clone()),
            None => self.create.push(Creation { group: rule.group.clone(), tags, rules: vec![rule.clone()] }),
        }
    }

    fn dispute(&mut self, touched: &Touched, now: Option<&IngressRule>, what: String) {
        self.conflicts.push(Disputed { what, touched: touched.clone(), now: now.cloned() });
    }
}

/// The tags that are missing or different.
fn lacking(was: &BTreeMap<String, String>, is: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    settable(was).into_iter().filter(|(key, value)| is.get(key) != Some(value)).collect()
}

/// Tags that begin with `aws:` are AWS's own: no one can set them (AWS: tagging restrictions).
pub(super) fn settable(tags: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    tags.iter().filter(|(key, _)| !key.starts_with("aws:")).map(|(k, v)| (k.clone(), v.clone())).collect()
}

fn words(description: Option<&str>) -> String {
    description.map_or("empty".to_owned(), |text| format!("{text:?}"))
}
