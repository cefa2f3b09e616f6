//! Ec2_revoke_ingress: closes a port of a region's instances, as an outage of the web tier does.
//!
//! Effect: every ingress rule of the instances' security groups that admits the port stops admitting anyone: rules for
//! that port, ranges around it and rules for all protocols, whatever their source. `revoke` removes the rules, as a
//! person would; `narrow` changes them in place, so that ids and tags survive. New connections fail at once; tracked
//! ones live on (EC2 user guide, connection tracking). Nearest AWS FIS action: aws:network:disrupt-connectivity, which
//! works on subnets.
//! Rights: see `rights`.
//! Before holds: region, groups, and every touched rule with ports, source, description, tags and id.
//! Restore cannot bring back: the ids of removed rules; AWS gives new ones, and the report maps old to new.
//!
//! Invariant: a rule that is neither as it was nor as this change made it is someone else's: a conflict, not touched.
//! Not here: which rules and what is missing (see `plan`), commands for people (see `by_hand`).
//! Used by: registry.

mod by_hand;
mod intent;
mod params;
mod plan;
mod rights;

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(super) use self::params::Params;
use self::{
    params::Method,
    plan::{Harm, Restoration, Touched},
};
use super::{
    Captured, Change, ChangeError, Conflict, Leave, Resource, ResourceKind, Right, Verification,
    before::{self, Version},
    context::ChangeContext,
    failure, resource, wait,
};
use crate::{
    aws::{Aws, AwsError, IngressRule, RuleKey, SecurityGroup, Topology},
    drill::model::{Deployment, Facts, Side},
    journal::event::Reversibility,
    text,
};

/// How long AWS may take to show what it was told: "a small delay might occur", says its API reference, without a
/// number.
const VISIBLE_WITHIN: Duration = Duration::from_secs(120);

/// What `capture` read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Before {
    version: Version<1>,
    side: Side,
    region: String,
    groups: Vec<SecurityGroup>,
    touched: Vec<Touched>,
}

impl Before {
    fn group_ids(&self) -> Vec<String> {
        self.groups.iter().map(|group| group.id.clone()).collect()
    }
}

struct RevokeIngress {
    params: Params,
    aws: Aws,
    deployment: Deployment,
    groups: Option<Vec<SecurityGroup>>,
    balancer_groups: Vec<String>,
}

/// Builds it; without a topology it can restore and verify, not capture.
pub(super) fn build(params: Params, cx: &ChangeContext) -> Box<dyn Change> {
    let region = |topology: &Topology| topology.regions.of(params.of).clone();
    let region = cx.topology.as_deref().map(region);
    let balancers = region.iter().flat_map(|r| &r.balancers).flat_map(|b| &b.groups);
    Box::new(RevokeIngress {
        aws: cx.aws.urgent(),
        deployment: cx.deployment.clone(),
        balancer_groups: balancers.map(|group| group.id.clone()).collect(),
        groups: region.map(|region| region.instance_groups),
        params,
    })
}

#[async_trait]
impl Change for RevokeIngress {
    fn title(&self) -> String {
        let Params { of, port, protocol, method } = &self.params;
        let how = match method {
            Method::Revoke => "remove the ingress rules that admit it",
            Method::Narrow => "narrow the ingress rules that admit it to no one",
        };
        format!("close {protocol} {port} of the {of}'s instances in {}: {how}", self.aws.region(*of))
    }

    fn reversibility(&self) -> Reversibility {
        Reversibility::Exact
    }

    fn apply_time(&self) -> Duration {
        VISIBLE_WITHIN + Duration::from_secs(60)
    }

    fn rights(&self, captured: Option<&Captured>) -> Vec<Right> {
        let before = captured.and_then(|captured| before::read::<Before>(&captured.before).ok());
        let caught = before.as_ref().map(|before| (before.groups.as_slice(), before.touched.as_slice()));
        rights::of(&self.params, caught)
    }

