mod groups;
mod packets;

use std::collections::BTreeSet;

use super::{model::Rules, *};
use crate::lab::world::{
    call::{AwsFault, Reply, Service, Tree},
    reference::SEOUL,
    testing::{self, call, items, text, wait, world},
};

const HERE: &str = SEOUL.code;

fn ec2(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Reply {
    call(world, Service::Ec2, operation, HERE, params)
}

fn code(reply: Reply) -> &'static str {
    reply.expect_err("refused").code
}

fn group(world: &World) -> String {
    group_of(world.ec2.network(HERE), Role::Instances).unwrap()
}

fn balancer_group(world: &World) -> String {
    group_of(world.ec2.network(HERE), Role::Balancer).unwrap()
}

fn rules(world: &mut World, group: &str) -> Vec<Tree> {
    let filter = [("Filter.1.Name", "group-id"), ("Filter.1.Value.1", group)];
    let reply = ec2(world, "DescribeSecurityGroupRules", &filter).unwrap();
    items(&reply, "securityGroupRuleSet").to_vec()
}

fn port_80(world: &mut World, group: &str) -> Option<Tree> {
    rules(world, group).into_iter().find(|rule| text(rule, "fromPort") == "80")
}

/// The parameters of the port-80 rule by its properties.
fn by_properties<'a>(group: &'a str, peer: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("GroupId", group),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "80"),
        ("IpPermissions.1.ToPort", "80"),
        ("IpPermissions.1.Groups.1.GroupId", peer),
    ]
}

/// "Output revokedSecurityGroupRuleSet lists what went … It has no tags." "Each call creates new rule ids … a restored
/// rule never gets its old id back." "Tags: TagSpecification.N.ResourceType = security-group-rule."
#[test]
fn a_rule_put_back_is_equal_in_all_but_its_id() {
    let mut world = world();
    world.set_prompt_reads(true);
    let group = group(&world);
    let before = port_80(&mut world, &group).unwrap();
    let id = text(&before, "securityGroupRuleId");
    let revoked =
        ec2(&mut world, "RevokeSecurityGroupIngress", &[("GroupId", &group), ("SecurityGroupRuleId.1", &id)]);
    let revoked = revoked.unwrap();
    assert_eq!(text(&revoked, "return"), "true");
    assert_eq!(text(&revoked, "revokedSecurityGroupRuleSet.0.securityGroupRuleId"), id);
    assert!(items(&revoked, "revokedSecurityGroupRuleSet.0.tagSet").is_empty());
    assert_eq!(port_80(&mut world, &group), None);

    let peer = text(&before, "referencedGroupInfo.groupId");
    let description = text(&before, "description");
    let mut params = by_properties(&group, &peer);
    params.push(("IpPermissions.1.Groups.1.Description", &description));
    let tags: Vec<(String, String)> =
        items(&before, "tagSet").iter().map(|tag| (text(tag, "key"), text(tag, "value"))).collect();
    let paths: Vec<(String, String)> = (1..=tags.len())
        .map(|n| (format!("TagSpecification.1.Tag.{n}.Key"), format!("TagSpecification.1.Tag.{n}.Value")))
        .collect();
    params.push(("TagSpecification.1.ResourceType", "security-group-rule"));
    for ((key_path, value_path), (key, value)) in paths.iter().zip(&tags) {
        params.push((key_path, key));
        params.push((value_path, value));
    }
    ec2(&mut world, "AuthorizeSecurityGroupIngress", &params).unwrap();
    let after = port_80(&mut world, &group).unwrap();
    assert_ne!(text(&after, "securityGroupRuleId"), id);
    for same in ["ipProtocol", "fromPort", "toPort", "referencedGroupInfo.groupId", "description", "tagSet"] {
        assert_eq!(testing::member(&after, same), testing::member(&before, same), "{same}");
    }
}

