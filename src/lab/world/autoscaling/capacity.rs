//! Capacity: bringing a group to its desired capacity, and replacing what is unhealthy.
//! Invariant: a suspended process does nothing; whatever would be due is looked at again when it is resumed.
//! Not here: which instances are unhealthy (see `health`).
//! Used by: every change of a group.

use std::{collections::BTreeMap, time::Duration};

use super::{
    Due, GroupId,
    activity::moment,
    model::{Group, Lifecycle, Member},
};
use crate::lab::world::{World, agenda};

/// How long a group waits for a machine whose system is not up yet.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

impl World {
    /// Does what a group's state asks for now: replaces, launches, terminates. `why` says what asked for it.
    pub(super) fn scale(&mut self, id: &GroupId, why: &str) {
        self.replace_unhealthy(id);
        let Some(group) = self.autoscaling.groups.get(id) else { return };
        let (have, want) = (group.capacity(), usize::try_from(group.desired).unwrap_or(usize::MAX));
        if have < want && !group.suspends("Launch") {
            for step in have..want {
                let cause = format!(
                    "{why}At {} an instance was started in response to a difference between desired and actual \
                     capacity, increasing the capacity from {step} to {want}.",
                    moment(self.now)
                );
                self.launch(id, cause);
            }
        }
        if have > want && !group_suspends(self, id, "Terminate") {
            for _ in want..have {
                self.scale_in(id, why, (have, want));
            }
        }
    }

    /// AWS: an unhealthy instance is terminated, and while it goes another is launched (Auto Scaling user guide, health
    /// checks).
    fn replace_unhealthy(&mut self, id: &GroupId) {
        let Some(group) = self.autoscaling.groups.get(id) else { return };
        if ["ReplaceUnhealthy", "Terminate"].iter().any(|process| group.suspends(process)) {
            return;
        }
        let bad = |own: &Member| own.unhealthy.filter(|_| own.lifecycle == Lifecycle::InService);
        let bad: Vec<(String, &str)> =
            group.members.iter().filter_map(|(id, own)| Some((id.clone(), bad(own)?))).collect();
        for (instance, reason) in bad {
            let at = moment(self.now);
            let cause = format!("At {at} an instance was taken out of service in response to {reason}.");
            self.terminate(id, &instance, cause);
            if !group_suspends(self, id, "Launch") {
                let cause = format!(
                    "At {at} an instance was launched in response to an unhealthy instance needing to be replaced."
                );
                self.launch(id, cause);
            }
        }
    }

    /// Terminates the instance that the default policy chooses: of the zone that has most, the oldest.
    fn scale_in(&mut self, id: &GroupId, why: &str, (have, want): (usize, usize)) {
        let Some(group) = self.autoscaling.groups.get(id) else { return };
        let loose = |own: &&Member| own.lifecycle == Lifecycle::InService && !own.protected;
        let mut by_zone: BTreeMap<&str, usize> = BTreeMap::new();
        for own in group.members.values().filter(loose) {
            *by_zone.entry(&own.zone).or_default() += 1;
        }
        let most = by_zone.values().max().copied();
        let mut candidates: Vec<(&String, &Member)> = group
            .members
            .iter()
            .filter(|(_, own)| loose(own) && by_zone.get(own.zone.as_str()).copied() == most)
            .collect();
        candidates.sort_by_key(|(_, own)| own.since);
        let Some(instance) = candidates.first().map(|(id, _)| (*id).clone()) else { return };
        let at = moment(self.now);
        let cause = format!(
            "{why}At {at} an instance was taken out of service in response to a difference between desired and actual \
             capacity, shrinking the capacity from {have} to {want}.  At {at} instance {instance} was selected for \
             termination."
        );
        self.terminate(id, &instance, cause);
    }