    async fn ask_leave(&self, captured: &Captured) -> Vec<Leave> {
        match before::read::<Before>(&captured.before) {
            Ok(before) => rights::ask(&self.aws, before.side, &before.touched).await,
            Err(_) => Vec::new(),
        }
    }

    async fn capture(&self) -> Result<Captured, ChangeError> {
        let side = self.params.of;
        let Some(groups) = &self.groups else {
            return Err(ChangeError::Refused(
                "the deployment has not been looked up: nothing to capture".into(),
            ));
        };
        let ids: Vec<String> = groups.iter().map(|group| group.id.clone()).collect();
        if ids.is_empty() {
            return Err(ChangeError::Refused(format!(
                "the {side}'s environment has no instance with a security group; check that it is Ready and has instances"
            )));
        }
        let groups =
            self.aws.security_groups(side, &ids).await.map_err(failure::of("read the security groups"))?;
        let rules = self.rules(side, &ids).await?;
        let touched = plan::select(&self.params, &rules).map_err(ChangeError::Refused)?;
        if touched.is_empty() {
            return Err(ChangeError::Refused(format!(
                "no ingress rule of {} admits {} {}: it is closed already",
                ids.join(", "),
                self.params.protocol,
                self.params.port
            )));
        }
        let concerned = |group: &SecurityGroup| touched.iter().any(|one| one.rule.group == group.id);
        let groups: Vec<SecurityGroup> = groups.into_iter().filter(concerned).collect();
        let resources = resources(side, &groups, &touched);
        resource::allowed(self.deployment.allow.as_ref(), &resources)?;
        let region = self.aws.region(side).to_owned();
        let by_hand = touched.iter().map(|one| by_hand::command(&region, one)).collect();
        let touches = self.touches(&groups, &touched);
        let before = Before { version: Version, side, region, groups, touched };
        let intent = intent::of(&before.region, &before.group_ids(), &before.touched);
        let read = before::write(&json!({ "groups": ids, "rules": rules }))?;
        Ok(Captured { before: before::write(&before)?, by_hand, touches, resources, read, intent })
    }

    async fn apply(&self, before: &Value) -> Result<Facts, ChangeError> {
        let before: Before = before::read(before)?;
        let groups = before.group_ids();
        self.unchanged(&before, &self.rules(before.side, &groups).await?)?;
        let mut lost = Vec::new();
        for group in &groups {
            lost.extend(self.harm(&before, group).await?);
        }
        let judge = |rules: Vec<IngressRule>| {
            let open =
                rules.into_iter().find(|r| r.key.admits(self.params.protocol.as_str(), self.params.port));
            let open = open.filter(|rule| !is_narrowed(&before, rule));
            Ok(open.map_or(Ok(()), |rule| Err(format!("{} still admits {}", rule.group, rule.key))))
        };
        let open = wait::until(self.aws.clock(), VISIBLE_WITHIN, || self.rules(before.side, &groups), judge);
        open.await.map_err(|why| why.into_error("see the port closed", &lost))?;
        let mut facts = Facts::new();
        for one in &before.touched {
            let what = match &one.during {
                None => format!("removed: {}", one.rule.key),
                Some(during) => format!("narrowed from {} to {during}", one.rule.key),
            };
            facts.insert(one.rule.id.clone(), what);
        }
        if !lost.is_empty() {
            facts.insert("answers lost".into(), lost.join("; "));
        }
        Ok(facts)
    }

