//! Query: what other services ask about balancers.
//! Invariant: pure reading, by index; nothing assumes one balancer a region.
//! Used by: `beanstalk`, `cloudwatch`, `route53`, `dns`, `autoscaling`.

use std::net::Ipv4Addr;

use super::{
    State,
    model::{Balancer, Health, Target, TargetGroup},
    names,
};
use crate::lab::world::World;

/// What can be seen of one target of a balancer, from outside and inside.
#[derive(Debug, Clone)]
pub(in crate::lab) struct TargetSeen {
    /// The instance or address.
    pub(in crate::lab) id: String,
    /// What describes show.
    pub(in crate::lab) reported: Health,
    /// True if any node's requests reach it.
    pub(in crate::lab) reached: bool,
}

impl State {
    /// The target groups that a balancer routes to.
    pub(in crate::lab) fn groups_behind<'a>(
        &'a self,
        balancer: &'a Balancer,
    ) -> impl Iterator<Item = &'a TargetGroup> {
        balancer.target_groups().into_iter().filter_map(|arn| self.target_groups.get(arn))
    }

    /// The ARNs of the target groups in which something is registered.
    pub(in crate::lab) fn groups_of(&self, region: &str, id: &str) -> Vec<String> {
        let key = (region.to_owned(), id.to_owned());
        self.by_target.get(&key).into_iter().flatten().cloned().collect()
    }

    /// The balancers of a region.
    pub(super) fn in_region(&self, region: &str) -> impl Iterator<Item = &Balancer> {
        let prefix = names::region_prefix(region);
        let rest = self.balancers.range(prefix.clone()..);
        rest.take_while(move |(arn, _)| arn.starts_with(&prefix)).map(|(_, balancer)| balancer)
    }

    /// The target groups of a region.
    pub(super) fn target_groups_in(&self, region: &str) -> impl Iterator<Item = &TargetGroup> {
        let prefix = names::region_prefix(region);
        let rest = self.target_groups.range(prefix.clone()..);
        rest.take_while(move |(arn, _)| arn.starts_with(&prefix)).map(|(_, group)| group)
    }

    fn named(&self, dns_name: &str) -> Option<&Balancer> {
        let name = dns_name.trim_end_matches('.').to_lowercase();
        let name = name.strip_prefix("dualstack.").unwrap_or(&name);
        self.balancers.get(self.by_name.get(name)?)
    }
}

impl World {
    /// The ARNs of a region's balancers.
    pub fn balancers_in(&self, region: &str) -> Vec<String> {
        self.elb.in_region(region).map(|balancer| balancer.arn.clone()).collect()
    }

    /// The DNS name of the balancer with this ARN.
    pub fn balancer_name(&self, arn: &str) -> Option<&str> {
        self.elb.balancers.get(arn).map(|balancer| balancer.dns_name.as_str())
    }

    /// The ARN of the balancer with this DNS name, with or without `dualstack.` and a dot at its end.
    pub fn balancer_named(&self, dns_name: &str) -> Option<&str> {
        self.elb.named(dns_name).map(|balancer| balancer.arn.as_str())
    }

    /// The `app/NAME/ID` of a balancer and the `targetgroup/NAME/ID` of each of its target groups, as CloudWatch's
    /// dimensions name them, with how many targets of each are healthy and unhealthy.
    pub fn balancer_gauges_of(&self, arn: &str) -> Vec<(String, String, usize, usize)> {
        let Some(balancer) = self.elb.balancers.get(arn) else { return Vec::new() };
        let gauge = |group: &TargetGroup| {
            let (healthy, unhealthy) = counts(group);
            let name = group.arn.rsplit(':').next().unwrap_or_default();
            (balancer.path().to_owned(), name.to_owned(), healthy, unhealthy)
        };
        self.elb.groups_behind(balancer).filter(|group| !group.targets.is_empty()).map(gauge).collect()
    }

    /// The dimensions of a balancer's first target group.
    pub fn balancer_dimensions(&self, arn: &str) -> Option<(String, String)> {
        self.balancer_gauges_of(arn).into_iter().next().map(|(balancer, group, ..)| (balancer, group))
    }

    /// How many targets of a balancer's first target group are healthy and unhealthy.
    pub fn balancer_host_counts(&self, arn: &str) -> Option<(usize, usize)> {
        self.balancer_gauges_of(arn).into_iter().next().map(|(_, _, healthy, unhealthy)| (healthy, unhealthy))
    }

    /// What `EvaluateTargetHealth` sees behind an alias to this name; `None` if no balancer has the name.
    pub fn balancer_target_health(&self, dns_name: &str) -> Option<bool> {
        self.elb.named(dns_name).map(|balancer| self.elb.is_healthy(balancer))
    }

    /// The addresses that the balancer's name resolves to now; `None` if no balancer has the name.
    pub fn balancer_addresses(&self, dns_name: &str) -> Option<Vec<Ipv4Addr>> {
        self.elb.named(dns_name).map(|balancer| self.elb.addresses(balancer))
    }

    /// What can be seen of each target of a balancer that takes part.
    pub(in crate::lab) fn targets_seen(&self, arn: &str) -> Vec<TargetSeen> {
        let Some(balancer) = self.elb.balancers.get(arn) else { return Vec::new() };
        let of_group = |group: &TargetGroup| {
            let seen = group.targets.iter().filter(|(_, target)| target.takes_part()).map(|(key, target)| {
                let reached = target.lines.values().any(|line| line.carries(self.now));
                TargetSeen { id: key.0.clone(), reported: target.reported, reached }
            });
            seen.collect::<Vec<_>>()
        };
        self.elb.groups_behind(balancer).flat_map(of_group).collect()
    }
}

fn counts(group: &TargetGroup) -> (usize, usize) {
    let mut parts = group.targets.values().filter(|target| target.takes_part());
    let healthy = parts.clone().filter(|target| target.health() == Health::Healthy).count();
    let bad = |target: &&Target| matches!(target.health(), Health::Unhealthy(_));
    (healthy, parts.by_ref().filter(bad).count())
}
