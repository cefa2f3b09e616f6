//! Groups: their life, default networks, peered networks, outbound rules, and the traps of real deployments.

use super::*;
use crate::lab::world::cidr::Cidr;
use crate::lab::world::{
    ec2::{
        build,
        model::{Owner, PeeringSide},
    },
    testing::{status, visit},
};

/// Adds a network to Seoul, with its default group, and peers it with the deployment's if asked to.
fn second_network(world: &mut World, range: &str, default: bool, peered: bool) -> (String, String) {
    let now = world.now();
    let first = vpc(world);
    let State { networks, peerings, rng, .. } = &mut world.ec2;
    let network = networks.get_mut(HERE).unwrap();
    let range = Cidr::parse(range).unwrap();
    let vpc = build::vpc(network, rng, (range, Cidr::parse("2001:db8::/56")), default);
    let subnet =
        build::subnet(network, rng, (&vpc, "ap-northeast-2a"), (range, Cidr::parse("2001:db8::/64")), true);
    let acl = build::acl(network, rng, &vpc, true, build::open_entries(true));
    build::bind_acl(network, rng, &subnet, &acl);
    let group = build::id(rng, "sg");
    build::group(network, rng, (&group, &vpc), ("default", "default VPC security group"), Vec::new());
    if peered {
        let side =
            |vpc: &str, range| PeeringSide { region: HERE.into(), vpc: vpc.into(), range, resolves: false };
        let (requester, accepter) = (side(&first, network.vpcs[&first].range), side(&vpc, range));
        let (status, message) = (PeeringStatus::Active, "Active".to_owned());
        peerings.insert(build::id(rng, "pcx"), Peering { requester, accepter, status, since: now, message });
    }
    (vpc, group)
}

fn create(world: &mut World, name: &str, vpc: &str) -> Reply {
    ec2(world, "CreateSecurityGroup", &[("GroupName", name), ("GroupDescription", "a test"), ("VpcId", vpc)])
}

fn vpc(world: &World) -> String {
    world.ec2.network(HERE).groups[&group(world)].vpc.clone()
}

/// "Property mode in the default VPC: a non-matching rule raises no error; the response lists it in
/// unknownIpPermissionSet"; "GroupName works only for the default VPC".
#[test]
fn a_wrong_revoke_in_a_default_network_is_silent() {
    let mut world = world();
    world.set_prompt_reads(true);
    let (_, group) = second_network(&mut world, "172.31.0.0/16", true, false);
    let rule = |port: &'static str| {
        [
            ("GroupName", "default"),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", port),
            ("IpPermissions.1.ToPort", port),
            ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
        ]
    };
    ec2(&mut world, "AuthorizeSecurityGroupIngress", &rule("80")).unwrap();
    let reply = ec2(&mut world, "RevokeSecurityGroupIngress", &rule("81")).unwrap();
    assert_eq!(text(&reply, "return"), "true");
    assert_eq!(text(&reply, "unknownIpPermissionSet.0.fromPort"), "81");
    assert!(items(&reply, "revokedSecurityGroupRuleSet").is_empty());
    assert_eq!(rules(&mut world, &group).len(), 1);
    let reply = ec2(&mut world, "RevokeSecurityGroupIngress", &rule("80")).unwrap();
    assert!(items(&reply, "unknownIpPermissionSet").is_empty());
    assert!(rules(&mut world, &group).is_empty());
    let by_id = [("GroupId", group.as_str()), ("SecurityGroupRuleId.1", "sgr-00000000000000000")];
    assert_eq!(
        code(ec2(&mut world, "RevokeSecurityGroupIngress", &by_id)),
        "InvalidSecurityGroupRuleId.NotFound"
    );
    let named = ec2(&mut world, "DescribeSecurityGroups", &[("GroupName.1", "default")]).unwrap();
    assert_eq!(text(&named, "securityGroupInfo.0.groupId"), group);
    let elsewhere = ec2(&mut world, "DescribeSecurityGroups", &[("GroupName.1", "seoul-bastion")]);
    assert_eq!(code(elsewhere), "InvalidGroup.NotFound");
}

