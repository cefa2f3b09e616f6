//! Members: what calls do to single instances of a group.
//! Invariant: all of the instances that a call names, or none.
//! Used by: `autoscaling_operate`.

use super::{
    Due, GroupId,
    activity::moment,
    asked::{invalid, named, required},
    health::{BY_USER, grace_ends},
    model::{Group, Lifecycle, Member},
};
use crate::lab::world::{
    World, agenda,
    call::{AwsFault, Call, Reply, Tree},
};

fn nothing() -> Reply {
    Ok(Tree::Map(Vec::new()))
}

/// The group of the instance that a call names alone.
fn owner(world: &World, call: &Call, instance: &str) -> Result<GroupId, AwsFault> {
    let name = world.scaling_group_of(&call.region, instance);
    let missing =
        || invalid(format!("Instance Id not found - No managed instance found for instance ID: {instance}"));
    name.map(|name| (call.region.clone(), name.to_owned())).ok_or_else(missing)
}

/// The instances that a call names, all of them of this group and in one of these states.
fn asked(call: &Call, group: &Group, states: &[Lifecycle]) -> Result<Vec<String>, AwsFault> {
    let ids = call.params.texts("InstanceIds");
    for id in &ids {
        let Some(own) = group.members.get(id) else {
            return Err(invalid(format!(
                "The instance {id} is not part of Auto Scaling group {}.",
                group.name
            )));
        };
        if !states.contains(&own.lifecycle) {
            let wanted: Vec<&str> = states.iter().map(|state| state.word()).collect();
            let message = format!("The instance {id} is not in {}.", wanted.join(" or "));
            return Err(invalid(message));
        }
    }
    if ids.is_empty() {
        return Err(invalid("At least one instance ID must be specified"));
    }
    Ok(ids)
}

fn decrements(call: &Call) -> Result<bool, AwsFault> {
    Ok(required(call, "ShouldDecrementDesiredCapacity")? == "true")
}

/// Lowers the desired capacity, if the group's least size lets it.
fn decrement(world: &mut World, group: &Group, by: usize, purpose: &str) -> Result<(), AwsFault> {
    let by = u32::try_from(by).unwrap_or(u32::MAX);
    let desired = group.desired.saturating_sub(by);
    if desired < group.min {
        let Group { name, min, max, desired, .. } = group;
        let message = format!(
            "AutoScalingGroup {name} has min-size={min}, max-size={max}, and desired-size={desired}. To {purpose} {by} \
             instance, please update the AutoScalingGroup sizes appropriately."
        );
        return Err(invalid(message));
    }
    if let Some(group) = world.autoscaling.groups.get_mut(&group.id()) {
        group.desired = desired;
    }
    Ok(())
}

impl World {
    /// The activities of these ids as an answer shows them.
    fn activities(&self, id: &GroupId, activities: &[String]) -> Vec<Tree> {
        let Some(group) = self.autoscaling.groups.get(id) else { return Vec::new() };
        let find = |wanted: &String| group.activities.iter().find(|own| own.id == *wanted);
        activities.iter().filter_map(find).map(|own| own.tree(group)).collect()
    }

    /// Moves an instance on, with an activity that ends later.
    fn move_member(
        &mut self,
        id: &GroupId,
        instance: &str,
        lifecycle: Lifecycle,
        (description, cause): (String, String),
        until: jiff::Timestamp,
    ) -> String {
        let details = self.details_of(id, instance);
        let activity = self.begin_activity(id, description, cause, details);
        let group = self.autoscaling.groups.get_mut(id);
        if let Some(own) = group.and_then(|group| group.members.get_mut(instance)) {
            own.lifecycle = lifecycle;
            own.activity = Some(activity.clone());
        }
        let takes = self.autoscaling.settings.standby.draw(&mut self.autoscaling.rng);
        let at = crate::clock::later(self.now, takes).max(until);
        let due = Due::Ready { group: id.clone(), instance: instance.to_owned() };
        self.at(at, agenda::Due::AutoScaling(due));
        activity
    }
}

