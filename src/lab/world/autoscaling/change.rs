//! Change: changing a group's sizes, health checks and target groups.
//! Invariant: min ≤ desired ≤ max always; what a change asks for begins at once.
//! Used by: `autoscaling_operate`.

use super::{
    GroupId,
    activity::moment,
    asked::{invalid, named, number},
    model::Group,
};
use crate::lab::world::{
    World,
    call::{Call, Reply, Tree},
};

impl Group {
    /// Its region and name.
    pub(super) fn id(&self) -> GroupId {
        (self.region.clone(), self.name.clone())
    }
}

fn nothing() -> Reply {
    Ok(Tree::Map(Vec::new()))
}

/// `SetDesiredCapacity`.
pub(super) fn set_desired(world: &mut World, call: &Call) -> Reply {
    let group = named(world, call)?;
    let (id, before, min, max) = (group.id(), group.desired, group.min, group.max);
    let desired = number(call, "DesiredCapacity")?.ok_or_else(|| invalid("DesiredCapacity is required"))?;
    if desired > max {
        let message = format!(
            "New SetDesiredCapacity value {desired} is above max value {max} for the AutoScalingGroup."
        );
        return Err(invalid(message));
    }
    if desired < min {
        let message = format!(
            "New SetDesiredCapacity value {desired} is below min value {min} for the AutoScalingGroup."
        );
        return Err(invalid(message));
    }
    if let Some(group) = world.autoscaling.groups.get_mut(&id) {
        group.desired = desired;
    }
    let why = format!(
        "At {} a user request explicitly set group desired capacity changing the desired capacity from {before} to \
         {desired}.  ",
        moment(world.now())
    );
    world.scale(&id, &why);
    nothing()
}

/// `UpdateAutoScalingGroup`: what is not named stays as it is.
pub(super) fn update(world: &mut World, call: &Call) -> Reply {
    let mut new = named(world, call)?.clone();
    let before = new.desired;
    for other in [
        "LaunchConfigurationName",
        "MixedInstancesPolicy",
        "PlacementGroup",
        "VPCZoneIdentifier",
        "AvailabilityZones",
    ] {
        if call.params.has(other) {
            return Err(World::unrouted(call.service, &format!("UpdateAutoScalingGroup with {other}")));
        }
    }
    new.min = number(call, "MinSize")?.unwrap_or(new.min);
    new.max = number(call, "MaxSize")?.unwrap_or(new.max);
    if new.min > new.max {
        return Err(invalid("Min bound, less than or equal to Max bound"));
    }
    new.desired = match number(call, "DesiredCapacity")? {
        Some(desired) if desired > new.max => {
            return Err(invalid(format!(
                "Desired capacity:{desired} must be between the specified min size:{} and max size:{}",
                new.min, new.max
            )));
        }
        Some(desired) if desired < new.min => {
            return Err(invalid(format!(
                "Desired capacity:{desired} must be between the specified min size:{} and max size:{}",
                new.min, new.max
            )));
        }
        Some(desired) => desired,
        // AWS: a desired capacity outside new bounds moves to the nearer of them (UpdateAutoScalingGroup API reference).
        None => new.desired.clamp(new.min, new.max),
    };
    new.cooldown = number(call, "DefaultCooldown")?.unwrap_or(new.cooldown);
    new.grace = number(call, "HealthCheckGracePeriod")?.unwrap_or(new.grace);
    if let Some(kinds) = call.params.text("HealthCheckType") {
        let known = ["EC2", "ELB", "EBS", "VPC_LATTICE"];
        if !kinds.split(',').all(|kind| known.contains(&kind.trim())) {
            return Err(invalid(format!("Health check type {kinds} is not valid")));
        }
        kinds.clone_into(&mut new.health_check);
    }
    if let Some(protects) = call.params.text("NewInstancesProtectedFromScaleIn") {
        new.protects_new = protects == "true";
    }
    let policies = call.params.texts("TerminationPolicies");
    if !policies.is_empty() {
        new.policies = policies;
    }
    template(call, &mut new);
    let (id, min, max, desired) = (new.id(), new.min, new.max, new.desired);
    world.autoscaling.groups.insert(id.clone(), new);
    let why = format!(
        "At {} a user request update of AutoScalingGroup constraints to min: {min}, max: {max}, desired: {desired} \
         changing the desired capacity from {before} to {desired}.  ",
        moment(world.now())
    );
    world.look_at_all(&id);
    world.scale(&id, &why);
    nothing()
}

fn template(call: &Call, new: &mut Group) {
    let asked = call.params.below("LaunchTemplate");
    let template = &mut new.recipe.template;
    for (name, field) in [
        ("LaunchTemplateId", &mut template.id),
        ("LaunchTemplateName", &mut template.name),
        ("Version", &mut template.version),
    ] {
        if let Some(text) = asked.text(name) {
            text.clone_into(field);
        }
    }
}

/// `AttachLoadBalancerTargetGroups`.
pub(super) fn attach_target_groups(world: &mut World, call: &Call) -> Reply {
    let group = named(world, call)?;
    let id = group.id();
    let arns = call.params.texts("TargetGroupARNs");
    let unknown = |arn: &&String| !world.elb.target_groups.contains_key(*arn);
    if let Some(arn) = arns.iter().find(unknown) {
        let message = format!(
            "Provided Target Groups may not be valid. Please ensure they exist and try again. ({arn})"
        );
        return Err(invalid(message));
    }
    if let Some(group) = world.autoscaling.groups.get_mut(&id) {
        let new: Vec<String> = arns.into_iter().filter(|arn| !group.target_groups.contains(arn)).collect();
        group.target_groups.extend(new);
    }
    if world.autoscaling.groups.get(&id).is_some_and(|group| !group.suspends("AddToLoadBalancer")) {
        world.register_all(&id);
    }
    nothing()
}

/// `DetachLoadBalancerTargetGroups`.
pub(super) fn detach_target_groups(world: &mut World, call: &Call) -> Reply {
    let group = named(world, call)?;
    let id = group.id();
    let gone = call.params.texts("TargetGroupARNs");
    if !gone.iter().all(|arn| group.target_groups.contains(arn)) {
        return Err(invalid("Trying to remove Target Groups that are not part of the group"));
    }
    let kept: Vec<String> = group.target_groups.iter().filter(|arn| !gone.contains(arn)).cloned().collect();
    let members: Vec<String> = group.members.keys().cloned().collect();
    if let Some(group) = world.autoscaling.groups.get_mut(&id) {
        group.target_groups = gone;
    }
    for instance in members {
        world.deregister_member(&id, &instance);
    }
    if let Some(group) = world.autoscaling.groups.get_mut(&id) {
        group.target_groups = kept;
    }
    nothing()
}

impl World {
    /// Registers every instance in service with the group's target groups.
    fn register_all(&mut self, id: &GroupId) {
        let group = self.autoscaling.groups.get(id);
        let serving = group.into_iter().flat_map(|group| &group.members);
        let serving = serving.filter(|(_, own)| own.lifecycle == super::model::Lifecycle::InService);
        let serving: Vec<String> = serving.map(|(id, _)| id.clone()).collect();
        for instance in serving {
            self.register_member(id, &instance);
        }
    }
}
