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
    let ids: BTreeSet<String> =
        touched.iter().filter(|one| one.during.is_some()).filter_map(source).collect();
    ids.into_iter().map(|id| Target::new(TargetKind::Named, id))
}

/// The group or prefix list that a rule lets in.
fn source(one: &Touched) -> Option<String> {
    match &one.rule.key.source {
        Source::Group { id, .. } | Source::PrefixList(id) => Some(id.clone()),
        _ => None,
    }
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
        // The whole rule was sent, and with it what it names.
        if let (Ok(true), Some(named)) = (&may, source(one)) {
            say(MODIFY, &named, Ok(true));
        }
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
    // A policy may allow some tags and not others: each set of tags is asked for.
    let (mut made, mut tagged) = (BTreeMap::new(), BTreeMap::new());
    for one in touched.iter().filter(|one| !settable(&one.rule.tags).is_empty()) {
        let tags = settable(&one.rule.tags);
        match &one.during {
            None => drop(made.insert((&one.rule.group, tags), ())),
            Some(_) => drop(tagged.entry(tags).or_insert(&one.rule.id)),
        }
    }
    let mut of_making = Vec::new();
    for (group, tags) in made.keys() {
        of_making.push(aws.may_authorise_ingress(side, group, tags).await);
    }
    let mut of_tagging = Vec::new();
    for (tags, rule) in &tagged {
        of_tagging.push(aws.may_tag_rule(side, rule, tags).await);
    }
    // Rules that are made with tags are asked for by both actions; a refusal tells only that one is not allowed.
    if matches!(together(of_making.clone()), Some(Ok(true))) {
        say(AUTHORISE, "*", Ok(true));
    }
    if let Some(may) = together(of_making.into_iter().chain(of_tagging).collect()) {
        say(TAG, "*", may);
    }
    all
}

/// What several answers come to: a refusal refuses all, and one that is missing leaves all open. `None`: nothing was asked.
fn together(answers: Vec<Result<bool, AwsError>>) -> Option<Result<bool, AwsError>> {
    let refused = answers.iter().position(|answer| matches!(answer, Ok(false)));
    let open = answers.iter().position(Result::is_err);
    let counts = refused.or(open).unwrap_or(0);
    answers.into_iter().nth(counts)
}

fn groups_of<'a>(touched: &'a [Touched], wanted: &dyn Fn(&Touched) -> bool) -> BTreeSet<&'a String> {
    touched.iter().filter(|one| wanted(one)).map(|one| &one.rule.group).collect()
}