/// "Property mode in a non-default VPC: non-match → InvalidPermission.NotFound, and no rule of the request is revoked."
#[test]
fn a_revoke_with_one_wrong_rule_revokes_nothing() {
    let mut world = world();
    world.set_prompt_reads(true);
    let (group, peer) = (group(&world), balancer_group(&world));
    let mut params = by_properties(&group, &peer);
    params.extend([
        ("IpPermissions.2.IpProtocol", "tcp"),
        ("IpPermissions.2.FromPort", "81"),
        ("IpPermissions.2.ToPort", "81"),
        ("IpPermissions.2.IpRanges.1.CidrIp", "10.0.0.0/8"),
    ]);
    let fault = ec2(&mut world, "RevokeSecurityGroupIngress", &params).unwrap_err();
    let message = "The specified rule does not exist in this security group.";
    assert_eq!(fault, AwsFault::new(400, "InvalidPermission.NotFound", message));
    assert!(port_80(&mut world, &group).is_some());
    let mut again = by_properties(&group, &peer);
    assert!(ec2(&mut world, "RevokeSecurityGroupIngress", &again).is_ok());
    again.push(("DryRun", "false"));
    assert_eq!(code(ec2(&mut world, "RevokeSecurityGroupIngress", &again)), "InvalidPermission.NotFound");
}

/// "Duplicate → 400 InvalidPermission.Duplicate: the specified rule "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80,
/// ALLOW" already exists"; "adding a second spelling of the same network is a duplicate".
#[test]
fn a_duplicate_is_refused_in_ec2s_words() {
    let mut world = world();
    let group = balancer_group(&world);
    let rule = |range| {
        [
            ("GroupId", group.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "80"),
            ("IpPermissions.1.ToPort", "80"),
            ("IpPermissions.1.IpRanges.1.CidrIp", range),
        ]
    };
    let fault = ec2(&mut world, "AuthorizeSecurityGroupIngress", &rule("0.0.0.0/0")).unwrap_err();
    let message =
        "the specified rule \"peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW\" already exists";
    assert_eq!(fault, AwsFault::new(400, "InvalidPermission.Duplicate", message));
    assert!(ec2(&mut world, "AuthorizeSecurityGroupIngress", &rule("100.68.0.18/18")).is_ok());
    let again = ec2(&mut world, "AuthorizeSecurityGroupIngress", &rule("100.68.0.0/18"));
    assert_eq!(code(again), "InvalidPermission.Duplicate");
}

/// EC2's error codes for wrong parameters.
#[test]
fn wrong_parameters_have_ec2s_codes() {
    let mut world = world();
    let (group, rule) = (group(&world), "sgr-0123456789abcdef0");
    let refusals: &[(&[(&str, &str)], &str)] = &[
        (&[("GroupId", "sg-0123456789abcdef0"), ("SecurityGroupRuleId.1", rule)], "InvalidGroup.NotFound"),
        (&[("GroupId", "nonsense"), ("SecurityGroupRuleId.1", rule)], "InvalidGroupId.Malformed"),
        (&[("GroupId", &group), ("SecurityGroupRuleId.1", rule)], "InvalidSecurityGroupRuleId.NotFound"),
        (&[("GroupId", &group), ("SecurityGroupRuleId.1", "sgr-1")], "InvalidSecurityGroupRuleId.Malformed"),
        (&[("GroupId", &group)], "MissingParameter"),
        (&[("SecurityGroupRuleId.1", rule)], "MissingParameter"),
        (&[("GroupId", &group), ("IpPermissions.1.IpProtocol", "tcp")], "InvalidParameterValue"),
        (&by_properties(&group, ""), "MissingParameter"),
    ];
    for (params, expected) in refusals {
        assert_eq!(code(ec2(&mut world, "RevokeSecurityGroupIngress", params)), *expected, "{params:?}");
    }
    let unrouted = ec2(&mut world, "CreateVolume", &[]).unwrap_err();
    assert_eq!((unrouted.status, unrouted.code), (501, "UnroutedOperation"));
}

/// "Allowed → DryRunOperation, HTTP 412"; "DryRun does not validate parameters".
#[test]
fn a_dry_run_says_yes_and_changes_nothing() {
    let mut world = world();
    let fault = ec2(&mut world, "RevokeSecurityGroupIngress", &[("DryRun", "true")]).unwrap_err();
    assert_eq!((fault.status, fault.code), (412, "DryRunOperation"));
    assert_eq!(fault.message, "Request would have succeeded, but DryRun flag is set.");
}

