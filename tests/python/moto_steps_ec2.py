"""The steps of the comparison with moto that are EC2's: reads, refusals, rules, tags, ACLs, routes.

Used by: `moto_compare.py`.
"""

from moto_both import NOT_THERE, answer_of, filters


def reads_of_ec2(both):
    for region in both.regions:
        city = "other" if region != both.regions[0] else ""
        for operation in (
            "describe_vpcs describe_subnets describe_security_groups describe_route_tables describe_network_acls"
            " describe_vpc_peering_connections describe_managed_prefix_lists describe_instances"
            " describe_network_interfaces describe_security_group_rules describe_availability_zones"
        ).split():
            if operation == "describe_network_interfaces":
                # moto gives no interfaces to its balancers' nodes: only those of instances are comparable.
                by = filters(**{"attachment.instance_id".replace("_", "-"): instances_of(both, region)})
                both.call("ec2", operation, f"instances{city}", region, Filters=by)
            else:
                both.call("ec2", operation, city, region)
    both.call("ec2", "describe_regions", RegionNames=both.regions)
    both.call("ec2", "describe_instance_status", IncludeAllInstances=True)
    both.call("ec2", "describe_account_attributes")
    both.call("ec2", "describe_internet_gateways", Filters=filters(**{"attachment.state": ["available"]}))
    both.call("ec2", "describe_nat_gateways")
    [vpc] = both.lab("ec2", both.regions[0]).describe_vpcs()["Vpcs"][:1]
    vpc = vpc["VpcId"]
    groups = both.lab("ec2", both.regions[0]).describe_security_groups()["SecurityGroups"]
    both.call("ec2", "describe_vpcs", "by id", VpcIds=[vpc])
    both.call("ec2", "describe_vpcs", "by tag", Filters=filters(**{"tag:Name": ["*"]}))
    both.call("ec2", "describe_vpcs", "by cidr", Filters=filters(cidr=["10.10.0.0/16"]))
    both.call("ec2", "describe_vpcs", "none", Filters=filters(cidr=["10.99.0.0/16"]))
    both.call("ec2", "describe_vpc_attribute", "dns names", VpcId=vpc, Attribute="enableDnsHostnames")
    both.call("ec2", "describe_subnets", "by vpc", Filters=filters(vpc_id=[vpc]))
    both.call("ec2", "describe_subnets", "by zone", Filters=filters(availability_zone=[f"{both.regions[0]}a"]))
    both.call("ec2", "describe_security_groups", "by id", GroupIds=[groups[0]["GroupId"]])
    both.call("ec2", "describe_security_groups", "by name", Filters=filters(group_name=[groups[0]["GroupName"]]))
    both.call("ec2", "describe_security_groups", "by name with a star", Filters=filters(group_name=["*bastion*"]))
    both.call("ec2", "describe_security_groups", "by port", Filters=filters(**{"ip-permission.from-port": ["80"]}))
    both.call(
        "ec2", "describe_security_groups", "by source group",
        Filters=filters(**{"ip-permission.group-id": [groups[0]["GroupId"]]}),
    )
    both.call("ec2", "describe_security_groups", "by cidr", Filters=filters(**{"ip-permission.cidr": ["0.0.0.0/0"]}))
    both.call("ec2", "describe_security_groups", "by tag key", Filters=filters(tag_key=["firedrill"]))
    both.call(
        "ec2", "describe_security_group_rules", "by group", Filters=filters(group_id=[groups[0]["GroupId"]])
    )
    both.call("ec2", "describe_route_tables", "by vpc", Filters=filters(vpc_id=[vpc]))
    both.call("ec2", "describe_network_acls", "default", Filters=filters(default=["true"]))
    both.call("ec2", "describe_instances", "running", Filters=filters(instance_state_name=["running"]))
    both.call("ec2", "describe_instances", "stopped", Filters=filters(instance_state_name=["stopped"]))
    both.call(
        "ec2", "describe_vpc_peering_connections", "active", Filters=filters(status_code=["active"])
    )
    both.call(
        "ec2", "describe_tags", "of a group",
        Filters=filters(resource_id=[groups[0]["GroupId"]], resource_type=["security-group"]),
    )


def instances_of(both, region):
    reservations = both.lab("ec2", region).describe_instances()["Reservations"]
    return [instance["InstanceId"] for reservation in reservations for instance in reservation["Instances"]]


