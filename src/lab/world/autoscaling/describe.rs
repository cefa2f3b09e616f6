//! Describe: reading groups, instances, activities and what the service offers.
//! Invariant: reads change nothing; names that are not there give fewer results, never an error.
//! Used by: `autoscaling_operate`.

use super::{
    asked::{PAGES, invalid, named},
    model::{Activity, Group, Member, PROCESSES, Template},
};
use crate::lab::world::{
    World, arn,
    call::{Call, Params, Reply, Tree},
    page::{Paging, page},
};

/// How `DescribeScalingActivities` pages.
const ACTIVITIES: Paging = Paging { default: 100, ..PAGES };

fn int(value: impl Into<i64>) -> Option<Tree> {
    Some(Tree::Int(value.into()))
}

fn texts<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Option<Tree> {
    Tree::list("member", values.into_iter().map(|value| Tree::Text(value.into())))
}

/// `DescribeAutoScalingGroups`.
pub(super) fn groups(world: &World, call: &Call) -> Reply {
    let names = call.params.texts("AutoScalingGroupNames");
    let filters = call.params.list("Filters");
    for filter in &filters {
        let name = filter.text("Name").unwrap_or_default();
        if !["tag-key", "tag-value"].contains(&name) && !name.starts_with("tag:") {
            return Err(invalid(format!(
                "Filter type {name} is not correct. Allowed Filter types are: tag-key tag-value tag:<key>"
            )));
        }
    }
    let asked = |own: &&Group| {
        (names.is_empty() || names.contains(&own.name)) && filters.iter().all(|filter| passes(own, filter))
    };
    let found: Vec<&Group> = world.autoscaling.in_region(&call.region).filter(asked).collect();
    let (part, next) = page(found, &call.params, PAGES)?;
    let with_instances = call.params.text("IncludeInstances") != Some("false");
    let trees = part.into_iter().map(|own| group_tree(own, with_instances));
    Ok(Tree::map([("AutoScalingGroups", Tree::list("member", trees)), ("NextToken", next.map(Tree::Text))]))
}

fn passes(group: &Group, filter: &Params) -> bool {
    let wanted = filter.texts("Values");
    let name = filter.text("Name").unwrap_or_default();
    match name.strip_prefix("tag:") {
        Some(key) => group.tags.get(key).is_some_and(|tag| wanted.contains(&tag.value)),
        None if name == "tag-key" => group.tags.keys().any(|key| wanted.contains(key)),
        None => group.tags.values().any(|tag| wanted.contains(&tag.value)),
    }
}

