"""The whole drill by hand, with boto3: describe, break Seoul, move to Tokyo, put everything back, compare.

    FIREDRILL=target/debug/firedrill python tests/python/walk.py [--speed N] [--seed N]

Every answer is held against botocore's models (see strict.py). Ends with 0 if all is as it should be.
"""

import argparse
import json
import tempfile
import urllib.request
from datetime import timedelta
from email.utils import parsedate_to_datetime

import botocore.model
from botocore.exceptions import ClientError

from lab import Lab, binary

SEOUL, TOKYO = "ap-northeast-2", "ap-northeast-1"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--speed", default="60")
    arguments.add_argument("--seed", default="1")
    given = arguments.parse_args()
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as truth:
        lab = Lab(binary(), "--speed", given.speed, "--seed", given.seed, "--truth", truth.name)
        try:
            print(f"ready after {lab.ready_after * 1000:.0f} ms")
            names(lab)
            seoul = describe_all(lab, SEOUL)
            tokyo = describe_all(lab, TOKYO)
            describe_global(lab)
            metrics(lab)
            refusals(lab, seoul)
            closed_door(lab, tokyo)
            drill(lab, seoul, tokyo)
        finally:
            lab.end()
        happened = [json.loads(line)["what"] for line in truth]
    for kind in ("rule.effective", "site.down", "site.up", "dns.answer", "writer.moved"):
        assert kind in happened, f"the truth has no {kind}: {sorted(set(happened))}"
    for operation in sorted(lab.strict.seen):
        print("answered", operation)
    problems = sorted(set(lab.strict.problems))
    for problem in problems:
        print("PROBLEM", problem)
    assert not problems, f"{len(problems)} answers are not as AWS's models have them"
    print("all is as it should be")


def names(lab):
    """DNS over UDP and TCP, from the resolver and from a name server."""
    site = lab.addresses("www.example.com")
    assert sorted(site) == sorted(set(site)) and site, site
    assert sorted(lab.addresses("www.example.com", tcp=True)) == sorted(site)
    answer = lab.resolve("example.com", "NS", server="203.0.113.53", recursive=False)
    assert answer.flags & 0x0400, "a name server answers with authority"
    missing = lab.resolve("missing.example.com")
    assert missing.rcode() == 3 and missing.authority, "NXDOMAIN comes with the zone's SOA"


def describe_all(lab, region):
    """Reads everything of one region; returns what the drill needs."""
    beanstalk = lab.client("elasticbeanstalk", region)
    ec2 = lab.client("ec2", region)
    elb = lab.client("elbv2", region)
    rds = lab.client("rds", region)

    beanstalk.describe_applications()
    [environment] = beanstalk.describe_environments()["Environments"]
    name = environment["EnvironmentName"]
    resources = beanstalk.describe_environment_resources(EnvironmentName=name)["EnvironmentResources"]
    health = beanstalk.describe_environment_health(EnvironmentName=name, AttributeNames=["All"])
    assert health["HealthStatus"] == "Ok" and health["Status"] == "Ready", health
    instances_health = beanstalk.describe_instances_health(EnvironmentName=name, AttributeNames=["All"])
    assert len(instances_health["InstanceHealthList"]) == 2
    beanstalk.describe_events(EnvironmentName=name)
    settings = beanstalk.describe_configuration_settings(
        ApplicationName=environment["ApplicationName"], EnvironmentName=name
    )
    assert settings["ConfigurationSettings"][0]["OptionSettings"]

    ids = [instance["Id"] for instance in resources["Instances"]]
    instances = [
        instance
        for page in ec2.get_paginator("describe_instances").paginate(InstanceIds=ids)
        for reservation in page["Reservations"]
        for instance in reservation["Instances"]
    ]
    assert len(instances) == 2
    groups = sorted({group["GroupId"] for instance in instances for group in instance["SecurityGroups"]})
    assert len(ec2.describe_security_groups(GroupIds=groups)["SecurityGroups"]) == len(groups)
    all_groups = ec2.describe_security_groups()["SecurityGroups"]
    pages = ec2.get_paginator("describe_security_group_rules").paginate(PaginationConfig={"PageSize": 5})
    every_rule = [rule for page in pages for rule in page["SecurityGroupRules"]]
    assert {rule["GroupId"] for rule in every_rule} == {group["GroupId"] for group in all_groups}
    ec2.describe_network_interfaces()
    ec2.describe_vpcs()
    ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [instances[0]["VpcId"]]}])
    ec2.describe_regions()
    ec2.describe_availability_zones()
    ec2.describe_vpc_peering_connections()
    ec2.describe_route_tables()
    ec2.describe_network_acls()
    ec2.describe_managed_prefix_lists()
    ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": groups}])

    arn = resources["LoadBalancers"][0]["Name"]
    [balancer] = elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
    listeners = elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]
    assert sorted(listener["Port"] for listener in listeners) == [80, 443]
    elb.describe_rules(ListenerArn=listeners[0]["ListenerArn"])
    elb.describe_load_balancer_attributes(LoadBalancerArn=arn)
    [targets] = elb.describe_target_groups(LoadBalancerArn=arn)["TargetGroups"]
    elb.describe_target_group_attributes(TargetGroupArn=targets["TargetGroupArn"])
    elb.describe_tags(ResourceArns=[arn, targets["TargetGroupArn"]])

    clusters = rds.describe_db_clusters()["DBClusters"]
    assert len(clusters) == 1 and clusters[0]["DBClusterMembers"]
    rds.describe_db_instances()
    rds.describe_events(Duration=60)
    rds.list_tags_for_resource(ResourceName=clusters[0]["DBClusterArn"])

    found = {
        "region": region,
        "environment": name,
        "groups": groups,
        "dns": balancer["DNSName"],
        "targets": targets["TargetGroupArn"],
        "cluster": clusters[0]["DBClusterArn"],
    }
    assert target_states(lab, found) == {"healthy"}
    assert lab.addresses(balancer["DNSName"])
    return found


