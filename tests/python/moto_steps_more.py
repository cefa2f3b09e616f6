"""The steps of the comparison with moto for what stands around a deployment: scaling groups, certificates, web ACLs,
repositories, pipelines, identities.

Each step makes things of its own on both sides, so that what a lab begins with does not matter.

Used by: `moto_compare.py`.
"""

import json

from moto_both import NOT_THERE

TRUST = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
})
READS = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}],
})
TAG = [{"Key": "compared", "Value": "yes"}]


def scaling(both):
    """The lab has no CreateAutoScalingGroup: moto is given a group that is called like the lab's."""
    region = both.regions[0]
    found = both.lab("autoscaling", region).describe_auto_scaling_groups()["AutoScalingGroups"]
    if not found or (both.only and "autoscaling" not in both.only):
        return
    group = found[0]
    name = group["AutoScalingGroupName"]
    moto = both.moto("autoscaling", region)
    image = both.lab("ec2", region).describe_instances()["Reservations"][0]["Instances"][0]["ImageId"]
    moto.create_launch_configuration(LaunchConfigurationName="x", ImageId=image, InstanceType="t3.small")
    moto.create_auto_scaling_group(
        AutoScalingGroupName=name, LaunchConfigurationName="x", MinSize=group["MinSize"], MaxSize=group["MaxSize"],
        DesiredCapacity=group["DesiredCapacity"], HealthCheckGracePeriod=group["HealthCheckGracePeriod"],
        HealthCheckType=group["HealthCheckType"], DefaultCooldown=group["DefaultCooldown"],
        VPCZoneIdentifier=",".join(both.pairs.to_moto[one] for one in group["VPCZoneIdentifier"].split(",")),
        TerminationPolicies=group["TerminationPolicies"],
    )
    by_name = {"AutoScalingGroupName": name}
    both.call("autoscaling", "describe_auto_scaling_groups", "not found", AutoScalingGroupNames=["none"])
    both.call("autoscaling", "describe_auto_scaling_instances", "not found", InstanceIds=[NOT_THERE["instance"]])
    both.call("autoscaling", "describe_account_limits")
    both.call("autoscaling", "describe_termination_policy_types")
    both.call("autoscaling", "describe_scaling_process_types")
    both.call("autoscaling", "describe_lifecycle_hooks", **by_name)
    both.call("autoscaling", "describe_policies", **by_name)
    both.call("autoscaling", "suspend_processes", **by_name, ScalingProcesses=["AZRebalance"])
    both.call("autoscaling", "suspend_processes", "unknown process", **by_name, ScalingProcesses=["Nonsense"])
    both.call("autoscaling", "resume_processes", **by_name, ScalingProcesses=["AZRebalance"])
    both.call("autoscaling", "suspend_processes", "not found", AutoScalingGroupName="none", ScalingProcesses=["Launch"])
    both.call("autoscaling", "set_desired_capacity", "too many", **by_name, DesiredCapacity=group["MaxSize"] + 1)
    both.call("autoscaling", "set_desired_capacity", "too few", **by_name, DesiredCapacity=group["MinSize"] - 1)
    both.call("autoscaling", "set_desired_capacity", "not found", AutoScalingGroupName="none", DesiredCapacity=1)
    both.call("autoscaling", "update_auto_scaling_group", "not found", AutoScalingGroupName="none", MinSize=1)
    both.call("autoscaling", "set_instance_health", "not found", InstanceId=NOT_THERE["instance"],
              HealthStatus="Unhealthy")
    both.call("autoscaling", "terminate_instance_in_auto_scaling_group", "not found",
              InstanceId=NOT_THERE["instance"], ShouldDecrementDesiredCapacity=False)
    tag = {"ResourceId": name, "ResourceType": "auto-scaling-group", "Key": "compared", "Value": "yes",
           "PropagateAtLaunch": False}
    both.call("autoscaling", "create_or_update_tags", Tags=[tag])
    both.call("autoscaling", "describe_tags", Filters=[{"Name": "key", "Values": ["compared"]}])
    both.call("autoscaling", "delete_tags", Tags=[tag])
    both.call("autoscaling", "describe_tags", "wrong filter", Filters=[{"Name": "nonsense", "Values": ["x"]}])


