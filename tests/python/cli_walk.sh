#!/bin/sh
# The aws CLI walks over every service of the lab: reads, changes and refusals. Every line asserts what the CLI prints,
# or the error and the exit code it ends with.
#
#     FIREDRILL=target/debug/firedrill AWS=aws tests/python/cli_walk.sh
#
# Ends with 0 if all is as it should be.
set -eu
set -- 2
. "$(dirname "$0")/cli.sh"

# Who.
says 111122223333 sts get-caller-identity --query Account
says 'arn:aws:iam::111122223333:user/*' sts get-caller-identity --query Arn
says '*:assumed-role/firedrill/walk' sts assume-role --role-arn arn:aws:iam::111122223333:role/firedrill \
    --role-session-name walk --query AssumedRoleUser.Arn

# EC2: reads.
says 'vpc-*' ec2 describe-vpcs --query 'Vpcs[0].VpcId'
vpc=$out
says '10.10.0.0/16' ec2 describe-vpcs --vpc-ids "$vpc" --query 'Vpcs[].CidrBlock'
says 4 ec2 describe-subnets --filters "Name=vpc-id,Values=$vpc" --query 'length(Subnets)'
says 'ap-northeast-2*' ec2 describe-availability-zones --query 'AvailabilityZones[].ZoneName'
says '*ap-northeast-2*' ec2 describe-regions --query 'Regions[].RegionName'
says True ec2 describe-network-acls --query 'NetworkAcls[0].IsDefault'
says '*active*' ec2 describe-route-tables --query 'RouteTables[].Routes[].State'
says active ec2 describe-vpc-peering-connections --query 'VpcPeeringConnections[0].Status.Code'
says '*office*' ec2 describe-managed-prefix-lists --query 'PrefixLists[].PrefixListName'
says '*in-use*' ec2 describe-network-interfaces --query 'NetworkInterfaces[].Status'
says 'running*' ec2 describe-instances --query 'Reservations[].Instances[].State.Name'
says 'sg-*' ec2 describe-security-groups --filters 'Name=group-name,Values=*bastion' \
    --query 'SecurityGroups[].GroupId'
bastion=$out
says 'sgr-*' ec2 describe-security-group-rules --filters "Name=group-id,Values=$bastion" \
    --query 'SecurityGroupRules[].SecurityGroupRuleId'
says '*SecurityGroups*' ec2 describe-security-groups --group-ids "$bastion" --output json
says '*DescribeVpcs*' ec2 describe-vpcs --output table

# EC2: refusals.
refuses InvalidVpcID.NotFound "The vpc ID 'vpc-0123456789abcdef0' does not exist" \
    ec2 describe-vpcs --vpc-ids vpc-0123456789abcdef0
refuses InvalidSubnetID.NotFound "does not exist" ec2 describe-subnets --subnet-ids subnet-0123456789abcdef0
refuses InvalidInstanceID.NotFound "The instance ID 'i-0123456789abcdef0' does not exist" \
    ec2 describe-instances --instance-ids i-0123456789abcdef0
refuses InvalidInstanceID.Malformed "Invalid id" ec2 describe-instances --instance-ids nonsense
refuses InvalidGroup.NotFound "The security group 'sg-0123456789abcdef0' does not exist" \
    ec2 describe-security-groups --group-ids sg-0123456789abcdef0
refuses InvalidGroupId.Malformed 'Invalid id: "nonsense"' ec2 describe-security-groups --group-ids nonsense
refuses InvalidParameterValue "The filter 'nonsense' is invalid" \
    ec2 describe-vpcs --filters Name=nonsense,Values=x
refuses InvalidPermission.NotFound "The specified rule does not exist in this security group." \
    ec2 revoke-security-group-ingress --group-id "$bastion" --protocol tcp --port 9 --cidr 192.0.2.0/24
refuses InvalidParameterValue "CIDR block 192.0.2.0/33 is malformed" \
    ec2 authorize-security-group-ingress --group-id "$bastion" --protocol tcp --port 9 --cidr 192.0.2.0/33
refuses DryRunOperation "Request would have succeeded, but DryRun flag is set." \
    ec2 authorize-security-group-ingress --group-id "$bastion" --protocol tcp --port 9 --cidr 192.0.2.0/24 --dry-run

# EC2: changes, and back.
says 'True*' ec2 authorize-security-group-ingress --group-id "$bastion" --protocol tcp --port 9 --cidr 192.0.2.0/24
refuses InvalidPermission.Duplicate \
    'the specified rule "peer: 192.0.2.0/24, TCP, from port: 9, to port: 9, ALLOW" already exists' \
    ec2 authorize-security-group-ingress --group-id "$bastion" --protocol tcp --port 9 --cidr 192.0.2.0/24
sleep 0.1
says 'sgr-*' ec2 describe-security-group-rules --filters "Name=group-id,Values=$bastion" \
    --query 'SecurityGroupRules[?FromPort==`9`].SecurityGroupRuleId'
