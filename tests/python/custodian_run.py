"""Cloud Custodian runs its policies against the lab: filters over five services, and a change.

    FIREDRILL=target/debug/firedrill CUSTODIAN=custodian python tests/python/custodian_run.py

Custodian pins a boto3 of its own, so it lives in another environment (requirements-custodian.txt). Ends with 0 if
each policy found what is there.
"""

import json
import os
import pathlib
import subprocess
import tempfile

from lab import Lab, binary

POLICIES = pathlib.Path(__file__).with_name("custodian") / "policies.yml"


def main():
    lab = Lab(binary(), "--speed", "60", "--seed", "5")
    try:
        with tempfile.TemporaryDirectory() as work:
            run(lab, pathlib.Path(work))
            expected = counts(lab)
            for policy, count in expected.items():
                found = json.loads((pathlib.Path(work) / policy / "resources.json").read_text())
                assert len(found) == count, f"{policy}: {len(found)} found, {count} are there"
                print(f"{policy}: {count}")
        tags = lab.client("ec2").describe_tags(Filters=[{"Name": "key", "Values": ["custodian"]}])["Tags"]
        assert [tag["Value"] for tag in tags] == ["was-here"], tags
    finally:
        lab.end()
    print("all is as it should be")


def run(lab, work):
    """Runs all policies in the lab's first region."""
    region = lab.info["regions"][0]
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": lab.info["aws_endpoint"],
        "AWS_ACCESS_KEY_ID": lab.info["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": lab.info["secret_access_key"],
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    custodian = os.environ.get("CUSTODIAN", "custodian")
    command = [custodian, "run", "--output-dir", str(work), "--region", region, "--cache-period", "0", str(POLICIES)]
    ended = subprocess.run(command, env=environment, cwd=work, timeout=120)
    assert ended.returncode == 0, f"custodian ended with {ended.returncode}"


def counts(lab):
    """How much of each there is, asked of the lab directly."""
    ec2, route53 = lab.client("ec2"), lab.client("route53")
    groups = ec2.describe_security_groups()["SecurityGroups"]
    web = [
        group
        for group in groups
        for permission in group["IpPermissions"]
        if permission.get("FromPort") == 443 and {"CidrIp": "0.0.0.0/0"}.items()
        <= {key: value for source in permission["IpRanges"] for key, value in source.items()}.items()
    ]
    running = [{"Name": "instance-state-name", "Values": ["running"]}, {"Name": "tag:firedrill", "Values": ["allowed"]}]
    reservations = ec2.describe_instances(Filters=running)["Reservations"]
    return {
        "open-to-the-world": len(web),
        "from-a-group": 1,
        "internet-facing": len(lab.client("elbv2").describe_load_balancers()["LoadBalancers"]),
        "encrypted": len(lab.client("rds").describe_db_clusters()["DBClusters"]),
        "allowed-to-break": sum(len(one["Instances"]) for one in reservations),
        "zones": len(route53.list_hosted_zones()["HostedZones"]),
        "checks": len(route53.list_health_checks()["HealthChecks"]),
        "networks": len(ec2.describe_vpcs()["Vpcs"]),
        "peered": len(ec2.describe_vpc_peering_connections()["VpcPeeringConnections"]),
        "marked": 1,
    }


if __name__ == "__main__":
    main()