def refusals_of_ec2(both):
    for operation, key, kind in (
        ("describe_vpcs", "VpcIds", "vpc"),
        ("describe_subnets", "SubnetIds", "subnet"),
        ("describe_security_groups", "GroupIds", "group"),
        ("describe_instances", "InstanceIds", "instance"),
        ("describe_route_tables", "RouteTableIds", "table"),
        ("describe_network_acls", "NetworkAclIds", "acl"),
        ("describe_vpc_peering_connections", "VpcPeeringConnectionIds", "peering"),
        ("describe_network_interfaces", "NetworkInterfaceIds", "interface"),
        ("describe_managed_prefix_lists", "PrefixListIds", "list"),
        ("describe_security_group_rules", "SecurityGroupRuleIds", "rule"),
    ):
        both.call("ec2", operation, "not found", **{key: [NOT_THERE[kind]]})
        both.call("ec2", operation, "malformed", **{key: ["nonsense"]})
        both.call("ec2", operation, "wrong filter", Filters=filters(nonsense=["x"]))
        both.call("ec2", operation, "wrong token", NextToken="nonsense", MaxResults=5)
    both.call("ec2", "describe_regions", "not found", RegionNames=["mars-north-1"])
    both.call("ec2", "describe_security_groups", "too few a page", MaxResults=1)


def rules(both):
    group = new_group(both)
    revoke, allow = "revoke_security_group_ingress", "authorize_security_group_ingress"
    added = lambda answer: [rule["SecurityGroupRuleId"] for rule in answer["SecurityGroupRules"]]
    web = [
        {
            "IpProtocol": "tcp",
            "FromPort": 8080,
            "ToPort": 8081,
            "IpRanges": [{"CidrIp": "192.0.2.0/24", "Description": "a test"}, {"CidrIp": "198.51.100.7/32"}],
        }
    ]
    six = [{"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]}]
    ping = [{"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "IpRanges": [{"CidrIp": "203.0.113.0/24"}]}]
    everything = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group, "Description": "among us"}]}]
    both.call("ec2", allow, "two ranges", pair=added, settle=True, GroupId=group, IpPermissions=web)
    both.call("ec2", allow, "IPv6", pair=added, settle=True, GroupId=group, IpPermissions=six)
    both.call("ec2", allow, "ICMP", pair=added, settle=True, GroupId=group, IpPermissions=ping)
    both.call("ec2", allow, "all from itself", pair=added, settle=True, GroupId=group, IpPermissions=everything)
    both.call("ec2", "describe_security_groups", "after authorize", GroupIds=[group])
    by_group = filters(group_id=[group])
    both.call("ec2", "describe_security_group_rules", "after authorize", Filters=by_group)
    both.call("ec2", allow, "duplicate", GroupId=group, IpPermissions=web)
    both.call("ec2", allow, "dry run", GroupId=group, IpPermissions=web, DryRun=True)
    both.call("ec2", allow, "no group", GroupId=NOT_THERE["group"], IpPermissions=web)
    both.call("ec2", allow, "malformed group", GroupId="nonsense", IpPermissions=web)
    other = {**web[0], "IpRanges": [{"CidrIp": "198.18.5.0/24"}]}
    for case, change in (
        ("malformed CIDR", {"IpRanges": [{"CidrIp": "192.0.2.0/33"}]}),
        ("no CIDR", {"IpRanges": [{"CidrIp": "nonsense"}]}),
        ("wrong protocol", {"IpProtocol": "nonsense"}),
        ("ports the wrong way round", {"FromPort": 90, "ToPort": 80}),
        ("port out of range", {"FromPort": 70000, "ToPort": 70000}),
        ("no source", {"IpRanges": []}),
        ("unknown source group", {"IpRanges": [], "UserIdGroupPairs": [{"GroupId": NOT_THERE["group"]}]}),
        ("unknown prefix list", {"IpRanges": [], "PrefixListIds": [{"PrefixListId": NOT_THERE["list"]}]}),
        ("wrong description", {"IpRanges": [{"CidrIp": "192.0.2.128/25", "Description": "a <tag>"}]}),
    ):
        both.call("ec2", allow, case, undo=take_back, GroupId=group, IpPermissions=[{**other, **change}])
    both.call("ec2", allow, "nothing", GroupId=group)
    host = [{**web[0], "IpRanges": [{"CidrIp": "203.0.113.77/24"}]}]
    both.call("ec2", allow, "host bits", pair=added, settle=True, GroupId=group, IpPermissions=host)
    both.call("ec2", revoke, "host bits", settle=True, GroupId=group, IpPermissions=host)
    absent = [{"IpProtocol": "tcp", "FromPort": 9, "ToPort": 9, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}]
    both.call("ec2", revoke, "absent", GroupId=group, IpPermissions=absent)
    both.call("ec2", revoke, "no group", GroupId=NOT_THERE["group"], IpPermissions=web)
    both.call("ec2", revoke, "unknown rule", GroupId=group, SecurityGroupRuleIds=[NOT_THERE["rule"]])
    both.call("ec2", revoke, "malformed rule", GroupId=group, SecurityGroupRuleIds=["nonsense"])
    both.call("ec2", revoke, "dry run", GroupId=group, IpPermissions=web, DryRun=True)
    found = both.lab("ec2", both.regions[0]).describe_security_group_rules(Filters=by_group)["SecurityGroupRules"]
    narrow = next((rule["SecurityGroupRuleId"] for rule in found if rule.get("CidrIpv4") == "192.0.2.0/24"), None)
    changed = {"IpProtocol": "tcp", "FromPort": 8443, "ToPort": 8443, "CidrIpv4": "192.0.2.0/25", "Description": "b"}
    both.call(
        "ec2", "modify_security_group_rules", settle=True, GroupId=group,
        SecurityGroupRules=[{"SecurityGroupRuleId": narrow, "SecurityGroupRule": changed}],
    )
    both.call("ec2", "describe_security_group_rules", "after modify", Filters=by_group)
    both.call(
        "ec2", "modify_security_group_rules", "unknown rule", GroupId=group,
        SecurityGroupRules=[{"SecurityGroupRuleId": NOT_THERE["rule"], "SecurityGroupRule": changed}],
    )
    both.call(
        "ec2", "modify_security_group_rules", "malformed CIDR", GroupId=group,
        SecurityGroupRules=[{"SecurityGroupRuleId": narrow, "SecurityGroupRule": {**changed, "CidrIpv4": "x"}}],
    )
    both.call(
        "ec2", "update_security_group_rule_descriptions_ingress", settle=True, GroupId=group,
        SecurityGroupRuleDescriptions=[{"SecurityGroupRuleId": narrow, "Description": "c"}],
    )
    both.call("ec2", "describe_security_group_rules", "after describing", SecurityGroupRuleIds=[narrow])
    both.call("ec2", revoke, "by rule", settle=True, GroupId=group, SecurityGroupRuleIds=[narrow])
    both.call("ec2", revoke, "IPv6", settle=True, GroupId=group, IpPermissions=six)
    both.call("ec2", "describe_security_groups", "after revoke", GroupIds=[group])
    both.call("ec2", revoke, "partly absent", settle=True, GroupId=group, IpPermissions=ping + absent)
    both.call("ec2", "describe_security_groups", "after partly absent", GroupIds=[group])
    out = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    both.call("ec2", "authorize_security_group_egress", pair=added, settle=True, GroupId=group, IpPermissions=out)
    both.call("ec2", "authorize_security_group_egress", "duplicate", GroupId=group, IpPermissions=out)
    both.call("ec2", "revoke_security_group_egress", settle=True, GroupId=group, IpPermissions=out)
    both.call("ec2", "revoke_security_group_egress", "absent", GroupId=group, IpPermissions=out)
    both.call("ec2", "delete_security_group", "not found", GroupId=NOT_THERE["group"])
    both.call("ec2", "delete_security_group", "malformed", GroupId="nonsense")
    balancer = both.lab("elbv2", both.regions[0]).describe_load_balancers()["LoadBalancers"][0]
    both.call("ec2", "delete_security_group", "in use", GroupId=balancer["SecurityGroups"][0])