/// "DependencyViolation (delete a referenced group)"; a name is once in a network; "default" stays.
#[test]
fn a_group_that_is_used_cannot_be_deleted() {
    let mut world = world();
    world.set_prompt_reads(true);
    let vpc = vpc(&world);
    let made = text(&create(&mut world, "spare", &vpc).unwrap(), "groupId");
    assert_eq!(code(create(&mut world, "spare", &vpc)), "InvalidGroup.Duplicate");
    assert_eq!(code(create(&mut world, "default", &vpc)), "InvalidParameterValue");
    assert_eq!(code(create(&mut world, "x", "vpc-00000000000000000")), "InvalidVpcID.NotFound");
    let out = rules(&mut world, &made);
    assert_eq!(
        (out.len(), text(&out[0], "isEgress"), text(&out[0], "cidrIpv4")),
        (1, "true".into(), "0.0.0.0/0".into())
    );
    for used in [group(&world), balancer_group(&world)] {
        assert_eq!(
            code(ec2(&mut world, "DeleteSecurityGroup", &[("GroupId", &used)])),
            "DependencyViolation"
        );
    }
    let default = world.ec2.network(HERE).groups.iter().find(|(_, group)| group.name == "default");
    let default = default.map(|(id, _)| id.clone()).unwrap();
    assert_eq!(code(ec2(&mut world, "DeleteSecurityGroup", &[("GroupId", &default)])), "CannotDelete");
    ec2(&mut world, "DeleteSecurityGroup", &[("GroupId", &made)]).unwrap();
    assert_eq!(code(ec2(&mut world, "DeleteSecurityGroup", &[("GroupId", &made)])), "InvalidGroup.NotFound");
}

/// "Reference to a group in a peered VPC is allowed only inside one Region"; "after a peering is deleted the peer
/// reference becomes stale: DescribeStaleSecurityGroups"; "vpcId/peering fields appear only for peered references".
#[test]
fn a_reference_across_a_peering_becomes_stale_with_it() {
    let mut world = world();
    world.set_prompt_reads(true);
    let own = group(&world);
    let (_, stranger) = second_network(&mut world, "10.30.0.0/16", false, false);
    let refused =
        ec2(&mut world, "AuthorizeSecurityGroupIngress", &by_properties(&own, &stranger)).unwrap_err();
    assert_eq!(refused.message, "You have specified two resources that belong to different networks.");
    let (peer_vpc, peer) = second_network(&mut world, "10.40.0.0/16", false, true);
    ec2(&mut world, "AuthorizeSecurityGroupIngress", &by_properties(&own, &peer)).unwrap();
    let find = |world: &mut World| {
        let mut rules = rules(world, &own).into_iter();
        rules.find(|rule| text(rule, "referencedGroupInfo.groupId") == peer).unwrap()
    };
    let rule = find(&mut world);
    assert_eq!(text(&rule, "referencedGroupInfo.vpcId"), peer_vpc);
    assert_eq!(text(&rule, "referencedGroupInfo.peeringStatus"), "active");
    let references = ec2(&mut world, "DescribeSecurityGroupReferences", &[("GroupId.1", &peer)]).unwrap();
    let vpc = vpc(&world);
    assert_eq!(text(&references, "securityGroupReferenceSet.0.referencingVpcId"), vpc);
    let stale = |world: &mut World| ec2(world, "DescribeStaleSecurityGroups", &[("VpcId", &vpc)]).unwrap();
    assert!(items(&stale(&mut world), "staleSecurityGroupSet").is_empty());
    let peering = text(&rule, "referencedGroupInfo.vpcPeeringConnectionId");
    ec2(&mut world, "DeleteVpcPeeringConnection", &[("VpcPeeringConnectionId", &peering)]).unwrap();
    assert_eq!(text(&find(&mut world), "referencedGroupInfo.peeringStatus"), "deleted");
    let found = stale(&mut world);
    assert_eq!(text(&found, "staleSecurityGroupSet.0.groupId"), own);
    assert_eq!(text(&found, "staleSecurityGroupSet.0.staleIpPermissions.0.groups.0.groupId"), peer);
}