def certificates(both):
    made = both.call("acm", "request_certificate", pair=lambda a: [a["CertificateArn"]],
                     DomainName="compared.example.com", ValidationMethod="DNS",
                     SubjectAlternativeNames=["compared.example.com", "www.compared.example.com"], Tags=TAG)
    both.call("acm", "request_certificate", "malformed name", DomainName="-.-", ValidationMethod="DNS")
    both.call("acm", "request_certificate", "wrong method", DomainName="a.example.com", ValidationMethod="PIGEON")
    absent = f"arn:aws:acm:{both.regions[0]}:{both.id}:certificate/01234567-89ab-cdef-0123-456789abcdef"
    for operation in ("describe_certificate", "list_tags_for_certificate", "delete_certificate"):
        both.call("acm", operation, "not found", CertificateArn=absent)
        both.call("acm", operation, "malformed", CertificateArn="nonsense")
    if not made:
        return
    arn = {"CertificateArn": made["CertificateArn"]}
    both.settle()
    both.call("acm", "describe_certificate", **arn)
    both.call("acm", "list_certificates", "pending", CertificateStatuses=["PENDING_VALIDATION"])
    both.call("acm", "list_tags_for_certificate", **arn)
    both.call("acm", "add_tags_to_certificate", **arn, Tags=[{"Key": "more", "Value": "1"}])
    both.call("acm", "remove_tags_from_certificate", **arn, Tags=[{"Key": "compared"}])
    both.call("acm", "list_tags_for_certificate", "after", **arn)
    both.call("acm", "delete_certificate", **arn)


def firewalls(both):
    shown = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "compared"}
    asked = {"Name": "compared", "Scope": "REGIONAL"}
    addresses = both.call("wafv2", "create_ip_set", pair=lambda a: [a["Summary"]["Id"], a["Summary"]["ARN"]],
                          **asked, IPAddressVersion="IPV4", Addresses=["192.0.2.0/24"])
    both.call("wafv2", "create_ip_set", "duplicate", **asked, IPAddressVersion="IPV4", Addresses=[])
    both.call("wafv2", "create_ip_set", "malformed", **{**asked, "Name": "bad"}, IPAddressVersion="IPV4",
              Addresses=["nonsense"])
    acl = both.call("wafv2", "create_web_acl", pair=lambda a: [a["Summary"]["Id"], a["Summary"]["ARN"]],
                    **asked, DefaultAction={"Allow": {}}, VisibilityConfig=shown, Rules=[], Tags=TAG)
    both.call("wafv2", "create_web_acl", "duplicate", **asked, DefaultAction={"Allow": {}}, VisibilityConfig=shown)
    both.call("wafv2", "list_web_acls", "wrong scope", Scope="NOWHERE")
    both.call("wafv2", "get_web_acl", "not found", **{**asked, "Name": "none"},
              Id="01234567-89ab-cdef-0123-456789abcdef")
    both.call("wafv2", "get_ip_set", "not found", **{**asked, "Name": "none"},
              Id="01234567-89ab-cdef-0123-456789abcdef")
    if not acl or not addresses:
        return
    own = {**asked, "Id": acl["Summary"]["Id"]}
    both.call("wafv2", "get_web_acl", **own)
    both.call("wafv2", "get_ip_set", **asked, Id=addresses["Summary"]["Id"])
    both.call("wafv2", "list_ip_sets", Scope="REGIONAL")
    both.call("wafv2", "list_tags_for_resource", ResourceARN=acl["Summary"]["ARN"])
    balancer = both.lab("elbv2", both.regions[0]).describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    both.call("wafv2", "associate_web_acl", WebACLArn=acl["Summary"]["ARN"], ResourceArn=balancer)
    both.call("wafv2", "get_web_acl_for_resource", ResourceArn=balancer)
    both.call("wafv2", "list_resources_for_web_acl", WebACLArn=acl["Summary"]["ARN"])
    both.call("wafv2", "delete_web_acl", "associated", **own, LockToken=acl["Summary"]["LockToken"])
    both.call("wafv2", "disassociate_web_acl", ResourceArn=balancer)
    both.call("wafv2", "delete_web_acl", "wrong token", **own, LockToken="01234567-89ab-cdef-0123-456789abcdef")


def repositories(both):
    """The lab makes no repositories: moto is given the lab's."""
    region = both.regions[0]
    if both.only and "codecommit" not in both.only:
        return
    both.call("codecommit", "get_repository", "not found", repositoryName="none")
    both.call("codecommit", "get_repository", "malformed", repositoryName="a b")
    for found in both.lab("codecommit", region).list_repositories()["repositories"]:
        asked = {"repositoryName": found["repositoryName"]}
        whole = both.lab("codecommit", region).get_repository(**asked)["repositoryMetadata"]
        words = {"repositoryDescription": whole["repositoryDescription"]} if "repositoryDescription" in whole else {}
        made = both.moto("codecommit", region).create_repository(**asked, **words)["repositoryMetadata"]
        both.pairs.add(whole["repositoryId"], made["repositoryId"], f"repository:{whole['repositoryName']}")
        both.call("codecommit", "get_repository", **asked)