/// `TerminateInstanceInAutoScalingGroup`.
pub(super) fn terminate(world: &mut World, call: &Call) -> Reply {
    if call.params.has("InstanceIds") {
        return Err(World::unrouted(
            call.service,
            "TerminateInstanceInAutoScalingGroup with several instances",
        ));
    }
    let instance = required(call, "InstanceId")?.to_owned();
    let id = owner(world, call, &instance)?;
    let decrements = decrements(call)?;
    let Some(group) = world.autoscaling.groups.get(&id).cloned() else { return nothing() };
    if group.members.get(&instance).is_some_and(|own| own.lifecycle == Lifecycle::Terminating) {
        let message = format!("Instance {instance} is already being terminated");
        return Err(AwsFault::new(400, "ScalingActivityInProgress", message));
    }
    let at = moment(world.now());
    let mut cause =
        format!("At {at} instance {instance} was taken out of service in response to a user request");
    if decrements {
        let by = "terminate";
        decrement(world, &group, 1, by)?;
        let (from, to) = (group.desired, group.desired.saturating_sub(1));
        cause.push_str(&format!(", shrinking the capacity from {from} to {to}"));
    }
    cause.push('.');
    let activity = world.terminate(&id, &instance, cause);
    let shown = world.activities(&id, &[activity]).into_iter().next();
    world.scale(&id, "");
    Ok(Tree::map([("Activity", shown)]))
}

/// `SetInstanceHealth`.
pub(super) fn set_health(world: &mut World, call: &Call) -> Reply {
    let instance = required(call, "InstanceId")?.to_owned();
    let id = owner(world, call, &instance)?;
    let respects = call.params.text("ShouldRespectGracePeriod") != Some("false");
    let group = world.autoscaling.groups.get(&id);
    let in_grace = |group: &Group, own: &Member| world.now() < grace_ends(own, group.grace);
    let graced = group.and_then(|group| Some(in_grace(group, group.members.get(&instance)?)));
    match required(call, "HealthStatus")? {
        "Healthy" => world.mark(&id, &instance, None),
        "Unhealthy" if respects && graced == Some(true) => {}
        "Unhealthy" => world.mark(&id, &instance, Some(BY_USER)),
        other => {
            let message =
                format!("Health status {other} is not valid. Valid health statuses are: Healthy, Unhealthy");
            return Err(invalid(message));
        }
    }
    nothing()
}

/// `EnterStandby`. AWS: an instance on standby leaves its target groups and is not checked.
pub(super) fn enter_standby(world: &mut World, call: &Call) -> Reply {
    let group = named(world, call)?.clone();
    let ids = asked(call, &group, &[Lifecycle::InService])?;
    let decrements = decrements(call)?;
    if decrements {
        decrement(world, &group, ids.len(), "place into standby")?;
    }
    let (id, at) = (group.id(), moment(world.now()));
    let mut activities = Vec::new();
    for (step, instance) in (0..).zip(&ids) {
        let mut cause =
            format!("At {at} instance {instance} was moved to standby in response to a user request");
        if decrements {
            let from = group.desired.saturating_sub(step);
            cause.push_str(&format!(", shrinking the capacity from {from} to {}", from.saturating_sub(1)));
        }
        let words = (format!("Moving EC2 instance to Standby: {instance}"), cause + ".");
        let until = world.deregister_member(&id, instance);
        activities.push(world.move_member(&id, instance, Lifecycle::EnteringStandby, words, until));
    }
    let shown = world.activities(&id, &activities);
    world.scale(&id, "");
    Ok(Tree::map([("Activities", Tree::list("member", shown))]))
}

/// `ExitStandby`. AWS: the desired capacity grows by the instances that come back.
pub(super) fn exit_standby(world: &mut World, call: &Call) -> Reply {
    let group = named(world, call)?.clone();
    let ids = asked(call, &group, &[Lifecycle::Standby])?;
    let more = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    if group.desired.saturating_add(more) > group.max {
        let Group { name, min, max, desired, .. } = &group;
        let message = format!(
            "AutoScalingGroup {name} has min-size={min}, max-size={max}, and desired-size={desired}. To move {more} \
             instance out of standby, please update the AutoScalingGroup sizes appropriately."
        );
        return Err(invalid(message));
    }
    let (id, at) = (group.id(), moment(world.now()));
    if let Some(group) = world.autoscaling.groups.get_mut(&id) {
        group.desired += more;
    }
    let mut activities = Vec::new();
    for (step, instance) in (0..).zip(&ids) {
        let from = group.desired + step;
        let cause = format!(
            "At {at} instance {instance} was moved out of standby in response to a user request, increasing the \
             capacity from {from} to {}.",
            from + 1
        );
        let words = (format!("Moving EC2 instance out of Standby: {instance}"), cause);
        let now = world.now();
        activities.push(world.move_member(&id, instance, Lifecycle::Pending, words, now));
    }
    let shown = world.activities(&id, &activities);
    Ok(Tree::map([("Activities", Tree::list("member", shown))]))
}

