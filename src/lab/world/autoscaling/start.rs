//! Start: the reference deployment's groups.
//! Invariant: as Beanstalk makes them: one per environment, replaced on EC2's findings alone.
//! Used by: `World::reference`.

use std::{collections::BTreeMap, time::Duration};

use super::{
    build::NewGroup,
    model::{Recipe, Tag, Template},
};
use crate::lab::world::{
    World,
    ec2::{Role, group_of},
    reference::{ACCOUNT, ALLOW_KEY, ALLOW_VALUE, REGIONS, Region, environment_id, stack},
    rng::Rng,
};

impl World {
    /// Sets the service up as the reference deployment has it.
    pub(in crate::lab) fn autoscaling_start(&mut self) {
        self.autoscaling.rng = Rng::stream(self.seed, "autoscaling");
        for region in &REGIONS {
            self.start_group(region);
        }
    }

    fn start_group(&mut self, region: &Region) {
        let stack = stack(self.seed, region);
        let environment = environment_id(self.seed, region);
        let letters = environment.chars().rev().filter(char::is_ascii_alphanumeric);
        let suffix: String = letters.take(6).collect();
        let template =
            format!("lt-0{}", suffix.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
        let network = self.ec2.network(region.code);
        let members = network.instances_tagged("elasticbeanstalk:environment-name", region.environment);
        let instances: Vec<String> = members.cloned().collect();
        let first = instances.first().and_then(|id| network.instances.get(id));
        let recipe = Recipe {
            template: Template {
                id: template,
                name: format!("AWSEBEC2LaunchTemplate_{}", suffix.to_uppercase()),
                version: "1".to_owned(),
            },
            image: first.map(|own| own.image.clone()).unwrap_or_default(),
            kind: first.map(|own| own.kind.to_string()).unwrap_or_default(),
            groups: group_of(network, Role::Instances).into_iter().collect(),
        };
        let private = network.subnets.iter().filter(|(_, own)| !own.public);
        let subnets = private.map(|(id, _)| id.clone()).collect();
        let balancers = self.balancers_in(region.code);
        let target_groups = balancers.first().and_then(|arn| self.elb.balancers.get(arn));
        let target_groups =
            target_groups.map(|own| own.target_groups().into_iter().map(str::to_owned).collect());
        self.make_scaling_group(NewGroup {
            region: region.code.to_owned(),
            account: ACCOUNT.to_owned(),
            name: format!("{stack}-AWSEBAutoScalingGroup-{}", suffix.to_uppercase()),
            min: 2,
            max: 4,
            desired: u32::try_from(instances.len()).unwrap_or(0),
            recipe,
            subnets,
            target_groups: target_groups.unwrap_or_default(),
            health_check: "EC2".to_owned(),
            grace: 0,
            age: Duration::from_secs(200 * 86_400),
            tags: tags(region, &environment),
            instances,
            suspended: Vec::new(),
        });
    }
}

fn tags(region: &Region, environment: &str) -> BTreeMap<String, Tag> {
    let tags = [
        ("Name", region.environment),
        ("deployment", "wordpress"),
        (ALLOW_KEY, ALLOW_VALUE),
        ("elasticbeanstalk:environment-id", environment),
        ("elasticbeanstalk:environment-name", region.environment),
    ];
    let tag =
        |(key, value): (&str, &str)| (key.to_owned(), Tag { value: value.to_owned(), propagates: true });
    tags.map(tag).into()
}