def describe_global(lab):
    """The services that belong to no region."""
    sts = lab.client("sts")
    assert sts.get_caller_identity()["Account"] == lab.info["account"]
    role = sts.assume_role(RoleArn=f"arn:aws:iam::{lab.info['account']}:role/firedrill", RoleSessionName="walk")
    keys = role["Credentials"]
    assumed = lab.client(
        "sts",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    assert ":assumed-role/firedrill/walk" in assumed.get_caller_identity()["Arn"]

    route53 = lab.client("route53")
    zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]
    route53.list_hosted_zones_by_name(DNSName="example.com")
    assert len(route53.get_hosted_zone(Id=zone)["DelegationSet"]["NameServers"]) == 4
    pages = route53.get_paginator("list_resource_record_sets").paginate(
        HostedZoneId=zone, PaginationConfig={"PageSize": 3}
    )
    records = [record for page in pages for record in page["ResourceRecordSets"]]
    assert {record.get("Failover") for record in records} >= {"PRIMARY", "SECONDARY"}, records
    route53.test_dns_answer(HostedZoneId=zone, RecordName="www.example.com", RecordType="A")
    for check in route53.list_health_checks()["HealthChecks"]:
        route53.get_health_check(HealthCheckId=check["Id"])
        assert len(route53.get_health_check_status(HealthCheckId=check["Id"])["HealthCheckObservations"]) == 16
        route53.get_health_check_last_failure_reason(HealthCheckId=check["Id"])
        route53.list_tags_for_resource(ResourceType="healthcheck", ResourceId=check["Id"])

    record = {"Name": "walk.example.com", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"a & b"'}]}
    change(lab, route53, zone, "CREATE", record)
    assert lab.resolve("walk.example.com", "TXT").answer[0][0].strings == (b"a & b",)
    change(lab, route53, zone, "DELETE", record)

    [cluster] = lab.client("rds").describe_global_clusters()["GlobalClusters"]
    assert len(cluster["GlobalClusterMembers"]) == 2, "the list's element names are right"


def change(lab, route53, zone, action, record):
    """One change of a record, waited for."""
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    made = route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)["ChangeInfo"]
    assert made["Status"] == "PENDING"
    in_sync = lambda: route53.get_change(Id=made["Id"])["ChangeInfo"]["Status"] == "INSYNC"
    lab.wait(f"{action} of {record['Name']} is in sync", in_sync, 60)


def metrics(lab):
    """CloudWatch in each of the protocols that botocore can speak to it."""
    preferred = botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS
    try:
        for protocol in ("smithy-rpc-v2-cbor", "json", "query"):
            botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = (protocol,)
            client = lab.client("cloudwatch")
            assert client.meta.service_model.resolved_protocol == protocol
            listed = client.list_metrics(Namespace="AWS/ApplicationELB")["Metrics"]
            assert listed, protocol
            client.describe_alarms()
            stat = {"Metric": listed[0], "Period": 60, "Stat": "Maximum"}
            headers = client.describe_alarms()["ResponseMetadata"]["HTTPHeaders"]
            now = parsedate_to_datetime(headers["date"])
            client.get_metric_data(
                MetricDataQueries=[{"Id": "a", "MetricStat": stat}],
                StartTime=now - timedelta(hours=1),
                EndTime=now,
            )
            expect(client, "set_alarm_state", "ResourceNotFound", AlarmName="none", StateValue="OK", StateReason="x")
    finally:
        botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = preferred


