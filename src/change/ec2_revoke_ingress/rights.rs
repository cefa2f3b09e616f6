//! Rights: what closing a port and opening it again calls, and on what.
//! Invariant: with what was captured, exactly what this run can come to call; asking leaves every rule as it is, even at
//! an endpoint that does not know DryRun: each call that is asked for would change nothing.
//! Not here: the calls themselves (see the module above), how leave is asked (see `aws`).
//! Used by: the module above.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    params::{Method, Params},
    plan::{Touched, settable},
};
use crate::{
    aws::{Aws, AwsError, SecurityGroup, Source},
    change::{Leave, Right, Target, TargetKind},
    drill::model::Side,
};

const REVOKE: &str = "ec2:RevokeSecurityGroupIngress";
const AUTHORISE: &str = "ec2:AuthorizeSecurityGroupIngress";
const MODIFY: &str = "ec2:ModifySecurityGroupRules";
const DESCRIBE: &str = "ec2:UpdateSecurityGroupRuleDescriptionsIngress";
const TAG: &str = "ec2:CreateTags";

/// What was captured: the groups, and what becomes of which of their rules.
pub(super) type Caught<'a> = (&'a [SecurityGroup], &'a [Touched]);

/// Every action, on what it is called.
pub(super) fn of(params: &Params, caught: Option<Caught<'_>>) -> Vec<Right> {
    let right = |action| Right::new(action, &[params.of]);
    let mut all = vec![right("ec2:DescribeSecurityGroups"), right("ec2:DescribeSecurityGroupRules")];
    let Some((groups, touched)) = caught else {
        let narrows = (params.method == Method::Narrow).then_some(MODIFY);
        // Narrowing needs the others too: a rule that cannot be narrowed is removed, and one that someone replaces
        // meanwhile gets its description and tags back.
        let actions = narrows.into_iter().chain([REVOKE, AUTHORISE, DESCRIBE, TAG]);
        all.extend(actions.map(right));
        return all;
    };
    let group = |id: &String| {
        let tags = groups.iter().find(|group| group.id == *id).map(|group| group.tags.clone());
        Target { tags: tags.unwrap_or_default(), ..Target::new(TargetKind::SecurityGroup, id) }
    };
    let of = |wanted: &dyn Fn(&Touched) -> bool| -> Vec<Target> {
        let ids: BTreeSet<&String> =
            touched.iter().filter(|one| wanted(one)).map(|one| &one.rule.group).collect();
        ids.into_iter().map(group).collect()
    };
    let (removed, narrowed) = (of(&|one| one.during.is_none()), of(&|one| one.during.is_some()));
    let new_rules = || Target::new(TargetKind::NewRules, "*");
    let keys = tag_keys(touched);
    let with_tags = |action| right(action).on([new_rules()]).sending(&keys);
    if !narrowed.is_empty() {
        all.push(right(MODIFY).on(narrowed.into_iter().chain(rules(touched)).chain(named(touched))));
    }
    if !removed.is_empty() {
        all.extend([right(REVOKE).on(removed.clone()), right(AUTHORISE).on(removed).sending(&keys)]);
        // Rules that are made with tags are asked for themselves.
        all.extend((!keys.is_empty()).then(|| with_tags(AUTHORISE)));
    }
    let described = of(&|one| one.rule.description.is_some());
    all.extend((!described.is_empty()).then(|| right(DESCRIBE).on(described)));
    all.extend((!keys.is_empty()).then(|| with_tags(TAG)));
    all.retain(|right| !right.on.is_empty() || right.action.starts_with("ec2:Describe"));
    all
}

/// The rules that keep their ids.
fn rules(touched: &[Touched]) -> impl Iterator<Item = Target> {
    let narrowed = touched.iter().filter(|one| one.during.is_some());
    narrowed.map(|one| Target { tags: one.rule.tags.clone(), ..Target::new(TargetKind::Rule, &one.rule.id) })
}

/// What the narrowed rules name. AWS asks for it as for the group itself.
fn named(touched: &[Touched]) -> impl Iterator<Item = Target> {
    let source = |one: &Touched| match &one.rule.key.source {
        Source::Group { id, .. } | Source::PrefixList(id) => Some(id.clone()),
        _ => None,
    };
    let ids: BTreeSet<String> =
        touched.iter().filter(|one| one.during.is_some()).filter_map(source).collect();
    ids.into_iter().map(|id| Target::new(TargetKind::Named, id))
}

fn tag_keys(touched: &[Touched]) -> BTreeSet<String> {
    touched.iter().flat_map(|one| settable(&one.rule.tags).into_keys()).collect()
}

/// Asks for leave to close the port and to open it again.
pub(super) async fn ask(aws: &Aws, side: Side, touched: &[Touched]) -> Vec<Leave> {
    let mut all = Vec::new();
    let mut say = |action, id: &str, answer: Result<bool, AwsError>| {
        all.push(Leave { action, id: id.to_owned(), answer: answer.map_err(|why| why.to_string()) });
    };
    for group in groups_of(touched, &|one| one.during.is_none()) {
        say(REVOKE, group, aws.may_revoke_ingress(side, group).await);
        say(AUTHORISE, group, aws.may_authorise_ingress(side, group, &BTreeMap::new()).await);
    }
    for one in touched.iter().filter(|one| one.during.is_some()) {
        let as_it_is = (one.rule.id.clone(), one.rule.key.clone(), one.rule.description.clone());
        let may = aws.may_modify_ingress(side, &one.rule.group, &as_it_is).await;
        say(MODIFY, &one.rule.group, may.clone());
        say(MODIFY, &one.rule.id, may);
    }
    let mut described = BTreeSet::new();
    for one in touched {
        let Some(text) = &one.rule.description else { continue };
        if described.insert(&one.rule.group) {
            let may = aws.may_describe_ingress(side, &one.rule.group, &one.rule.id, text).await;
            say(DESCRIBE, &one.rule.group, may);
        }
    }
    let tagged = touched.iter().find(|one| !settable(&one.rule.tags).is_empty());
    if let Some(one) = tagged {
        let tags = settable(&one.rule.tags);
        let may = match &one.during {
            None => aws.may_authorise_ingress(side, &one.rule.group, &tags).await,
            Some(_) => aws.may_tag_rule(side, &one.rule.id, &tags).await,
        };
        // Rules that are made with tags are asked for by both actions; a refusal tells only that one is not allowed.
        if one.during.is_none() && matches!(may, Ok(true)) {
            say(AUTHORISE, "*", Ok(true));
        }
        say(TAG, "*", may);
    }
    all
}

fn groups_of<'a>(touched: &'a [Touched], wanted: &dyn Fn(&Touched) -> bool) -> BTreeSet<&'a String> {
    touched.iter().filter(|one| wanted(one)).map(|one| &one.rule.group).collect()
}