/// `DetachInstances`. AWS: they leave the group and its target groups, and live on.
pub(super) fn detach(world: &mut World, call: &Call) -> Reply {
    let group = named(world, call)?.clone();
    let ids = asked(call, &group, &[Lifecycle::InService, Lifecycle::Standby])?;
    let decrements = decrements(call)?;
    if decrements {
        decrement(world, &group, ids.len(), "detach")?;
    }
    let (id, at) = (group.id(), moment(world.now()));
    let mut activities = Vec::new();
    for (step, instance) in (0..).zip(&ids) {
        let mut cause = format!("At {at} instance {instance} was detached in response to a user request");
        if decrements {
            let from = group.desired.saturating_sub(step);
            cause.push_str(&format!(", shrinking the capacity from {from} to {}", from.saturating_sub(1)));
        }
        let words = (format!("Detaching EC2 instance: {instance}"), cause + ".");
        let until = world.deregister_member(&id, instance);
        activities.push(world.move_member(&id, instance, Lifecycle::Detaching, words, until));
    }
    let shown = world.activities(&id, &activities);
    world.scale(&id, "");
    Ok(Tree::map([("Activities", Tree::list("member", shown))]))
}

/// `AttachInstances`. AWS: the desired capacity grows by them, and must not pass the greatest size.
pub(super) fn attach(world: &mut World, call: &Call) -> Reply {
    let group = named(world, call)?.clone();
    let ids = call.params.texts("InstanceIds");
    let more = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    if group.desired.saturating_add(more) > group.max {
        let Group { name, min, max, desired, .. } = &group;
        let message = format!(
            "AutoScalingGroup {name} has min-size={min}, max-size={max}, and desired-size={desired}. To attach {more} \
             instance, please update the AutoScalingGroup sizes appropriately."
        );
        return Err(invalid(message));
    }
    for instance in &ids {
        if !world.machine_runs(&call.region, instance) {
            return Err(invalid(format!("Invalid Instance ID(s): [{instance}] specified")));
        }
        if let Some(name) = world.scaling_group_of(&call.region, instance) {
            return Err(invalid(format!("Instance {instance} is already part of AutoScalingGroup:{name}")));
        }
    }
    let (id, now) = (group.id(), world.now());
    for (step, instance) in (0..).zip(&ids) {
        let network = world.ec2.network(&call.region);
        let Some(own) = network.instances.get(instance) else { continue };
        let member = Member {
            zone: own.zone.to_string(),
            kind: own.kind.to_string(),
            image: own.image.clone(),
            lifecycle: Lifecycle::Pending,
            since: now,
            unhealthy: None,
            protected: group.protects_new,
            template: group.recipe.template.clone(),
            activity: None,
        };
        world.adopt(&id, instance, member);
        let from = group.desired + step;
        let at = moment(now);
        let cause = format!(
            "At {at} an instance was attached in response to a user request, increasing the capacity from {from} to {}.",
            from + 1
        );
        let words = (format!("Attaching an existing EC2 instance: {instance}"), cause);
        world.move_member(&id, instance, Lifecycle::Pending, words, now);
    }
    if let Some(group) = world.autoscaling.groups.get_mut(&id) {
        group.desired += more;
    }
    nothing()
}

/// `SetInstanceProtection`.
pub(super) fn protect(world: &mut World, call: &Call) -> Reply {
    let group = named(world, call)?.clone();
    let ids = asked(call, &group, &[Lifecycle::InService, Lifecycle::Standby, Lifecycle::Pending])?;
    let protected = required(call, "ProtectedFromScaleIn")? == "true";
    if let Some(group) = world.autoscaling.groups.get_mut(&group.id()) {
        for id in ids {
            if let Some(own) = group.members.get_mut(&id) {
                own.protected = protected;
            }
        }
    }
    nothing()
}
