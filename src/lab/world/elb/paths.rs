//! Paths: which targets a balancer can reach, and what that means for a client at this moment.
//! Invariant: called whenever anything that decides it has changed, so that the truth is noted at that instant and
//! checks that would find something new wake up.
//! Used by: `ec2` (rules, machines), `elb` (health, configuration), `site` (requests).

use std::net::IpAddr;

use super::{
    Due,
    machine::Machine,
    model::{Balancer, Pair, TargetGroup, Unused},
};
use crate::{
    clock::later,
    lab::world::{
        World, agenda,
        ec2::{
            Side,
            model::{App, Interface, Network},
        },
    },
};

/// What a look at one line saw.
struct Seen {
    pair: Pair,
    /// Whether the port that takes traffic is open, and then whether connections are tracked.
    traffic: Option<bool>,
    /// Whether the port that health checks ask is open.
    check: bool,
}

impl World {
    /// Sets what an instance's application does: for tests and for faults inside machines.
    pub fn set_app(&mut self, region: &str, instance: &str, app: App) {
        let network = self.ec2.networks.get_mut(region);
        if let Some(instance) = network.and_then(|network| network.instances.get_mut(instance)) {
            instance.app = app;
        }
        self.machine_changed(region, instance);
    }

    /// Looks anew at the balancers that route to this machine: it was started, stopped, terminated, or answers
    /// otherwise than before.
    pub(in crate::lab) fn machine_changed(&mut self, region: &str, instance: &str) {
        let groups = self.elb.groups_of(region, instance);
        let balancers: std::collections::BTreeSet<String> =
            groups.iter().filter_map(|group| self.elb.target_groups.get(group)?.balancer.clone()).collect();
        for balancer in balancers {
            self.balancer_changed(&balancer);
        }
    }

    /// Looks at all of a region's paths anew after something that decides them has changed.
    pub(in crate::lab) fn paths_changed(&mut self, region: &str) {
        for balancer in self.balancers_in(region) {
            self.balancer_changed(&balancer);
        }
    }

    /// Looks anew at the balancers whose nodes or targets carry this security group.
    pub(in crate::lab) fn security_group_changed(&mut self, region: &str, group: &str) {
        let network = self.ec2.network(region);
        let carries = |interface: Option<&Interface>| {
            interface.is_some_and(|own| own.effective_groups.iter().any(|own| own == group))
        };
        let touched = |arn: &&String| {
            let Some(balancer) = self.elb.balancers.get(*arn) else { return false };
            let mut nodes = balancer.nodes.iter();
            let mut targets = self.elb.groups_behind(balancer).flat_map(|group| group.targets.keys());
            nodes.any(|node| carries(network.interfaces.get(&node.interface)))
                || targets.any(|(id, _)| carries(Machine::behind(network, id).interface()))
        };
        let all = self.balancers_in(region);
        let touched: Vec<String> = all.iter().filter(touched).cloned().collect();
        for balancer in touched {
            self.balancer_changed(&balancer);
        }
    }

    /// Looks at one balancer's paths anew.
    pub(in crate::lab) fn balancer_changed(&mut self, arn: &str) {
        self.mark_unused(arn);
        let Some(balancer) = self.elb.balancers.get(arn) else { return };
        let network = self.ec2.network(&balancer.region);
        let groups = self.elb.groups_behind(balancer);
        let seen: Vec<Seen> = groups.flat_map(|group| look(network, balancer, group)).collect();
        let closes = |own: &Seen| {
            let group = self.elb.target_groups.get(&own.pair.group);
            let line = group.and_then(|group| group.targets.get(&own.pair.key)?.lines.get(&own.pair.zone));
            own.traffic.is_none() && line.is_some_and(|line| line.open)
        };
        let until = seen
            .iter()
            .any(closes)
            .then(|| later(self.now, self.elb.settings.pool_linger.draw(&mut self.elb.rng)));
        for own in &seen {
            self.take_look(own, until);
        }
        if let Some(until) = until {
            self.at(until, agenda::Due::Elb(Due::Drained { balancer: arn.to_owned() }));
        }
        for own in seen {
            self.wake(&own.pair);
        }
        self.cut_untracked(arn);
        self.note_site(arn);
    }

    fn take_look(&mut self, seen: &Seen, until: Option<jiff::Timestamp>) {
        let group = self.elb.target_groups.get_mut(&seen.pair.group);
        let Some(line) = group.and_then(|group| group.line_mut(&seen.pair)) else { return };
        line.warm = match (seen.traffic, line.open && line.tracked) {
            (Some(_), _) => None,
            (None, true) => until,
            (None, false) => line.warm,
        };
        line.open = seen.traffic.is_some();
        line.tracked = seen.traffic == Some(true);
        line.check_open = seen.check;
    }