def take_back(moto, asked, _):
    """Takes a rule out again that only moto took in."""
    answer_of(moto, "revoke_security_group_ingress", asked)


def new_group(both):
    """A group to change rules in: a new one, or the database's while the lab makes none."""
    vpc = both.lab("ec2", both.regions[0]).describe_vpcs()["Vpcs"][0]["VpcId"]
    asked = {"GroupName": "compare", "Description": "made by a comparison", "VpcId": vpc}
    made = both.call("ec2", "create_security_group", pair=lambda a: [a["GroupId"]], settle=True, **asked)
    if made is not None:
        both.call("ec2", "create_security_group", "duplicate", **asked)
        both.call("ec2", "create_security_group", "unknown VPC", **{**asked, "VpcId": NOT_THERE["vpc"]})
        both.call("ec2", "create_security_group", "reserved name", **{**asked, "GroupName": "sg-mine"})
        return made["GroupId"]
    groups = both.lab("ec2", both.regions[0]).describe_security_groups()["SecurityGroups"]
    return next(group["GroupId"] for group in groups if "database" in group["GroupName"])


def tags(both):
    region = both.regions[0]
    group = both.lab("ec2", region).describe_security_groups()["SecurityGroups"][0]["GroupId"]
    added = [{"Key": "compared", "Value": "yes"}, {"Key": "Umlaut", "Value": "ä & <b>"}]
    both.call("ec2", "create_tags", settle=True, Resources=[group], Tags=added)
    both.call("ec2", "describe_tags", "after create", Filters=filters(key=["compared", "Umlaut"]))
    both.call("ec2", "delete_tags", "another value", settle=True, Resources=[group],
              Tags=[{"Key": "compared", "Value": "no"}])
    both.call("ec2", "describe_tags", "after no delete", Filters=filters(key=["compared"]))
    both.call("ec2", "delete_tags", settle=True, Resources=[group], Tags=[{"Key": "compared"}, {"Key": "Umlaut"}])
    both.call("ec2", "describe_tags", "after delete", Filters=filters(key=["compared", "Umlaut"]))
    both.call("ec2", "create_tags", "not found", Resources=[NOT_THERE["group"]], Tags=added)
    both.call("ec2", "create_tags", "AWS's own", Resources=[group], Tags=[{"Key": "aws:mine", "Value": "x"}])
    both.call("ec2", "create_tags", "nothing", Resources=[group])


