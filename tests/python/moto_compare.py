"""The same calls on the lab and on moto; every difference must be accounted for.

    FIREDRILL=target/debug/firedrill python tests/python/moto_compare.py [--all] [--toml]

moto is an emulator that nobody here wrote. Its world is made like the lab's (moto_mirror.py), the same reads,
writes and errors are made on both, and the answers are compared without ids and moments (moto_differ.py). What
differs is listed in moto_differences.toml with who is right and why. Ends with 1 on a difference that is not
listed, and on a listed one that no longer occurs. `--all` prints each step; `--toml` prints what is not listed as
rows to fill in.
"""

import argparse
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from lab import Lab, binary
from moto_differ import Account, normal, shown
from moto_mirror import Mirror, Pairs

LISTED = pathlib.Path(__file__).with_name("moto_differences.toml")
SPEED = 60
# A describe of the lab's may be this much older than the last write, in the world's seconds.
STALE = 6.0
LEAST_OPERATIONS = 60
NOT_THERE = {
    "vpc": "vpc-0123456789abcdef0",
    "subnet": "subnet-0123456789abcdef0",
    "group": "sg-0123456789abcdef0",
    "rule": "sgr-0123456789abcdef0",
    "instance": "i-0123456789abcdef0",
    "table": "rtb-0123456789abcdef0",
    "acl": "acl-0123456789abcdef0",
    "peering": "pcx-0123456789abcdef0",
    "interface": "eni-0123456789abcdef0",
    "list": "pl-0123456789abcdef0",
    "check": "01234567-89ab-cdef-0123-456789abcdef",
    "zone": "Z0123456789ABCDEFGHIJ",
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--all", action="store_true", help="print each step")
    arguments.add_argument("--toml", action="store_true", help="print what is not listed as rows of the list")
    given = arguments.parse_args()
    lab = Lab(binary(), "--speed", str(SPEED), "--seed", "1")
    moto = Moto(lab.info["account"])
    try:
        both = Both(lab, moto, Account(LISTED), given.all)
        Mirror(both.lab, both.moto, lab.info["regions"], both.pairs).build()
        for steps in (identity, reads_of_ec2, refusals_of_ec2, rules, tags, acls, routes, balancers, databases,
                      zones, health_checks, alarms, beanstalk, parameters):
            steps(both)
    finally:
        moto.end()
        lab.end()
    sys.exit(both.tell(given.toml))


class Moto:
    """moto's server on a loopback port of its own."""

    def __init__(self, account):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdout=self.log,
            stderr=self.log,
            env={**os.environ, "MOTO_ACCOUNT_ID": account, "AWS_EC2_METADATA_DISABLED": "true"},
        )
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/moto-api/data.json", timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError):
                assert self.process.poll() is None, "moto's server ended; is moto[server] installed?"
                time.sleep(0.1)
        raise SystemExit("moto's server did not start within 30 s")

    def client(self, service, region):
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="nothing",
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
        )

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.log.close()


