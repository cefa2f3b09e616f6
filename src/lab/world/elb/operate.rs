//! Operate: which operation is answered where.
//! Invariant: what is listed is answered; what is missing of it is said.
//! Used by: `World::handle`, `lab coverage`.

use super::{
    attributes, certificates, create, describe, groups, health, limits, listeners, register, rules, subnets,
    tags,
};
use crate::lab::world::{
    World,
    call::{Call, Operation, Reply, Service},
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::partial("AddListenerCertificates", "any ARN of the region's ACM or of IAM is taken"),
    Operation::real("AddTags"),
    Operation::partial(
        "CreateListener",
        "no authentication, JWT or mutual TLS; server certificates of IAM's are not looked up",
    ),
    Operation::partial("CreateLoadBalancer", "application load balancers on IPv4 only"),
    Operation::partial(
        "CreateRule",
        "no authentication, no regular expressions; of headers only Host is looked at",
    ),
    Operation::partial("CreateTargetGroup", "instances and addresses over HTTP/1 only"),
    Operation::real("DeleteListener"),
    Operation::real("DeleteLoadBalancer"),
    Operation::real("DeleteRule"),
    Operation::real("DeleteTargetGroup"),
    Operation::real("DeregisterTargets"),
    Operation::real("DescribeAccountLimits"),
    Operation::real("DescribeListenerCertificates"),
    Operation::real("DescribeListeners"),
    Operation::real("DescribeLoadBalancerAttributes"),
    Operation::real("DescribeLoadBalancers"),
    Operation::real("DescribeRules"),
    Operation::partial("DescribeSSLPolicies", "four common policies"),
    Operation::real("DescribeTags"),
    Operation::real("DescribeTargetGroupAttributes"),
    Operation::real("DescribeTargetGroups"),
    Operation::real("DescribeTargetHealth"),
    Operation::partial(
        "ModifyListener",
        "no authentication, JWT or mutual TLS; server certificates of IAM's are not looked up",
    ),
    Operation::partial(
        "ModifyLoadBalancerAttributes",
        "kept and shown; only idle timeout, keep-alive and deletion protection act",
    ),
    Operation::partial(
        "ModifyRule",
        "no authentication, no regular expressions; of headers only Host is looked at",
    ),
    Operation::real("ModifyTargetGroup"),
    Operation::partial(
        "ModifyTargetGroupAttributes",
        "kept and shown; stickiness, slow start and algorithms do not act",
    ),
    Operation::real("RegisterTargets"),
    Operation::real("RemoveListenerCertificates"),
    Operation::real("RemoveTags"),
    Operation::real("SetRulePriorities"),
    Operation::real("SetSecurityGroups"),
    Operation::partial("SetSubnets", "IPv4 only; new addresses are of the block for benchmarks"),
];

impl World {
    /// Answers a call.
    pub(in crate::lab) fn elb_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "AddListenerCertificates" => certificates::add(self, call),
            "AddTags" => tags::add(self, call),
            "CreateListener" => listeners::create(self, call),
            "CreateLoadBalancer" => create::create(self, call),
            "CreateRule" => rules::create(self, call),
            "CreateTargetGroup" => groups::create(self, call),
            "DeleteListener" => listeners::delete(self, call),
            "DeleteLoadBalancer" => create::delete(self, call),
            "DeleteRule" => rules::delete(self, call),
            "DeleteTargetGroup" => groups::delete(self, call),
            "DeregisterTargets" => register::deregister(self, call),
            "DescribeAccountLimits" => limits::describe(call),
            "DescribeListenerCertificates" => certificates::describe(self, call),
            "DescribeListeners" => listeners::describe(self, call),
            "DescribeLoadBalancerAttributes" => attributes::of_balancer(self, call),
            "DescribeLoadBalancers" => describe::balancers(self, call),
            "DescribeRules" => rules::describe(self, call),
            "DescribeSSLPolicies" => limits::policies(call),
            "DescribeTags" => tags::describe(self, call),
            "DescribeTargetGroupAttributes" => attributes::of_target_group(self, call),
            "DescribeTargetGroups" => describe::target_groups(self, call),
            "DescribeTargetHealth" => health::target_health(self, call),
            "ModifyListener" => listeners::modify(self, call),
            "ModifyLoadBalancerAttributes" => attributes::modify_balancer(self, call),
            "ModifyRule" => rules::modify(self, call),
            "ModifyTargetGroup" => groups::modify(self, call),
            "ModifyTargetGroupAttributes" => attributes::modify_target_group(self, call),
            "RegisterTargets" => register::register(self, call),
            "RemoveListenerCertificates" => certificates::remove(self, call),
            "RemoveTags" => tags::remove(self, call),
            "SetRulePriorities" => rules::set_priorities(self, call),
            "SetSecurityGroups" => subnets::set_security_groups(self, call),
            "SetSubnets" => subnets::set_subnets(self, call),
            other => Err(World::unrouted(Service::Elb, other)),
        }
    }
}
