//! Health: which instances of a group count as unhealthy.
//! Invariant: an instance that is marked unhealthy stays so until someone says otherwise or it is replaced.
//! Not here: what is done about it (see `capacity`).
//! Used by: `elb` (targets' health), `ec2` (machines), `autoscaling`.

use std::time::Duration;

use super::{
    Due, GroupId,
    model::{Lifecycle, Member},
};
use crate::{
    clock::later,
    lab::world::{World, agenda, elb::model::Health},
};

/// AWS: how causes word what found an instance unhealthy (Auto Scaling user guide, troubleshooting health checks).
pub(super) const BY_BALANCER: &str = "an ELB system health check failure";
pub(super) const BY_MACHINE: &str = "an EC2 health check indicating it has been terminated or stopped";
pub(super) const BY_USER: &str = "a user health-check";

impl World {
    /// Others show another health of an instance, or it has come into service: its group will look, after the grace
    /// period at the earliest.
    pub(in crate::lab) fn health_seen(&mut self, region: &str, instance: &str) {
        let key = (region.to_owned(), instance.to_owned());
        let Some(name) = self.autoscaling.by_instance.get(&key) else { return };
        let group: GroupId = (region.to_owned(), name.clone());
        let Some(found) = self.finding(&group, instance) else { return };
        let noticed = self.autoscaling.settings.health_noticed.draw(&mut self.autoscaling.rng);
        let at = later(self.now, noticed).max(found.1);
        let due = Due::Look { group, instance: instance.to_owned() };
        self.at(at, agenda::Due::AutoScaling(due));
    }

    /// What speaks against an instance now, and from when it counts.
    fn finding(&self, id: &GroupId, instance: &str) -> Option<(&'static str, jiff::Timestamp)> {
        let group = self.autoscaling.groups.get(id)?;
        let own = group.members.get(instance)?;
        if own.lifecycle != Lifecycle::InService || own.unhealthy.is_some() || group.suspends("HealthCheck") {
            return None;
        }
        if !self.machine_runs(&id.0, instance) {
            return Some((BY_MACHINE, self.now));
        }
        let bad = group.heeds_balancer() && self.is_bad_target(group.target_groups.iter(), instance);
        bad.then(|| (BY_BALANCER, grace_ends(own, group.grace)))
    }

    fn is_bad_target<'a>(&self, groups: impl Iterator<Item = &'a String>, instance: &str) -> bool {
        let bad = |group: &String| {
            let own = self.elb.target_groups.get(group)?;
            let mut targets = own.targets.iter().filter(|((id, _), _)| id == instance);
            Some(targets.any(|(_, target)| matches!(target.reported, Health::Unhealthy(_))))
        };
        groups.filter_map(bad).any(|bad| bad)
    }

    /// The group looks at an instance's health.
    pub(super) fn look_at_member(&mut self, id: &GroupId, instance: &str) {
        let Some((reason, from)) = self.finding(id, instance) else { return };
        if self.now < from {
            let due = Due::Look { group: id.clone(), instance: instance.to_owned() };
            self.at(from, agenda::Due::AutoScaling(due));
            return;
        }
        self.mark(id, instance, Some(reason));
    }

    /// Marks an instance, and does what follows from it.
    pub(super) fn mark(&mut self, id: &GroupId, instance: &str, unhealthy: Option<&'static str>) {
        let group = self.autoscaling.groups.get_mut(id);
        let Some(own) = group.and_then(|group| group.members.get_mut(instance)) else { return };
        own.unhealthy = unhealthy;
        let health = if unhealthy.is_some() { "Unhealthy" } else { "Healthy" }.to_owned();
        let with = [
            ("region", id.0.clone()),
            ("group", id.1.clone()),
            ("instance", instance.to_owned()),
            ("health", health),
        ];
        self.note("instance.marked", with);
        self.scale(id, "");
    }

    /// Looks at every instance of a group again.
    pub(super) fn look_at_all(&mut self, id: &GroupId) {
        let members =
            self.autoscaling.groups.get(id).map(|group| group.members.keys().cloned().collect::<Vec<_>>());
        for instance in members.unwrap_or_default() {
            self.health_seen(&id.0, &instance);
        }
    }
}

/// When an instance's grace period ends.
pub(super) fn grace_ends(own: &Member, grace: u32) -> jiff::Timestamp {
    later(own.since, Duration::from_secs(u64::from(grace)))
}