    /// Finds which targets behind a balancer take no part, and why.
    fn mark_unused(&mut self, arn: &str) {
        let Some(balancer) = self.elb.balancers.get(arn) else { return };
        let network = self.ec2.network(&balancer.region);
        let zones: Vec<String> = balancer.nodes.iter().map(|node| node.zone.clone()).collect();
        let groups: Vec<String> = balancer.target_groups().into_iter().map(str::to_owned).collect();
        for group in groups {
            let Some(group) = self.elb.target_groups.get_mut(&group) else { continue };
            for ((id, _), target) in &mut group.targets {
                target.unused = match Machine::behind(network, id) {
                    Machine::Gone if group.kind == "instance" => Some(Unused::Terminated),
                    Machine::OfBalancer => Some(Unused::OfBalancer),
                    _ if target.zone != "all" && !zones.contains(&target.zone) => Some(Unused::ZoneOff),
                    Machine::Running(..) | Machine::Gone => None,
                };
            }
        }
    }

    /// Notes what a fresh client meets on each port of a balancer, if that has changed.
    pub(super) fn note_site(&mut self, arn: &str) {
        let Some(balancer) = self.elb.balancers.get(arn) else { return };
        let states: Vec<(u16, &'static str)> =
            balancer.listeners.keys().map(|port| (*port, self.site_state(balancer, *port))).collect();
        for (port, state) in states {
            let Some(balancer) = self.elb.balancers.get_mut(arn) else { return };
            if balancer.noted.insert(port, state) != Some(state) {
                let (region, name) = (balancer.region.clone(), balancer.name.clone());
                self.note(state, [("region", region), ("balancer", name), ("port", port.to_string())]);
            }
        }
        let Some(balancer) = self.elb.balancers.get(arn) else { return };
        let name = balancer.dns_name.clone();
        let nodes: Vec<std::net::Ipv4Addr> = balancer.nodes.iter().map(|node| node.public).collect();
        self.route53_balancer_changed(&name, &nodes);
        let region = arn.split(':').nth(3).unwrap_or_default().to_owned();
        self.region_stirs(&region);
    }
}

/// Looks at every line from a balancer's nodes to a group's targets.
fn look(network: &Network, balancer: &Balancer, group: &TargetGroup) -> Vec<Seen> {
    let mut seen = Vec::new();
    for key in group.targets.keys() {
        let machine = Machine::behind(network, &key.0).interface();
        for node in &balancer.nodes {
            let from = network.interfaces.get(&node.interface);
            let open = |port| path(network, from?, machine?, port);
            let (group, key_, zone) = (group.arn.clone(), key.clone(), node.zone.clone());
            let traffic = open(key.1);
            seen.push((Pair { group, key: key_, zone }, traffic));
        }
    }
    let check = |pair: &Pair, traffic: Option<bool>| match group.check_port(&pair.key) {
        port if port == pair.key.1 => traffic.is_some(),
        port => {
            let from = balancer.node(&pair.zone).and_then(|node| network.interfaces.get(&node.interface));
            let to = Machine::behind(network, &pair.key.0).interface();
            from.zip(to).is_some_and(|(from, to)| path(network, from, to, port).is_some())
        }
    };
    seen.into_iter()
        .map(|(pair, traffic)| {
            let check = check(&pair, traffic);
            Seen { pair, traffic, check }
        })
        .collect()
}

/// Whether a node could open a connection to a target's port now; `Some(true)` if it would be tracked.
fn path(network: &Network, node: &Interface, target: &Interface, port: u16) -> Option<bool> {
    let admission = network.admits(side(node), target, port)?;
    network.lets_out(node, side(target), port).then_some(admission.tracked)
}

fn side(interface: &Interface) -> Side<'_> {
    Side { address: IpAddr::V4(interface.private), groups: &interface.effective_groups }
}

/// Whether the node of a zone takes a new connection from a client; `Some(true)` if it would be tracked.
pub(in crate::lab) fn admits_client(
    network: &Network,
    balancer: &Balancer,
    zone: &str,
    from: IpAddr,
    port: u16,
) -> Option<bool> {
    let interface = network.interfaces.get(&balancer.node(zone)?.interface)?;
    let from = Side { address: from, groups: &[] };
    network.admits(from, interface, port).map(|admission| admission.tracked)
}