def expect(client, operation, code, **parameters):
    """The call must be refused with this code."""
    try:
        getattr(client, operation)(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, f"{operation}: {error}"
        assert error.response["Error"]["Message"] and error.response["ResponseMetadata"]["RequestId"]
        return
    raise AssertionError(f"{operation} was not refused with {code}")


def refusals(lab, seoul):
    """Errors come in each service's own form."""
    ec2 = lab.client("ec2", SEOUL)
    rule = [{"IpProtocol": "tcp", "FromPort": 9, "ToPort": 9, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}]
    group = seoul["groups"][0]
    revoke = "revoke_security_group_ingress"
    expect(ec2, revoke, "InvalidPermission.NotFound", GroupId=group, IpPermissions=rule)
    expect(ec2, revoke, "InvalidGroup.NotFound", GroupId="sg-0123456789abcdef0", IpPermissions=rule)
    expect(ec2, revoke, "DryRunOperation", GroupId=group, IpPermissions=port_80(lab, seoul)[0][1], DryRun=True)
    expect(lab.client("rds"), "describe_global_clusters", "GlobalClusterNotFoundFault", GlobalClusterIdentifier="no")
    expect(lab.client("route53"), "get_health_check", "NoSuchHealthCheck", HealthCheckId="no")
    beanstalk = lab.client("elasticbeanstalk")
    expect(beanstalk, "describe_environment_health", "InvalidParameterValue", EnvironmentName="none-such")
    url = lab.client("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
    with urllib.request.urlopen(url) as answer:
        assert lab.info["account"] in answer.read().decode(), "a presigned URL needs no header"
    wrong = lab.client("sts", aws_secret_access_key="wrong")
    expect(wrong, "get_caller_identity", "SignatureDoesNotMatch")
    stranger = lab.client("sts", aws_access_key_id="AKIASTRANGER00000000")
    expect(stranger, "get_caller_identity", "InvalidClientTokenId")


def closed_door(lab, tokyo):
    """Where a balancer's own group lets nobody in, a client's SYN is not answered."""
    ec2, elb = lab.client("ec2", TOKYO), lab.client("elbv2", TOKYO)
    [balancer] = elb.describe_load_balancers()["LoadBalancers"]
    [address, *_] = lab.addresses(tokyo["dns"])
    assert connects(lab, address)
    group = balancer["SecurityGroups"][0]
    [found] = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    web = [p for p in found["IpPermissions"] if p["FromPort"] == 443]
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=web)
    lab.wait("Tokyo's balancer answers no SYN", lambda: not connects(lab, address), 60)
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=web)
    lab.wait("Tokyo's balancer answers again", lambda: connects(lab, address), 60)


def connects(lab, address):
    """True if a new connection is answered at once; a refusal is a failure of the test."""
    try:
        return lab.get(address, tls=True)[0] == 200
    except TimeoutError:
        return False


def drill(lab, seoul, tokyo):
    """Seoul stops serving; Tokyo takes over; everything is put back."""
    ec2, rds = lab.client("ec2", SEOUL), lab.client("rds", SEOUL)
    route53, beanstalk = lab.client("route53"), lab.client("elasticbeanstalk", SEOUL)
    check = seoul_check(route53)
    assert served_by(lab) == SEOUL
    before = comparable(lab, seoul)
    closed = port_80(lab, seoul)
    assert closed, "some rule lets port 80 in"

    for group, permissions in closed:
        assert ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=permissions)["Return"]
    lab.wait("targets are unhealthy", lambda: target_states(lab, seoul) == {"unhealthy"}, 240)
    lab.wait("the health check is unhealthy", lambda: not healthy(route53, check["Id"]), 240)
    sick = lambda: environment_health(beanstalk, seoul) in ("Warning", "Degraded", "Severe")
    lab.wait("the environment is not well", sick, 400)
    lab.wait("users are led to Tokyo", lambda: served_by(lab) == TOKYO, 240)

    writer = lambda: writer_of(rds)
    assert writer() == seoul["cluster"]
    rds.switchover_global_cluster(
        GlobalClusterIdentifier="wordpress-global", TargetDbClusterIdentifier=tokyo["cluster"]
    )
    lab.wait("Tokyo's database writes", lambda: writer() == tokyo["cluster"], 240)
    lab.wait("Tokyo's site takes writes", lambda: write_check(lab) == 200, 120)

    held = route53.get_health_check(HealthCheckId=check["Id"])["HealthCheck"]
    route53.update_health_check(
        HealthCheckId=check["Id"], HealthCheckVersion=held["HealthCheckVersion"], Disabled=True, Inverted=True
    )
    expect(
        route53, "update_health_check", "HealthCheckVersionMismatch", HealthCheckId=check["Id"],
        HealthCheckVersion=held["HealthCheckVersion"], Disabled=False,
    )
    for group, permissions in closed:
        made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=permissions)
        for rule in made["SecurityGroupRules"]:
            tags = before["tags"].get((group, signature(rule)))
            if tags:
                ec2.create_tags(Resources=[rule["SecurityGroupRuleId"]], Tags=tags)
    expect(ec2, "authorize_security_group_ingress", "InvalidPermission.Duplicate",
           GroupId=closed[0][0], IpPermissions=closed[0][1])
    lab.wait("targets are healthy", lambda: target_states(lab, seoul) == {"healthy"}, 240)
    assert served_by(lab) == TOKYO, "traffic is held in Tokyo"

    lab.client("rds", TOKYO).switchover_global_cluster(
        GlobalClusterIdentifier="wordpress-global", TargetDbClusterIdentifier=seoul["cluster"]
    )
    lab.wait("Seoul's database writes", lambda: writer() == seoul["cluster"], 240)
    held = route53.get_health_check(HealthCheckId=check["Id"])["HealthCheck"]
    route53.update_health_check(
        HealthCheckId=check["Id"], HealthCheckVersion=held["HealthCheckVersion"], Disabled=False, Inverted=False
    )
    lab.wait("users are led to Seoul", lambda: served_by(lab) == SEOUL, 400)
    lab.wait("Seoul's site takes writes", lambda: write_check(lab) == 200, 120)
    lab.wait("the environment is well", lambda: environment_health(beanstalk, seoul) == "Ok", 600)
    after = comparable(lab, seoul)
    assert after == before, f"before {before}\nafter {after}"