class Both:
    """Both worlds: one call is made on each, and the answers are compared."""

    def __init__(self, lab, moto, account, is_loud):
        self.pairs = Pairs()
        self.account = account
        self.is_loud = is_loud
        self.operations = set()
        self.not_routed = set()
        self.regions = lab.info["regions"]
        self.id = lab.info["account"]
        self._running, self._other = lab, moto
        self._clients = {}

    def lab(self, service, region):
        config = Config(parameter_validation=False, retries={"mode": "standard", "max_attempts": 8})
        return self._client("lab", service, region, lambda: self._running.client(service, region, config=config))

    def moto(self, service, region):
        return self._client("moto", service, region, lambda: self._other.client(service, region))

    def _client(self, side, service, region, make):
        key = (side, service, region)
        if key not in self._clients:
            self._clients[key] = make()
        return self._clients[key]

    def settle(self):
        """Waits until a describe of the lab's shows every write."""
        time.sleep(STALE / SPEED)

    def call(self, service, operation, case="", region=None, pair=None, settle=False, undo=None, **asked):
        """One call on both; the lab's answer, or None if it was refused.

        `pair` is a function from an answer to the ids of new things, which are from then on the same ones. `undo`
        takes a client, the parameters and the answer, and puts right what only moto accepted, so that both worlds
        stay alike."""
        region = region or self.regions[0]
        step = f"{service}.{operation}" + (f":{case}" if case else "")
        ours, refused = answer_of(self.lab(service, region), operation, asked)
        if refused and refused["status"] == 501:
            self.not_routed.add(f"{service}.{operation}")
            return None
        theirs, their_refusal = answer_of(self.moto(service, region), operation, self.pairs.for_moto(asked))
        self.operations.add(f"{service}.{operation}")
        if pair and ours is not None and theirs is not None:
            for number, (new, other) in enumerate(zip(pair(ours), pair(theirs))):
                self.pairs.add(new, other, f"new:{step}:{number}")
        labels = self.pairs.labels
        self.account.hold(
            step,
            normal(ours if refused is None else {"refused": refused}, labels["lab"]),
            normal(theirs if their_refusal is None else {"refused": their_refusal}, labels["moto"]),
        )
        if self.is_loud:
            print(step, "refused" if refused else "answered")
        if undo and refused and not their_refusal:
            undo(self.moto(service, region), self.pairs.for_moto(asked), theirs)
        if settle:
            self.settle()
        return ours

    def tell(self, as_toml):
        """Prints what is wrong; the exit code."""
        unlisted = self.account.unlisted
        for (step, path, kind), (ours, theirs) in unlisted.items():
            if as_toml:
                print(f'[[difference]]\nstep = "{step}"\npath = "{path}"\nkind = "{kind}"')
                print(f'by = "?"\nreason = "lab {shown(ours)} moto {shown(theirs)}"\n')
            else:
                print(f"NOT LISTED {step} {path}: {kind}\n    lab:  {shown(ours)}\n    moto: {shown(theirs)}")
        stale = self.account.stale(self.account.steps)
        for row in stale:
            print(f"NO LONGER THERE {row['step']} {row['path']}: take it from {LISTED.name}")
        for operation in sorted(self.not_routed):
            print("not compared, the lab has no such operation:", operation)
        rows = self.account.rows
        counts = {by: sum(row["by"] == by for row in rows) for by in Account.BY}
        print(
            f"{len(self.account.steps)} steps of {len(self.operations)} operations;"
            f" {len(rows)} listed differences {counts}, {len(unlisted)} not listed, {len(stale)} no longer there"
        )
        few = len(self.operations) < LEAST_OPERATIONS
        if few:
            print(f"fewer than {LEAST_OPERATIONS} operations were compared")
        return 1 if unlisted or stale or few else 0


def answer_of(client, operation, asked):
    """(answer, None) or (None, refusal)."""
    try:
        return getattr(client, operation)(**asked), None
    except ClientError as error:
        response = error.response
        return None, {
            "code": response["Error"].get("Code"),
            "message": response["Error"].get("Message"),
            "status": response["ResponseMetadata"]["HTTPStatusCode"],
        }
    except ResponseParserError:
        # moto's server answers some mistakes with a page that no client can read.
        return None, {"code": "UNREADABLE", "message": "", "status": 500}
    except ParamValidationError as error:
        raise AssertionError(f"{operation} is asked wrongly: {error}") from error


def filters(**by):
    """EC2's filters; `_` in a name stands for `-`."""
    return [{"Name": name.replace("_", "-"), "Values": values} for name, values in by.items()]


def identity(both):
    both.call("sts", "get_caller_identity")
    both.call("sts", "assume_role", RoleArn=f"arn:aws:iam::{both.id}:role/drill", RoleSessionName="compare")
    both.call("sts", "get_session_token")
    both.call("sts", "get_access_key_info", AccessKeyId="AKIAIOSFODNN7EXAMPLE")


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
        both.call("ec2", allow, case, undo=take_back, GroupId=group, IpPermissions=[{**web[0], **change}])
    both.call("ec2", allow, "nothing", GroupId=group)
    host = [{**web[0], "IpRanges": [{"CidrIp": "203.0.113.77/24"}]}]
    both.call("ec2", allow, "host bits", pair=added, settle=True, GroupId=group, IpPermissions=host)
    both.call("ec2", revoke, "host bits", settle=True, GroupId=group, IpPermissions=host)
    absent = [{"IpProtocol": "tcp", "FromPort": 9, "ToPort": 9, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}]
    both.call("ec2", revoke, "absent", GroupId=group, IpPermissions=absent)
    both.call("ec2", revoke, "partly absent", GroupId=group, IpPermissions=web + absent)
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