def acls(both):
    region = both.regions[0]
    acl = both.lab("ec2", region).describe_network_acls()["NetworkAcls"][0]
    name = acl["NetworkAclId"]
    deny = {"NetworkAclId": name, "RuleNumber": 50, "Egress": False}
    entry = {**deny, "Protocol": "6", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0",
             "PortRange": {"From": 80, "To": 80}}
    both.call("ec2", "create_network_acl_entry", settle=True, **entry)
    both.call("ec2", "create_network_acl_entry", "duplicate", **entry)
    both.call("ec2", "create_network_acl_entry", "not found", **{**entry, "NetworkAclId": NOT_THERE["acl"]})
    both.call("ec2", "describe_network_acls", "after create", NetworkAclIds=[name])
    both.call("ec2", "replace_network_acl_entry", settle=True, **{**entry, "CidrBlock": "192.0.2.0/24"})
    both.call("ec2", "replace_network_acl_entry", "absent", **{**entry, "RuleNumber": 51})
    both.call("ec2", "describe_network_acls", "after replace", NetworkAclIds=[name])
    both.call("ec2", "delete_network_acl_entry", settle=True, **deny)
    both.call("ec2", "delete_network_acl_entry", "absent", **deny)
    both.call("ec2", "replace_network_acl_association", "not found",
              AssociationId="aclassoc-0123456789abcdef0", NetworkAclId=name)


def routes(both):
    region = both.regions[0]
    tables = both.lab("ec2", region).describe_route_tables()["RouteTables"]
    peered = [(table, route) for table in tables for route in table["Routes"] if "VpcPeeringConnectionId" in route]
    if not peered:
        return
    table, route = peered[0]
    name, peering = table["RouteTableId"], route["VpcPeeringConnectionId"]
    new = {"RouteTableId": name, "DestinationCidrBlock": "10.77.0.0/16"}
    both.call("ec2", "create_route", settle=True, **new, VpcPeeringConnectionId=peering)
    both.call("ec2", "create_route", "duplicate", **new, VpcPeeringConnectionId=peering)
    both.call("ec2", "create_route", "malformed CIDR", **{**new, "DestinationCidrBlock": "x"},
              VpcPeeringConnectionId=peering)
    both.call("ec2", "create_route", "unknown table", **{**new, "RouteTableId": NOT_THERE["table"]},
              VpcPeeringConnectionId=peering)
    both.call("ec2", "describe_route_tables", "after create", RouteTableIds=[name])
    both.call("ec2", "replace_route", settle=True, **new, VpcPeeringConnectionId=peering)
    both.call("ec2", "replace_route", "absent", **{**new, "DestinationCidrBlock": "10.78.0.0/16"},
              VpcPeeringConnectionId=peering)
    both.call("ec2", "delete_route", settle=True, **new)
    both.call("ec2", "delete_route", "absent", **new)
    both.call("ec2", "delete_vpc_peering_connection", "not found", VpcPeeringConnectionId=NOT_THERE["peering"])
    both.call("ec2", "accept_vpc_peering_connection", "not found", VpcPeeringConnectionId=NOT_THERE["peering"])
    both.call("ec2", "stop_instances", "not found", InstanceIds=[NOT_THERE["instance"]])
    both.call("ec2", "start_instances", "malformed", InstanceIds=["nonsense"])
    both.call("ec2", "reboot_instances", "not found", InstanceIds=[NOT_THERE["instance"]])
