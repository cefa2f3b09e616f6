//! Routing: which targets a node sends requests to, which nodes are in DNS, and what a fresh client meets.
//! Invariant: decided by the nodes' own verdicts alone; a group without enough healthy targets is used whole.
//! Not here: what a target answers (see `site`).
//! Used by: `site`, `paths`, `route53` and `dns` through `World`.

use std::net::{IpAddr, Ipv4Addr};

use super::{
    State,
    model::{Balancer, Key, Target, TargetGroup},
    paths::admits_client,
    rule::{Action, Asked},
};
use crate::lab::world::{World, ec2::model::App, site::page_status};

const DNS: &str = "target_group_health.dns_failover.minimum_healthy_targets";
const ROUTING: &str = "target_group_health.unhealthy_state_routing.minimum_healthy_targets";

impl TargetGroup {
    /// The port that health checks ask of a target.
    pub fn check_port(&self, key: &Key) -> u16 {
        self.check.port.unwrap_or(key.1)
    }

    /// True if a node sends requests to the targets of its own zone only.
    fn is_zonal(&self) -> bool {
        self.attribute("load_balancing.cross_zone.enabled") == "false"
    }

    /// The targets that take part, for the node of this zone.
    fn parts(&self, zone: &str) -> impl Iterator<Item = (&Key, &Target)> {
        let zonal = self.is_zonal();
        let near = move |target: &Target| !zonal || target.zone == zone || target.zone == "all";
        self.targets.iter().filter(move |(_, target)| target.takes_part() && near(target))
    }

    /// True if as many targets are healthy, from this zone's node, as the attributes under `prefix` ask for.
    fn is_enough(&self, zone: &str, prefix: &str) -> bool {
        let all = self.parts(zone).count();
        let healthy = self.parts(zone).filter(|(_, target)| target.is_healthy_from(zone)).count();
        let least = |name| self.attribute(&format!("{prefix}.{name}")).parse::<usize>().ok();
        least("count").is_none_or(|count| healthy >= count)
            && least("percentage").is_none_or(|percent| healthy * 100 >= percent * all)
    }

    /// The targets that the node of this zone sends requests to: the healthy ones, or all where those are too few. AWS:
    /// "if a target group contains only unhealthy registered targets, the load balancer routes requests to all those
    /// targets" (ELB user guide, target group health checks).
    pub fn routable(&self, zone: &str) -> Vec<Key> {
        let enough = self.is_enough(zone, ROUTING);
        let takes = |target: &Target| !enough || target.is_healthy_from(zone);
        self.parts(zone).filter(|(_, target)| takes(target)).map(|(key, _)| key.clone()).collect()
    }

    /// What this group says in the evaluation of an alias: one of its targets is healthy.
    fn is_healthy(&self) -> bool {
        self.targets.values().any(Target::is_healthy)
    }
}

impl State {
    /// What `EvaluateTargetHealth` sees behind an alias to a balancer. AWS: healthy only if every target group that
    /// contains targets has a healthy one, and none is empty (Route 53 developer guide, values for alias records).
    pub(super) fn is_healthy(&self, balancer: &Balancer) -> bool {
        self.groups_behind(balancer).all(TargetGroup::is_healthy)
    }

    /// The addresses in DNS. AWS: nodes of zones with too few healthy targets leave the answer, unless all of them
    /// would (ELB user guide, target group health).
    pub(super) fn addresses(&self, balancer: &Balancer) -> Vec<Ipv4Addr> {
        let used = |group: &&TargetGroup| !group.targets.is_empty();
        let well =
            |zone: &str| self.groups_behind(balancer).filter(used).all(|group| group.is_enough(zone, DNS));
        let some: Vec<Ipv4Addr> =
            balancer.nodes.iter().filter(|node| well(&node.zone)).map(|node| node.public).collect();
        let all = || balancer.nodes.iter().map(|node| node.public).collect();
        if some.is_empty() { all() } else { some }
    }
}

impl World {
    /// `site.up` if every fresh request for the home page by the balancer's own name would be answered with success,
    /// `site.down` if none, `site.partial` otherwise.
    pub(super) fn site_state(&self, balancer: &Balancer, port: u16) -> &'static str {
        let client = self.site.client();
        let mut answers = Vec::new();
        for node in &balancer.nodes {
            let network = self.ec2.network(&balancer.region);
            let admitted = admits_client(network, balancer, &node.zone, client, port).is_some();
            let answered = self.answers_from(balancer, &node.zone, port);
            answers.extend(answered.into_iter().map(|good| admitted && good));
        }
        match (answers.iter().any(|good| *good), answers.iter().all(|good| *good)) {
            (true, true) => "site.up",
            (true, false) => "site.partial",
            (false, _) => "site.down",
        }
    }

    /// Whether each way that a request for the home page may go from this node ends well.
    fn answers_from(&self, balancer: &Balancer, zone: &str, port: u16) -> Vec<bool> {
        let asked = Asked { from: self.site.client(), host: &balancer.dns_name, method: "GET", target: "/" };
        let listener = balancer.listeners.get(&port);
        match listener.and_then(|listener| listener.action_for(asked)) {
            None => vec![false],
            Some(Action::Redirect(_)) => vec![true],
            Some(Action::Fixed { status, .. }) => vec![*status < 400],
            Some(Action::Forward(shares)) => {
                let shares = shares.iter().filter(|share| share.weight > 0 || shares.len() == 1);
                let groups = shares.filter_map(|share| self.elb.target_groups.get(&share.group));
                groups.flat_map(|group| self.answers_of(group, zone)).collect()
            }
        }
    }

    fn answers_of(&self, group: &TargetGroup, zone: &str) -> Vec<bool> {
        let targets = group.routable(zone);
        if targets.is_empty() {
            return vec![false];
        }
        let good = |key: &Key| {
            let answers = match self.app_at(&group.region, &key.0, key.1) {
                App::Serving => page_status("GET", "/") < 400,
                App::Failing(status) => status < 400,
                App::Down | App::Mute => false,
            };
            answers && group.carries(zone, key, self.now)
        };
        targets.iter().map(good).collect()
    }

    /// The address's balancer and zone.
    pub(in crate::lab) fn balancer_at(&self, address: IpAddr) -> Option<(&Balancer, &str)> {
        let IpAddr::V4(address) = address else { return None };
        let (arn, zone) = self.elb.by_address.get(&address)?;
        Some((self.elb.balancers.get(arn)?, zone))
    }
}

impl TargetGroup {
    /// True if a request from this zone's node reaches the target at `now`.
    pub fn carries(&self, zone: &str, key: &Key, now: jiff::Timestamp) -> bool {
        let line = self.targets.get(key).and_then(|target| target.lines.get(zone));
        line.is_some_and(|line| line.carries(now))
    }
}
