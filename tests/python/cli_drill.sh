#!/bin/sh
# The fault and its way back with the aws CLI alone, as an operator types them.
#
#     FIREDRILL=target/debug/firedrill AWS=aws tests/python/cli_drill.sh
#
# Ends with 0 if all is as it should be.
set -eu
set -- 6
. "$(dirname "$0")/cli.sh"

environment=$($aws elasticbeanstalk describe-environments --query 'Environments[0].EnvironmentName')
resources() { $aws elasticbeanstalk describe-environment-resources --environment-name "$environment" --query "$1"; }
instance=$(resources 'EnvironmentResources.Instances[0].Id')
balancer=$(resources 'EnvironmentResources.LoadBalancers[0].Name')
targets=$($aws elbv2 describe-target-groups --load-balancer-arn "$balancer" --query 'TargetGroups[0].TargetGroupArn')
group=$($aws ec2 describe-instances --instance-ids "$instance" \
    --query 'Reservations[0].Instances[0].SecurityGroups[0].GroupId')
permissions=$($aws ec2 describe-security-groups --group-ids "$group" --output json \
    --query 'SecurityGroups[0].IpPermissions[?FromPort==`80`]')

# Everything of the group's rules that a user can set: all but their ids.
rules() {
    $aws ec2 describe-security-group-rules --filters "Name=group-id,Values=$group" --query \
        'SecurityGroupRules[].[IsEgress,IpProtocol,FromPort,ToPort,CidrIpv4,CidrIpv6,PrefixListId,Description,ReferencedGroupInfo.GroupId]' |
        sort
}

# Waits until the target group's states are just this one.
wait_for() {
    tries=0
    until [ "$($aws elbv2 describe-target-health --target-group-arn "$targets" \
        --query 'TargetHealthDescriptions[].TargetHealth.State' | tr '\t' '\n' | sort -u)" = "$1" ]; do
        tries=$((tries + 1))
        [ "$tries" -le 60 ] || { echo "the targets did not become $1"; exit 1; }
    done
    echo "the targets are $1"
}

rules >"$work/before"
wait_for healthy
says 'True*' ec2 revoke-security-group-ingress --group-id "$group" --ip-permissions "$permissions"
wait_for unhealthy

to=$($aws rds describe-global-clusters \
    --query 'GlobalClusters[0].GlobalClusterMembers[?IsWriter==`false`].DBClusterArn | [0]')
says '*' rds switchover-global-cluster --global-cluster-identifier wordpress-global \
    --target-db-cluster-identifier "$to"
tries=0
until [ "$($aws rds describe-global-clusters \
    --query 'GlobalClusters[0].GlobalClusterMembers[?IsWriter].DBClusterArn | [0]')" = "$to" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 60 ] || { echo "the writer did not move"; exit 1; }
done
echo "the writer is $to"

says 'True*' ec2 authorize-security-group-ingress --group-id "$group" --ip-permissions "$permissions"
says '' elbv2 wait target-in-service --target-group-arn "$targets"
wait_for healthy
rules >"$work/after"
diff "$work/before" "$work/after"

finish
