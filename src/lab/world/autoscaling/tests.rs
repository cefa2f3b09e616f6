use super::super::{
    call::{AwsFault, Service, Tree},
    ec2::model::App,
    reference::SEOUL,
    testing::{call, items, text, wait, web_rule, world},
};
use crate::lab::world::World;

const HERE: &str = SEOUL.code;

fn ask(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Result<Tree, AwsFault> {
    call(world, Service::AutoScaling, operation, HERE, params)
}

fn name(world: &World) -> String {
    world.autoscaling.in_region(HERE).next().unwrap().name.clone()
}

/// Makes a call about the region's group.
fn with_group(world: &mut World, operation: &str, params: &[(&str, &str)]) -> Result<Tree, AwsFault> {
    let name = name(world);
    let params: Vec<(&str, &str)> =
        params.iter().copied().chain([("AutoScalingGroupName", name.as_str())]).collect();
    ask(world, operation, &params)
}

fn group(world: &mut World) -> Tree {
    ask(world, "DescribeAutoScalingGroups", &[]).unwrap()
}

/// Id, lifecycle and health of each instance.
fn members(world: &mut World) -> Vec<(String, String, String)> {
    let member =
        |own: &Tree| (text(own, "InstanceId"), text(own, "LifecycleState"), text(own, "HealthStatus"));
    items(&group(world), "AutoScalingGroups.0.Instances").iter().map(member).collect()
}

fn ids(world: &mut World) -> Vec<String> {
    members(world).into_iter().map(|(id, ..)| id).collect()
}

fn activities(world: &mut World) -> Vec<(String, String, String)> {
    let reply = ask(world, "DescribeScalingActivities", &[]).unwrap();
    let own = |own: &Tree| (text(own, "Description"), text(own, "Cause"), text(own, "StatusCode"));
    items(&reply, "Activities").iter().map(own).collect()
}

/// Ids and states of the balancer's targets.
fn targets(world: &mut World) -> Vec<(String, String)> {
    let groups = call(world, Service::Elb, "DescribeTargetGroups", HERE, &[]).unwrap();
    let arn = text(&groups, "TargetGroups.0.TargetGroupArn");
    let reply = call(world, Service::Elb, "DescribeTargetHealth", HERE, &[("TargetGroupArn", &arn)]).unwrap();
    let own = |own: &Tree| (text(own, "Target.Id"), text(own, "TargetHealth.State"));
    items(&reply, "TargetHealthDescriptions").iter().map(own).collect()
}

fn port_80(world: &mut World, operation: &str) {
    web_rule(world, operation, false).unwrap();
}

fn heed_balancer(world: &mut World, grace: &str) {
    let params = [("HealthCheckType", "ELB"), ("HealthCheckGracePeriod", grace)];
    with_group(world, "UpdateAutoScalingGroup", &params).unwrap();
}

/// "Unknown names → empty list"; "DescribeAutoScalingGroups fields: MinSize, MaxSize, DesiredCapacity, HealthCheckType
/// …, Instances[]{LifecycleState, HealthStatus}, SuspendedProcesses[], TargetGroupARNs, TrafficSources".
#[test]
fn the_reference_deployment_has_a_group_a_region() {
    let mut world = world();
    let reply = group(&mut world);
    let of = |path: &str| text(&reply, &format!("AutoScalingGroups.0.{path}"));
    assert!(of("AutoScalingGroupName").contains("-stack-AWSEBAutoScalingGroup-"));
    assert_eq!([of("MinSize"), of("MaxSize"), of("DesiredCapacity")], ["2", "4", "2"]);
    assert_eq!((of("HealthCheckType"), of("Instances.0.LifecycleState")), ("EC2".into(), "InService".into()));
    assert_eq!(of("TrafficSources.0.Identifier"), of("TargetGroupARNs.0"));
    let none = ask(&mut world, "DescribeAutoScalingGroups", &[("AutoScalingGroupNames.1", "none")]).unwrap();
    assert!(items(&none, "AutoScalingGroups").is_empty());
    let tagged = [("Filters.1.Name", "tag:firedrill"), ("Filters.1.Values.1", "allowed")];
    let tagged = ask(&mut world, "DescribeAutoScalingGroups", &tagged).unwrap();
    assert_eq!(items(&tagged, "AutoScalingGroups").len(), 1);
    let fault = ask(&mut world, "SuspendProcesses", &[("AutoScalingGroupName", "none")]).unwrap_err();
    assert_eq!(
        (fault.code, fault.message.as_str()),
        ("ValidationError", "AutoScalingGroup name not found - null")
    );
}

/// "HealthCheckType EC2 (EB default): ELB failures do not replace instances."
#[test]
fn the_balancers_findings_do_not_count_by_default() {
    let mut world = world();
    let before = ids(&mut world);
    port_80(&mut world, "RevokeSecurityGroupIngress");
    wait(&mut world, 1_200.0);
    assert_eq!(ids(&mut world), before);
    assert!(activities(&mut world).is_empty());
}

/// "ELB: after the grace period unhealthy instances are terminated and replaced, which can turn a rule drill into a
/// capacity loss and hide the restore"; a new target needs one passing check.
#[test]
fn what_the_balancer_finds_bad_is_replaced_after_the_grace_period() {
    let mut world = world();
    let before = ids(&mut world);
    heed_balancer(&mut world, "300");
    port_80(&mut world, "RevokeSecurityGroupIngress");
    wait(&mut world, 240.0);
    let now = members(&mut world);
    assert!(before.iter().all(|id| !now.iter().any(|(own, state, _)| own == id && state == "InService")));
    let done = activities(&mut world);
    let cause = |words: &str| done.iter().any(|(_, cause, _)| cause.contains(words));
    assert!(cause("an instance was taken out of service in response to an ELB system health check failure."));
    assert!(cause("an instance was launched in response to an unhealthy instance needing to be replaced."));
    port_80(&mut world, "AuthorizeSecurityGroupIngress");
    wait(&mut world, 400.0);
    let after = members(&mut world);
    assert_eq!(after.len(), 2);
    assert!(after.iter().all(|(_, state, health)| state == "InService" && health == "Healthy"));
    assert!(targets(&mut world).iter().all(|(id, state)| state == "healthy" && !before.contains(id)));
}

/// "Suspending ReplaceUnhealthy only postpones: instances already marked Unhealthy are replaced as soon as it resumes."
#[test]
fn resuming_replaces_late_what_was_marked_meanwhile() {
    let mut world = world();
    let before = ids(&mut world);
    heed_balancer(&mut world, "0");
    with_group(&mut world, "SuspendProcesses", &[("ScalingProcesses.1", "ReplaceUnhealthy")]).unwrap();
    with_group(&mut world, "SuspendProcesses", &[("ScalingProcesses.1", "ReplaceUnhealthy")]).unwrap();
    assert_eq!(
        text(&group(&mut world), "AutoScalingGroups.0.SuspendedProcesses.0.ProcessName"),
        "ReplaceUnhealthy"
    );
    port_80(&mut world, "RevokeSecurityGroupIngress");
    wait(&mut world, 180.0);
    port_80(&mut world, "AuthorizeSecurityGroupIngress");
    wait(&mut world, 180.0);
    assert!(targets(&mut world).iter().all(|(_, state)| state == "healthy"));
    assert!(
        members(&mut world).iter().all(|(_, state, health)| state == "InService" && health == "Unhealthy")
    );
    assert_eq!(ids(&mut world), before);
    with_group(&mut world, "ResumeProcesses", &[]).unwrap();
    wait(&mut world, 300.0);
    let after = ids(&mut world);
    assert!(after.len() == 2 && after.iter().all(|id| !before.contains(id)), "{after:?}");
}

/// "To avoid replacement suspend HealthCheck too (stops marking), and resume HealthCheck only when targets are healthy
/// again"; "SetInstanceHealth Healthy (respect grace) can unmark."
#[test]
fn what_is_not_marked_is_not_replaced() {
    let mut world = world();
    let before = ids(&mut world);
    heed_balancer(&mut world, "0");
    let both = [("ScalingProcesses.1", "ReplaceUnhealthy"), ("ScalingProcesses.2", "HealthCheck")];
    with_group(&mut world, "SuspendProcesses", &both).unwrap();
    port_80(&mut world, "RevokeSecurityGroupIngress");
    wait(&mut world, 180.0);
    port_80(&mut world, "AuthorizeSecurityGroupIngress");
    wait(&mut world, 120.0);
    with_group(&mut world, "ResumeProcesses", &[("ScalingProcesses.1", "HealthCheck")]).unwrap();
    wait(&mut world, 120.0);
    assert!(members(&mut world).iter().all(|(_, _, health)| health == "Healthy"));
    let bad = [("InstanceId", before[0].as_str()), ("HealthStatus", "Unhealthy")];
    ask(&mut world, "SetInstanceHealth", &bad).unwrap();
    assert_eq!(members(&mut world)[0].2, "Unhealthy");
    ask(&mut world, "SetInstanceHealth", &[bad[0], ("HealthStatus", "Healthy")]).unwrap();
    with_group(&mut world, "ResumeProcesses", &[]).unwrap();
    wait(&mut world, 300.0);
    assert_eq!(ids(&mut world), before);
}

/// "Suspending AddToLoadBalancer: instances launched meanwhile stay unregistered even after resume."
#[test]
fn an_instance_launched_without_its_balancer_stays_without() {
    let mut world = world();
    with_group(&mut world, "SuspendProcesses", &[("ScalingProcesses.1", "AddToLoadBalancer")]).unwrap();
    with_group(&mut world, "SetDesiredCapacity", &[("DesiredCapacity", "3")]).unwrap();
    wait(&mut world, 200.0);
    with_group(&mut world, "ResumeProcesses", &[]).unwrap();
    wait(&mut world, 200.0);
    assert_eq!((ids(&mut world).len(), targets(&mut world).len()), (3, 2));
}

/// "Suspending Launch+Terminate blocks scaling"; capacity moves within the group's bounds.
#[test]
fn the_desired_capacity_is_reached_unless_that_is_suspended() {
    let mut world = world();
    let fault = with_group(&mut world, "SetDesiredCapacity", &[("DesiredCapacity", "5")]).unwrap_err();
    assert_eq!(
        fault.message,
        "New SetDesiredCapacity value 5 is above max value 4 for the AutoScalingGroup."
    );
    let fault = with_group(&mut world, "SetDesiredCapacity", &[("DesiredCapacity", "1")]).unwrap_err();
    assert_eq!(
        fault.message,
        "New SetDesiredCapacity value 1 is below min value 2 for the AutoScalingGroup."
    );
    let both = [("ScalingProcesses.1", "Launch"), ("ScalingProcesses.2", "Terminate")];
    with_group(&mut world, "SuspendProcesses", &both).unwrap();
    with_group(&mut world, "SetDesiredCapacity", &[("DesiredCapacity", "4")]).unwrap();
    wait(&mut world, 300.0);
    assert_eq!(ids(&mut world).len(), 2);
    with_group(&mut world, "ResumeProcesses", &[]).unwrap();
    assert_eq!(members(&mut world).iter().filter(|(_, state, _)| state == "Pending").count(), 2);
    wait(&mut world, 300.0);
    assert_eq!(targets(&mut world).iter().filter(|(_, state)| state == "healthy").count(), 4);
    with_group(&mut world, "SetDesiredCapacity", &[("DesiredCapacity", "2")]).unwrap();
    assert_eq!(targets(&mut world).iter().filter(|(_, state)| state == "draining").count(), 2);
    wait(&mut world, 10.0);
    assert_eq!(activities(&mut world)[0].2, "WaitingForELBConnectionDraining");
    wait(&mut world, 120.0);
    assert_eq!((ids(&mut world).len(), targets(&mut world).len()), (2, 2));
    assert!(activities(&mut world).iter().all(|(_, _, status)| status == "Successful"));
}

/// Standby takes an instance out of use and brings it back; detached ones live on; terminated ones are replaced unless
/// the capacity is lowered.
#[test]
fn single_instances_are_moved() {
    let mut world = world();
    let first = ids(&mut world)[0].clone();
    let one = ("InstanceIds.1", first.as_str());
    let lower = ("ShouldDecrementDesiredCapacity", "true");
    let fault = with_group(&mut world, "EnterStandby", &[one, lower]).unwrap_err();
    assert!(
        fault
            .message
            .contains("has min-size=2, max-size=4, and desired-size=2. To place into standby 1 instance")
    );
    with_group(&mut world, "UpdateAutoScalingGroup", &[("MinSize", "1")]).unwrap();
    let reply = with_group(&mut world, "EnterStandby", &[one, lower]).unwrap();
    assert!(text(&reply, "Activities.0.Cause").ends_with("shrinking the capacity from 2 to 1."));
    wait(&mut world, 60.0);
    assert_eq!(members(&mut world).iter().find(|(id, ..)| *id == first).unwrap().1, "Standby");
    assert_eq!(targets(&mut world).len(), 1);
    with_group(&mut world, "ExitStandby", &[one]).unwrap();
    wait(&mut world, 60.0);
    assert!(targets(&mut world).iter().all(|(_, state)| state == "healthy"));
    with_group(&mut world, "DetachInstances", &[one, lower]).unwrap();
    wait(&mut world, 60.0);
    assert!(!ids(&mut world).contains(&first) && world.ec2.network(HERE).instances.contains_key(&first));
    with_group(&mut world, "AttachInstances", &[one]).unwrap();
    wait(&mut world, 60.0);
    assert_eq!((ids(&mut world).len(), targets(&mut world).len()), (2, 2));
    let keep = ("ShouldDecrementDesiredCapacity", "false");
    let reply =
        ask(&mut world, "TerminateInstanceInAutoScalingGroup", &[("InstanceId", first.as_str()), keep])
            .unwrap();
    assert_eq!(text(&reply, "Activity.Description"), format!("Terminating EC2 instance: {first}"));
    wait(&mut world, 300.0);
    assert!(ids(&mut world).len() == 2 && !ids(&mut world).contains(&first));
    let state = world.instance_state(HERE, &first).map(|state| state.name());
    assert!(state.is_none_or(|state| state == "terminated"), "{state:?}");
    let fault = ask(&mut world, "SetInstanceHealth", &[("InstanceId", "i-0"), ("HealthStatus", "Healthy")])
        .unwrap_err();
    assert_eq!(fault.message, "Instance Id not found - No managed instance found for instance ID: i-0");
}

/// "ASG replaces ELB-unhealthy instance: after grace period + launch": bad health inside the grace period waits for its
/// end.
#[test]
fn bad_health_waits_for_the_end_of_the_grace_period() {
    let mut world = world();
    heed_balancer(&mut world, "600");
    with_group(&mut world, "SetDesiredCapacity", &[("DesiredCapacity", "3")]).unwrap();
    wait(&mut world, 200.0);
    let new = ids(&mut world)
        .into_iter()
        .find(|id| {
            world.ec2.network(HERE).instances[id].launched
                >= world.now().checked_sub(jiff::SignedDuration::from_secs(300)).unwrap()
        })
        .unwrap();
    world.set_app(HERE, &new, App::Down);
    wait(&mut world, 300.0);
    let of = |world: &mut World| members(world).into_iter().find(|(id, ..)| *id == new);
    assert_eq!(of(&mut world).unwrap().2, "Healthy");
    wait(&mut world, 400.0);
    assert!(of(&mut world).is_none_or(|(_, state, _)| state == "Terminating"));
}

/// Tags are the group's, with their propagation; unknown groups are refused in Auto Scaling's words.
#[test]
fn tags_belong_to_groups() {
    let mut world = world();
    let name = name(&world);
    let tag = |name: &str, key: &'static str| {
        [
            ("Tags.1.ResourceId", name.to_owned()),
            ("Tags.1.ResourceType", "auto-scaling-group".to_owned()),
            ("Tags.1.Key", key.to_owned()),
            ("Tags.1.Value", "web".to_owned()),
            ("Tags.1.PropagateAtLaunch", "true".to_owned()),
        ]
    };
    let put = |world: &mut World, operation: &str, tag: &[(&str, String)]| {
        let params: Vec<(&str, &str)> = tag.iter().map(|(name, value)| (*name, value.as_str())).collect();
        ask(world, operation, &params)
    };
    put(&mut world, "CreateOrUpdateTags", &tag(&name, "team")).unwrap();
    let filter = [("Filters.1.Name", "key"), ("Filters.1.Values.1", "team")];
    assert_eq!(text(&ask(&mut world, "DescribeTags", &filter).unwrap(), "Tags.0.Value"), "web");
    put(&mut world, "DeleteTags", &tag(&name, "team")).unwrap();
    assert!(items(&ask(&mut world, "DescribeTags", &filter).unwrap(), "Tags").is_empty());
    let fault = put(&mut world, "CreateOrUpdateTags", &tag("none", "team")).unwrap_err();
    assert_eq!(fault.message, "AutoScalingGroup not found - AutoScaling Group none not found");
}