/// "Rule id, tags and ARN stay" when a rule is modified in place.
#[test]
fn modifying_keeps_id_and_tags() {
    let mut world = world();
    world.set_prompt_reads(true);
    let (group, peer) = (group(&world), balancer_group(&world));
    let before = port_80(&mut world, &group).unwrap();
    let id = text(&before, "securityGroupRuleId");
    let form = |port: &'static str| {
        [
            ("GroupId", group.clone()),
            ("SecurityGroupRule.1.SecurityGroupRuleId", id.clone()),
            ("SecurityGroupRule.1.SecurityGroupRule.IpProtocol", "tcp".to_owned()),
            ("SecurityGroupRule.1.SecurityGroupRule.FromPort", port.to_owned()),
            ("SecurityGroupRule.1.SecurityGroupRule.ToPort", port.to_owned()),
            ("SecurityGroupRule.1.SecurityGroupRule.ReferencedGroupId", peer.clone()),
            ("SecurityGroupRule.1.SecurityGroupRule.Description", "HTTP from the load balancer".to_owned()),
        ]
    };
    let mut modify = |port| {
        let form = form(port);
        let form: Vec<(&str, &str)> = form.iter().map(|(path, text)| (*path, text.as_str())).collect();
        ec2(&mut world, "ModifySecurityGroupRules", &form)
    };
    assert!(modify("9").is_ok());
    // 22 is open from the bastion only: another source, another rule.
    assert!(modify("22").is_ok());
    assert!(modify("80").is_ok());
    assert_eq!(port_80(&mut world, &group), Some(before));
}

/// "Describe after write sees the change: eventual", up to 2 s late here; a mutating call always sees the truth.
#[test]
fn reads_may_lag_and_writes_never_do() {
    let mut world = world();
    let (group, peer) = (group(&world), balancer_group(&world));
    ec2(&mut world, "RevokeSecurityGroupIngress", &by_properties(&group, &peer)).unwrap();
    assert!(port_80(&mut world, &group).is_some(), "the read is stale");
    let again = ec2(&mut world, "RevokeSecurityGroupIngress", &by_properties(&group, &peer));
    assert_eq!(code(again), "InvalidPermission.NotFound");
    wait(&mut world, 2.0);
    assert_eq!(port_80(&mut world, &group), None);
}

/// A later write never arrives before an earlier one: what is effective in the end is what was written last.
#[test]
fn views_never_go_back() {
    for seed in 0..50 {
        let mut world = testing::seeded(seed);
        let (group, peer) = (group(&world), balancer_group(&world));
        for _ in 0..3 {
            ec2(&mut world, "RevokeSecurityGroupIngress", &by_properties(&group, &peer)).unwrap();
            wait(&mut world, 0.1);
            ec2(&mut world, "AuthorizeSecurityGroupIngress", &by_properties(&group, &peer)).unwrap();
            wait(&mut world, 0.1);
        }
        wait(&mut world, 6.0);
        let group = &world.ec2.network(HERE).groups[&group];
        assert_eq!(group.rules.effective, group.rules.configured, "seed {seed}");
        assert_eq!(group.rules.described, group.rules.configured, "seed {seed}");
    }
}

/// "60 inbound rules per group, IPv4 and IPv6 counted separately" → RulesPerSecurityGroupLimitExceeded.
#[test]
fn the_quota_counts_each_family() {
    let mut world = world();
    world.set_unlimited(true);
    let group = group(&world);
    let mut add = |range: &str, member: &str| {
        let path = format!("IpPermissions.1.{member}");
        let params = [
            ("GroupId", group.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "8080"),
            ("IpPermissions.1.ToPort", "8080"),
            (path.as_str(), range),
        ];
        ec2(&mut world, "AuthorizeSecurityGroupIngress", &params)
    };
    for last in 0..58 {
        add(&format!("203.0.113.{last}/32"), "IpRanges.1.CidrIp").unwrap();
    }
    assert_eq!(code(add("203.0.113.99/32", "IpRanges.1.CidrIp")), "RulesPerSecurityGroupLimitExceeded");
    assert!(add("2001:db8::/32", "Ipv6Ranges.1.CidrIpv6").is_ok());
}

