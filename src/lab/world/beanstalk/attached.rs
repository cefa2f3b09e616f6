//! Attached: what an environment is made of, as the services that hold it see it.
//! Invariant: the one file of this service that looks into balancers, machines and groups.
//! Used by: the rest of `beanstalk`.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use super::{
    model::{Environment, OwnGroup, Resources},
    settings::WatchedGroup,
    verdict::Fault,
};
use crate::lab::world::{
    World,
    ec2::{
        End,
        model::{App, Network, Rule, Tags},
    },
    elb::model::{Balancer, Health, TargetGroup},
};

/// Where agents report to: an address of the internet, outside every network of the world.
const HEALTH_SERVICE: End<'static> = End::Outside(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 250)));

/// What can be seen of one instance, from outside and inside.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Its balancer calls it healthy; without a balancer, its application answers.
    pub(super) healthy: bool,
    /// Requests reach it.
    pub(super) reached: bool,
    /// Its agent's reports get out.
    pub(super) reports: bool,
    /// How its application fails, if it does.
    pub(super) fault: Fault,
}

impl World {
    /// An environment's balancer.
    pub(super) fn attached_balancer(&self, resources: &Resources) -> Option<&Balancer> {
        let arn = resources.balancer.as_deref()?;
        self.elb.balancers.get(arn)
    }

    /// Where a balancer of Beanstalk's forwards to: one group.
    pub(super) fn attached_targets(&self, balancer: &Balancer) -> Option<&TargetGroup> {
        let arn = balancer.target_groups().into_iter().next()?;
        self.elb.target_groups.get(arn)
    }

    /// The instances of an environment, by the tag that Beanstalk puts on them.
    pub(super) fn attached_instances(&self, region: &str, name: &str) -> Vec<String> {
        let network = self.ec2.network(region);
        let carries = |id: &&String| {
            let tags = network.tags_on(id);
            tags.and_then(|tags| tags.get("elasticbeanstalk:environment-name")).is_some_and(|own| own == name)
        };
        network.instances.keys().filter(carries).cloned().collect()
    }

    /// What can be seen of each of an environment's machines.
    pub(super) fn seen_machines(&self, environment: &Environment) -> Vec<Seen> {
        let network = self.ec2.network(&environment.region);
        let balancer = self.attached_balancer(&environment.resources);
        let targets = balancer.map(|own| self.targets_seen(&own.arn)).unwrap_or_default();
        let seen = environment.machines.iter().map(|machine| {
            let instance = network.instances.get(&machine.instance);
            let app = instance.map_or(App::Down, |instance| instance.app);
            let target = targets.iter().find(|target| target.id == machine.instance);
            let (healthy, reached) = match (target, balancer) {
                (Some(target), _) => (target.reported == Health::Healthy, target.reached),
                (None, Some(_)) => (false, false),
                (None, None) => (app == App::Serving, instance.is_some()),
            };
            let agent = instance.map(|own| End::Interface(&environment.region, &own.interface));
            let reports = agent.is_some_and(|own| self.ec2.admits(own, HEALTH_SERVICE, 443).is_some());
            Seen {
                healthy,
                reached,
                reports,
                fault: match app {
                    App::Serving | App::Mute => Fault::Unseen,
                    App::Down => Fault::Stopped,
                    App::Failing(status) => Fault::Answers(status),
                },
            }
        });
        seen.collect()
    }

    /// Whether the group that resource monitoring looks at lacks port 80.
    pub(super) fn lacks_port_80(&self, environment: &Environment) -> bool {
        let group = match self.beanstalk.settings.watched_group {
            WatchedGroup::None => return false,
            WatchedGroup::Instances => &environment.resources.instance_group,
            WatchedGroup::Balancer => &environment.resources.balancer_group,
        };
        let Some(group) = group else { return false };
        let own = self.ec2.network(&environment.region).groups.get(&group.id);
        own.is_none_or(|own| {
            !own.rules.configured.values().any(|rule| !rule.key.egress && rule.key.admits_tcp(80))
        })
    }

    /// Puts the rules of an environment's own groups back as Beanstalk made them: what is missing gets a new id, what
    /// does not belong goes.
    pub(super) fn rewrite_groups(&mut self, region: &str, resources: &Resources) {
        let groups = [&resources.instance_group, &resources.balancer_group];
        for group in groups.into_iter().flatten() {
            let Some(own) = self.ec2.network(region).groups.get(&group.id) else { continue };
            let mut rules = own.rules.configured.clone();
            let wanted = |rule: &Rule| group.rules.iter().any(|(key, _)| *key == rule.key);
            rules.retain(|_, rule| wanted(rule));
            let missing: Vec<_> = group
                .rules
                .iter()
                .filter(|(key, _)| !rules.values().any(|rule| rule.key == *key))
                .cloned()
                .collect();
            if missing.is_empty() && rules.len() == own.rules.configured.len() {
                continue;
            }
            for (key, description) in missing {
                let rule = Rule { key, peered: None, description, tags: Tags::new() };
                rules.insert(format!("sgr-0{}", self.beanstalk.rng.hex(16)), rule);
            }
            self.write_rules(region, &group.id, rules);
        }
    }

    /// Gives the environment's target group the health check that its process options ask for.
    pub(super) fn set_process_check(&mut self, resources: &Resources, name: &str, value: &str) {
        let Some(arn) = self.attached_balancer(resources).map(|balancer| balancer.arn.clone()) else {
            return;
        };
        let groups = self.elb.balancers.get(&arn).map(Balancer::target_groups).unwrap_or_default();
        let Some(group) = groups.first().map(|group| (*group).to_owned()) else { return };
        let Some(group) = self.elb.target_groups.get_mut(&group) else { return };
        let check = &mut group.check;
        let number = value.parse::<u32>();
        match (name, number) {
            ("HealthCheckInterval", Ok(seconds)) => check.interval = Duration::from_secs(u64::from(seconds)),
            ("HealthCheckTimeout", Ok(seconds)) => check.timeout = Duration::from_secs(u64::from(seconds)),
            ("HealthyThresholdCount", Ok(count)) => check.healthy_after = count,
            ("UnhealthyThresholdCount", Ok(count)) => check.unhealthy_after = count,
            ("HealthCheckPath", _) => value.clone_into(&mut check.path),
            _ => {}
        }
    }
}

/// A group with the rules that it has now.
fn own_group(network: &Network, id: &str) -> Option<OwnGroup> {
    let group = network.groups.get(id)?;
    let rules = group.rules.configured.values().map(|rule| (rule.key.clone(), rule.description.clone()));
    Some(OwnGroup { id: id.to_owned(), rules: rules.collect() })
}

impl World {
    /// The groups that a stack of Beanstalk's made: the instances' and the balancer's. A balancer may use one that is not
    /// the stack's: then Beanstalk leaves its rules alone.
    pub(super) fn groups_of(
        &self,
        region: &str,
        environment: &str,
        stack: &str,
    ) -> (Option<OwnGroup>, Option<OwnGroup>) {
        let Some(ground) = self.ground_of(region, environment) else { return (None, None) };
        let network = self.ec2.network(region);
        let own = |id: &str| {
            let group = network.groups.get(id)?;
            own_group(network, id).filter(|_| group.name.starts_with(&format!("{stack}-")))
        };
        (own(&ground.group), own(&ground.balancer_group))
    }
}
