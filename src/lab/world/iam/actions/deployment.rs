//! Deployment: the actions of Beanstalk, Elastic Load Balancing, Auto Scaling and CloudWatch.

use super::{
    Resource,
    Resource::{Any, Environment, Named},
    Row, row,
};

const ENVIRONMENT: Resource = Environment(&["EnvironmentName", "EnvironmentId"]);
const APPLICATION: Resource = Named("arn:aws:elasticbeanstalk:{r}:{a}:application/{}", &["ApplicationName"]);

/// Elastic Beanstalk. `DescribeEnvironments` never refuses: it leaves out what the caller may not see.
pub(super) const BEANSTALK: &[Row] = &[
    row("DescribeEnvironmentHealth", &[ENVIRONMENT]),
    row("DescribeInstancesHealth", &[ENVIRONMENT]),
    row("DescribeEnvironmentResources", &[ENVIRONMENT]),
    row("DescribeConfigurationSettings", &[ENVIRONMENT]),
    row("DescribeConfigurationOptions", &[ENVIRONMENT]),
    row("DescribeEvents", &[ENVIRONMENT]),
    row("DescribeEnvironmentManagedActions", &[ENVIRONMENT]),
    row(
        "DescribeApplications",
        &[Named("arn:aws:elasticbeanstalk:{r}:{a}:application/{}", &["ApplicationNames"])],
    ),
    row("DescribeApplicationVersions", &[APPLICATION]),
    row(
        "SwapEnvironmentCNAMEs",
        &[
            Environment(&["SourceEnvironmentName", "SourceEnvironmentId"]),
            Environment(&["DestinationEnvironmentName", "DestinationEnvironmentId"]),
        ],
    ),
    row("RebuildEnvironment", &[ENVIRONMENT]),
    row("TerminateEnvironment", &[ENVIRONMENT]),
    row("UpdateEnvironment", &[ENVIRONMENT]),
    row("RestartAppServer", &[ENVIRONMENT]),
    row("AbortEnvironmentUpdate", &[ENVIRONMENT]),
    row("ApplyEnvironmentManagedAction", &[ENVIRONMENT]),
    row("RequestEnvironmentInfo", &[ENVIRONMENT]),
    row("RetrieveEnvironmentInfo", &[ENVIRONMENT]),
    row("CreateEnvironment", &[APPLICATION]),
    row("CreateStorageLocation", &[Any]),
    row("CreateApplication", &[APPLICATION]),
    row("CreateApplicationVersion", &[APPLICATION]),
    row("UpdateApplication", &[APPLICATION]),
    row("UpdateApplicationVersion", &[APPLICATION]),
    row("DeleteApplicationVersion", &[APPLICATION]),
    row("CreateConfigurationTemplate", &[APPLICATION]),
    row("DeleteConfigurationTemplate", &[APPLICATION]),
    row("ListTagsForResource", &[Named("{}", &["ResourceArn"])]),
    row("UpdateTagsForResource", &[Named("{}", &["ResourceArn"])]),
];

const GROUP: Resource = Named("{}", &["TargetGroupArn"]);
const BALANCER: Resource = Named("{}", &["LoadBalancerArn"]);
const LISTENER: Resource = Named("{}", &["ListenerArn"]);

/// Elastic Load Balancing. Its reads are on `*`.
pub(super) const ELB: &[Row] = &[
    row("RegisterTargets", &[GROUP]),
    row("DeregisterTargets", &[GROUP]),
    row("ModifyTargetGroup", &[GROUP]),
    row("ModifyTargetGroupAttributes", &[GROUP]),
    row("DeleteTargetGroup", &[GROUP]),
    row("CreateTargetGroup", &[Named("arn:aws:elasticloadbalancing:{r}:{a}:targetgroup/{}/*", &["Name"])]),
    row("SetSecurityGroups", &[BALANCER]),
    row("SetSubnets", &[BALANCER]),
    row("SetIpAddressType", &[BALANCER]),
    row("ModifyLoadBalancerAttributes", &[BALANCER]),
    row("DeleteLoadBalancer", &[BALANCER]),
    row(
        "CreateLoadBalancer",
        &[Named("arn:aws:elasticloadbalancing:{r}:{a}:loadbalancer/app/{}/*", &["Name"])],
    ),
    row("CreateListener", &[BALANCER]),
    row("ModifyListener", &[LISTENER]),
    row("ModifyListenerAttributes", &[LISTENER]),
    row("DeleteListener", &[LISTENER]),
    row("AddListenerCertificates", &[LISTENER]),
    row("RemoveListenerCertificates", &[LISTENER]),
    row("CreateRule", &[LISTENER]),
    row("ModifyRule", &[Named("{}", &["RuleArn"])]),
    row("DeleteRule", &[Named("{}", &["RuleArn"])]),
    row("SetRulePriorities", &[Named("{}", &["RulePriorities.*.RuleArn"])]),
    row("AddTags", &[Named("{}", &["ResourceArns"])]),
    row("RemoveTags", &[Named("{}", &["ResourceArns"])]),
];

