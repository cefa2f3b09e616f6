//! Start: the groups that a world begins with.
//! Invariant: as Beanstalk makes them: one per environment, with the environment's instances in service.
//! Not here: how a group is made (see `build`).
//! Used by: `World::build`.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    build::NewGroup,
    model::{Recipe, Tag, Template},
};
use crate::lab::world::{
    World,
    blueprint::{Tags, environment::Environment},
    named::{Thing, Web, environment_id, environment_tags, stack_of},
    rng::Rng,
};

impl World {
    /// Sets the service up as the blueprint has it. After balancers.
    pub(in crate::lab) fn autoscaling_start(&mut self) {
        self.autoscaling.rng = Rng::stream(self.seed, "autoscaling");
        let blueprint = Arc::clone(self.blueprint());
        for region in &blueprint.regions {
            for environment in &region.environments {
                let id = environment_id(self.seed, &region.region, &environment.name);
                let tags = environment_tags(&blueprint, environment, &id);
                self.start_group(&region.region, environment, &id, tags);
            }
        }
    }

    fn start_group(&mut self, region: &str, environment: &Environment, id: &str, tags: Tags) {
        let Some(ground) = self.ground_of(region, &environment.name).cloned() else { return };
        let Some(web) = self.web_of(region, &environment.name).cloned() else { return };
        let letters = id.chars().rev().filter(char::is_ascii_alphanumeric);
        let suffix: String = letters.take(6).collect();
        let template =
            format!("lt-0{}", suffix.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
        let suffix = suffix.to_uppercase();
        let name = format!("{}-AWSEBAutoScalingGroup-{suffix}", stack_of(id));
        let fleet = &environment.instances;
        let named = |thing, names: &[String]| -> Vec<String> {
            names.iter().filter_map(|name| self.named(region, thing, name).map(str::to_owned)).collect()
        };
        let first = ground.instances.first().and_then(|id| self.ec2.network(region).instances.get(id));
        let recipe = Recipe {
            template: Template {
                id: template.clone(),
                name: format!("AWSEBEC2LaunchTemplate_{suffix}"),
                version: "1".to_owned(),
            },
            image: first.map(|own| own.image.clone()).unwrap_or_default(),
            kind: fleet.class.clone(),
            groups: std::iter::once(ground.group).chain(named(Thing::Group, &fleet.extra_groups)).collect(),
        };
        let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let group = NewGroup {
            region: region.to_owned(),
            account: self.account().to_owned(),
            name: name.clone(),
            min: count(fleet.min.unwrap_or(fleet.count)),
            max: count(fleet.max.unwrap_or(2 * fleet.count)),
            desired: count(fleet.count),
            recipe,
            subnets: named(Thing::Subnet, &fleet.subnets),
            target_groups: vec![web.target_group.clone()],
            health_check: fleet.health_check.clone(),
            grace: 0,
            age: Duration::from_secs(200 * 86_400),
            tags: group_tags(tags),
            instances: ground.instances.clone(),
            suspended: fleet.suspended.clone(),
        };
        self.make_scaling_group(group);
        self.tag_members(region, &ground.instances, &name);
        let web = Web { scaling_group: name, launch_template: template, ..web };
        self.has_web(region, &environment.name, web);
    }

    /// AWS: instances carry the name of their group (Auto Scaling user guide, tags).
    fn tag_members(&mut self, region: &str, instances: &[String], group: &str) {
        let Some(network) = self.ec2.networks.get_mut(region) else { return };
        for instance in instances {
            let tags = network.tags.entry(instance.clone()).or_default();
            tags.insert("aws:autoscaling:groupName".to_owned(), group.to_owned());
        }
    }
}

fn group_tags(tags: Tags) -> BTreeMap<String, Tag> {
    tags.into_iter().map(|(key, value)| (key, Tag { value, propagates: true })).collect()
}
