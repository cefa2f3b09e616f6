"""Every paginator and every waiter of botocore that makes sense for the lab's services works against it.

    FIREDRILL=target/debug/firedrill python tests/python/listings.py

A paginator with the smallest pages must list the same things as one with the largest, each once. A waiter must end
well on what is there, and give up as its model says on what is not. Operations that the lab has not got (it answers
501) are told and passed over. Ends with 0 if all is as it should be.
"""

import functools

import botocore
import botocore.session
from botocore.exceptions import ClientError, UnknownServiceError, WaiterError

from lab import Lab, binary

SERVICES = (
    "ec2 elbv2 elasticbeanstalk rds route53 cloudwatch sts autoscaling acm wafv2 codecommit codepipeline ssm iam"
).split()
# The smallest page that AWS takes where its model does not say so.
SMALLEST = {"ec2": 5, "rds": 20}
LEAST_PAGINATORS = 12
FAST = {"Delay": 0, "MaxAttempts": 3}


def main():
    lab = Lab(binary(), "--speed", "60", "--seed", "4")
    try:
        things = Things(lab)
        paged, several = paginators(lab, things)
        waiters(lab, things)
    finally:
        lab.end()
    problems = sorted(set(lab.strict.problems))
    assert not problems, "\n".join(problems)
    assert paged >= LEAST_PAGINATORS, f"only {paged} paginators were tried"
    assert several, "no listing had more than one page"
    print(f"{paged} paginators, {several} of them with several pages: all is as it should be")


class Things:
    """What is there, for the parameters of calls that require one."""

    def __init__(self, lab):
        self.lab = lab
        elb, beanstalk = lab.client("elbv2"), lab.client("elasticbeanstalk")
        self.balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
        self.targets = elb.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
        self.listener = elb.describe_listeners(LoadBalancerArn=self.balancer)["Listeners"][0]["ListenerArn"]
        self.environment = beanstalk.describe_environments()["Environments"][0]["EnvironmentName"]
        self.zone = lab.client("route53").list_hosted_zones()["HostedZones"][0]["Id"].rsplit("/", 1)[-1]
        ec2, rds = lab.client("ec2"), lab.client("rds")
        self.vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        self.subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        self.group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
        self.peering = ec2.describe_vpc_peering_connections()["VpcPeeringConnections"][0]["VpcPeeringConnectionId"]
        self.instance = ec2.describe_instances()["Reservations"][0]["Instances"][0]["InstanceId"]
        self.cluster = rds.describe_db_clusters()["DBClusters"][0]["DBClusterIdentifier"]
        self.database = rds.describe_db_instances()["DBInstances"][0]["DBInstanceIdentifier"]
        self.alarm = lab.client("cloudwatch").describe_alarms()["MetricAlarms"][0]["AlarmName"]

    def asked(self, service, operation):
        """The parameters that an operation requires, or None if nothing here knows them."""
        known = {
            "describe_listeners": {"LoadBalancerArn": self.balancer},
            "describe_rules": {"ListenerArn": self.listener},
            "describe_listener_certificates": {"ListenerArn": self.listener},
            "list_resource_record_sets": {"HostedZoneId": self.zone},
            "describe_instances_health": {"EnvironmentName": self.environment, "AttributeNames": ["All"]},
            "describe_environment_managed_action_history": {"EnvironmentName": self.environment},
            "list_web_acls": {"Scope": "REGIONAL"},
            "get_parameters_by_path": {"Path": "/", "Recursive": True},
        }
        if operation in known:
            return known[operation]
        return {} if not self.required(service, operation) else None

    @staticmethod
    def required(service, operation):
        model = service_model(service)
        names = {botocore.xform_name(name): name for name in model.operation_names}
        shape = model.operation_model(names[operation]).input_shape
        return shape.required_members if shape else []


@functools.cache
def service_model(service):
    """botocore's model of a service; EC2's takes a second to read."""
    return botocore.session.get_session().get_service_model(service)


def while_still(client, operation, asked, size):
    """Everything in one page and in several, looked at while nothing came or went: a world goes on meanwhile."""
    for _ in range(5):
        before, _ = listed(client, operation, asked, None)
        parts, pages = listed(client, operation, asked, size)
        after, _ = listed(client, operation, asked, None)
        before, parts, after = (sorted(map(repr, things)) for things in (before, parts, after))
        if before == after:
            break
    return before, parts, pages


def paginators(lab, things):
    """(how many were tried, how many of them had several pages)."""
    tried = several = 0
    for service in SERVICES:
        client = lab.client(service)
        for name, shape in sorted(paginator_shapes(service).items()):
            operation = botocore.xform_name(name)
            # Some operations cut their pages themselves.
            size = smallest(service, name, shape.get("limit_key"))
            asked = things.asked(service, operation)
            if asked is None:
                continue
            try:
                whole, parts, pages = while_still(client, operation, asked, size)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == 501:
                    continue
                raise AssertionError(f"{service} {operation}: {error}") from error
            assert parts == whole, f"{service} {operation}: pages lose something"
            print(f"{service} {operation}: {len(whole)} things in {pages} pages")
            tried += 1
            several += pages > 1
    return tried, several


def smallest(service, name, limit):
    """The smallest page that an operation gives, or None if it has no such parameter."""
    if limit is None:
        return None
    member = service_model(service).operation_model(name).input_shape.members[limit]
    return max(SMALLEST.get(service, 1), member.metadata.get("min", 1))