/// "MaxResults 5-1000"; the parts of a listing add up; an unknown filter is refused.
#[test]
fn listings_page_and_filter() {
    let mut world = world();
    let all = ec2(&mut world, "DescribeSecurityGroupRules", &[]).unwrap();
    let all = items(&all, "securityGroupRuleSet").to_vec();
    assert!(all.len() > 10);
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let mut params = vec![("MaxResults", "5")];
        if !token.is_empty() {
            params.push(("NextToken", &token));
        }
        let part = ec2(&mut world, "DescribeSecurityGroupRules", &params).unwrap();
        seen.extend(items(&part, "securityGroupRuleSet").to_vec());
        token = text(&part, "nextToken");
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, all);
    let unknown = [("Filter.1.Name", "from-port"), ("Filter.1.Value.1", "80")];
    assert_eq!(code(ec2(&mut world, "DescribeSecurityGroupRules", &unknown)), "InvalidParameterValue");
    let tagged = [("Filter.1.Name", "tag:owner"), ("Filter.1.Value.1", "web-*")];
    let tagged = ec2(&mut world, "DescribeSecurityGroupRules", &tagged).unwrap();
    assert_eq!(items(&tagged, "securityGroupRuleSet").len(), 1);
}

/// "It groups rules into IpPermission: several rules with the same protocol and ports are merged, rule ids and rule
/// tags are absent."
#[test]
fn the_grouped_form_is_lossy() {
    let mut world = world();
    let group = balancer_group(&world);
    let reply = ec2(&mut world, "DescribeSecurityGroups", &[("GroupId.1", &group)]).unwrap();
    let permissions = items(&reply, "securityGroupInfo.0.ipPermissions");
    assert_eq!(permissions.len(), 2);
    assert_eq!(text(&permissions[0], "ipRanges.0.cidrIp"), "0.0.0.0/0");
    assert_eq!(text(&permissions[0], "ipv6Ranges.0.cidrIpv6"), "::/0");
    let egress = items(&reply, "securityGroupInfo.0.ipPermissionsEgress");
    assert_eq!(text(&egress[0], "ipProtocol"), "-1");
    assert_eq!(testing::member(&egress[0], "fromPort"), None, "with -1 the port fields are absent");
}

/// Tags of rules and of other resources can be set and taken away; `aws:` is reserved.
#[test]
fn tags_come_and_go() {
    let mut world = world();
    world.set_prompt_reads(true);
    let group = group(&world);
    let id = text(&port_80(&mut world, &group).unwrap(), "securityGroupRuleId");
    for resource in [&id, &group] {
        let tag = [("ResourceId.1", resource.as_str()), ("Tag.1.Key", "drill"), ("Tag.1.Value", "1")];
        let mine = [("Filter.1.Name", "resource-id"), ("Filter.1.Value.1", resource.as_str())];
        let count = |world: &mut World| items(&ec2(world, "DescribeTags", &mine).unwrap(), "tagSet").len();
        let before = count(&mut world);
        ec2(&mut world, "CreateTags", &tag).unwrap();
        assert_eq!(count(&mut world), before + 1);
        let other = [("ResourceId.1", resource.as_str()), ("Tag.1.Key", "drill"), ("Tag.1.Value", "2")];
        ec2(&mut world, "DeleteTags", &other).unwrap();
        assert_eq!(count(&mut world), before + 1, "another value is another tag");
        ec2(&mut world, "DeleteTags", &tag).unwrap();
        assert_eq!(count(&mut world), before);
    }
    let reserved = [("ResourceId.1", id.as_str()), ("Tag.1.Key", "aws:x"), ("Tag.1.Value", "1")];
    assert_eq!(code(ec2(&mut world, "CreateTags", &reserved)), "InvalidParameterValue");
}

