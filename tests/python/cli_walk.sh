#!/bin/sh
# The fault and its way back with the aws CLI alone, as an operator types them.
#
#     FIREDRILL=target/debug/firedrill AWS=aws tests/python/cli_walk.sh
#
# Ends with 0 if all is as it should be.
set -eu

firedrill=${FIREDRILL:-target/debug/firedrill}
aws=${AWS:-aws}
work=$(mktemp -d)
"$firedrill" lab up --json --speed 60 --seed 2 >"$work/info" &
lab=$!
trap 'kill "$lab" 2>/dev/null || true; wait "$lab" || true; rm -r "$work"' EXIT
tries=0
until [ -s "$work/info" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 200 ] || { echo "the lab did not start"; exit 1; }
    sleep 0.05
done

field() { sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/" "$work/info"; }
AWS_ENDPOINT_URL=$(field aws_endpoint)
AWS_ACCESS_KEY_ID=$(field access_key_id)
AWS_SECRET_ACCESS_KEY=$(field secret_access_key)
AWS_REGION=ap-northeast-2 AWS_DEFAULT_REGION=ap-northeast-2
AWS_DEFAULT_OUTPUT=text
AWS_EC2_METADATA_DISABLED=true
AWS_CONFIG_FILE=/dev/null
AWS_SHARED_CREDENTIALS_FILE=/dev/null
export AWS_ENDPOINT_URL AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_DEFAULT_REGION
export AWS_DEFAULT_OUTPUT AWS_EC2_METADATA_DISABLED AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE

account=$($aws sts get-caller-identity --query Account)
[ "$account" = 111122223333 ]

environment=$($aws elasticbeanstalk describe-environments --query 'Environments[0].EnvironmentName')
instance=$($aws elasticbeanstalk describe-environment-resources --environment-name "$environment" \
    --query 'EnvironmentResources.Instances[0].Id')
balancer=$($aws elasticbeanstalk describe-environment-resources --environment-name "$environment" \
    --query 'EnvironmentResources.LoadBalancers[0].Name')
targets=$($aws elbv2 describe-target-groups --load-balancer-arn "$balancer" \
    --query 'TargetGroups[0].TargetGroupArn')
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
$aws ec2 revoke-security-group-ingress --group-id "$group" --ip-permissions "$permissions" >/dev/null
wait_for unhealthy

to=$($aws rds describe-global-clusters \
    --query 'GlobalClusters[0].GlobalClusterMembers[?IsWriter==`false`].DBClusterArn | [0]')
$aws rds switchover-global-cluster --global-cluster-identifier wordpress-global \
    --target-db-cluster-identifier "$to" >/dev/null
tries=0
until [ "$($aws rds describe-global-clusters \
    --query 'GlobalClusters[0].GlobalClusterMembers[?IsWriter].DBClusterArn | [0]')" = "$to" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 60 ] || { echo "the writer did not move"; exit 1; }
done
echo "the writer is $to"

$aws ec2 authorize-security-group-ingress --group-id "$group" --ip-permissions "$permissions" >/dev/null
wait_for healthy
rules >"$work/after"
diff "$work/before" "$work/after"

kill "$lab"
wait "$lab"
echo "all is as it should be"
