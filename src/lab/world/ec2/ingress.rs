//! Ingress: taking inbound rules away and adding them.
//! Invariant: all or nothing; judged by the rules as written, never by a stale view; an added rule has a new id.
//! Used by: `ec2_operate`.

use super::{
    build,
    groups::{named_group, no_rule, revoked_tree, rule_tree},
    model::{Network, Peer, Rule, RuleKey, Rules, Tags},
    permission::{self, Wanted, invalid, spoken},
    tags,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// Inbound rules a group may hold, for each address family (AWS: VPC quotas).
const QUOTA: usize = 60;

/// `RevokeSecurityGroupIngress`.
pub(super) fn revoke(world: &mut World, call: &Call) -> Reply {
    let network = world.ec2.network(&call.region);
    let group = named_group(network, call)?;
    let ids = revoked_ids(network, &group, &call.params)?;
    let mut rules = network.groups[&group].configured.clone();
    let gone: Vec<(String, Rule)> = ids.iter().filter_map(|id| rules.remove_entry(id)).collect();
    let trees = gone.iter().map(|(id, rule)| revoked_tree(&group, id, rule));
    let reply = Tree::map([
        ("return", Some(Tree::Bool(true))),
        ("unknownIpPermissionSet", Tree::list("item", [])),
        ("revokedSecurityGroupRuleSet", Tree::list("item", trees)),
    ]);
    world.write_rules(&call.region, &group, rules);
    Ok(reply)
}

fn revoked_ids(network: &Network, group: &str, params: &Params) -> Result<Vec<String>, AwsFault> {
    let rules = &network.groups[group].configured;
    let ids = params.texts("SecurityGroupRuleId");
    if !ids.is_empty() {
        let missing = ids.iter().find(|id| rules.get(*id).is_none_or(|rule| rule.key.egress));
        return missing.map_or(Ok(ids.clone()), |id| Err(no_rule(id)));
    }
    let wanted = permission::read(network, params)?;
    if wanted.is_empty() {
        return Err(nothing_asked());
    }
    wanted.iter().map(|wanted| id_of(rules, &wanted.key).ok_or_else(not_there)).collect()
}

fn nothing_asked() -> AwsFault {
    AwsFault::new(
        400,
        "MissingParameter",
        "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.",
    )
}

/// AWS: outside a default VPC a rule that is not there is an error, and no rule of the request is revoked
/// (RevokeSecurityGroupIngress API reference).
pub(super) fn not_there() -> AwsFault {
    let message = "The specified rule does not exist in this security group.";
    AwsFault::new(400, "InvalidPermission.NotFound", message)
}

/// The id of the rule with this key. The description plays no part in it.
pub(super) fn id_of(rules: &Rules, key: &RuleKey) -> Option<String> {
    rules.iter().find(|(_, rule)| rule.key == *key).map(|(id, _)| id.clone())
}

/// `AuthorizeSecurityGroupIngress`.
pub(super) fn authorize(world: &mut World, call: &Call) -> Reply {
    let network = world.ec2.network(&call.region);
    let group = named_group(network, call)?;
    let wanted = permission::read(network, &call.params)?;
    if wanted.is_empty() {
        return Err(nothing_asked());
    }
    let tags = rule_tags(&call.params)?;
    let mut rules = network.groups[&group].configured.clone();
    refuse_duplicates(&rules, &wanted)?;
    let added: Vec<Rule> = wanted
        .into_iter()
        .map(|wanted| Rule { key: wanted.key, description: wanted.description, tags: tags.clone() })
        .collect();
    refuse_too_many(network, rules.values().chain(&added))?;
    let rng = &mut world.ec2.rng;
    let added: Vec<(String, Rule)> = added.into_iter().map(|rule| (build::id(rng, "sgr"), rule)).collect();
    let trees: Vec<Tree> = added.iter().map(|(id, rule)| rule_tree(&call.region, &group, id, rule)).collect();
    rules.extend(added);
    world.write_rules(&call.region, &group, rules);
    let trees = Tree::list("item", trees);
    Ok(Tree::map([("return", Some(Tree::Bool(true))), ("securityGroupRuleSet", trees)]))
}

fn rule_tags(params: &Params) -> Result<Tags, AwsFault> {
    let mut tags = Tags::new();
    for specification in params.list("TagSpecification") {
        let kind = specification.text("ResourceType").unwrap_or_default();
        if kind != "security-group-rule" {
            let message = format!("'{kind}' is not a valid taggable resource type for this operation.");
            return Err(invalid(message));
        }
        tags.extend(tags::read(&specification)?);
    }
    Ok(tags)
}

fn refuse_duplicates(rules: &Rules, wanted: &[Wanted]) -> Result<(), AwsFault> {
    for (index, new) in wanted.iter().enumerate() {
        if wanted[..index].iter().any(|earlier| earlier.key == new.key) {
            return Err(invalid("The same permission must not appear multiple times"));
        }
        if id_of(rules, &new.key).is_some() {
            return Err(duplicate(&new.key));
        }
    }
    Ok(())
}

/// The rule is there already.
pub(super) fn duplicate(key: &RuleKey) -> AwsFault {
    let message = format!("the specified rule \"{}\" already exists", spoken(key));
    AwsFault::new(400, "InvalidPermission.Duplicate", message)
}

/// Refuses more inbound rules than the quota, IPv4 and IPv6 apart; a prefix list counts as its maximum.
fn refuse_too_many<'a>(network: &Network, rules: impl Iterator<Item = &'a Rule>) -> Result<(), AwsFault> {
    let (mut v4, mut v6) = (0, 0);
    for rule in rules.filter(|rule| !rule.key.egress) {
        match &rule.key.peer {
            Peer::Range(range) if range.is_v4() => v4 += 1,
            Peer::Range(_) => v6 += 1,
            Peer::Group(_) => {
                v4 += 1;
                v6 += 1;
            }
            Peer::PrefixList(id) => v4 += network.prefix_lists.get(id).map_or(1, |list| list.max_entries),
        }
    }
    if v4.max(v6) <= QUOTA {
        return Ok(());
    }
    let message = "The maximum number of rules per security group has been reached.";
    Err(AwsFault::new(400, "RulesPerSecurityGroupLimitExceeded", message))
}