def balancers(both):
    region = both.regions[0]
    elb = both.lab("elbv2", region)
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]
    arn = balancer["LoadBalancerArn"]
    group = elb.describe_target_groups(LoadBalancerArn=arn)["TargetGroups"][0]["TargetGroupArn"]
    listeners = elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]
    for operation, asked in (
        ("describe_load_balancers", {}),
        ("describe_target_groups", {}),
        ("describe_listeners", {"LoadBalancerArn": arn}),
        ("describe_load_balancer_attributes", {"LoadBalancerArn": arn}),
        ("describe_target_group_attributes", {"TargetGroupArn": group}),
        ("describe_listener_attributes", {"ListenerArn": listeners[0]["ListenerArn"]}),
        ("describe_listener_certificates", {"ListenerArn": listeners[-1]["ListenerArn"]}),
        ("describe_tags", {"ResourceArns": [arn, group]}),
        ("describe_account_limits", {}),
        ("describe_ssl_policies", {"Names": ["ELBSecurityPolicy-TLS13-1-2-2021-06"]}),
    ):
        both.call("elbv2", operation, **asked)
    for listener in listeners:
        both.call("elbv2", "describe_rules", f"port {listener['Port']}", ListenerArn=listener["ListenerArn"])
    both.call("elbv2", "describe_target_health", TargetGroupArn=group)
    both.call("elbv2", "describe_load_balancers", "by name", Names=[balancer["LoadBalancerName"]])
    both.call("elbv2", "describe_load_balancers", "no such name", Names=["none"])
    absent = arn[:-16] + "0123456789abcdef"
    no_group = group[:-16] + "0123456789abcdef"
    both.call("elbv2", "describe_load_balancers", "not found", LoadBalancerArns=[absent])
    both.call("elbv2", "describe_load_balancers", "malformed", LoadBalancerArns=["nonsense"])
    both.call("elbv2", "describe_load_balancers", "wrong marker", Marker="nonsense")
    both.call("elbv2", "describe_listeners", "not found", LoadBalancerArn=absent)
    both.call("elbv2", "describe_listeners", "nothing asked")
    both.call("elbv2", "describe_target_groups", "not found", TargetGroupArns=[no_group])
    both.call("elbv2", "describe_target_groups", "no such name", Names=["none"])
    both.call("elbv2", "describe_target_groups", "of no balancer", LoadBalancerArn=absent)
    both.call("elbv2", "describe_target_health", "not found", TargetGroupArn=no_group)
    both.call("elbv2", "describe_load_balancer_attributes", "not found", LoadBalancerArn=absent)
    both.call("elbv2", "describe_tags", "not found", ResourceArns=[absent])
    both.call("elbv2", "set_security_groups", "unknown group", LoadBalancerArn=arn,
              SecurityGroups=[NOT_THERE["group"]])
    both.call("elbv2", "set_security_groups", "not found", LoadBalancerArn=absent,
              SecurityGroups=balancer["SecurityGroups"])
    both.call("elbv2", "set_security_groups", settle=True, LoadBalancerArn=arn,
              SecurityGroups=balancer["SecurityGroups"])
    both.call("elbv2", "modify_target_group", settle=True, TargetGroupArn=group, HealthCheckIntervalSeconds=20)
    both.call("elbv2", "modify_target_group", "back", settle=True, TargetGroupArn=group, HealthCheckIntervalSeconds=15)
    both.call("elbv2", "modify_target_group", "not found", TargetGroupArn=no_group, HealthCheckIntervalSeconds=20)
    both.call("elbv2", "modify_target_group_attributes", settle=True, TargetGroupArn=group,
              Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}])
    both.call("elbv2", "modify_target_group_attributes", "unknown key", TargetGroupArn=group,
              Attributes=[{"Key": "nonsense", "Value": "30"}])
    both.call("elbv2", "modify_load_balancer_attributes", settle=True, LoadBalancerArn=arn,
              Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "61"}])
    both.call("elbv2", "add_tags", settle=True, ResourceArns=[arn], Tags=[{"Key": "compared", "Value": "yes"}])
    both.call("elbv2", "remove_tags", settle=True, ResourceArns=[arn], TagKeys=["compared"])
    both.call("elbv2", "register_targets", "unknown instance", TargetGroupArn=group,
              Targets=[{"Id": NOT_THERE["instance"]}])
    both.call("elbv2", "deregister_targets", "not found", TargetGroupArn=no_group,
              Targets=[{"Id": NOT_THERE["instance"]}])
    rule = both.call(
        "elbv2", "create_rule", pair=lambda a: [a["Rules"][0]["RuleArn"]], settle=True,
        ListenerArn=listeners[0]["ListenerArn"], Priority=900,
        Conditions=[{"Field": "path-pattern", "Values": ["/compared/*"]}],
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503", "ContentType": "text/plain",
                                                                    "MessageBody": "closed"}}],
    )
    if rule:
        both.call(
            "elbv2", "create_rule", "priority in use", ListenerArn=listeners[0]["ListenerArn"], Priority=900,
            Conditions=[{"Field": "path-pattern", "Values": ["/other/*"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        both.call("elbv2", "delete_rule", settle=True, RuleArn=rule["Rules"][0]["RuleArn"])
        both.call("elbv2", "delete_rule", "not found", RuleArn=rule["Rules"][0]["RuleArn"])
    both.call("elbv2", "delete_target_group", "in use", TargetGroupArn=group)


def databases(both):
    region = both.regions[0]
    rds = both.lab("rds", region)
    cluster = rds.describe_db_clusters()["DBClusters"][0]
    instance = rds.describe_db_instances()["DBInstances"][0]
    for place in both.regions:
        other = "" if place == region else "other"
        both.call("rds", "describe_db_clusters", other, place)
        both.call("rds", "describe_db_instances", other, place)
        both.call("rds", "describe_global_clusters", other, place)
    name = cluster["DBClusterIdentifier"]
    both.call("rds", "describe_db_clusters", "by name", DBClusterIdentifier=name)
    both.call("rds", "describe_db_clusters", "by ARN", DBClusterIdentifier=cluster["DBClusterArn"])
    both.call("rds", "describe_db_clusters", "in capitals", DBClusterIdentifier=name.upper())
    both.call("rds", "describe_db_clusters", "by filter",
              Filters=[{"Name": "db-cluster-id", "Values": [name]}])
    both.call("rds", "describe_db_clusters", "not found", DBClusterIdentifier="none")
    both.call("rds", "describe_db_clusters", "wrong filter", Filters=[{"Name": "nonsense", "Values": ["x"]}])
    both.call("rds", "describe_db_instances", "not found", DBInstanceIdentifier="none")
    both.call("rds", "describe_db_instances", "of a cluster",
              Filters=[{"Name": "db-cluster-id", "Values": [name]}])
    both.call("rds", "describe_global_clusters", "not found", GlobalClusterIdentifier="none")
    both.call("rds", "list_tags_for_resource", ResourceName=cluster["DBClusterArn"])
    both.call("rds", "list_tags_for_resource", "not found",
              ResourceName=cluster["DBClusterArn"].replace(name, "none"))
    both.call("rds", "list_tags_for_resource", "malformed", ResourceName="nonsense")
    both.call("rds", "failover_db_cluster", "not found", DBClusterIdentifier="none")
    both.call("rds", "add_tags_to_resource", settle=True, ResourceName=cluster["DBClusterArn"],
              Tags=[{"Key": "compared", "Value": "yes"}])
    both.call("rds", "list_tags_for_resource", "after add", ResourceName=cluster["DBClusterArn"])
    both.call("rds", "remove_tags_from_resource", settle=True, ResourceName=cluster["DBClusterArn"],
              TagKeys=["compared"])
    both.call("rds", "describe_db_subnet_groups")
    both.call("rds", "describe_db_subnet_groups", "not found", DBSubnetGroupName="none")
    both.call("rds", "describe_db_cluster_parameter_groups")
    both.call("rds", "describe_db_cluster_parameters", "not found", DBClusterParameterGroupName="none")
    both.call("rds", "describe_db_parameter_groups", "not found", DBParameterGroupName="none")
    both.call("rds", "describe_db_cluster_snapshots")
    both.call("rds", "describe_event_subscriptions")
    both.call("rds", "reboot_db_instance", "not found", DBInstanceIdentifier="none")
    both.call("rds", "modify_db_cluster", "not found", DBClusterIdentifier="none", DeletionProtection=False)
    both.call("rds", "delete_db_cluster", "protected", DBClusterIdentifier=name, SkipFinalSnapshot=True)
    both.call("rds", "stop_db_cluster", "not found", DBClusterIdentifier="none")
    both.call("rds", "remove_from_global_cluster", "not found", GlobalClusterIdentifier="none",
              DbClusterIdentifier=cluster["DBClusterArn"])
    both.call("rds", "reboot_db_instance", settle=True, DBInstanceIdentifier=instance["DBInstanceIdentifier"])


def zones(both):
    route53 = both.lab("route53", both.regions[0])
    zone = route53.list_hosted_zones()["HostedZones"][0]
    bare = zone["Id"].rsplit("/", 1)[-1]
    both.call("route53", "list_hosted_zones")
    both.call("route53", "list_hosted_zones_by_name")
    both.call("route53", "list_hosted_zones_by_name", "beyond", DNSName="zzz.example.org")
    both.call("route53", "get_hosted_zone", Id=bare)
    both.call("route53", "get_hosted_zone", "not found", Id=NOT_THERE["zone"])
    both.call("route53", "get_hosted_zone_count")
    both.call("route53", "list_resource_record_sets", HostedZoneId=bare)
    both.call("route53", "list_resource_record_sets", "one", HostedZoneId=bare, MaxItems="1")
    both.call("route53", "list_resource_record_sets", "from a name", HostedZoneId=bare,
              StartRecordName="tokyo." + zone["Name"], StartRecordType="A", MaxItems="1")
    both.call("route53", "list_resource_record_sets", "not found", HostedZoneId=NOT_THERE["zone"])
    both.call("route53", "list_tags_for_resource", "zone", ResourceType="hostedzone", ResourceId=bare)
    both.call("route53", "change_tags_for_resource", ResourceType="hostedzone", ResourceId=bare,
              AddTags=[{"Key": "compared", "Value": "yes"}])
    both.call("route53", "list_tags_for_resource", "after change", ResourceType="hostedzone", ResourceId=bare)
    both.call("route53", "change_tags_for_resource", "back", ResourceType="hostedzone", ResourceId=bare,
              RemoveTagKeys=["compared"])
    record = {"Name": f"compared.{zone['Name']}", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"a"'}]}
    change = lambda case, *changes, id=bare: both.call(
        "route53", "change_resource_record_sets", case, HostedZoneId=id,
        ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": one} for action, one in changes]},
        pair=lambda answer: [answer["ChangeInfo"]["Id"]], undo=undo_changes,
    )
    other = {**record, "ResourceRecords": [{"Value": '"b"'}]}
    made = change("create", ("CREATE", record))
    if made:
        both.call("route53", "get_change", Id=made["ChangeInfo"]["Id"])
    change("create again", ("CREATE", record))
    change("upsert", ("UPSERT", other))
    both.call("route53", "list_resource_record_sets", "after upsert", HostedZoneId=bare,
              StartRecordName=record["Name"], StartRecordType="TXT", MaxItems="1")
    change("delete other values", ("DELETE", record))
    change("delete", ("DELETE", other))
    change("delete absent", ("DELETE", other))
    change("unknown zone", ("CREATE", record), id=NOT_THERE["zone"])
    change("outside the zone", ("CREATE", {**record, "Name": "www.example.org."}))
    change("wrong address", ("CREATE", {**record, "Type": "A", "ResourceRecords": [{"Value": "nonsense"}]}))
    change("CNAME at the apex", ("CREATE", {**record, "Name": zone["Name"], "Type": "CNAME",
                                            "ResourceRecords": [{"Value": "a.example.org"}]}))
    change("unquoted text", ("CREATE", {**record, "ResourceRecords": [{"Value": "a"}]}))
    change("atomic", ("CREATE", record), ("DELETE", {**record, "Name": f"none.{zone['Name']}"}))
    both.call("route53", "list_resource_record_sets", "after all", HostedZoneId=bare)
    both.call("route53", "get_change", "not found", Id="C0123456789ABCDEFGHIJ")


def undo_changes(moto, asked, _):
    """Takes records out again that only moto took in."""
    for change in asked["ChangeBatch"]["Changes"]:
        if change["Action"] == "CREATE":
            back = {"Changes": [{**change, "Action": "DELETE"}]}
            answer_of(moto, "change_resource_record_sets", {"HostedZoneId": asked["HostedZoneId"], "ChangeBatch": back})


def health_checks(both):
    config = {
        "Type": "HTTPS", "FullyQualifiedDomainName": "compared.example.com", "Port": 443, "ResourcePath": "/health",
        "RequestInterval": 30, "FailureThreshold": 3, "MeasureLatency": False, "Inverted": False, "Disabled": False,
        "EnableSNI": True,
    }
    made = both.call("route53", "create_health_check", pair=lambda a: [a["HealthCheck"]["Id"]],
                     CallerReference="compared", HealthCheckConfig=config)
    both.call("route53", "create_health_check", "same again", CallerReference="compared", HealthCheckConfig=config)
    forget = lambda moto, _, answer: moto.delete_health_check(HealthCheckId=answer["HealthCheck"]["Id"])
    both.call("route53", "create_health_check", "same reference", undo=forget, CallerReference="compared",
              HealthCheckConfig={**config, "Port": 444})
    both.call("route53", "create_health_check", "wrong type", undo=forget, CallerReference="compared-2",
              HealthCheckConfig={**config, "Type": "PING"})
    both.call("route53", "create_health_check", "wrong interval", undo=forget, CallerReference="compared-3",
              HealthCheckConfig={**config, "RequestInterval": 7})
    both.call("route53", "list_health_checks")
    name = made["HealthCheck"]["Id"]
    both.call("route53", "get_health_check", HealthCheckId=name)
    both.call("route53", "get_health_check", "not found", HealthCheckId=NOT_THERE["check"])
    both.call("route53", "get_health_check_status", "not found", HealthCheckId=NOT_THERE["check"])
    both.call("route53", "update_health_check", HealthCheckId=name, Inverted=True, FailureThreshold=5)
    both.call("route53", "update_health_check", "stale version", HealthCheckId=name, HealthCheckVersion=1,
              Inverted=False)
    both.call("route53", "update_health_check", "not found", HealthCheckId=NOT_THERE["check"], Inverted=True)
    both.call("route53", "get_health_check", "after update", HealthCheckId=name)
    both.call("route53", "list_tags_for_resource", "check", ResourceType="healthcheck", ResourceId=name)
    both.call("route53", "list_tags_for_resource", "not found", ResourceType="healthcheck",
              ResourceId=NOT_THERE["check"])
    both.call("route53", "list_tags_for_resources", ResourceType="healthcheck", ResourceIds=[name])
    both.call("route53", "delete_health_check", HealthCheckId=name)
    both.call("route53", "delete_health_check", "not found", HealthCheckId=name)


def alarms(both):
    for region in both.regions:
        both.call("cloudwatch", "describe_alarms", "" if region == both.regions[0] else "other", region)
    found = both.lab("cloudwatch", both.regions[0]).describe_alarms()["MetricAlarms"]
    if found:
        name = found[0]["AlarmName"]
        both.call("cloudwatch", "describe_alarms", "by name", AlarmNames=[name])
        both.call("cloudwatch", "describe_alarms", "by prefix", AlarmNamePrefix=name[:4])
        both.call("cloudwatch", "set_alarm_state", AlarmName=name, StateValue="ALARM", StateReason="compared")
        both.call("cloudwatch", "set_alarm_state", "wrong value", AlarmName=name, StateValue="BAD", StateReason="x")
    both.call("cloudwatch", "describe_alarms", "none", AlarmNames=["none"])
    both.call("cloudwatch", "describe_alarms", "by state", StateValue="INSUFFICIENT_DATA")
    both.call("cloudwatch", "set_alarm_state", "not found", AlarmName="none", StateValue="OK", StateReason="x")
    alarm = {
        "AlarmName": "compared", "Namespace": "Compared", "MetricName": "Count", "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold",
    }
    both.call("cloudwatch", "put_metric_alarm", settle=True, **alarm)
    both.call("cloudwatch", "describe_alarms", "new", AlarmNames=["compared"])
    both.call("cloudwatch", "disable_alarm_actions", settle=True, AlarmNames=["compared"])
    both.call("cloudwatch", "describe_alarms", "disabled", AlarmNames=["compared"])
    both.call("cloudwatch", "put_metric_alarm", "wrong operator", **{**alarm, "ComparisonOperator": "Greater"})
    both.call("cloudwatch", "delete_alarms", settle=True, AlarmNames=["compared"])
    both.call("cloudwatch", "delete_alarms", "not found", AlarmNames=["none"])
    both.call("cloudwatch", "list_metrics", "none", Namespace="None")
    both.call("cloudwatch", "put_metric_data", settle=True, Namespace="Compared",
              MetricData=[{"MetricName": "Count", "Value": 3.0, "Dimensions": [{"Name": "a", "Value": "b"}]}])
    both.call("cloudwatch", "list_metrics", "own", Namespace="Compared")


def beanstalk(both):
    found = both.lab("elasticbeanstalk", both.regions[0])
    application = found.describe_applications()["Applications"][0]["ApplicationName"]
    environment = found.describe_environments()["Environments"][0]["EnvironmentName"]
    both.call("elasticbeanstalk", "describe_applications")
    both.call("elasticbeanstalk", "describe_applications", "by name", ApplicationNames=[application])
    both.call("elasticbeanstalk", "describe_applications", "none", ApplicationNames=["none"])
    both.call("elasticbeanstalk", "describe_environments")
    both.call("elasticbeanstalk", "describe_environments", "by name", EnvironmentNames=[environment])
    both.call("elasticbeanstalk", "describe_environments", "none", EnvironmentNames=["none"])
    both.call("elasticbeanstalk", "describe_environments", "of no application", ApplicationName="none")
    both.call("elasticbeanstalk", "list_tags_for_resource", "not found",
              ResourceArn=f"arn:aws:elasticbeanstalk:{both.regions[0]}:{both.id}:environment/none/none")


def parameters(both):
    """Parameter Store, once the lab has it."""
    if both.call("ssm", "get_parameter", "not found", Name="/none") is None and "ssm.get_parameter" in both.not_routed:
        return
    both.call("ssm", "describe_parameters")
    asked = {"Name": "/compared/a", "Type": "String", "Value": "1"}
    both.call("ssm", "put_parameter", **asked)
    both.call("ssm", "put_parameter", "again", **asked)
    both.call("ssm", "put_parameter", "overwrite", **{**asked, "Value": "2"}, Overwrite=True)
    both.call("ssm", "get_parameter", Name="/compared/a")
    both.call("ssm", "get_parameters", Names=["/compared/a", "/none"])
    both.call("ssm", "get_parameters_by_path", Path="/compared", Recursive=True)
    both.call("ssm", "get_parameter_history", Name="/compared/a")
    both.call("ssm", "put_parameter", "wrong name", **{**asked, "Name": "aws/x"})
    both.call("ssm", "delete_parameter", Name="/compared/a")
    both.call("ssm", "delete_parameter", "not found", Name="/compared/a")


if __name__ == "__main__":
    main()