    /// Launches an instance in the zone that has fewest.
    fn launch(&mut self, id: &GroupId, cause: String) {
        let Some(group) = self.autoscaling.groups.get(id).cloned() else { return };
        let network = self.ec2.network(&group.region);
        let of = |zone: &str| group.members.values().filter(|own| own.zone == zone && counts(own)).count();
        let places =
            group.subnets.iter().filter_map(|id| Some((id, network.subnets.get(id)?.zone.to_string())));
        let Some((subnet, zone)) = places.min_by_key(|(_, zone)| of(zone)) else { return };
        let subnet = subnet.clone();
        let Some(instance) = self.launch_machine(&group, &subnet) else { return };
        let details = details(&subnet, &zone);
        let description = format!("Launching a new EC2 instance: {instance}");
        let activity = self.begin_activity(id, description, cause, details);
        let member = Member {
            zone,
            kind: group.recipe.kind.clone(),
            image: group.recipe.image.clone(),
            lifecycle: Lifecycle::Pending,
            since: self.now,
            unhealthy: None,
            protected: group.protects_new,
            template: group.recipe.template.clone(),
            activity: Some(activity),
        };
        self.adopt(id, &instance, member);
        let takes = self.autoscaling.settings.launch.draw(&mut self.autoscaling.rng);
        self.after(takes, agenda::Due::AutoScaling(Due::Ready { group: id.clone(), instance }));
    }

    /// Puts an instance into a group.
    pub(super) fn adopt(&mut self, id: &GroupId, instance: &str, member: Member) {
        if let Some(group) = self.autoscaling.groups.get_mut(id) {
            let with = [("region", id.0.clone()), ("group", id.1.clone()), ("instance", instance.to_owned())];
            group.members.insert(instance.to_owned(), member);
            self.autoscaling.by_instance.insert((id.0.clone(), instance.to_owned()), id.1.clone());
            self.note("instance.joined", with);
        }
        self.members_changed(id);
    }

    /// Tells the environment that a group belongs to, if it belongs to one, that instances have come or gone.
    fn members_changed(&mut self, id: &GroupId) {
        let tags = self.autoscaling.groups.get(id).map(|group| &group.tags);
        let environment = tags.and_then(|tags| tags.get("elasticbeanstalk:environment-name"));
        if let Some(environment) = environment.map(|tag| tag.value.clone()) {
            self.environment_stirs(&id.0, &environment);
        }
    }

    /// An instance comes into service: from a launch or from standby.
    pub(super) fn ready(&mut self, id: &GroupId, instance: &str) {
        if self.machine_runs(&id.0, instance) && !self.machine_is_up(&id.0, instance) {
            let due = Due::Ready { group: id.clone(), instance: instance.to_owned() };
            return self.after(LOOK_AGAIN, agenda::Due::AutoScaling(due));
        }
        let now = self.now;
        let Some(group) = self.autoscaling.groups.get_mut(id) else { return };
        let adds = !group.suspends("AddToLoadBalancer");
        let Some(own) = group.members.get_mut(instance) else { return };
        let activity = own.activity.take();
        match own.lifecycle {
            Lifecycle::EnteringStandby => own.lifecycle = Lifecycle::Standby,
            Lifecycle::Pending => {
                own.lifecycle = Lifecycle::InService;
                own.since = now;
                if adds {
                    self.register_member(id, instance);
                }
                self.health_seen(&id.0, instance);
            }
            Lifecycle::Detaching => self.release(id, instance),
            Lifecycle::InService | Lifecycle::Standby | Lifecycle::Terminating => {}
        }
        if let Some(activity) = activity {
            self.proceed(id, &activity, "Successful");
        }
    }

    /// Registers an instance with the group's target groups. AWS: one that came while `AddToLoadBalancer` was suspended
    /// stays unregistered (Auto Scaling user guide, suspending processes).
    pub(super) fn register_member(&mut self, id: &GroupId, instance: &str) {
        let Some(group) = self.autoscaling.groups.get(id) else { return };
        for target_group in group.target_groups.clone() {
            let port = self.elb.target_groups.get(&target_group).map(|own| own.port);
            if let Some(port) = port {
                self.register_target(&target_group, (instance.to_owned(), port));
            }
        }
    }