def port_80(lab, seoul):
    """What lets port 80 in, by group, ready to be revoked and authorised again."""
    found = lab.client("ec2", SEOUL).describe_security_groups(GroupIds=seoul["groups"])["SecurityGroups"]
    covers = lambda p: p["IpProtocol"] == "tcp" and p["FromPort"] <= 80 <= p["ToPort"]
    pairs = [(group["GroupId"], [p for p in group["IpPermissions"] if covers(p)]) for group in found]
    return [(group, permissions) for group, permissions in pairs if permissions]


def signature(rule):
    """All of a rule that a user can set, without its id."""
    keys = ("IpProtocol", "FromPort", "ToPort", "CidrIpv4", "CidrIpv6", "PrefixListId", "Description", "IsEgress")
    peer = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    return tuple(rule.get(key) for key in keys) + (peer,)


def comparable(lab, seoul):
    """What must be the same after the drill as before."""
    ec2 = lab.client("ec2", SEOUL)
    filters = [{"Name": "group-id", "Values": seoul["groups"]}]
    rules = ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
    tags = lambda rule: sorted(rule.get("Tags", []), key=lambda tag: tag["Key"])
    check = seoul_check(lab.client("route53"))
    return {
        "rules": sorted((rule["GroupId"], repr(signature(rule))) for rule in rules),
        "tags": {(rule["GroupId"], signature(rule)): tags(rule) for rule in rules},
        "check": {"Disabled": False, "Inverted": False, **check["HealthCheckConfig"]},
        "writer": writer_of(lab.client("rds", SEOUL)),
    }


def target_states(lab, where):
    targets = lab.client("elbv2", where["region"]).describe_target_health(TargetGroupArn=where["targets"])
    return {target["TargetHealth"]["State"] for target in targets["TargetHealthDescriptions"]}


def environment_health(beanstalk, where):
    answer = beanstalk.describe_environment_health(EnvironmentName=where["environment"], AttributeNames=["All"])
    return answer["HealthStatus"]


def seoul_check(route53):
    """The check of Seoul's record."""
    zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    [primary] = {record["HealthCheckId"] for record in records if record.get("Failover") == "PRIMARY"}
    return route53.get_health_check(HealthCheckId=primary)["HealthCheck"]


def healthy(route53, check):
    """More than 18 % of the checkers say so (AWS: Route 53 developer guide)."""
    seen = route53.get_health_check_status(HealthCheckId=check)["HealthCheckObservations"]
    well = [one for one in seen if one["StatusReport"]["Status"].startswith("Success")]
    return len(well) > 0.18 * len(seen)


def writer_of(rds):
    [cluster] = rds.describe_global_clusters()["GlobalClusters"]
    return next((m["DBClusterArn"] for m in cluster["GlobalClusterMembers"] if m["IsWriter"]), None)


def served_by(lab):
    """The region that serves a user who asks for the site now; None if none does."""
    for address in lab.addresses("www.example.com"):
        try:
            status, headers, _ = lab.get(address, tls=True)
        except OSError:
            return None
        if status != 200:
            return None
        return headers.get("X-Served-By") or headers.get("x-served-by")
    return None


def write_check(lab):
    """The status of a write by a user."""
    [address, *_] = lab.addresses("www.example.com")
    try:
        return lab.get(address, method="POST", path="/write-check", tls=True)[0]
    except OSError:
        return None


if __name__ == "__main__":
    main()
