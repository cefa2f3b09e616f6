"""The steps of the comparison with moto for all services but EC2.

Used by: `moto_compare.py`.
"""

from moto_both import NOT_THERE, answer_of


def identity(both):
    both.call("sts", "get_caller_identity")
    both.call("sts", "assume_role", RoleArn=f"arn:aws:iam::{both.id}:role/firedrill", RoleSessionName="compare")
    both.call("sts", "get_session_token")
    both.call("sts", "get_access_key_info", AccessKeyId="AKIAIOSFODNN7EXAMPLE")


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
    if made is None:
        return
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
