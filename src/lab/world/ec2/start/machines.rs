//! Machines: instances of their own, and those of environments.
//! Invariant: an environment's instances are spread evenly over its subnets, each in the group of their environment; what is
//! in a public subnet has a public address.
//! Used by: `start`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::plot::Plot;
use crate::lab::world::{
    blueprint::{environment::Environment, network::Instance},
    ec2::{
        build::{self, MachinePlan},
        model::{App, Owner},
    },
    named::{Thing, environment_tags},
};

/// The instance profile that Beanstalk's own tools make for its instances.
const PROFILE: &str = "aws-elasticbeanstalk-ec2-role";

impl<'a> Plot<'a> {
    /// All of the region's machines.
    pub(super) fn machines(&mut self) {
        let region = self.region;
        let mut images: BTreeMap<String, String> = BTreeMap::new();
        for environment in &region.environments {
            let (name, about) = platform_image(&environment.platform);
            let image = match images.get(&name) {
                Some(image) => image.clone(),
                None => self.image(&name, &about, 9),
            };
            images.insert(name, image.clone());
            self.fleet(environment, &image);
        }
        if region.instances.is_empty() {
            return;
        }
        let image =
            self.image("al2023-ami-2023.6.20250303.0-kernel-6.1-x86_64", "Amazon Linux 2023 AMI", 120);
        for instance in &region.instances {
            self.machine(instance, &image);
        }
    }

    fn image(&mut self, name: &str, about: &str, days: i64) -> String {
        let id = build::id(self.ids, "ami");
        let created = self.days_ago(days);
        build::image(&mut self.network, &id, (name, about), created);
        id
    }

    fn fleet(&mut self, environment: &'a Environment, image: &str) {
        let subnets = self.all_named(Thing::Subnet, &environment.instances.subnets);
        let own = self.named(Thing::Group, &environment.name);
        let more = self.all_named(Thing::Group, &environment.instances.extra_groups);
        let groups: Vec<String> = std::iter::once(own).chain(more).collect();
        let tags = environment_tags(self.blueprint, environment, &self.environment_id(&environment.name));
        let count = usize::try_from(environment.instances.count).unwrap_or(0);
        let launched = self.days_ago(9);
        let mut instances = Vec::new();
        for subnet in subnets.iter().cycle().take(count) {
            let plan = MachinePlan {
                image: image.to_owned(),
                kind: environment.instances.class.clone(),
                key_name: None,
                profile: Some(self.profile(PROFILE)),
                app: App::Serving,
            };
            let (id, interface) = self.launched(subnet, groups.clone(), plan, launched);
            let public = self.is_public(subnet).then(|| self.publics.next()).flatten();
            if let Some(interface) = self.network.interfaces.get_mut(&interface) {
                interface.public = public;
            }
            self.network.tags.insert(id.clone(), tags.clone());
            instances.push(id);
        }
        if let Some(ground) = self.grounds.get_mut(environment.name.as_str()) {
            ground.instances = instances;
        }
    }

    /// A machine that is nobody's but its own; in a public subnet it has an elastic address.
    fn machine(&mut self, instance: &'a Instance, image: &str) {
        let subnet = self.named(Thing::Subnet, &instance.subnet);
        let groups = self.all_named(Thing::Group, &instance.groups);
        let launched = self.days_ago(120);
        if let Some(key) = &instance.key
            && !self.network.key_pairs.contains_key(key)
        {
            build::key_pair(&mut self.network, self.ids, key, launched);
        }
        let plan = MachinePlan {
            image: image.to_owned(),
            kind: instance.class.clone(),
            key_name: instance.key.clone(),
            profile: instance.profile.as_deref().map(|name| self.profile(name)),
            app: App::Down,
        };
        let (id, interface) = self.launched(&subnet, groups, plan, launched);
        self.has_become(Thing::Instance, &instance.name, &id);
        self.tag(&id, &instance.name, &instance.tags);
        if let Some(public) = self.is_public(&subnet).then(|| self.publics.next()).flatten() {
            let allocation = build::elastic_address(&mut self.network, self.ids, public);
            build::give_address(&mut self.network, self.ids, &allocation, &interface);
            self.tag(&allocation, &instance.name, &instance.tags);
        }
    }

    /// A running machine; its id and its interface's.
    fn launched(
        &mut self,
        subnet: &str,
        groups: Vec<String>,
        plan: MachinePlan,
        at: Timestamp,
    ) -> (String, String) {
        let id = build::id(self.ids, "i");
        let interface = self.interface(subnet, groups, Owner::Instance(id.clone()));
        build::machine(&mut self.network, self.ids, &id, &interface, plan, at);
        (id, interface)
    }

    fn is_public(&self, subnet: &str) -> bool {
        self.network.subnets.get(subnet).is_some_and(|subnet| subnet.public)
    }

    fn profile(&self, name: &str) -> String {
        format!("arn:aws:iam::{}:instance-profile/{name}", self.blueprint.account)
    }
}

/// The name and description of the image that a platform runs on: `64bit Amazon Linux 2023 v4.7.0 running PHP 8.4`.
fn platform_image(platform: &str) -> (String, String) {
    let (base, language) = platform.split_once(" running ").unwrap_or((platform, "a custom platform"));
    let base = base.strip_prefix("64bit ").unwrap_or(base);
    let system = base.rsplit_once(" v").map_or(base, |(system, _)| system);
    let short = |text: &str| text.to_lowercase().replace([' ', '.'], "");
    let base = system.replace("Amazon Linux", "amzn").replace(' ', "-").to_lowercase();
    let name = format!("aws-elasticbeanstalk-{base}-x86_64-{}-hvm", short(language));
    (name, format!("Elastic Beanstalk {language} on {system}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_called_after_its_platform() {
        let (name, about) = platform_image("64bit Amazon Linux 2023 v4.7.0 running PHP 8.4");
        assert_eq!(name, "aws-elasticbeanstalk-amzn-2023-x86_64-php84-hvm");
        assert_eq!(about, "Elastic Beanstalk PHP 8.4 on Amazon Linux 2023");
    }
}
