//! Groups: reading security groups and their rules.
//! Invariant: shows the `described` view, which may lag a write; the grouped form loses rule ids and tags, as EC2's.
//! Used by: `ec2_operate`.

use super::{
    State,
    describe::{tag_set, tags_of, whole_tag_set},
    filter::Filters,
    ids::formed,
    model::{Group, Network, Peer, Rule},
    permission::{self, check_group_id, group_by_name, no_group},
    permission_tree::{grouped, peering_status},
};
use crate::lab::world::{
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
};

const GROUP_FILTERS: &[&str] = &[
    "group-id",
    "group-name",
    "vpc-id",
    "owner-id",
    "description",
    "ip-permission.from-port",
    "ip-permission.to-port",
    "ip-permission.protocol",
    "ip-permission.cidr",
    "ip-permission.ipv6-cidr",
    "ip-permission.group-id",
    "ip-permission.prefix-list-id",
    "egress.ip-permission.from-port",
    "egress.ip-permission.to-port",
    "egress.ip-permission.protocol",
    "egress.ip-permission.cidr",
    "egress.ip-permission.ipv6-cidr",
    "egress.ip-permission.group-id",
    "egress.ip-permission.prefix-list-id",
];

/// `DescribeSecurityGroups`.
pub(super) fn describe_groups(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(&call.params, GROUP_FILTERS)?;
    let ids = asked_groups(network, call)?;
    let pass = |(id, group): &(&String, &Group)| {
        (ids.is_empty() || ids.contains(id))
            && filters.pass(network.tags.get(*id), |name| group_values(&network.account, id, group, name))
    };
    let found: Vec<_> = network.groups.iter().filter(pass).collect();
    let (part, next) = page(found, &call.params, page::EC2)?;
    let trees = part.into_iter().map(|(id, group)| group_tree(state, &call.region, id, group));
    Ok(Tree::map([("securityGroupInfo", Tree::list("item", trees)), ("nextToken", next.map(Tree::Text))]))
}

/// The groups that a call names, by id or (AWS: in the default VPC only) by name.
fn asked_groups(network: &Network, call: &Call) -> Result<Vec<String>, AwsFault> {
    let mut ids = call.params.texts("GroupId");
    for id in &ids {
        check_group_id(id)?;
        if !network.groups.contains_key(id) {
            return Err(no_group(id));
        }
    }
    for name in call.params.texts("GroupName") {
        ids.push(group_by_name(network, &name)?);
    }
    Ok(ids)
}

fn group_values(account: &str, id: &str, group: &Group, name: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match name {
        "group-id" => one(id),
        "group-name" => one(&group.name),
        "vpc-id" => one(&group.vpc),
        "owner-id" => one(account),
        "description" => one(&group.description),
        _ => {
            let egress = name.starts_with("egress.");
            let part = name.rsplit('.').next().unwrap_or_default();
            let rules = group.rules.described.values().filter(|rule| rule.key.egress == egress);
            rules.filter_map(|rule| rule_value(rule, part)).collect()
        }
    }
}

fn rule_value(rule: &Rule, part: &str) -> Option<String> {
    match (part, &rule.key.peer) {
        ("from-port", _) => rule.key.ports.map(|(from, _)| from.to_string()),
        ("to-port", _) => rule.key.ports.map(|(_, to)| to.to_string()),
        ("protocol", _) => Some(rule.key.protocol.clone()),
        ("cidr", Peer::Range(range)) if range.is_v4() => Some(range.to_string()),
        ("ipv6-cidr", Peer::Range(range)) if !range.is_v4() => Some(range.to_string()),
        ("group-id", Peer::Group(id)) | ("prefix-list-id", Peer::PrefixList(id)) => Some(id.clone()),
        _ => None,
    }
}

fn group_tree(state: &State, region: &str, id: &str, group: &Group) -> Tree {
    let network = state.network(region);
    let account = &network.account;
    let rules = |egress| {
        let rules = group.rules.described.values();
        grouped(rules.filter(move |rule| rule.key.egress == egress), state, account)
    };
    Tree::map([
        ("groupId", Tree::text(id)),
        ("ipPermissionsEgress", Tree::list("item", rules(true))),
        ("tagSet", tags_of(network, id)),
        ("vpcId", Tree::text(&group.vpc)),
        ("securityGroupArn", Tree::text(arn(network, region, id))),
        ("ownerId", Tree::text(account)),
        ("groupName", Tree::text(&group.name)),
        ("groupDescription", Tree::text(&group.description)),
        ("ipPermissions", Tree::list("item", rules(false))),
    ])
}

/// A group's ARN.
pub(super) fn arn(network: &Network, region: &str, id: &str) -> String {
    format!("arn:aws:ec2:{region}:{}:security-group/{id}", network.account)
}