def paginator_shapes(service):
    """The operations that botocore pages through, with how it does."""
    try:
        return botocore.session.get_session().get_paginator_model(service)._paginator_config
    except UnknownServiceError:
        return {}


def listed(client, operation, asked, size):
    """All things of a listing and the number of its pages."""
    paginator = client.get_paginator(operation)
    config = {"PageSize": size} if size else {}
    keys = [key.parsed["value"] for key in paginator.result_keys if "value" in key.parsed]
    things, pages = [], 0
    for page in paginator.paginate(**asked, PaginationConfig=config):
        pages += 1
        for key in keys:
            found = page.get(key)
            things += [steady(item) for item in found] if isinstance(found, list) else []
        assert pages <= 500, f"{operation} has no end"
    return things, pages


def steady(item):
    """A thing without what moves while it is looked at."""
    if isinstance(item, dict):
        moving = {
            "ApplicationMetrics",
            "Causes",
            "CheckedTime",
            "EarliestRestorableTime",
            "LatestRestorableTime",
            "RefreshedAt",
            "System",
        }
        return {key: steady(value) for key, value in item.items() if key not in moving}
    if isinstance(item, list):
        return [steady(one) for one in item]
    return item


def waiters(lab, things):
    """Those whose things the lab has: they end well, and give up on what is not there."""
    well = [
        ("ec2", "instance_exists", {"InstanceIds": [things.instance]}),
        ("ec2", "instance_running", {"InstanceIds": [things.instance]}),
        ("ec2", "instance_status_ok", {"InstanceIds": [things.instance]}),
        ("ec2", "security_group_exists", {"GroupIds": [things.group]}),
        ("ec2", "subnet_available", {"SubnetIds": [things.subnet]}),
        ("ec2", "vpc_available", {"VpcIds": [things.vpc]}),
        ("ec2", "vpc_exists", {"VpcIds": [things.vpc]}),
        ("ec2", "vpc_peering_connection_exists", {"VpcPeeringConnectionIds": [things.peering]}),
        ("ec2", "vpc_peering_connection_deleted", {"VpcPeeringConnectionIds": ["pcx-0123456789abcdef0"]}),
        ("elbv2", "load_balancer_available", {"LoadBalancerArns": [things.balancer]}),
        ("elbv2", "load_balancer_exists", {"LoadBalancerArns": [things.balancer]}),
        ("elbv2", "load_balancers_deleted", {"LoadBalancerArns": [things.balancer[:-16] + "0123456789abcdef"]}),
        ("elbv2", "target_in_service", {"TargetGroupArn": things.targets}),
        ("elasticbeanstalk", "environment_exists", {"EnvironmentNames": [things.environment]}),
        ("elasticbeanstalk", "environment_updated", {"EnvironmentNames": [things.environment]}),
        ("rds", "db_cluster_available", {"DBClusterIdentifier": things.cluster}),
        ("rds", "db_cluster_deleted", {"DBClusterIdentifier": "none"}),
        ("rds", "db_instance_available", {"DBInstanceIdentifier": things.database}),
        ("rds", "db_instance_deleted", {"DBInstanceIdentifier": "none"}),
        ("cloudwatch", "alarm_exists", {"AlarmNames": [things.alarm]}),
    ]
    ill = [
        ("ec2", "instance_running", {"InstanceIds": ["i-0123456789abcdef0"]}),
        ("ec2", "vpc_exists", {"VpcIds": ["vpc-0123456789abcdef0"]}),
        ("elbv2", "load_balancer_available", {"LoadBalancerArns": [things.balancer[:-16] + "0123456789abcdef"]}),
        ("elasticbeanstalk", "environment_exists", {"EnvironmentNames": ["none"]}),
        ("rds", "db_cluster_available", {"DBClusterIdentifier": "none"}),
        ("cloudwatch", "alarm_exists", {"AlarmNames": ["none"]}),
    ]
    for service, name, asked in well:
        outcome = waited(lab.client(service), name, asked)
        assert outcome in ("well", "not routed"), f"{service} {name}: {outcome}"
        print(f"{service} {name}: {outcome}")
    for service, name, asked in ill:
        outcome = waited(lab.client(service), name, asked)
        assert outcome != "well", f"{service} {name} ended well on what is not there"
        print(f"{service} {name}: gave up: {outcome}")
    record_is_in_sync(lab, things)


def waited(client, name, asked):
    """`well`, `not routed`, or why the waiter gave up."""
    try:
        client.get_waiter(name).wait(**asked, WaiterConfig=FAST)
    except WaiterError as error:
        if error.last_response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 501:
            return "not routed"
        return str(error)
    return "well"


def record_is_in_sync(lab, things):
    """The waiter for record sets waits from PENDING to INSYNC."""
    route53 = lab.client("route53")
    record = {"Name": "waited.example.com", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"a"'}]}
    for action in ("CREATE", "DELETE"):
        changed = route53.change_resource_record_sets(
            HostedZoneId=things.zone,
            ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]},
        )["ChangeInfo"]
        assert changed["Status"] == "PENDING"
        waiter = route53.get_waiter("resource_record_sets_changed")
        waiter.wait(Id=changed["Id"], WaiterConfig={"Delay": 1, "MaxAttempts": 30})


if __name__ == "__main__":
    main()
