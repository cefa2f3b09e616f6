//! Operate: which operation is answered where.
//! Invariant: what is listed is answered; what is missing of it is said.
//! Used by: `World::handle`, `lab coverage`.

use super::{change, describe, members, processes, tags};
use crate::lab::world::{
    World,
    call::{Call, Operation, Reply, Service},
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("AttachInstances"),
    Operation::real("AttachLoadBalancerTargetGroups"),
    Operation::real("CreateOrUpdateTags"),
    Operation::real("DeleteTags"),
    Operation::real("DescribeAccountLimits"),
    Operation::real("DescribeAutoScalingGroups"),
    Operation::real("DescribeAutoScalingInstances"),
    Operation::partial("DescribeLifecycleHooks", "groups have none"),
    Operation::real("DescribeLoadBalancerTargetGroups"),
    Operation::partial("DescribeNotificationConfigurations", "groups have none"),
    Operation::partial("DescribePolicies", "groups have none"),
    Operation::partial("DescribeScalingActivities", "no filters"),
    Operation::real("DescribeScalingProcessTypes"),
    Operation::partial("DescribeScheduledActions", "groups have none"),
    Operation::real("DescribeTags"),
    Operation::real("DescribeTerminationPolicyTypes"),
    Operation::real("DescribeTrafficSources"),
    Operation::real("DetachInstances"),
    Operation::real("DetachLoadBalancerTargetGroups"),
    Operation::real("EnterStandby"),
    Operation::real("ExitStandby"),
    Operation::real("ResumeProcesses"),
    Operation::partial("SetDesiredCapacity", "cooldowns are not honoured"),
    Operation::real("SetInstanceHealth"),
    Operation::real("SetInstanceProtection"),
    Operation::real("SuspendProcesses"),
    Operation::partial("TerminateInstanceInAutoScalingGroup", "one instance a call"),
    Operation::partial(
        "UpdateAutoScalingGroup",
        "no subnets, placement groups or mixed instances; termination policies are kept and the default one acts",
    ),
];

impl World {
    /// Answers a call.
    pub(in crate::lab) fn autoscaling_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "AttachInstances" => members::attach(self, call),
            "AttachLoadBalancerTargetGroups" => change::attach_target_groups(self, call),
            "CreateOrUpdateTags" => tags::create(self, call),
            "DeleteTags" => tags::delete(self, call),
            "DescribeAccountLimits" => describe::limits(self, call),
            "DescribeAutoScalingGroups" => describe::groups(self, call),
            "DescribeAutoScalingInstances" => describe::instances(self, call),
            "DescribeLifecycleHooks" => describe::none("LifecycleHooks"),
            "DescribeLoadBalancerTargetGroups" => describe::target_groups(self, call),
            "DescribeNotificationConfigurations" => describe::none("NotificationConfigurations"),
            "DescribePolicies" => describe::none("ScalingPolicies"),
            "DescribeScalingActivities" => describe::activities(self, call),
            "DescribeScalingProcessTypes" => describe::process_types(),
            "DescribeScheduledActions" => describe::none("ScheduledUpdateGroupActions"),
            "DescribeTags" => tags::describe(self, call),
            "DescribeTerminationPolicyTypes" => describe::termination_policies(),
            "DescribeTrafficSources" => describe::traffic_sources(self, call),
            "DetachInstances" => members::detach(self, call),
            "DetachLoadBalancerTargetGroups" => change::detach_target_groups(self, call),
            "EnterStandby" => members::enter_standby(self, call),
            "ExitStandby" => members::exit_standby(self, call),
            "ResumeProcesses" => processes::resume(self, call),
            "SetDesiredCapacity" => change::set_desired(self, call),
            "SetInstanceHealth" => members::set_health(self, call),
            "SetInstanceProtection" => members::protect(self, call),
            "SuspendProcesses" => processes::suspend(self, call),
            "TerminateInstanceInAutoScalingGroup" => members::terminate(self, call),
            "UpdateAutoScalingGroup" => change::update(self, call),
            other => Err(World::unrouted(Service::AutoScaling, other)),
        }
    }
}
