//! Rules: adding rules to a group and taking them away, inbound and outbound.
//! Invariant: all or nothing; judged by the rules as written, never by a stale view; an added rule has a new id.
//! Not here: changing a rule where it stands (see `modify`).
//! Used by: `operate`.

use super::{
    build,
    groups::{named_group, no_rule, revoked_tree, rule_tree},
    model::{Group, Network, Peer, Rule, RuleKey, Rules, Tags},
    permission::{self, Scope, Wanted, invalid, spoken},
    permission_tree::grouped,
    tags,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Params, Reply, Tree},
};

/// `RevokeSecurityGroupIngress`, and with `egress` its outbound twin.
pub(super) fn revoke(world: &mut World, call: &Call, egress: bool) -> Reply {
    let network = world.ec2.network(&call.region);
    let (id, group) = named_group(network, call)?;
    let scope = Scope::new(&world.ec2, &call.region, group, egress);
    let (ids, unknown) = revoked_ids(&scope, group, &call.params)?;
    let mut rules = group.rules.configured.clone();
    let gone: Vec<(String, Rule)> = ids.iter().filter_map(|id| rules.remove_entry(id)).collect();
    let trees = gone.iter().map(|(rule, held)| revoked_tree(id, rule, held));
    let unknown = grouped(unknown.iter(), &world.ec2, &network.account);
    let reply = Tree::map([
        ("return", Some(Tree::Bool(true))),
        ("unknownIpPermissionSet", Tree::list("item", unknown)),
        ("revokedSecurityGroupRuleSet", Tree::list("item", trees)),
    ]);
    let id = id.to_owned();
    if !gone.is_empty() {
        world.write_rules(&call.region, &id, rules);
    }
    Ok(reply)
}

/// The ids that a revoke takes away, and the rules that it asked for in vain. AWS: in a default VPC a rule that is not
/// there is no error and is listed in the answer; elsewhere it is an error, and no rule of the request is revoked
/// (RevokeSecurityGroupIngress API reference).
fn revoked_ids(
    scope: &Scope<'_>,
    group: &Group,
    params: &Params,
) -> Result<(Vec<String>, Vec<Rule>), AwsFault> {
    let rules = &group.rules.configured;
    let ids = params.texts("SecurityGroupRuleId");
    if !ids.is_empty() {
        let missing = ids.iter().find(|id| rules.get(*id).is_none_or(|rule| rule.key.egress != scope.egress));
        return missing.map_or(Ok((ids.clone(), Vec::new())), |id| Err(no_rule(id)));
    }
    let wanted = permission::read(scope, params)?;
    if wanted.is_empty() {
        return Err(nothing_asked());
    }
    let silent = scope.network().vpcs.get(&group.vpc).is_some_and(|vpc| vpc.default);
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for wanted in wanted {
        match id_of(rules, &wanted.key) {
            Some(id) => found.push(id),
            None if silent => unknown.push(wanted.into_rule(&Tags::new())),
            None => return Err(not_there()),
        }
    }
    Ok((found, unknown))
}

/// Neither rule ids nor properties are given.
pub(super) fn nothing_asked() -> AwsFault {
    AwsFault::new(
        400,
        "MissingParameter",
        "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.",
    )
}

/// No rule has these properties.
pub(super) fn not_there() -> AwsFault {
    let message = "The specified rule does not exist in this security group.";
    AwsFault::new(400, "InvalidPermission.NotFound", message)
}

/// The id of the rule with this key. The description plays no part in it.
pub(super) fn id_of(rules: &Rules, key: &RuleKey) -> Option<String> {
    rules.iter().find(|(_, rule)| rule.key == *key).map(|(id, _)| id.clone())
}

/// `AuthorizeSecurityGroupIngress`, and with `egress` its outbound twin.
pub(super) fn authorize(world: &mut World, call: &Call, egress: bool) -> Reply {
    let network = world.ec2.network(&call.region);
    let (group, held) = named_group(network, call)?;
    let scope = Scope::new(&world.ec2, &call.region, held, egress);
    let wanted = permission::read(&scope, &call.params)?;
    if wanted.is_empty() {
        return Err(nothing_asked());
    }
    let tags = tags::specified(&call.params, "security-group-rule")?;
    let mut rules = held.rules.configured.clone();
    refuse_duplicates(&rules, &wanted)?;
    let added: Vec<Rule> = wanted.into_iter().map(|wanted| wanted.into_rule(&tags)).collect();
    let limit = world.ec2.settings.rules_per_group;
    refuse_too_many(network, limit, egress, rules.values().chain(&added))?;
    let group = group.to_owned();
    let rng = &mut world.ec2.rng;
    let added: Vec<(String, Rule)> = added.into_iter().map(|rule| (build::id(rng, "sgr"), rule)).collect();
    let tree = |(id, rule): &(String, Rule)| rule_tree(&world.ec2, &call.region, (&group, id), rule);
    let trees: Vec<Tree> = added.iter().map(tree).collect();
    rules.extend(added);
    world.write_rules(&call.region, &group, rules);
    let trees = Tree::list("item", trees);
    Ok(Tree::map([("return", Some(Tree::Bool(true))), ("securityGroupRuleSet", trees)]))
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

/// Refuses more rules in one direction than the quota, IPv4 and IPv6 apart; a prefix list counts as its maximum (AWS:
/// VPC quotas).
pub(super) fn refuse_too_many<'a>(
    network: &Network,
    limit: usize,
    egress: bool,
    rules: impl Iterator<Item = &'a Rule>,
) -> Result<(), AwsFault> {
    let (mut v4, mut v6) = (0, 0);
    for rule in rules.filter(|rule| rule.key.egress == egress) {
        match &rule.key.peer {
            Peer::Range(range) if range.is_v4() => v4 += 1,
            Peer::Range(_) => v6 += 1,
            Peer::Group(_) => {
                v4 += 1;
                v6 += 1;
            }
            Peer::PrefixList(id) => match network.prefix_lists.get(id) {
                Some(list) if !list.is_v4() => v6 += list.max_entries,
                Some(list) => v4 += list.max_entries,
                None => v4 += 1,
            },
        }
    }
    if v4.max(v6) <= limit {
        return Ok(());
    }
    let message = "The maximum number of rules per security group has been reached.";
    Err(AwsFault::new(400, "RulesPerSecurityGroupLimitExceeded", message))
}