rule=$out
says True ec2 modify-security-group-rules --group-id "$bastion" --security-group-rules \
    "SecurityGroupRuleId=$rule,SecurityGroupRule={IpProtocol=tcp,FromPort=10,ToPort=10,CidrIpv4=192.0.2.0/25}"
says True ec2 update-security-group-rule-descriptions-ingress --group-id "$bastion" \
    --security-group-rule-descriptions "SecurityGroupRuleId=$rule,Description=walked"
says '' ec2 create-tags --resources "$rule" --tags Key=walked,Value=yes
sleep 0.1
says "10	192.0.2.0/25	walked" ec2 describe-security-group-rules --security-group-rule-ids "$rule" \
    --query 'SecurityGroupRules[].[FromPort,CidrIpv4,Description]'
says yes ec2 describe-tags --filters "Name=resource-id,Values=$rule" --query 'Tags[].Value'
says '' ec2 delete-tags --resources "$rule" --tags Key=walked
says 'True*' ec2 revoke-security-group-ingress --group-id "$bastion" --security-group-rule-ids "$rule"
refuses InvalidSecurityGroupRuleId.NotFound "The security group rule ID '$rule' does not exist" \
    ec2 revoke-security-group-ingress --group-id "$bastion" --security-group-rule-ids "$rule"
has 'sg-*' ec2 create-security-group --group-name walked --description "by the CLI" --vpc-id "$vpc" --query GroupId
[ -z "$out" ] || has '*' ec2 delete-security-group --group-id "$out"

# Elastic Beanstalk.
says wordpress elasticbeanstalk describe-applications --query 'Applications[].ApplicationName'
says 'Ready	Green	Ok' elasticbeanstalk describe-environments \
    --query 'Environments[0].[Status,Health,HealthStatus]'
says '' elasticbeanstalk describe-environments --environment-names none --query 'Environments'
says 'wordpress-seoul' elasticbeanstalk describe-environments --query 'Environments[0].EnvironmentName'
environment=$out
says 'Green*' elasticbeanstalk describe-environment-health --environment-name "$environment" --attribute-names All \
    --query '[Color,HealthStatus]'
says 2 elasticbeanstalk describe-instances-health --environment-name "$environment" --attribute-names All \
    --query 'length(InstanceHealthList)'
says '*' elasticbeanstalk describe-events --environment-name "$environment" --max-items 3 --query 'Events[].Severity'
says '*enhanced*' elasticbeanstalk describe-configuration-settings --application-name wordpress \
    --environment-name "$environment" \
    --query 'ConfigurationSettings[].OptionSettings[?OptionName==`SystemType`].Value'
refuses InvalidParameterValue "none" elasticbeanstalk describe-environment-health --environment-name none \
    --attribute-names All
says 'i-*' elasticbeanstalk describe-environment-resources --environment-name "$environment" \
    --query 'EnvironmentResources.Instances[0].Id'
instance=$out
says 'arn:*' elasticbeanstalk describe-environment-resources --environment-name "$environment" \
    --query 'EnvironmentResources.LoadBalancers[0].Name'
balancer=$out
has '*' elasticbeanstalk describe-application-versions --query 'ApplicationVersions[].VersionLabel'

# Elastic Load Balancing.
says active elbv2 describe-load-balancers --load-balancer-arns "$balancer" --query 'LoadBalancers[].State.Code'
says 'arn:*' elbv2 describe-target-groups --load-balancer-arn "$balancer" --query 'TargetGroups[0].TargetGroupArn'
targets=$out
says '*443*' elbv2 describe-listeners --load-balancer-arn "$balancer" --query 'Listeners[].Port'
says 'arn:*' elbv2 describe-listeners --load-balancer-arn "$balancer" --query 'Listeners[0].ListenerArn'
says '*default*' elbv2 describe-rules --listener-arn "$out" --query 'Rules[].Priority'
says 60 elbv2 describe-load-balancer-attributes --load-balancer-arn "$balancer" \
    --query 'Attributes[?Key==`idle_timeout.timeout_seconds`].Value'
says 20 elbv2 describe-target-group-attributes --target-group-arn "$targets" \
    --query 'Attributes[?Key==`deregistration_delay.timeout_seconds`].Value'
says '*allowed*' elbv2 describe-tags --resource-arns "$balancer" --query 'TagDescriptions[].Tags[].Value'
refuses LoadBalancerNotFound "Load balancers '[none]' not found" elbv2 describe-load-balancers --names none
refuses TargetGroupNotFound "not found" elbv2 describe-target-groups --names none