/// Everything that a drill may change carries the tag that allows it.
#[test]
fn all_groups_may_be_changed_by_tag() {
    let mut world = world();
    let params = [("Filter.1.Name", "tag:firedrill"), ("Filter.1.Value.1", "allowed")];
    let reply = ec2(&mut world, "DescribeSecurityGroups", &params).unwrap();
    assert_eq!(items(&reply, "securityGroupInfo").len(), 4);
    for (operation, set) in [
        ("DescribeInstances", "reservationSet"),
        ("DescribeSubnets", "subnetSet"),
        ("DescribeVpcs", "vpcSet"),
        ("DescribeRouteTables", "routeTableSet"),
        ("DescribeNetworkAcls", "networkAclSet"),
        ("DescribeVpcPeeringConnections", "vpcPeeringConnectionSet"),
        ("DescribeManagedPrefixLists", "prefixListSet"),
    ] {
        let reply = ec2(&mut world, operation, &params).unwrap();
        assert!(!items(&reply, set).is_empty(), "{operation}");
    }
    let interfaces = ec2(&mut world, "DescribeNetworkInterfaces", &[]).unwrap();
    assert_eq!(items(&interfaces, "networkInterfaceSet").len(), 6);
}

/// Whatever is written in whatever order: no two rules of a group are equal, a refused call changes nothing, and six
/// seconds later reads and packets agree with what was written.
#[test]
fn any_writes_leave_groups_whole() {
    for seed in 0..40 {
        let mut world = testing::seeded(seed);
        world.set_unlimited(true);
        let mut rng = Rng::stream(seed, "any_writes");
        let group = group(&world);
        for _ in 0..60 {
            let before = world.ec2.network(HERE).groups[&group].rules.configured.clone();
            let (operation, params) = any_write(&mut rng, &group, &before);
            let params: Vec<(&str, &str)> =
                params.iter().map(|(path, text)| (*path, text.as_str())).collect();
            let reply = ec2(&mut world, operation, &params);
            let after = &world.ec2.network(HERE).groups[&group].rules.configured;
            let keys: BTreeSet<_> = after.values().map(|rule| &rule.key).collect();
            assert_eq!(keys.len(), after.len(), "seed {seed}: {operation} {params:?}");
            if reply.is_err() {
                assert_eq!(*after, before, "seed {seed}: {operation} {params:?}: {reply:?}");
            }
            wait(&mut world, rng.below(3_000) as f64 / 1_000.0);
        }
        wait(&mut world, 6.0);
        let group = &world.ec2.network(HERE).groups[&group];
        assert_eq!(
            (&group.rules.effective, &group.rules.described),
            (&group.rules.configured, &group.rules.configured),
            "seed {seed}"
        );
    }
}

fn any_write(rng: &mut Rng, group: &str, rules: &Rules) -> (&'static str, Vec<(&'static str, String)>) {
    let port = (80 + rng.below(3)).to_string();
    let range = format!("10.{}.0.0/16", rng.below(3));
    let id = rules.keys().nth(rng.below(rules.len() as u64) as usize).cloned().unwrap_or_default();
    let mut params = vec![("GroupId", group.to_owned())];
    let by_properties = [
        ("IpPermissions.1.IpProtocol", "tcp".to_owned()),
        ("IpPermissions.1.FromPort", port.clone()),
        ("IpPermissions.1.ToPort", port.clone()),
        ("IpPermissions.1.IpRanges.1.CidrIp", range.clone()),
        ("IpPermissions.1.IpRanges.2.CidrIp", "192.0.2.0/24".to_owned()),
    ];
    let operation = match rng.below(4) {
        0 => {
            params.push(("SecurityGroupRuleId.1", id));
            "RevokeSecurityGroupIngress"
        }
        1 => {
            params.extend(by_properties.into_iter().take(4));
            "RevokeSecurityGroupIngress"
        }
        2 => {
            params.extend(by_properties);
            "AuthorizeSecurityGroupIngress"
        }
        _ => {
            params.extend([
                ("SecurityGroupRule.1.SecurityGroupRuleId", id),
                ("SecurityGroupRule.1.SecurityGroupRule.IpProtocol", "tcp".to_owned()),
                ("SecurityGroupRule.1.SecurityGroupRule.FromPort", port.clone()),
                ("SecurityGroupRule.1.SecurityGroupRule.ToPort", port),
                ("SecurityGroupRule.1.SecurityGroupRule.CidrIpv4", range),
            ]);
            "ModifySecurityGroupRules"
        }
    };
    (operation, params)
}