    async fn restore(&self, before: &Value) -> Result<Facts, ChangeError> {
        let before: Before = before::read(before)?;
        let mut plan = self.restoration(&before).await?;
        if plan.is_done() {
            // A change made a moment ago may not show yet: "as before" is believed only if it is said twice.
            self.aws.clock().sleep(Duration::from_secs(5)).await;
            plan = self.restoration(&before).await?;
        }
        let errors = self.put_back(&before, &plan).await;
        let failures: Vec<String> = errors.iter().map(ToString::to_string).collect();
        // What certainly did nothing is not waited for: the rules it was to bring will not come.
        if let Some(error) = errors.into_iter().find(|error| !error.may_have_happened()) {
            return Err(failure::of("put the rules back")(error));
        }
        let judge =
            |plan: Restoration| Ok(if plan.is_done() { Ok(plan) } else { Err(plan.missing().join("; ")) });
        let done = wait::until(self.aws.clock(), VISIBLE_WITHIN, || self.restoration(&before), judge);
        let plan = done.await.map_err(|why| why.into_error("see the rules put back", &failures))?;
        if plan.conflicts.is_empty() {
            Ok(facts(&plan))
        } else {
            Err(ChangeError::Conflict(conflict(&before, &plan)))
        }
    }

    async fn verify(&self, before: &Value) -> Result<Verification, ChangeError> {
        let before: Before = before::read(before)?;
        let plan = self.restoration(&before).await?;
        Ok(match (plan.is_done(), plan.conflicts.is_empty()) {
            (_, false) => Verification::Conflict(conflict(&before, &plan)),
            (false, true) => Verification::Different(plan.missing()),
            (true, true) => Verification::Equal(facts(&plan)),
        })
    }
}

impl RevokeIngress {
    async fn rules(&self, side: Side, groups: &[String]) -> Result<Vec<IngressRule>, ChangeError> {
        self.aws.ingress_rules(side, groups).await.map_err(failure::of("read the ingress rules"))
    }

    /// What is missing now. A group that vanished is a conflict of its own.
    async fn restoration(&self, before: &Before) -> Result<Restoration, ChangeError> {
        let ids = before.group_ids();
        let there = self
            .aws
            .security_groups(before.side, &ids)
            .await
            .map_err(failure::of("read the security groups"))?;
        let gone: Vec<&String> =
            ids.iter().filter(|id| !there.iter().any(|group| group.id == **id)).collect();
        if !gone.is_empty() {
            return Err(ChangeError::Conflict(vanished(before, &gone)));
        }
        Ok(plan::restoration(&before.touched, &self.rules(before.side, &ids).await?))
    }

    /// Refuses to touch anything that is not as `capture` saw it.
    fn unchanged(&self, before: &Before, now: &[IngressRule]) -> Result<(), ChangeError> {
        let is = plan::select(&self.params, now).map_err(ChangeError::Refused)?;
        let same = |one: &Touched| is.iter().any(|other| other.rule == one.rule);
        let changed = before
            .touched
            .iter()
            .filter(|one| !same(one))
            .map(|one| format!("rule {} has changed", one.rule.id));
        let known = |other: &&Touched| !before.touched.iter().any(|one| one.rule.id == other.rule.id);
        let new = is
            .iter()
            .filter(known)
            .map(|other| format!("rule {} ({}) is new", other.rule.id, other.rule.key));
        let differences: Vec<String> = changed.chain(new).collect();
        match differences.is_empty() {
            true => Ok(()),
            false => Err(ChangeError::Conflict(Conflict { differences, commands: Vec::new() })),
        }
    }

    /// Removes or narrows the rules of one group: one call for each. Answers that did not come are told, not
    /// believed: the rules are read afterwards.
    async fn harm(&self, before: &Before, group: &str) -> Result<Option<String>, ChangeError> {
        let Harm { narrow, revoke } = plan::harm(&before.touched, group);
        let mut lost = None;
        if !narrow.is_empty() {
            let call = self.aws.modify_ingress(before.side, group, &narrow).await;
            lost = lost.or(failure::unless_lost("narrow the rules", call)?);
        }
        if !revoke.is_empty() {
            let call = self.aws.revoke_ingress(before.side, group, &revoke).await;
            lost = lost.or(failure::unless_lost("remove the rules", call)?);
        }
        Ok(lost)
    }