def pipelines(both):
    both.call("codepipeline", "get_pipeline", "not found", name="none")
    both.call("codepipeline", "list_tags_for_resource", "not found",
              resourceArn=f"arn:aws:codepipeline:{both.regions[0]}:{both.id}:none")


def identities(both):
    for operation, asked in (
        ("get_user", {"UserName": "none"}),
        ("get_role", {"RoleName": "none"}),
        ("get_policy", {"PolicyArn": f"arn:aws:iam::{both.id}:policy/none"}),
        ("get_group", {"GroupName": "none"}),
        ("get_instance_profile", {"InstanceProfileName": "none"}),
        ("delete_user", {"UserName": "none"}),
        ("delete_role", {"RoleName": "none"}),
        ("list_attached_role_policies", {"RoleName": "none"}),
        ("list_access_keys", {"UserName": "none"}),
    ):
        both.call("iam", operation, "not found", **asked)
    role = both.call("iam", "create_role", pair=lambda a: [a["Role"]["RoleId"]], RoleName="compared",
                     AssumeRolePolicyDocument=TRUST, Description="made by a comparison", Tags=TAG)
    both.call("iam", "create_role", "duplicate", RoleName="compared", AssumeRolePolicyDocument=TRUST)
    both.call("iam", "create_role", "malformed policy", RoleName="bad", AssumeRolePolicyDocument="{")
    policy = both.call("iam", "create_policy", pair=lambda a: [a["Policy"]["PolicyId"]], PolicyName="compared",
                       PolicyDocument=READS)
    both.call("iam", "create_policy", "duplicate", PolicyName="compared", PolicyDocument=READS)
    both.call("iam", "create_policy", "malformed policy", PolicyName="bad", PolicyDocument="{}")
    user = both.call("iam", "create_user", pair=lambda a: [a["User"]["UserId"]], UserName="compared", Tags=TAG)
    both.call("iam", "create_user", "duplicate", UserName="compared")
    if not (role and policy and user):
        return
    arn = policy["Policy"]["Arn"]
    both.settle()
    both.call("iam", "get_role", RoleName="compared")
    both.call("iam", "get_user", UserName="compared")
    both.call("iam", "get_policy", PolicyArn=arn)
    both.call("iam", "get_policy_version", PolicyArn=arn, VersionId="v1")
    both.call("iam", "get_policy_version", "not found", PolicyArn=arn, VersionId="v9")
    both.call("iam", "attach_role_policy", settle=True, RoleName="compared", PolicyArn=arn)
    both.call("iam", "list_attached_role_policies", RoleName="compared")
    both.call("iam", "delete_role", "in use", RoleName="compared")
    both.call("iam", "put_role_policy", settle=True, RoleName="compared", PolicyName="own", PolicyDocument=READS)
    both.call("iam", "list_role_policies", RoleName="compared")
    both.call("iam", "get_role_policy", RoleName="compared", PolicyName="own")
    both.call("iam", "get_role_policy", "not found", RoleName="compared", PolicyName="none")
    both.call("iam", "list_role_tags", RoleName="compared")
    both.call("iam", "tag_role", settle=True, RoleName="compared", Tags=[{"Key": "more", "Value": "1"}])
    both.call("iam", "untag_role", settle=True, RoleName="compared", TagKeys=["compared"])
    both.call("iam", "list_role_tags", "after", RoleName="compared")
    both.call("iam", "create_instance_profile", pair=lambda a: [a["InstanceProfile"]["InstanceProfileId"]],
              settle=True, InstanceProfileName="compared")
    both.call("iam", "add_role_to_instance_profile", settle=True, InstanceProfileName="compared", RoleName="compared")
    both.call("iam", "get_instance_profile", InstanceProfileName="compared")
    both.call("iam", "remove_role_from_instance_profile", settle=True, InstanceProfileName="compared",
              RoleName="compared")
    both.call("iam", "delete_instance_profile", InstanceProfileName="compared")
    both.call("iam", "list_access_keys", UserName="compared")
    both.call("iam", "delete_role_policy", settle=True, RoleName="compared", PolicyName="own")
    both.call("iam", "detach_role_policy", settle=True, RoleName="compared", PolicyArn=arn)
    both.call("iam", "detach_role_policy", "not attached", RoleName="compared", PolicyArn=arn)
    both.call("iam", "delete_role", settle=True, RoleName="compared")
    both.call("iam", "delete_policy", settle=True, PolicyArn=arn)
    both.call("iam", "delete_user", settle=True, UserName="compared")
    both.call("iam", "get_role", "deleted", RoleName="compared")