/// Outbound rules are added, described anew and taken away as inbound ones are; a balancer whose group lets nothing out
/// answers 504.
#[test]
fn outbound_rules_have_twins_of_every_operation() {
    let mut world = world();
    world.set_prompt_reads(true);
    let group = balancer_group(&world);
    let out = rules(&mut world, &group).into_iter().find(|rule| text(rule, "isEgress") == "true").unwrap();
    let id = text(&out, "securityGroupRuleId");
    let by_id = [("GroupId", group.as_str()), ("SecurityGroupRuleId.1", id.as_str())];
    assert_eq!(
        code(ec2(&mut world, "RevokeSecurityGroupIngress", &by_id)),
        "InvalidSecurityGroupRuleId.NotFound"
    );
    let words = [
        ("GroupId", group.as_str()),
        ("SecurityGroupRuleDescription.1.SecurityGroupRuleId", id.as_str()),
        ("SecurityGroupRuleDescription.1.Description", "out"),
    ];
    ec2(&mut world, "UpdateSecurityGroupRuleDescriptionsEgress", &words).unwrap();
    assert_eq!(
        code(ec2(&mut world, "UpdateSecurityGroupRuleDescriptionsIngress", &words)),
        "InvalidSecurityGroupRuleId.NotFound"
    );
    ec2(&mut world, "RevokeSecurityGroupEgress", &by_id).unwrap();
    wait(&mut world, 20.0);
    assert_eq!(status(&visit(&mut world, &SEOUL)), 504);
    let back = [
        ("GroupId", group.as_str()),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    ec2(&mut world, "AuthorizeSecurityGroupEgress", &back).unwrap();
    let twice = ec2(&mut world, "AuthorizeSecurityGroupEgress", &back).unwrap_err();
    assert_eq!(twice.code, "InvalidPermission.Duplicate");
    wait(&mut world, 6.0);
    assert_eq!(status(&visit(&mut world, &SEOUL)), 200);
}

/// "A TCP flow is untracked only if the rule that admits it is open to 0.0.0.0/0 AND a rule in the other direction allows
/// all ports 0-65535 to 0.0.0.0/0"; "removing the open egress rule turns formerly untracked flows into tracked ones".
#[test]
fn a_flow_is_untracked_only_where_both_directions_are_open() {
    let mut world = world();
    world.set_prompt_reads(true);
    let node =
        world.ec2.network(HERE).interfaces.iter().find(|(_, held)| matches!(held.owner, Owner::Balancer(_)));
    let node = node.map(|(id, _)| id.clone()).unwrap();
    let client = "203.0.113.9".parse().unwrap();
    let admit =
        |world: &World| world.ec2.admits(End::Outside(client), End::Interface(HERE, &node), 80).unwrap();
    assert!(!admit(&world).tracked);
    let group = balancer_group(&world);
    let out = |protocol, from, to| {
        vec![
            ("GroupId", group.as_str()),
            ("IpPermissions.1.IpProtocol", protocol),
            ("IpPermissions.1.FromPort", from),
            ("IpPermissions.1.ToPort", to),
            ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
        ]
    };
    ec2(&mut world, "RevokeSecurityGroupEgress", &out("-1", "-1", "-1")).unwrap();
    wait(&mut world, 6.0);
    assert!(admit(&world).tracked);
    ec2(&mut world, "AuthorizeSecurityGroupEgress", &out("tcp", "0", "65535")).unwrap();
    wait(&mut world, 6.0);
    assert!(!admit(&world).tracked, "all TCP ports are all that a TCP flow needs");
}

/// A world whose balancer uses a group that a person made: the bastion carries it too, and a second group of the web
/// instances admits it as well.
fn traps() -> World {
    let own = "    security_groups:\n";
    let more = "    security_groups:
      - { name: seoul-edge, vpc: seoul-vpc, ingress: [ { port: 80, from: [0.0.0.0/0, \"::/0\"] }, { port: 443, from: 0.0.0.0/0 } ] }
      - name: seoul-web-legacy
        vpc: seoul-vpc
        ingress:
          - { port: 80, from: seoul-edge, description: \"HTTP, from before the last migration\" }
";
    let balancer = "          certificate: www\n";
    let fleet = "          rule_tags: { Name: seoul-http";
    testing::changed(&[
        (own, more),
        ("groups: [seoul-bastion]", "groups: [seoul-bastion, seoul-edge]"),
        (balancer, &format!("{balancer}          group: seoul-edge\n")),
        (fleet, &format!("          extra_groups: [seoul-web-legacy]\n{fleet}")),
    ])
}

/// A group shared with the bastion, and a second group that still admits the balancer: what a drill must find out before
/// it believes that taking one rule away does what it says.
#[test]
fn a_world_can_have_the_traps_of_real_deployments() {
    let mut world = traps();
    let network = world.ec2.network(HERE);
    for app in [model::App::Down, model::App::Serving] {
        let machine = network.instances.values().find(|instance| instance.app == app).unwrap();
        assert_eq!(network.interfaces[&machine.interface].groups.len(), 2, "{app:?}");
    }
    assert_eq!(group_of(network, Role::Balancer), None, "Beanstalk makes none");
    let edge = network.groups.iter().find(|(_, group)| group.name == "seoul-edge").unwrap().0.clone();
    let carriers = network.interfaces.values().filter(|interface| interface.groups.contains(&edge));
    assert_eq!(carriers.count(), 3, "two nodes and the bastion");

    let first = group(&world);
    ec2(&mut world, "RevokeSecurityGroupIngress", &by_properties(&first, &edge)).unwrap();
    wait(&mut world, 60.0);
    assert_eq!(status(&visit(&mut world, &SEOUL)), 200, "the second group admits the balancer");
    let network = world.ec2.network(HERE);
    let second = network.groups.iter().find(|(_, group)| group.name == "seoul-web-legacy").unwrap().0.clone();
    ec2(&mut world, "RevokeSecurityGroupIngress", &by_properties(&second, &edge)).unwrap();
    wait(&mut world, 60.0);
    assert_eq!(status(&visit(&mut world, &SEOUL)), 504);
}

/// "5 groups per ENI"; groups of another network are refused; packets feel the change later.
#[test]
fn an_interface_takes_other_groups() {
    let mut world = world();
    let network = world.ec2.network(HERE);
    let web = network.instances.values().find(|instance| instance.app == model::App::Serving).unwrap();
    let interface = web.interface.clone();
    let (other, vpc) = (balancer_group(&world), vpc(&world));
    let set = |world: &mut World, groups: &[&str]| {
        let paths: Vec<String> = (1..=groups.len()).map(|n| format!("SecurityGroupId.{n}")).collect();
        let mut params = vec![("NetworkInterfaceId", interface.as_str())];
        params.extend(paths.iter().map(String::as_str).zip(groups.iter().copied()));
        ec2(world, "ModifyNetworkInterfaceAttribute", &params)
    };
    set(&mut world, &[&other]).unwrap();
    let groups = |world: &World| world.ec2.network(HERE).interfaces[&interface].effective_groups.clone();
    assert_ne!(groups(&world), [other.as_str()]);
    wait(&mut world, 6.0);
    assert_eq!(groups(&world), [other.as_str()]);
    let (_, stranger) = second_network(&mut world, "10.30.0.0/16", false, false);
    assert_eq!(code(set(&mut world, &[&stranger])), "InvalidParameterValue");
    let many: Vec<String> =
        (0..6).map(|n| text(&create(&mut world, &format!("g{n}"), &vpc).unwrap(), "groupId")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(code(set(&mut world, &many)), "SecurityGroupsPerInterfaceLimitExceeded");
}

/// What `ModifySecurityGroupRules` does with an omitted description, and whether a source may change its kind, is not
/// documented: a world decides both.
#[test]
fn what_aws_does_not_say_is_a_setting() {
    let settings = |text: &str| serde_json::from_str::<Settings>(text);
    let kept = settings(r#"{"omitted_description": "kept", "modify_changes_source_kind": true}"#).unwrap();
    assert_eq!(settings(r#"{"rule_effective": "1s..20s"}"#).unwrap().rule_effective.longest().as_secs(), 20);
    assert!(settings(r#"{"nonsense": 1}"#).is_err());
    let group_rule = |settings: Option<Settings>| {
        let mut world = world();
        world.set_prompt_reads(true);
        world.ec2.settings = settings.unwrap_or_default();
        let group = group(&world);
        let id = text(&port_80(&mut world, &group).unwrap(), "securityGroupRuleId");
        let form = [
            ("GroupId", group.as_str()),
            ("SecurityGroupRule.1.SecurityGroupRuleId", id.as_str()),
            ("SecurityGroupRule.1.SecurityGroupRule.IpProtocol", "tcp"),
            ("SecurityGroupRule.1.SecurityGroupRule.FromPort", "80"),
            ("SecurityGroupRule.1.SecurityGroupRule.ToPort", "80"),
            ("SecurityGroupRule.1.SecurityGroupRule.CidrIpv4", "192.0.2.0/24"),
        ];
        let reply = ec2(&mut world, "ModifySecurityGroupRules", &form);
        (
            reply.is_ok(),
            port_80(&mut world, &group).map(|rule| text(&rule, "description")).unwrap_or_default(),
        )
    };
    let words = "HTTP from the load balancer".to_owned();
    assert_eq!(group_rule(None), (false, words.clone()));
    assert_eq!(group_rule(Some(kept)), (true, words));
}

/// Interfaces of a network with IPv6 have such an address, and an open ACL lets IPv6 through by a rule of its own.
#[test]
fn networks_may_have_ipv6() {
    let mut world = world();
    let (vpc, _) = second_network(&mut world, "10.30.0.0/16", false, false);
    let network = world.ec2.networks.get_mut(HERE).unwrap();
    let subnet =
        network.subnets.iter().find(|(_, subnet)| subnet.vpc == vpc).map(|(id, _)| id.clone()).unwrap();
    let mut rng = Rng::new(1);
    let interface = build::interface(network, &mut rng, &subnet, Vec::new(), Owner::Instance("i-1".into()));
    let shown =
        ec2(&mut world, "DescribeNetworkInterfaces", &[("NetworkInterfaceId.1", &interface)]).unwrap();
    let address = text(&shown, "networkInterfaceSet.0.ipv6AddressesSet.0.ipv6Address");
    assert!(Cidr::parse("2001:db8::/64").unwrap().contains(address.parse().unwrap()));
    let shown = ec2(&mut world, "DescribeVpcs", &[("VpcId.1", &vpc)]).unwrap();
    assert_eq!(text(&shown, "vpcSet.0.ipv6CidrBlockAssociationSet.0.ipv6CidrBlock"), "2001:db8::/56");
}

/// A list of a region's own addresses: what it holds, and that a rule that names it counts as its maximum.
#[test]
fn prefix_lists_tell_their_entries() {
    let mut world = world();
    let list = world.ec2.network(HERE).prefix_lists.keys().next().cloned().unwrap();
    let entries = ec2(&mut world, "GetManagedPrefixListEntries", &[("PrefixListId", &list)]).unwrap();
    let entries: Vec<String> = items(&entries, "entrySet").iter().map(|entry| text(entry, "cidr")).collect();
    assert_eq!(entries, ["203.0.113.0/26", "203.0.113.64/27"]);
    world.ec2.settings.rules_per_group = 10;
    let group = group(&world);
    let rule = [
        ("GroupId", group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "8080"),
        ("IpPermissions.1.ToPort", "8080"),
        ("IpPermissions.1.PrefixListIds.1.PrefixListId", list.as_str()),
    ];
    assert_eq!(
        code(ec2(&mut world, "AuthorizeSecurityGroupIngress", &rule)),
        "RulesPerSecurityGroupLimitExceeded"
    );
    let nowhere = [("PrefixListId", "pl-00000000000000000")];
    assert_eq!(
        code(ec2(&mut world, "GetManagedPrefixListEntries", &nowhere)),
        "InvalidPrefixListID.NotFound"
    );
}
