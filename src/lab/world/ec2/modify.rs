//! Modify: changing rules where they stand, so that ids and tags stay.
//! Invariant: all or nothing, as for adding and taking away.
//! Used by: `ec2_operate`.

use super::{
    groups::{named_group, no_rule},
    model::{Peer, Rule, Rules},
    permission::{self, Scope, Source, check_description, invalid},
    rules::{duplicate, id_of, not_there, nothing_asked, refuse_too_many},
    settings::OmittedDescription,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// `ModifySecurityGroupRules`. What a left-out description does is not documented: the world decides it.
pub(super) fn modify(world: &mut World, call: &Call) -> Reply {
    let network = world.ec2.network(&call.region);
    let (group, held) = named_group(network, call)?;
    let scope = Scope::new(&world.ec2, &call.region, held, false);
    let mut rules = held.rules.configured.clone();
    let asked = call.params.list("SecurityGroupRule");
    if asked.is_empty() {
        return Err(AwsFault::new(
            400,
            "MissingParameter",
            "The request must contain the parameter SecurityGroupRules",
        ));
    }
    for asked in &asked {
        let id = asked.text("SecurityGroupRuleId").unwrap_or_default();
        let before = rules.get(id).ok_or_else(|| no_rule(id))?;
        let after = modified(&scope, before, &asked.below("SecurityGroupRule"))?;
        rules.insert(id.to_owned(), after);
    }
    refuse_equal_rules(&rules)?;
    for egress in [false, true] {
        refuse_too_many(network, world.ec2.settings.rules_per_group, egress, rules.values())?;
    }
    let group = group.to_owned();
    world.write_rules(&call.region, &group, rules);
    Ok(done())
}

fn modified(scope: &Scope<'_>, before: &Rule, form: &Params) -> Result<Rule, AwsFault> {
    let (peer, peered) = source(scope, form)?;
    let settings = &scope.state.settings;
    if kind(&peer) != kind(&before.key.peer) && !settings.modify_changes_source_kind {
        return Err(invalid("The type of the source of a security group rule cannot be changed."));
    }
    let mut description = form.text("Description").map(str::to_owned);
    check_description(description.as_deref())?;
    if settings.omitted_description == OmittedDescription::Kept {
        description = description.or_else(|| before.description.clone());
    }
    let key = permission::key(form, before.key.egress, peer)?;
    Ok(Rule { key, peered, description, tags: before.tags.clone() })
}

fn source(scope: &Scope<'_>, form: &Params) -> Result<Source, AwsFault> {
    let given: Vec<(&str, &str)> = ["CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId"]
        .into_iter()
        .filter_map(|name| form.text(name).map(|value| (name, value)))
        .collect();
    match given[..] {
        [("CidrIpv4", range)] => Ok((Peer::Range(permission::v4(range)?), None)),
        [("CidrIpv6", range)] => Ok((Peer::Range(permission::v6(range)?), None)),
        [("PrefixListId", id)] => Ok((permission::prefix_list(scope.network(), id)?, None)),
        [("ReferencedGroupId", id)] => permission::group(scope, id),
        _ => Err(invalid(
            "Exactly one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId must be specified.",
        )),
    }
}

/// The member that names a source of this kind.
fn kind(peer: &Peer) -> &'static str {
    match peer {
        Peer::Range(range) if range.is_v4() => "CidrIpv4",
        Peer::Range(_) => "CidrIpv6",
        Peer::PrefixList(_) => "PrefixListId",
        Peer::Group(_) => "ReferencedGroupId",
    }
}

fn refuse_equal_rules(rules: &Rules) -> Result<(), AwsFault> {
    let twice = |(id, rule): &(&String, &Rule)| id_of(rules, &rule.key).as_ref() != Some(id);
    rules.iter().find(twice).map_or(Ok(()), |(_, rule)| Err(duplicate(&rule.key)))
}

/// `UpdateSecurityGroupRuleDescriptionsIngress`, and with `egress` its outbound twin: by rule id or by the rule's
/// properties; an absent description clears.
pub(super) fn describe_rules_anew(world: &mut World, call: &Call, egress: bool) -> Reply {
    let network = world.ec2.network(&call.region);
    let (group, held) = named_group(network, call)?;
    let scope = Scope::new(&world.ec2, &call.region, held, egress);
    let mut rules = held.rules.configured.clone();
    let by_id = call.params.list("SecurityGroupRuleDescription");
    let by_properties = permission::read(&scope, &call.params)?;
    if by_id.is_empty() && by_properties.is_empty() {
        return Err(nothing_asked());
    }
    for asked in by_id {
        let id = asked.text("SecurityGroupRuleId").unwrap_or_default();
        check_description(asked.text("Description"))?;
        let rule = rules.get_mut(id).filter(|rule| rule.key.egress == egress).ok_or_else(|| no_rule(id))?;
        rule.description = asked.text("Description").map(str::to_owned);
    }
    for wanted in by_properties {
        let rule = id_of(&rules, &wanted.key).and_then(|id| rules.get_mut(&id)).ok_or_else(not_there)?;
        rule.description = wanted.description;
    }
    let group = group.to_owned();
    world.write_rules(&call.region, &group, rules);
    Ok(done())
}

/// What an operation answers that has nothing else to say.
pub(super) fn done() -> Tree {
    Tree::map([("return", Some(Tree::Bool(true)))])
}
