"""Chaos Toolkit runs an experiment of its own against the lab; the world is looked at before, during and after.

    FIREDRILL=target/debug/firedrill python tests/python/chaos_run.py

The experiment (chaos/experiment.json) speaks to AWS through chaostoolkit-aws, which knows nothing of the lab. Ends
with 0 if the experiment completed and the world did what it was to show.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from lab import SITE, Lab, binary

FOLDER = pathlib.Path(__file__).with_name("chaos")
SPEED = 60
# Within these many of the world's seconds the fault has led users away, and its end has let them come back.
DETECTION, RECOVERY = 300, 420


def main():
    lab = Lab(binary(), "--speed", str(SPEED), "--seed", "3")
    try:
        with tempfile.TemporaryDirectory() as work:
            experiment(lab, pathlib.Path(work))
    finally:
        lab.end()
    assert not lab.strict.problems, sorted(set(lab.strict.problems))
    print("all is as it should be")


def experiment(lab, work):
    """Runs the experiment and looks at the world around it."""
    world = World(lab)
    environment = world.environment(work)
    os.environ.update(environment)
    sys.path.insert(0, str(FOLDER))
    import users

    first, second = lab.info["regions"]
    before = world.rules()
    assert world.states() == {"healthy"} and users.served_by() == first, "the world starts well"
    journal = work / "journal.json"
    chaos = subprocess.Popen(
        [sys.executable, "-m", "chaostoolkit", "--no-version-check", "run", "--journal-path", str(journal), str(FOLDER / "experiment.json")],
        env={**os.environ, "PYTHONPATH": str(FOLDER)},
        cwd=work,
    )
    states, regions = set(), set()
    until = time.monotonic() + 120
    while chaos.poll() is None:
        assert time.monotonic() < until, "the experiment did not end within two minutes"
        states |= world.states()
        regions.add(users.served_by())
        time.sleep(0.1)
    assert chaos.returncode == 0, f"chaos ended with {chaos.returncode}"
    assert "unhealthy" in states, f"the targets became unhealthy meanwhile, not only {states}"
    assert second in regions, f"users were led to {second} meanwhile, not only {regions}"
    lab.wait("targets are healthy", lambda: world.states() == {"healthy"}, 300)
    lab.wait("users are back", lambda: users.served_by() == first, 600)
    assert world.rules() == before, f"before {before}\nafter {world.rules()}"
    judge(json.loads(journal.read_text()), environment["CHAOS_TARGET_GROUP"])


def judge(journal, target_group):
    """What the experiment itself saw."""
    assert journal["status"] == "completed" and not journal["deviated"], journal["status"]
    run = {entry["activity"]["name"]: entry for entry in journal["run"] + journal["rollbacks"]}
    failed = [name for name, entry in run.items() if entry["status"] != "succeeded"]
    assert not failed, failed
    assert run["all targets are healthy before"]["output"] is True
    counts = run["how many targets are healthy during"]["output"][target_group]
    assert counts.get("unhealthy") and not counts.get("healthy"), counts
    seen = run["what the health checkers see during"]["output"]["HealthCheckObservations"]
    well = [one for one in seen if one["StatusReport"]["Status"].startswith("Success")]
    assert len(well) <= 0.18 * len(seen), seen


class World:
    """What of the lab the experiment touches."""

    def __init__(self, lab):
        self.lab = lab
        beanstalk, elb = lab.client("elasticbeanstalk"), lab.client("elbv2")
        name = beanstalk.describe_environments()["Environments"][0]["EnvironmentName"]
        resources = beanstalk.describe_environment_resources(EnvironmentName=name)["EnvironmentResources"]
        [balancer] = elb.describe_load_balancers(LoadBalancerArns=[resources["LoadBalancers"][0]["Name"]])[
            "LoadBalancers"
        ]
        [self.targets] = elb.describe_target_groups(LoadBalancerArn=balancer["LoadBalancerArn"])["TargetGroups"]
        instance = resources["Instances"][0]["Id"]
        [reservation] = lab.client("ec2").describe_instances(InstanceIds=[instance])["Reservations"]
        self.balancer_group = balancer["SecurityGroups"][0]
        self.group = reservation["Instances"][0]["SecurityGroups"][0]["GroupId"]

    def environment(self, work):
        """What the experiment takes from its environment."""
        info = work / "lab.json"
        info.write_text(json.dumps(self.lab.info))
        route53 = self.lab.client("route53")
        zone = route53.list_hosted_zones()["HostedZones"][0]["Id"].rsplit("/", 1)[-1]
        records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        [check] = {record["HealthCheckId"] for record in records if record.get("Failover") == "PRIMARY"}
        return {
            "AWS_ENDPOINT_URL": self.lab.info["aws_endpoint"],
            "AWS_ACCESS_KEY_ID": self.lab.info["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self.lab.info["secret_access_key"],
            "AWS_REGION": self.lab.info["regions"][0],
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CHAOSTOOLKIT_TELEMETRY_DISABLED": "1",
            "CHAOS_LAB": str(info),
            "CHAOS_INSTANCES_GROUP": self.group,
            "CHAOS_BALANCER_GROUP": self.balancer_group,
            "CHAOS_TARGET_GROUP": self.targets["TargetGroupName"],
            "CHAOS_HEALTH_CHECK": check,
            "CHAOS_ZONE": zone,
            "CHAOS_SITE": SITE,
            "CHAOS_DETECTION_SECONDS": str(DETECTION / SPEED),
            "CHAOS_RECOVERY_SECONDS": str(RECOVERY / SPEED),
        }

    def states(self):
        """The states that the targets are in."""
        health = self.lab.client("elbv2").describe_target_health(TargetGroupArn=self.targets["TargetGroupArn"])
        return {one["TargetHealth"]["State"] for one in health["TargetHealthDescriptions"]}

    def rules(self):
        """All of the group's rules but ids and descriptions, which the experiment's tool does not keep."""
        filters = [{"Name": "group-id", "Values": [self.group]}]
        rules = self.lab.client("ec2").describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
        keys = ("IsEgress", "IpProtocol", "FromPort", "ToPort", "CidrIpv4", "CidrIpv6", "PrefixListId")
        peer = lambda rule: rule.get("ReferencedGroupInfo", {}).get("GroupId")
        return sorted(repr([rule.get(key) for key in keys] + [peer(rule)]) for rule in rules)


if __name__ == "__main__":
    main()
