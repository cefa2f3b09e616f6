//! Elb: application load balancers and their targets.
//! Invariant: a balancer's picture of its targets comes from its own checks alone.
//! Not here: what a client of the site meets (see `site`).
//! Used by: `World`.

mod build;
mod checks;
mod describe;
pub(super) mod due;
pub mod model;
mod paths;
mod rules;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, net::Ipv4Addr};

pub(in crate::lab) use self::paths::{admits_client, carries_client};
use self::{
    due::Due,
    model::{Balancer, Health},
};
use super::{
    World,
    call::{Call, Operation, Reply, Service},
    reference::REGIONS,
    rng::Rng,
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("DescribeListeners"),
    Operation::real("DescribeLoadBalancerAttributes"),
    Operation::real("DescribeLoadBalancers"),
    Operation::real("DescribeRules"),
    Operation::real("DescribeTags"),
    Operation::real("DescribeTargetGroupAttributes"),
    Operation::real("DescribeTargetGroups"),
    Operation::real("DescribeTargetHealth"),
    Operation::real("SetSecurityGroups"),
];

/// What this service remembers: one balancer a region.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    pub(in crate::lab) balancers: BTreeMap<String, Balancer>,
    pub(in crate::lab) rng: Rng,
}

impl World {
    /// Sets the service up as the reference deployment has it, and puts its first entries on the agenda.
    pub(in crate::lab) fn elb_start(&mut self) {
        self.elb.rng = Rng::stream(self.seed, "elb");
        for region in &REGIONS {
            let Some(network) = self.ec2.networks.get_mut(region.code) else { continue };
            let balancer = build::balancer(network, self.seed, region, &mut self.elb.rng, self.now);
            self.elb.balancers.insert(region.code.to_owned(), balancer);
            self.paths_changed(region.code);
            self.start_checks(region.code);
        }
    }

    /// Does what is due now.
    pub(in crate::lab) fn elb_due(&mut self, due: Due) {
        match due {
            Due::Check { region, pair } => self.check(&region, pair),
            Due::Result { region, pair, result } => self.take_result(&region, pair, result),
            Due::Reported { region, target } => {
                let balancer = self.elb.balancers.get_mut(&region);
                if let Some(target) = balancer.and_then(|balancer| balancer.targets.targets.get_mut(target)) {
                    target.reported = target.health();
                    let healthy = (target.reported == Health::Healthy).to_string();
                    let target = target.instance.clone();
                    self.note(
                        "target.described",
                        [("region", region), ("target", target), ("healthy", healthy)],
                    );
                }
            }
            Due::Drained { region } => self.note_site(&region),
        }
    }

    /// Answers a call.
    pub(in crate::lab) fn elb_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "DescribeListeners" => rules::listeners(&self.elb, call),
            "DescribeLoadBalancerAttributes" => rules::balancer_attributes(&self.elb, call),
            "DescribeLoadBalancers" => describe::balancers(&self.elb, call),
            "DescribeRules" => rules::rules(&self.elb, call),
            "DescribeTags" => rules::tags(&self.elb, call),
            "DescribeTargetGroupAttributes" => rules::target_group_attributes(&self.elb, call),
            "DescribeTargetGroups" => describe::target_groups(&self.elb, call),
            "DescribeTargetHealth" => describe::target_health(&self.elb, call),
            "SetSecurityGroups" => describe::set_security_groups(self, call),
            other => Err(World::unrouted(Service::Elb, other)),
        }
    }

    /// The DNS name of `region`'s balancer.
    pub fn balancer_name(&self, region: &str) -> Option<&str> {
        self.elb.balancers.get(region).map(|balancer| balancer.dns_name.as_str())
    }

    /// The `app/NAME/ID` of `region`'s balancer and the `targetgroup/NAME/ID` of its targets, as CloudWatch's
    /// dimensions name them.
    pub fn balancer_dimensions(&self, region: &str) -> Option<(String, String)> {
        let balancer = self.elb.balancers.get(region)?;
        let group = balancer.targets.arn.rsplit(':').next().unwrap_or_default();
        Some((balancer.path().to_owned(), group.to_owned()))
    }

    /// How many targets of `region`'s balancer are healthy and unhealthy.
    pub fn balancer_host_counts(&self, region: &str) -> Option<(usize, usize)> {
        let targets = &self.elb.balancers.get(region)?.targets.targets;
        let healthy = targets.iter().filter(|target| target.health() == Health::Healthy).count();
        Some((healthy, targets.len() - healthy))
    }

    /// What `EvaluateTargetHealth` sees behind an alias to this name: healthy only if every target group that has
    /// targets has a healthy one and no group is empty; `None` if no balancer has the name.
    pub fn balancer_target_health(&self, dns_name: &str) -> Option<bool> {
        let targets = &self.balancer_named(dns_name)?.targets.targets;
        Some(targets.iter().any(|target| target.health() == Health::Healthy))
    }

    /// The addresses that the balancer's name resolves to now; `None` if no balancer has the name. AWS: nodes without
    /// a healthy target leave the answer, unless all of them are so (ELB user guide, target group health).
    pub fn balancer_addresses(&self, dns_name: &str) -> Option<Vec<Ipv4Addr>> {
        let balancer = self.balancer_named(dns_name)?;
        let healthy = |node: usize| {
            let mut targets = balancer.targets.targets.iter();
            targets.any(|target| target.views.get(node).is_some_and(|view| view.health == Health::Healthy))
        };
        let some: Vec<Ipv4Addr> = balancer
            .nodes
            .iter()
            .enumerate()
            .filter(|(node, _)| healthy(*node))
            .map(|(_, n)| n.public)
            .collect();
        let all = || balancer.nodes.iter().map(|node| node.public).collect();
        Some(if some.is_empty() { all() } else { some })
    }

    fn balancer_named(&self, dns_name: &str) -> Option<&Balancer> {
        let name = dns_name.trim_end_matches('.').to_lowercase();
        let name = name.strip_prefix("dualstack.").unwrap_or(&name);
        self.elb.balancers.values().find(|balancer| balancer.dns_name.to_lowercase() == name)
    }
}
