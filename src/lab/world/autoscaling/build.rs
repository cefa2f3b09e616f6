//! Build: makes groups from plain values.
//! Invariant: whole, with the instances it is given in service; nothing is looked up in a particular deployment.
//! Used by: `start`.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    GroupId,
    model::{Group, Lifecycle, Member, Recipe, Tag},
};
use crate::lab::world::World;

/// A group to be made.
#[derive(Debug, Clone)]
pub(in crate::lab) struct NewGroup {
    pub(in crate::lab) region: String,
    pub(in crate::lab) account: String,
    pub(in crate::lab) name: String,
    pub(in crate::lab) min: u32,
    pub(in crate::lab) max: u32,
    pub(in crate::lab) desired: u32,
    pub(in crate::lab) recipe: Recipe,
    /// By id.
    pub(in crate::lab) subnets: Vec<String>,
    /// By ARN.
    pub(in crate::lab) target_groups: Vec<String>,
    /// `EC2` or `ELB`.
    pub(in crate::lab) health_check: String,
    /// Seconds.
    pub(in crate::lab) grace: u32,
    /// For how long it has been there.
    pub(in crate::lab) age: Duration,
    pub(in crate::lab) tags: BTreeMap<String, Tag>,
    /// Instances that it has, by id.
    pub(in crate::lab) instances: Vec<String>,
    /// Processes that are suspended.
    pub(in crate::lab) suspended: Vec<String>,
}

impl World {
    /// Makes a group. Its instances are in service; where they are fewer than desired, it launches more.
    pub(in crate::lab) fn make_scaling_group(&mut self, new: NewGroup) -> GroupId {
        let rng = &mut self.autoscaling.rng;
        let uuid = [8, 4, 4, 4, 12].map(|length| rng.hex(length)).join("-");
        let (region, account, name) = (&new.region, &new.account, &new.name);
        let arn = format!(
            "arn:aws:autoscaling:{region}:{account}:autoScalingGroup:{uuid}:autoScalingGroupName/{name}"
        );
        let network = self.ec2.network(region);
        let zones: BTreeSet<String> =
            new.subnets.iter().filter_map(|id| Some(network.subnets.get(id)?.zone.to_string())).collect();
        let age = jiff::SignedDuration::try_from(new.age).unwrap_or_default();
        let created = self.now.saturating_sub(age).unwrap_or(self.now);
        let member = |id: &String| {
            let own = network.instances.get(id)?;
            let member = Member {
                zone: own.zone.to_string(),
                kind: own.kind.to_string(),
                image: own.image.clone(),
                lifecycle: Lifecycle::InService,
                since: own.launched,
                unhealthy: None,
                protected: false,
                template: new.recipe.template.clone(),
                activity: None,
            };
            Some((id.clone(), member))
        };
        let members: BTreeMap<String, Member> = new.instances.iter().filter_map(member).collect();
        let reason = |process: String| {
            let at = super::activity::moment(created);
            (process, format!("User suspended at {at}"))
        };
        let id: GroupId = (new.region.clone(), new.name.clone());
        for instance in members.keys() {
            self.autoscaling.by_instance.insert((id.0.clone(), instance.clone()), id.1.clone());
        }
        let group = Group {
            region: new.region,
            name: new.name,
            arn,
            min: new.min,
            max: new.max,
            desired: new.desired,
            cooldown: 360,
            recipe: new.recipe,
            subnets: new.subnets,
            zones: zones.into_iter().collect(),
            target_groups: new.target_groups,
            health_check: new.health_check,
            grace: new.grace,
            policies: vec!["Default".to_owned()],
            protects_new: false,
            created,
            tags: new.tags,
            members,
            suspended: new.suspended.into_iter().map(reason).collect(),
            activities: Vec::new(),
        };
        self.autoscaling.groups.insert(id.clone(), group);
        self.scale(&id, "");
        id
    }
}
