//! Modify: changing rules where they stand, so that ids and tags stay.
//! Invariant: all or nothing, as for adding and taking away.
//! Used by: `ec2_operate`.

use super::{
    groups::{named_group, no_rule},
    ingress::{duplicate, id_of, not_there},
    model::{Network, Peer, Rule, Rules},
    permission::{self, check_description, invalid},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// `ModifySecurityGroupRules`. What is left out of a rule's new form is cleared, the description too: AWS does not
/// document it, and this is the answer that a careful caller must be ready for.
pub(super) fn modify(world: &mut World, call: &Call) -> Reply {
    let network = world.ec2.network(&call.region);
    let group = named_group(network, call)?;
    let mut rules = network.groups[&group].configured.clone();
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
        let after = modified(network, before, &asked.below("SecurityGroupRule"))?;
        rules.insert(id.to_owned(), after);
    }
    refuse_equal_rules(&rules)?;
    world.write_rules(&call.region, &group, rules);
    Ok(done())
}

fn modified(network: &Network, before: &Rule, form: &Params) -> Result<Rule, AwsFault> {
    let peer = peer(network, form)?;
    if std::mem::discriminant(&peer) != std::mem::discriminant(&before.key.peer)
        || family(&peer) != family(&before.key.peer)
    {
        // Not documented: refusing is the answer that a caller has to be ready for.
        return Err(invalid("The type of the source of a security group rule cannot be changed."));
    }
    let description = form.text("Description").map(str::to_owned);
    check_description(description.as_deref())?;
    let mut key = permission::key(form, peer)?;
    key.egress = before.key.egress;
    Ok(Rule { key, description, tags: before.tags.clone() })
}

fn peer(network: &Network, form: &Params) -> Result<Peer, AwsFault> {
    let given: Vec<(&str, &str)> = ["CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId"]
        .into_iter()
        .filter_map(|name| form.text(name).map(|value| (name, value)))
        .collect();
    match given[..] {
        [("CidrIpv4", range)] => permission::v4(range).map(Peer::Range),
        [("CidrIpv6", range)] => permission::v6(range).map(Peer::Range),
        [("PrefixListId", id)] => permission::prefix_list(network, id),
        [("ReferencedGroupId", id)] => permission::group(network, id),
        _ => Err(invalid(
            "Exactly one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId must be specified.",
        )),
    }
}

fn family(peer: &Peer) -> Option<bool> {
    match peer {
        Peer::Range(range) => Some(range.is_v4()),
        Peer::PrefixList(_) | Peer::Group(_) => None,
    }
}

fn refuse_equal_rules(rules: &Rules) -> Result<(), AwsFault> {
    let twice = |(id, rule): &(&String, &Rule)| id_of(rules, &rule.key).as_ref() != Some(id);
    rules.iter().find(twice).map_or(Ok(()), |(_, rule)| Err(duplicate(&rule.key)))
}

/// `UpdateSecurityGroupRuleDescriptionsIngress`: by rule id or by the rule's properties; an absent description clears.
pub(super) fn describe_rules_anew(world: &mut World, call: &Call) -> Reply {
    let network = world.ec2.network(&call.region);
    let group = named_group(network, call)?;
    let mut rules = network.groups[&group].configured.clone();
    for asked in call.params.list("SecurityGroupRuleDescription") {
        let id = asked.text("SecurityGroupRuleId").unwrap_or_default();
        check_description(asked.text("Description"))?;
        let rule = rules.get_mut(id).filter(|rule| !rule.key.egress).ok_or_else(|| no_rule(id))?;
        rule.description = asked.text("Description").map(str::to_owned);
    }
    for wanted in permission::read(network, &call.params)? {
        let rule = id_of(&rules, &wanted.key).and_then(|id| rules.get_mut(&id)).ok_or_else(not_there)?;
        rule.description = wanted.description;
    }
    world.write_rules(&call.region, &group, rules);
    Ok(done())
}

fn done() -> Tree {
    Tree::map([("return", Some(Tree::Bool(true)))])
}