fn group_tree(group: &Group, with_instances: bool) -> Tree {
    let members = group.members.iter().map(|(id, own)| Tree::Map(member_tree(id, own)));
    let suspended = group.suspended.iter().map(|(process, reason)| {
        Tree::map([("ProcessName", Tree::text(process)), ("SuspensionReason", Tree::text(reason))])
    });
    let source = |arn: &String| Tree::map([("Identifier", Tree::text(arn)), ("Type", Tree::text("elbv2"))]);
    let role = arn::account(&group.arn);
    let role = format!(
        "arn:aws:iam::{role}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    );
    Tree::map([
        ("AutoScalingGroupName", Tree::text(&group.name)),
        ("AutoScalingGroupARN", Tree::text(&group.arn)),
        ("LaunchTemplate", Some(template_tree(&group.recipe.template))),
        ("MinSize", int(group.min)),
        ("MaxSize", int(group.max)),
        ("DesiredCapacity", int(group.desired)),
        ("DefaultCooldown", int(group.cooldown)),
        ("AvailabilityZones", texts(&group.zones)),
        ("LoadBalancerNames", Tree::list("member", [])),
        ("TargetGroupARNs", texts(&group.target_groups)),
        ("HealthCheckType", Tree::text(&group.health_check)),
        ("HealthCheckGracePeriod", int(group.grace)),
        ("Instances", if with_instances { Tree::list("member", members) } else { None }),
        ("CreatedTime", Some(Tree::Time(group.created))),
        ("SuspendedProcesses", Tree::list("member", suspended)),
        ("VPCZoneIdentifier", Tree::text(group.subnets.join(","))),
        ("EnabledMetrics", Tree::list("member", [])),
        (
            "Tags",
            Tree::list("member", group.tags.iter().map(|(key, tag)| super::tags::tree(group, key, tag))),
        ),
        ("TerminationPolicies", texts(&group.policies)),
        ("NewInstancesProtectedFromScaleIn", Some(Tree::Bool(group.protects_new))),
        ("ServiceLinkedRoleARN", Tree::text(role)),
        ("TrafficSources", Tree::list("member", group.target_groups.iter().map(source))),
    ])
}

fn template_tree(template: &Template) -> Tree {
    Tree::map([
        ("LaunchTemplateId", Tree::text(&template.id)),
        ("LaunchTemplateName", Tree::text(&template.name)),
        ("Version", Tree::text(&template.version)),
    ])
}

fn member_tree(id: &str, own: &Member) -> Vec<(&'static str, Tree)> {
    let health = if own.unhealthy.is_some() { "Unhealthy" } else { "Healthy" };
    let tree = Tree::map([
        ("InstanceId", Tree::text(id)),
        ("InstanceType", Tree::text(&own.kind)),
        ("AvailabilityZone", Tree::text(&own.zone)),
        ("LifecycleState", Tree::text(own.lifecycle.word())),
        ("HealthStatus", Tree::text(health)),
        ("LaunchTemplate", Some(template_tree(&own.template))),
        ("ProtectedFromScaleIn", Some(Tree::Bool(own.protected))),
    ]);
    if let Tree::Map(members) = tree { members } else { Vec::new() }
}

/// `DescribeAutoScalingInstances`. AWS: here health is in capitals (AutoScalingInstanceDetails API reference).
pub(super) fn instances(world: &World, call: &Call) -> Reply {
    let ids = call.params.texts("InstanceIds");
    let all = world
        .autoscaling
        .in_region(&call.region)
        .flat_map(|group| group.members.iter().map(move |(id, own)| (group, id, own)));
    let found = all.filter(|(_, id, _)| ids.is_empty() || ids.contains(id)).collect();
    let (part, next) = page(found, &call.params, PAGES)?;
    let trees = part.into_iter().map(|(group, id, own): (&Group, &String, &Member)| {
        let mut members = member_tree(id, own);
        let health = if own.unhealthy.is_some() { "UNHEALTHY" } else { "HEALTHY" };
        for (name, value) in &mut members {
            if *name == "HealthStatus" {
                *value = Tree::Text(health.to_owned());
            }
        }
        members.insert(2, ("AutoScalingGroupName", Tree::Text(group.name.clone())));
        Tree::Map(members)
    });
    let trees: Vec<Tree> = trees.collect();
    Ok(Tree::map([
        ("AutoScalingInstances", Tree::list("member", trees)),
        ("NextToken", next.map(Tree::Text)),
    ]))
}

/// `DescribeScalingActivities`: the newest first.
pub(super) fn activities(world: &World, call: &Call) -> Reply {
    let ids = call.params.texts("ActivityIds");
    let name = call.params.text("AutoScalingGroupName");
    if call.params.has("Filters") {
        return Err(World::unrouted(call.service, "DescribeScalingActivities with filters"));
    }
    let groups = world.autoscaling.in_region(&call.region);
    let groups = groups.filter(|group| name.is_none_or(|name| group.name == name));
    let mut found: Vec<(&Group, &Activity)> =
        groups.flat_map(|group| group.activities.iter().rev().map(move |own| (group, own))).collect();
    found.retain(|(_, own)| ids.is_empty() || ids.contains(&own.id));
    found.sort_by_key(|(_, own)| std::cmp::Reverse(own.started));
    let (part, next) = page(found, &call.params, ACTIVITIES)?;
    let trees = part.into_iter().map(|(group, own)| own.tree(group));
    Ok(Tree::map([("Activities", Tree::list("member", trees)), ("NextToken", next.map(Tree::Text))]))
}

/// `DescribeLoadBalancerTargetGroups`.
pub(super) fn target_groups(world: &World, call: &Call) -> Reply {
    let group = named(world, call)?;
    let (part, next) = page(group.target_groups.iter().collect(), &call.params, PAGES)?;
    let tree = |arn: &String| {
        let state = if group.members.is_empty() { "Added" } else { "InService" };
        Tree::map([("LoadBalancerTargetGroupARN", Tree::text(arn)), ("State", Tree::text(state))])
    };
    let trees = Tree::list("member", part.into_iter().map(tree));
    Ok(Tree::map([("LoadBalancerTargetGroups", trees), ("NextToken", next.map(Tree::Text))]))
}

/// `DescribeTrafficSources`.
pub(super) fn traffic_sources(world: &World, call: &Call) -> Reply {
    let group = named(world, call)?;
    let asked = call.params.text("TrafficSourceType").is_none_or(|kind| kind == "elbv2");
    let all = group.target_groups.iter().filter(|_| asked).collect();
    let (part, next) = page(all, &call.params, PAGES)?;
    let tree = |arn: &String| {
        let state = if group.members.is_empty() { "Added" } else { "InService" };
        Tree::map([
            ("TrafficSource", Tree::text(arn)),
            ("State", Tree::text(state)),
            ("Identifier", Tree::text(arn)),
            ("Type", Tree::text("elbv2")),
        ])
    };
    let trees = Tree::list("member", part.into_iter().map(tree));
    Ok(Tree::map([("TrafficSources", trees), ("NextToken", next.map(Tree::Text))]))
}

/// `DescribeScalingProcessTypes`.
pub(super) fn process_types() -> Reply {
    let process = |name: &str| Tree::map([("ProcessName", Tree::text(name))]);
    Ok(Tree::map([("Processes", Tree::list("member", PROCESSES.into_iter().map(process)))]))
}

/// `DescribeTerminationPolicyTypes`.
pub(super) fn termination_policies() -> Reply {
    let policies = [
        "AllocationStrategy",
        "ClosestToNextInstanceHour",
        "Default",
        "NewestInstance",
        "OldestInstance",
        "OldestLaunchConfiguration",
        "OldestLaunchTemplate",
    ];
    Ok(Tree::map([("TerminationPolicyTypes", texts(policies))]))
}

/// `DescribeAccountLimits`. AWS: 500 groups and 200 launch configurations a region by default.
pub(super) fn limits(world: &World, call: &Call) -> Reply {
    let groups = i64::try_from(world.autoscaling.in_region(&call.region).count()).unwrap_or(i64::MAX);
    Ok(Tree::map([
        ("MaxNumberOfAutoScalingGroups", int(500)),
        ("MaxNumberOfLaunchConfigurations", int(200)),
        ("NumberOfAutoScalingGroups", int(groups)),
        ("NumberOfLaunchConfigurations", int(0)),
    ]))
}

/// A list of something that no group of this world has.
pub(super) fn none(member: &'static str) -> Reply {
    Ok(Tree::map([(member, Tree::list("member", []))]))
}
