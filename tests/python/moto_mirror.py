"""Builds in moto, through its API, the deployment that the lab stands for, and keeps which thing is which.

Each thing gets one label that both worlds share (`vpc:seoul-vpc`), so that answers can be compared though every id
differs. Only what the lab shows is copied; nothing here knows the reference deployment's names.

Used by: `moto_compare.py`.
"""

import botocore.exceptions

ROUTE_TARGETS = ("GatewayId", "NatGatewayId", "VpcPeeringConnectionId")


class Pairs:
    """Which string of the lab is which string of moto, and what both are called in comparisons."""

    def __init__(self):
        self.to_moto = {}
        self.labels = {"lab": {}, "moto": {}}

    def add(self, lab, moto, label):
        """Notes that these two are the same thing."""
        self.to_moto[lab] = moto
        self.labels["lab"][lab] = label
        self.labels["moto"][moto] = label

    def for_moto(self, value):
        """The same parameters with moto's ids."""
        if isinstance(value, dict):
            return {key: self.for_moto(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.for_moto(item) for item in value]
        return self.to_moto.get(value, value) if isinstance(value, str) else value


def name_of(thing):
    """The Name tag of a thing."""
    return next((tag["Value"] for tag in thing.get("Tags", []) if tag["Key"] == "Name"), None)


def tags_for(kind, thing):
    """A creation's TagSpecifications with the tags of `thing`; those that only AWS may set are left out."""
    tags = [tag for tag in thing.get("Tags", []) if not tag["Key"].startswith("aws:")]
    return [{"ResourceType": kind, "Tags": tags}] if tags else []


class Mirror:
    """Copies the lab's deployment; `lab` and `moto` give a client for (service, region)."""

    def __init__(self, lab, moto, regions, pairs):
        self.lab, self.moto, self.regions, self.pairs = lab, moto, regions, pairs

    def build(self):
        for region in self.regions:
            self._clear(region)
            self._networks(region)
        self._peerings()
        for region in self.regions:
            self._prefix_lists(region)
            self._groups(region)
            self._route_tables(region)
            self._instances(region)
        for region in self.regions:
            self._balancers(region)
            self._alarms(region)
            self._beanstalk(region)
            self._parameters(region)
        self._databases()
        self._route53()

    def _both(self, service, region):
        return self.lab(service, region), self.moto(service, region)

    def _clear(self, region):
        """Removes the default VPC that moto starts with; AWS lets an account do the same."""
        ec2 = self.moto("ec2", region)
        for subnet in ec2.describe_subnets()["Subnets"]:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])
        for gateway in ec2.describe_internet_gateways()["InternetGateways"]:
            for attachment in gateway["Attachments"]:
                ec2.detach_internet_gateway(
                    InternetGatewayId=gateway["InternetGatewayId"], VpcId=attachment["VpcId"]
                )
            ec2.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])
        for vpc in ec2.describe_vpcs()["Vpcs"]:
            ec2.delete_vpc(VpcId=vpc["VpcId"])

    def _networks(self, region):
        lab, moto = self._both("ec2", region)
        for vpc in lab.describe_vpcs()["Vpcs"]:
            made = moto.create_vpc(CidrBlock=vpc["CidrBlock"], TagSpecifications=tags_for("vpc", vpc))["Vpc"]
            self.pairs.add(vpc["VpcId"], made["VpcId"], f"vpc:{name_of(vpc)}")
        for subnet in lab.describe_subnets()["Subnets"]:
            made = moto.create_subnet(
                VpcId=self.pairs.to_moto[subnet["VpcId"]],
                CidrBlock=subnet["CidrBlock"],
                AvailabilityZone=subnet["AvailabilityZone"],
                TagSpecifications=tags_for("subnet", subnet),
            )["Subnet"]
            if subnet["MapPublicIpOnLaunch"]:
                moto.modify_subnet_attribute(SubnetId=made["SubnetId"], MapPublicIpOnLaunch={"Value": True})
            self.pairs.add(subnet["SubnetId"], made["SubnetId"], f"subnet:{name_of(subnet)}")
        filters = [{"Name": "default", "Values": ["true"]}]
        theirs = {acl["VpcId"]: acl for acl in moto.describe_network_acls(Filters=filters)["NetworkAcls"]}
        for acl in lab.describe_network_acls()["NetworkAcls"]:
            if not acl["IsDefault"]:
                made = moto.create_network_acl(
                    VpcId=self.pairs.to_moto[acl["VpcId"]], TagSpecifications=tags_for("network-acl", acl)
                )["NetworkAcl"]
                self.pairs.add(acl["NetworkAclId"], made["NetworkAclId"], f"acl:{name_of(acl)}")
                continue
            made = theirs[self.pairs.to_moto[acl["VpcId"]]]
            if acl.get("Tags"):
                moto.create_tags(Resources=[made["NetworkAclId"]], Tags=acl["Tags"])
            self.pairs.add(acl["NetworkAclId"], made["NetworkAclId"], f"acl:{name_of(acl)}")

    def _peerings(self):
        for region in self.regions:
            lab, moto = self._both("ec2", region)
            for peering in lab.describe_vpc_peering_connections()["VpcPeeringConnections"]:
                asks, accepts = peering["RequesterVpcInfo"], peering["AccepterVpcInfo"]
                if asks["Region"] != region or peering["VpcPeeringConnectionId"] in self.pairs.to_moto:
                    continue
                made = moto.create_vpc_peering_connection(
                    VpcId=self.pairs.to_moto[asks["VpcId"]],
                    PeerVpcId=self.pairs.to_moto[accepts["VpcId"]],
                    PeerRegion=accepts["Region"],
                    TagSpecifications=tags_for("vpc-peering-connection", peering),
                )["VpcPeeringConnection"]["VpcPeeringConnectionId"]
                self.moto("ec2", accepts["Region"]).accept_vpc_peering_connection(VpcPeeringConnectionId=made)
                self.pairs.add(peering["VpcPeeringConnectionId"], made, f"peering:{name_of(peering)}")

    def _prefix_lists(self, region):
        lab, moto = self._both("ec2", region)
        for found in lab.describe_managed_prefix_lists()["PrefixLists"]:
            if found["OwnerId"] == "AWS":
                continue
            made = moto.create_managed_prefix_list(
                PrefixListName=found["PrefixListName"],
                MaxEntries=found["MaxEntries"],
                AddressFamily=found["AddressFamily"],
                TagSpecifications=tags_for("prefix-list", found),
            )["PrefixList"]
            self.pairs.add(found["PrefixListId"], made["PrefixListId"], f"list:{found['PrefixListName']}")

    def _groups(self, region):
        lab, moto = self._both("ec2", region)
        groups = lab.describe_security_groups()["SecurityGroups"]
        known = {
            (group["VpcId"], group["GroupName"]): group["GroupId"]
            for group in moto.describe_security_groups()["SecurityGroups"]
        }
        for group in groups:
            vpc = self.pairs.to_moto[group["VpcId"]]
            made = known.get((vpc, group["GroupName"]))
            if made is None:
                made = moto.create_security_group(
                    GroupName=group["GroupName"],
                    Description=group["Description"],
                    VpcId=vpc,
                    TagSpecifications=tags_for("security-group", group),
                )["GroupId"]
            self.pairs.add(group["GroupId"], made, f"group:{group['GroupName']}")
        for group in groups:
            made = self.pairs.to_moto[group["GroupId"]]
            self._rules(lab, moto, group["GroupId"], made)

    def _rules(self, lab, moto, group, made):
        """Puts the lab's rules into a new group in place of moto's own."""
        filters = [{"Name": "group-id", "Values": [made]}]
        old = moto.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
        for rule in old:
            revoke = moto.revoke_security_group_egress if rule["IsEgress"] else moto.revoke_security_group_ingress
            revoke(GroupId=made, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
        filters = [{"Name": "group-id", "Values": [group]}]
        for rule in lab.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]:
            allow = moto.authorize_security_group_egress if rule["IsEgress"] else moto.authorize_security_group_ingress
            answer = allow(
                GroupId=made,
                IpPermissions=[self.pairs.for_moto(permission_of(rule))],
                TagSpecifications=tags_for("security-group-rule", rule),
            )
            new = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
            label = f"rule:{rule.get('Description') or rule['IpProtocol']}/{'out' if rule['IsEgress'] else 'in'}"
            self.pairs.add(rule["SecurityGroupRuleId"], new, f"{label}@{self.pairs.labels['lab'][group]}")

    def _route_tables(self, region):
        lab, moto = self._both("ec2", region)
        for table in lab.describe_route_tables()["RouteTables"]:
            vpc = self.pairs.to_moto[table["VpcId"]]
            made = moto.create_route_table(VpcId=vpc, TagSpecifications=tags_for("route-table", table))["RouteTable"]
            made = made["RouteTableId"]
            self.pairs.add(table["RouteTableId"], made, f"table:{name_of(table)}")
            for association in table["Associations"]:
                if "SubnetId" in association:
                    moto.associate_route_table(
                        RouteTableId=made, SubnetId=self.pairs.to_moto[association["SubnetId"]]
                    )
            for route in table["Routes"]:
                if route["Origin"] != "CreateRoute":
                    continue
                target = next((key for key in ROUTE_TARGETS if key in route), None)
                if target is None:
                    continue
                if route[target] not in self.pairs.to_moto:
                    self._gateway(moto, target, route[target], vpc, table)
                destination = {key: route[key] for key in route if key.startswith("Destination")}
                moto.create_route(RouteTableId=made, **destination, **{target: self.pairs.to_moto[route[target]]})

    def _gateway(self, moto, target, lab_id, vpc, table):
        """The way out that a route leads to."""
        if target == "GatewayId":
            made = moto.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
            moto.attach_internet_gateway(InternetGatewayId=made, VpcId=vpc)
            self.pairs.add(lab_id, made, f"gateway:{name_of(table)}")
        else:
            subnet = next(self.pairs.to_moto[a["SubnetId"]] for a in table["Associations"] if "SubnetId" in a)
            made = moto.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
            self.pairs.add(lab_id, made, f"nat:{name_of(table)}")

    def _instances(self, region):
        lab, moto = self._both("ec2", region)
        count = 0
        for reservation in lab.describe_instances()["Reservations"]:
            for instance in reservation["Instances"]:
                count += 1
                made = moto.run_instances(
                    ImageId=instance["ImageId"],
                    InstanceType=instance["InstanceType"],
                    MinCount=1,
                    MaxCount=1,
                    SubnetId=self.pairs.to_moto[instance["SubnetId"]],
                    SecurityGroupIds=[self.pairs.to_moto[g["GroupId"]] for g in instance["SecurityGroups"]],
                    PrivateIpAddress=instance["PrivateIpAddress"],
                    TagSpecifications=tags_for("instance", instance),
                )["Instances"][0]
                self.pairs.add(instance["InstanceId"], made["InstanceId"], f"instance:{name_of(instance)}-{count}")
                for ours, theirs in zip(instance["NetworkInterfaces"], made["NetworkInterfaces"]):
                    self.pairs.add(
                        ours["NetworkInterfaceId"],
                        theirs["NetworkInterfaceId"],
                        f"interface:{name_of(instance)}-{count}",
                    )

    def _balancers(self, region):
        lab, moto = self._both("elbv2", region)
        for group in lab.describe_target_groups()["TargetGroups"]:
            keys = (
                "Protocol Port HealthCheckProtocol HealthCheckPort HealthCheckEnabled HealthCheckIntervalSeconds"
                " HealthCheckTimeoutSeconds HealthyThresholdCount UnhealthyThresholdCount HealthCheckPath Matcher"
                " TargetType ProtocolVersion IpAddressType"
            )
            made = moto.create_target_group(
                Name=group["TargetGroupName"],
                VpcId=self.pairs.to_moto[group["VpcId"]],
                **{key: group[key] for key in keys.split() if key in group},
            )["TargetGroups"][0]["TargetGroupArn"]
            self.pairs.add(group["TargetGroupArn"], made, f"targets:{group['TargetGroupName']}")
            self._tags(lab, moto, group["TargetGroupArn"])
            health = lab.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
            targets = [self.pairs.for_moto(one["Target"]) for one in health]
            if targets:
                moto.register_targets(TargetGroupArn=made, Targets=targets)
            self._attributes(lab, moto, "target_group", "TargetGroupArn", group["TargetGroupArn"])
        for balancer in lab.describe_load_balancers()["LoadBalancers"]:
            made = moto.create_load_balancer(
                Name=balancer["LoadBalancerName"],
                Subnets=[self.pairs.to_moto[zone["SubnetId"]] for zone in balancer["AvailabilityZones"]],
                SecurityGroups=[self.pairs.to_moto[group] for group in balancer.get("SecurityGroups", [])],
                Scheme=balancer["Scheme"],
                Type=balancer["Type"],
                IpAddressType=balancer["IpAddressType"],
            )["LoadBalancers"][0]
            arn = balancer["LoadBalancerArn"]
            self.pairs.add(arn, made["LoadBalancerArn"], f"balancer:{balancer['LoadBalancerName']}")
            self.pairs.add(balancer["DNSName"], made["DNSName"], f"host:{balancer['LoadBalancerName']}")
            self._tags(lab, moto, arn)
            self._attributes(lab, moto, "load_balancer", "LoadBalancerArn", arn)
            for listener in lab.describe_listeners(LoadBalancerArn=arn)["Listeners"]:
                self._listener(lab, moto, listener, balancer["LoadBalancerName"])

    def _listener(self, lab, moto, listener, balancer):
        keys = ("Port", "Protocol", "Certificates", "SslPolicy", "DefaultActions")
        asked = {key: listener[key] for key in keys if key in listener}
        for certificate in asked.get("Certificates", []):
            self._certificate(certificate["CertificateArn"])
        made = moto.create_listener(
            LoadBalancerArn=self.pairs.to_moto[listener["LoadBalancerArn"]], **self.pairs.for_moto(asked)
        )["Listeners"][0]["ListenerArn"]
        label = f"listener:{balancer}:{listener['Port']}"
        self.pairs.add(listener["ListenerArn"], made, label)
        theirs = moto.describe_rules(ListenerArn=made)["Rules"]
        for rule in lab.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]:
            if rule["IsDefault"]:
                new = next(one["RuleArn"] for one in theirs if one["IsDefault"])
            else:
                new = moto.create_rule(
                    ListenerArn=made,
                    Priority=int(rule["Priority"]),
                    Conditions=[asked_condition(condition) for condition in rule["Conditions"]],
                    Actions=self.pairs.for_moto(rule["Actions"]),
                )["Rules"][0]["RuleArn"]
            self.pairs.add(rule["RuleArn"], new, f"{label}:rule-{rule['Priority']}")

    def _certificate(self, arn):
        """moto's listeners want a certificate that its ACM has."""
        if arn not in self.pairs.to_moto:
            moto = self.moto("acm", arn.split(":")[3])
            made = moto.request_certificate(DomainName="www.example.com")["CertificateArn"]
            self.pairs.add(arn, made, f"certificate:{arn.split(':')[3]}")

    def _tags(self, lab, moto, arn):
        [found] = lab.describe_tags(ResourceArns=[arn])["TagDescriptions"]
        tags = [tag for tag in found["Tags"] if not tag["Key"].startswith("aws:")]
        if tags:
            moto.add_tags(ResourceArns=[self.pairs.to_moto[arn]], Tags=tags)

    def _attributes(self, lab, moto, kind, key, arn):
        """Sets what the lab's thing has set; what moto does not know it keeps as it is."""
        attributes = getattr(lab, f"describe_{kind}_attributes")(**{key: arn})["Attributes"]
        for attribute in attributes:
            try:
                getattr(moto, f"modify_{kind}_attributes")(**{key: self.pairs.to_moto[arn], "Attributes": [attribute]})
            except botocore.exceptions.ClientError:
                continue

    def _alarms(self, region):
        lab, moto = self._both("cloudwatch", region)
        made_by_aws = ("AlarmArn", "AlarmConfigurationUpdatedTimestamp", "StateReason", "StateUpdatedTimestamp")
        for alarm in lab.describe_alarms()["MetricAlarms"]:
            dropped = {*made_by_aws, "StateValue", "StateTransitionedTimestamp", "StateReasonData", "EvaluationState"}
            asked = {key: value for key, value in alarm.items() if key not in dropped}
            moto.put_metric_alarm(**self.pairs.for_moto(asked))
            moto.set_alarm_state(
                AlarmName=alarm["AlarmName"], StateValue=alarm["StateValue"], StateReason=alarm["StateReason"]
            )

    def _beanstalk(self, region):
        lab, moto = self._both("elasticbeanstalk", region)
        for application in lab.describe_applications()["Applications"]:
            moto.create_application(ApplicationName=application["ApplicationName"])
        for environment in lab.describe_environments()["Environments"]:
            moto.create_environment(
                ApplicationName=environment["ApplicationName"],
                EnvironmentName=environment["EnvironmentName"],
                SolutionStackName=environment.get("SolutionStackName", ""),
            )

    def _parameters(self, region):
        lab, moto = self._both("ssm", region)
        try:
            found = lab.describe_parameters()["Parameters"]
        except botocore.exceptions.ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 501:
                return
            raise
        for parameter in found:
            value = lab.get_parameter(Name=parameter["Name"], WithDecryption=True)["Parameter"]["Value"]
            asked = {key: parameter[key] for key in ("Name", "Type", "Description", "Tier") if key in parameter}
            moto.put_parameter(Value=value, **asked)

    def _databases(self):
        """Global clusters, their clusters and instances; the writers' first, as AWS requires."""
        first = self.regions[0]
        for found in self.lab("rds", first).describe_global_clusters()["GlobalClusters"]:
            name = found["GlobalClusterIdentifier"]
            members = sorted(found["GlobalClusterMembers"], key=lambda member: not member["IsWriter"])
            writer_region = members[0]["DBClusterArn"].split(":")[3]
            keys = ("Engine", "EngineVersion", "DeletionProtection", "StorageEncrypted")
            self.moto("rds", writer_region).create_global_cluster(
                GlobalClusterIdentifier=name, **{key: found[key] for key in keys}
            )
            for member in members:
                self._cluster(member["DBClusterArn"], name)

    def _cluster(self, arn, global_cluster):
        region = arn.split(":")[3]
        lab, moto = self._both("rds", region)
        [cluster] = lab.describe_db_clusters(DBClusterIdentifier=arn.split(":")[-1])["DBClusters"]
        keys = (
            "DBClusterIdentifier Engine EngineVersion BackupRetentionPeriod Port DeletionProtection StorageEncrypted"
            " MasterUsername EngineMode"
        )
        moto.create_db_cluster(
            **{key: cluster[key] for key in keys.split() if key in cluster},
            MasterUserPassword="nothing-to-hide",
            GlobalClusterIdentifier=global_cluster,
            AvailabilityZones=cluster["AvailabilityZones"],
            VpcSecurityGroupIds=[
                self.pairs.to_moto[group["VpcSecurityGroupId"]] for group in cluster["VpcSecurityGroups"]
            ],
            Tags=cluster.get("TagList", []),
        )
        for member in cluster["DBClusterMembers"]:
            identifier = member["DBInstanceIdentifier"]
            [instance] = lab.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
            keys = "DBInstanceIdentifier DBInstanceClass Engine EngineVersion AvailabilityZone PromotionTier"
            moto.create_db_instance(
                **{key: instance[key] for key in keys.split()},
                DBClusterIdentifier=cluster["DBClusterIdentifier"],
                Tags=instance.get("TagList", []),
            )

    def _route53(self):
        lab, moto = self._both("route53", self.regions[0])
        for check in lab.list_health_checks()["HealthChecks"]:
            made = moto.create_health_check(
                CallerReference=check["CallerReference"], HealthCheckConfig=check["HealthCheckConfig"]
            )["HealthCheck"]["Id"]
            self.pairs.add(check["Id"], made, f"check:{check['CallerReference']}")
            tags = lab.list_tags_for_resource(ResourceType="healthcheck", ResourceId=check["Id"])["ResourceTagSet"]
            if tags["Tags"]:
                moto.change_tags_for_resource(ResourceType="healthcheck", ResourceId=made, AddTags=tags["Tags"])
        for zone in lab.list_hosted_zones()["HostedZones"]:
            made = moto.create_hosted_zone(
                Name=zone["Name"], CallerReference=zone["CallerReference"], HostedZoneConfig=zone["Config"]
            )["HostedZone"]["Id"]
            self.pairs.add(zone["Id"], made, f"zone:{zone['Name']}")
            bare_lab, bare_moto = zone["Id"].rsplit("/", 1)[-1], made.rsplit("/", 1)[-1]
            self.pairs.add(bare_lab, bare_moto, f"zone-id:{zone['Name']}")
            records = lab.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
            changes = [
                {"Action": "CREATE", "ResourceRecordSet": self._record(record)}
                for record in records
                if record["Type"] not in ("NS", "SOA")
            ]
            moto.change_resource_record_sets(HostedZoneId=made, ChangeBatch={"Changes": changes})

    def _record(self, record):
        """A record with moto's balancers as targets."""
        record = self.pairs.for_moto(record)
        if "AliasTarget" in record:
            target = record["AliasTarget"]["DNSName"].rstrip(".")
            for ours, theirs in list(self.pairs.to_moto.items()):
                if ours.lower() == target:
                    self.pairs.add(target, theirs.lower(), self.pairs.labels["lab"][ours])
                    record["AliasTarget"]["DNSName"] = theirs.lower() + "."
        return record


def permission_of(rule):
    """One rule as a permission that creates it."""
    permission = {"IpProtocol": rule["IpProtocol"]}
    if rule["IpProtocol"] != "-1":
        permission |= {"FromPort": rule["FromPort"], "ToPort": rule["ToPort"]}
    words = {"Description": rule["Description"]} if rule.get("Description") else {}
    if "CidrIpv4" in rule:
        permission["IpRanges"] = [{"CidrIp": rule["CidrIpv4"], **words}]
    elif "CidrIpv6" in rule:
        permission["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **words}]
    elif "PrefixListId" in rule:
        permission["PrefixListIds"] = [{"PrefixListId": rule["PrefixListId"], **words}]
    else:
        permission["UserIdGroupPairs"] = [{"GroupId": rule["ReferencedGroupInfo"]["GroupId"], **words}]
    return permission


def asked_condition(condition):
    """A rule's condition as it is asked for: the values once, not in both of the forms that a describe shows."""
    configured = any(key.endswith("Config") for key in condition)
    return {key: value for key, value in condition.items() if not (configured and key == "Values")}