    /// Takes an instance out of the group's target groups. Gives when its connections will have drained.
    pub(super) fn deregister_member(&mut self, id: &GroupId, instance: &str) -> jiff::Timestamp {
        let groups = self.autoscaling.groups.get(id).map(|group| group.target_groups.clone());
        let mut until = self.now;
        for target_group in groups.unwrap_or_default() {
            let keys =
                self.elb.target_groups.get(&target_group).map(|own| {
                    own.targets.keys().filter(|(id, _)| id == instance).cloned().collect::<Vec<_>>()
                });
            for key in keys.unwrap_or_default() {
                until = until.max(self.deregister_target(&target_group, &key).unwrap_or(until));
            }
        }
        until
    }

    /// Begins to terminate an instance: it leaves its target groups first. Gives the activity's id.
    pub(super) fn terminate(&mut self, id: &GroupId, instance: &str, cause: String) -> String {
        let description = format!("Terminating EC2 instance: {instance}");
        let details = self.details_of(id, instance);
        let activity = self.begin_activity(id, description, cause, details);
        let group = self.autoscaling.groups.get_mut(id);
        if let Some(own) = group.and_then(|group| group.members.get_mut(instance)) {
            own.lifecycle = Lifecycle::Terminating;
            own.activity = Some(activity.clone());
        }
        let until = self.deregister_member(id, instance);
        if until > self.now {
            self.proceed(id, &activity, "WaitingForELBConnectionDraining");
        }
        let due = Due::Drained { group: id.clone(), instance: instance.to_owned() };
        self.at(until, agenda::Due::AutoScaling(due));
        activity
    }

    /// An instance's connections have drained: it is ended.
    pub(super) fn drained(&mut self, id: &GroupId, instance: &str) {
        let group = self.autoscaling.groups.get(id);
        let Some(own) = group.and_then(|group| group.members.get(instance)) else { return };
        if own.lifecycle != Lifecycle::Terminating {
            return;
        }
        if let Some(activity) = own.activity.clone() {
            self.proceed(id, &activity, "InProgress");
        }
        self.end_machine(&id.0, instance);
        let takes = self.autoscaling.settings.terminate.draw(&mut self.autoscaling.rng);
        let due = Due::Gone { group: id.clone(), instance: instance.to_owned() };
        self.after(takes, agenda::Due::AutoScaling(due));
    }

    /// An instance is gone.
    pub(super) fn member_gone(&mut self, id: &GroupId, instance: &str) {
        let group = self.autoscaling.groups.get(id);
        let activity = group.and_then(|group| group.members.get(instance)?.activity.clone());
        self.release(id, instance);
        if let Some(activity) = activity {
            self.proceed(id, &activity, "Successful");
        }
        self.scale(id, "");
    }

    /// Takes an instance out of a group.
    pub(super) fn release(&mut self, id: &GroupId, instance: &str) {
        if let Some(group) = self.autoscaling.groups.get_mut(id) {
            group.members.remove(instance);
        }
        self.autoscaling.by_instance.remove(&(id.0.clone(), instance.to_owned()));
        let with = [("region", id.0.clone()), ("group", id.1.clone()), ("instance", instance.to_owned())];
        self.note("instance.left", with);
        self.members_changed(id);
    }

    /// The details of an activity about an instance.
    pub(super) fn details_of(&self, id: &GroupId, instance: &str) -> String {
        let network = self.ec2.network(&id.0);
        let interface =
            network.instances.get(instance).and_then(|own| network.interfaces.get(&own.interface));
        let zone = self.autoscaling.groups.get(id).and_then(|group| group.members.get(instance));
        let zone = zone.map(|own| own.zone.clone()).unwrap_or_default();
        details(interface.map_or("", |own| &own.subnet), &zone)
    }
}

fn details(subnet: &str, zone: &str) -> String {
    format!("{{\"Subnet ID\":\"{subnet}\",\"Availability Zone\":\"{zone}\"}}")
}

fn counts(own: &Member) -> bool {
    matches!(own.lifecycle, Lifecycle::Pending | Lifecycle::InService)
}

fn group_suspends(world: &World, id: &GroupId, process: &str) -> bool {
    world.autoscaling.groups.get(id).is_none_or(|group: &Group| group.suspends(process))
}