# RDS.
says available rds describe-db-clusters --query 'DBClusters[].Status'
says 'available*' rds describe-db-instances --query 'DBInstances[].DBInstanceStatus'
says available rds describe-global-clusters --query 'GlobalClusters[].Status'
says '*' rds describe-events --duration 60 --query 'Events[].Message'
says 'arn:*' rds describe-db-clusters --query 'DBClusters[0].DBClusterArn'
says '*allowed*' rds list-tags-for-resource --resource-name "$out" --query 'TagList[].Value'
refuses DBClusterNotFoundFault "DBCluster none not found." rds describe-db-clusters --db-cluster-identifier none
refuses DBInstanceNotFound "DBInstance none not found." rds describe-db-instances --db-instance-identifier none
refuses GlobalClusterNotFoundFault "none" rds describe-global-clusters --global-cluster-identifier none
has '*' rds describe-db-subnet-groups --query 'DBSubnetGroups[].DBSubnetGroupName'

# Route 53.
says example.com. route53 list-hosted-zones --query 'HostedZones[].Name'
says '/hostedzone/*' route53 list-hosted-zones-by-name --dns-name example.com --query 'HostedZones[0].Id'
zone=$out
says 4 route53 get-hosted-zone --id "$zone" --query 'length(DelegationSet.NameServers)'
says '*PRIMARY*' route53 list-resource-record-sets --hosted-zone-id "$zone" --query 'ResourceRecordSets[].Failover'
says NOERROR route53 test-dns-answer --hosted-zone-id "$zone" --record-name www.example.com --record-type A \
    --query ResponseCode
says '*-*' route53 list-health-checks --query 'HealthChecks[0].Id'
check=$out
says 1 route53 get-health-check --health-check-id "$check" --query HealthCheck.HealthCheckVersion
says 16 route53 get-health-check-status --health-check-id "$check" --query 'length(HealthCheckObservations)'
refuses NoSuchHealthCheck "A health check with id none does not exist." \
    route53 get-health-check --health-check-id none
refuses NoSuchHostedZone "No hosted zone found with ID: Z0123456789ABCDEFGHIJ" \
    route53 get-hosted-zone --id Z0123456789ABCDEFGHIJ
batch='{"Changes":[{"Action":"%s","ResourceRecordSet":{"Name":"cli.example.com","Type":"TXT","TTL":60,"ResourceRecords":[{"Value":"\\"walked\\""}]}}]}'
# shellcheck disable=SC2059
says '/change/*' route53 change-resource-record-sets --hosted-zone-id "$zone" --query ChangeInfo.Id \
    --change-batch "$(printf "$batch" CREATE)"
change=$out
# shellcheck disable=SC2059
refuses InvalidChangeBatch "but it already exists" route53 change-resource-record-sets --hosted-zone-id "$zone" \
    --change-batch "$(printf "$batch" CREATE)"
tries=0
until says '*' route53 get-change --id "$change" --query ChangeInfo.Status && [ "$out" = INSYNC ]; do
    tries=$((tries + 1))
    [ "$tries" -le 60 ] || { echo "the change did not become INSYNC"; exit 1; }
done
# shellcheck disable=SC2059
says '/change/*' route53 change-resource-record-sets --hosted-zone-id "$zone" --query ChangeInfo.Id \
    --change-batch "$(printf "$batch" DELETE)"

# CloudWatch.
says '*OK*' cloudwatch describe-alarms --query 'MetricAlarms[].StateValue'
says '*UnHealthyHostCount*' cloudwatch list-metrics --namespace AWS/ApplicationELB --query 'Metrics[].MetricName'
refuses ResourceNotFound "Unknown" cloudwatch set-alarm-state --alarm-name none --state-value OK --state-reason x

# What is not there says so.
run elbv2 describe-account-limits
[ "$code" = 0 ] || grep -qF '(UnroutedOperation)' "$work/err" || wrong elbv2 describe-account-limits

# The services that a drill only reads.
has '*' autoscaling describe-auto-scaling-groups --query 'AutoScalingGroups[].AutoScalingGroupName'
has '*' autoscaling describe-scaling-activities --query 'Activities[].StatusCode'
has '*' acm list-certificates --query 'CertificateSummaryList[].DomainName'
has '*' wafv2 list-web-acls --scope REGIONAL --query 'WebACLs[].Name'
has '*' codecommit list-repositories --query 'repositories[].repositoryName'
has '*' codepipeline list-pipelines --query 'pipelines[].name'
has '*' ssm describe-parameters --query 'Parameters[].Name'
has '*' iam list-roles --query 'Roles[].RoleName'
has '*allowed*' iam simulate-principal-policy --policy-source-arn arn:aws:iam::111122223333:role/firedrill \
    --action-names ec2:DescribeVpcs --query 'EvaluationResults[].EvalDecision'

# Who is not known.
AWS_SECRET_ACCESS_KEY=wrong
refuses SignatureDoesNotMatch "The request signature we calculated does not match the signature you provided" \
    sts get-caller-identity
refuses AuthFailure "AWS was not able to validate the provided access credentials" ec2 describe-vpcs
AWS_SECRET_ACCESS_KEY=$(field secret_access_key)
AWS_ACCESS_KEY_ID=AKIASTRANGER00000000
refuses InvalidClientTokenId "The security token included in the request is invalid" rds describe-db-clusters
AWS_ACCESS_KEY_ID=$(field access_key_id)

finish