    /// Sends each call of the plan once, whatever becomes of the others; what failed is told.
    async fn put_back(&self, before: &Before, plan: &Restoration) -> Vec<AwsError> {
        let side = before.side;
        let mut failures = Vec::new();
        for call in &plan.create {
            let made = self.aws.authorise_ingress(side, &call.group, &call.rules, &call.tags).await;
            failures.extend(made.err());
        }
        for (group, rules) in &plan.widen {
            let made = self.aws.modify_ingress(side, group, rules).await;
            failures.extend(made.err());
        }
        for (group, rule, text) in &plan.describe {
            let made = self.aws.describe_ingress(side, group, rule, text).await;
            failures.extend(made.err());
        }
        for (rule, tags) in &plan.tag {
            let made = self.aws.tag_rule(side, rule, tags).await;
            failures.extend(made.err());
        }
        failures
    }

    /// Group and rule to what happens to them.
    fn touches(&self, groups: &[SecurityGroup], touched: &[Touched]) -> Facts {
        let mut touches = Facts::new();
        for group in groups {
            let count = touched.iter().filter(|one| one.rule.group == group.id).count();
            let mut what =
                format!("{} of {} ({})", text::plural(count, "ingress rule"), group.id, group.name);
            if self.balancer_groups.contains(&group.id) {
                what.push_str("; the load balancer has this group too: users will see connections time out");
            }
            touches.insert(group.id.clone(), what);
        }
        for one in touched {
            let key = &one.rule.key;
            let what = match &one.during {
                None => format!("removed from {}, and created again: {key}", one.rule.group),
                Some(during) => format!("narrowed in {} to {during}, and back: {key}", one.rule.group),
            };
            let fell_back = self.params.method == Method::Narrow && one.during.is_none();
            let why = if fell_back { "; it cannot be narrowed: every way to is taken" } else { "" };
            touches.insert(one.rule.id.clone(), format!("{what}{why}"));
        }
        touches
    }
}

/// True if the rule admits the port, but to documentation addresses only: this change made it so.
fn is_narrowed(before: &Before, rule: &IngressRule) -> bool {
    let during = |one: &Touched| one.during.as_ref().map(RuleKey::canonical);
    before.touched.iter().any(|one| one.rule.id == rule.id && during(one) == Some(rule.key.canonical()))
}

fn resources(side: Side, groups: &[SecurityGroup], touched: &[Touched]) -> Vec<Resource> {
    let one = |kind, id: &String, tags: &BTreeMap<String, String>| Resource {
        kind,
        id: id.clone(),
        side: Some(side),
        tags: tags.clone(),
    };
    let groups = groups.iter().map(|group| one(ResourceKind::SecurityGroup, &group.id, &group.tags));
    groups.chain(touched.iter().map(|it| one(ResourceKind::Rule, &it.rule.id, &it.rule.tags))).collect()
}

fn facts(plan: &Restoration) -> Facts {
    let mut facts = Facts::new();
    facts.insert("compared".into(), "protocol, ports, source, description and tags of each rule".into());
    for (old, new) in &plan.ids {
        let what = if old == new { "as before, same id".to_owned() } else { format!("as before, now {new}") };
        facts.insert(old.clone(), what);
    }
    facts
}

fn conflict(before: &Before, plan: &Restoration) -> Conflict {
    Conflict {
        differences: plan.conflicts.iter().map(|one| one.what.clone()).collect(),
        commands: plan.conflicts.iter().map(|one| by_hand::settle(&before.region, one)).collect(),
    }
}

fn vanished(before: &Before, gone: &[&String]) -> Conflict {
    let names: BTreeMap<&String, &String> =
        before.groups.iter().map(|group| (&group.id, &group.name)).collect();
    let name = |id: &&&String| names.get(**id).map_or("", |name| name.as_str()).to_owned();
    let differences =
        gone.iter().map(|id| format!("security group {id} ({}) no longer exists", name(&id))).collect();
    let lost = before.touched.iter().filter(|one| gone.contains(&&one.rule.group));
    Conflict { differences, commands: lost.map(|one| by_hand::command(&before.region, one)).collect() }
}

#[cfg(test)]
mod tests;