/// `DescribeSecurityGroupRules`. AWS: filters are `group-id`, `security-group-rule-id` and tags only.
pub(super) fn describe_rules(state: &State, call: &Call) -> Reply {
    let network = state.network(&call.region);
    let filters = Filters::read(&call.params, &["group-id", "security-group-rule-id"])?;
    let asked = call.params.texts("SecurityGroupRuleId");
    if let Some(missing) = asked.iter().find(|id| shown_rule(network, id).is_none()) {
        return Err(no_rule(missing));
    }
    let rules_of = |group: &String| {
        let (group, held) = network.groups.get_key_value(group)?;
        Some(held.rules.described.iter().map(move |(id, rule)| (group, id, rule)))
    };
    let pass = |(group, id, rule): &(&String, &String, &Rule)| {
        (asked.is_empty() || asked.contains(id))
            && filters.pass(Some(&rule.tags), |name| match name {
                "group-id" => vec![(*group).clone()],
                _ => vec![(*id).clone()],
            })
    };
    // The exact names of groups or rules that a call gives spare a look at all the others.
    let mut holders = match filters.exact("group-id") {
        Some(groups) => groups.to_vec(),
        None if !asked.is_empty() => {
            asked.iter().filter_map(|id| network.rule_groups.get(id)).cloned().collect()
        }
        None => network.groups.keys().cloned().collect(),
    };
    holders.sort();
    holders.dedup();
    let found: Vec<_> = holders.iter().filter_map(rules_of).flatten().filter(pass).collect();
    let (part, next) = page(found, &call.params, page::EC2)?;
    let trees = part.into_iter().map(|(group, id, rule)| shown_tree(state, &call.region, (group, id), rule));
    Ok(Tree::map([("securityGroupRuleSet", Tree::list("item", trees)), ("nextToken", next.map(Tree::Text))]))
}

/// A rule as reads show it, by id.
fn shown_rule<'a>(network: &'a Network, id: &str) -> Option<&'a Rule> {
    network.groups.get(network.rule_groups.get(id)?)?.rules.described.get(id)
}

/// No rule has this id, or can have it.
pub(super) fn no_rule(id: &str) -> AwsFault {
    if let Err(malformed) = formed(id, "sgr", "InvalidSecurityGroupRuleId.Malformed") {
        return malformed;
    }
    let message = format!("The security group rule ID '{id}' does not exist");
    AwsFault::new(400, "InvalidSecurityGroupRuleId.NotFound", message)
}

/// A rule as reads show it: with its tags.
fn shown_tree(state: &State, region: &str, ids: (&str, &str), rule: &Rule) -> Tree {
    tree_with(state, region, ids, rule, whole_tag_set(Some(&rule.tags)))
}

/// A rule as EC2 shows it where it is made.
pub(super) fn rule_tree(state: &State, region: &str, ids: (&str, &str), rule: &Rule) -> Tree {
    tree_with(state, region, ids, rule, tag_set(&rule.tags))
}

fn tree_with(
    state: &State,
    region: &str,
    (group, id): (&str, &str),
    rule: &Rule,
    tags: Option<Tree>,
) -> Tree {
    let account = &state.network(region).account;
    let mut members = rule_head(group, id, rule);
    members.insert(2, ("groupOwnerId", Tree::Text(account.clone())));
    if let Peer::Group(peer) = &rule.key.peer {
        let peered = rule.peered.as_ref();
        let peer = Tree::map([
            ("groupId", Tree::text(peer)),
            ("peeringStatus", peered.and_then(|peered| peering_status(state, peered))),
            ("userId", Tree::text(account)),
            ("vpcId", peered.and_then(|peered| Tree::text(&peered.vpc))),
            ("vpcPeeringConnectionId", peered.and_then(|peered| Tree::text(&peered.peering))),
        ]);
        members.push(("referencedGroupInfo", peer));
    }
    members.extend(rule.description.clone().map(|text| ("description", Tree::Text(text))));
    members.extend(tags.map(|tags| ("tagSet", tags)));
    let arn = format!("arn:aws:ec2:{region}:{account}:security-group-rule/{id}");
    members.push(("securityGroupRuleArn", Tree::Text(arn)));
    Tree::Map(members)
}

/// A revoked rule as EC2 shows it: without tags and owners.
pub(super) fn revoked_tree(group: &str, id: &str, rule: &Rule) -> Tree {
    let mut members = rule_head(group, id, rule);
    if let Peer::Group(peer) = &rule.key.peer {
        members.push(("referencedGroupId", Tree::Text(peer.clone())));
    }
    members.extend(rule.description.clone().map(|text| ("description", Tree::Text(text))));
    Tree::Map(members)
}

fn rule_head(group: &str, id: &str, rule: &Rule) -> Vec<(&'static str, Tree)> {
    // EC2 gives -1 for both ports where a rule of one protocol has none.
    let (from, to) = rule.key.ports.unwrap_or((-1, -1));
    let mut members = vec![
        ("securityGroupRuleId", Tree::Text(id.to_owned())),
        ("groupId", Tree::Text(group.to_owned())),
        ("isEgress", Tree::Bool(rule.key.egress)),
        ("ipProtocol", Tree::Text(rule.key.protocol.clone())),
        ("fromPort", Tree::Int(from.into())),
        ("toPort", Tree::Int(to.into())),
    ];
    match &rule.key.peer {
        Peer::Range(range) if range.is_v4() => members.push(("cidrIpv4", Tree::Text(range.to_string()))),
        Peer::Range(range) => members.push(("cidrIpv6", Tree::Text(range.to_string()))),
        Peer::PrefixList(id) => members.push(("prefixListId", Tree::Text(id.clone()))),
        Peer::Group(_) => {}
    }
    members
}

/// The group that a mutating call names, by id or (AWS: in the default VPC only) by name.
pub(super) fn named_group<'a>(network: &'a Network, call: &Call) -> Result<(&'a str, &'a Group), AwsFault> {
    let id = match (call.params.text("GroupId"), call.params.text("GroupName")) {
        (Some(id), _) => {
            permission::check_group_id(id)?;
            id.to_owned()
        }
        (None, Some(name)) => group_by_name(network, name)?,
        (None, None) => {
            let message = "The request must contain the parameter groupName or groupId";
            return Err(AwsFault::new(400, "MissingParameter", message));
        }
    };
    let found = network.groups.get_key_value(&id).ok_or_else(|| no_group(&id))?;
    Ok((found.0, found.1))
}