const SCALING: Resource = Named(
    "arn:aws:autoscaling:{r}:{a}:autoScalingGroup:*:autoScalingGroupName/{}",
    &["AutoScalingGroupName"],
);
/// The group of an instance is not in the call.
const SCALING_ANY: Resource =
    Named("arn:aws:autoscaling:{r}:{a}:autoScalingGroup:*:autoScalingGroupName/*", &[]);

/// Auto Scaling. Its reads are on `*`.
pub(super) const AUTO_SCALING: &[Row] = &[
    row("SuspendProcesses", &[SCALING]),
    row("ResumeProcesses", &[SCALING]),
    row("UpdateAutoScalingGroup", &[SCALING]),
    row("SetDesiredCapacity", &[SCALING]),
    row("CreateAutoScalingGroup", &[SCALING]),
    row("DeleteAutoScalingGroup", &[SCALING]),
    row("AttachInstances", &[SCALING]),
    row("DetachInstances", &[SCALING]),
    row("EnterStandby", &[SCALING]),
    row("ExitStandby", &[SCALING]),
    row("SetInstanceProtection", &[SCALING]),
    row("AttachLoadBalancerTargetGroups", &[SCALING]),
    row("DetachLoadBalancerTargetGroups", &[SCALING]),
    row("AttachTrafficSources", &[SCALING]),
    row("DetachTrafficSources", &[SCALING]),
    row("StartInstanceRefresh", &[SCALING]),
    row("CancelInstanceRefresh", &[SCALING]),
    row("PutScalingPolicy", &[SCALING]),
    row("PutScheduledUpdateGroupAction", &[SCALING]),
    row("PutNotificationConfiguration", &[SCALING]),
    row("PutLifecycleHook", &[SCALING]),
    row("DeleteLifecycleHook", &[SCALING]),
    row("CompleteLifecycleAction", &[SCALING]),
    row("DeletePolicy", &[SCALING]),
    row("ExecutePolicy", &[SCALING]),
    row("SetInstanceHealth", &[SCALING_ANY]),
    row("TerminateInstanceInAutoScalingGroup", &[SCALING_ANY]),
    row("CreateOrUpdateTags", &[SCALING_ANY]),
    row("DeleteTags", &[SCALING_ANY]),
    row("CreateLaunchConfiguration", &[Any]),
    row("DeleteLaunchConfiguration", &[Any]),
    row("EnableMetricsCollection", &[SCALING]),
    row("DisableMetricsCollection", &[SCALING]),
];

const fn alarms(from: &'static [&'static str]) -> Resource {
    Named("arn:aws:cloudwatch:{r}:{a}:alarm:{}", from)
}

/// CloudWatch. Its reads of metrics are on `*`.
pub(super) const CLOUDWATCH: &[Row] = &[
    row("DescribeAlarms", &[alarms(&["AlarmNames"])]),
    row("DescribeAlarmHistory", &[alarms(&["AlarmName"])]),
    row("SetAlarmState", &[alarms(&["AlarmName"])]),
    row("PutMetricAlarm", &[alarms(&["AlarmName"])]),
    row("PutCompositeAlarm", &[alarms(&["AlarmName"])]),
    row("DeleteAlarms", &[alarms(&["AlarmNames"])]),
    row("EnableAlarmActions", &[alarms(&["AlarmNames"])]),
    row("DisableAlarmActions", &[alarms(&["AlarmNames"])]),
    row("PutMetricData", &[Any]),
    row("TagResource", &[Named("{}", &["ResourceARN"])]),
    row("UntagResource", &[Named("{}", &["ResourceARN"])]),
    row("ListTagsForResource", &[Named("{}", &["ResourceARN"])]),
];
