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
            self, Admission, End,
            model::{App, Interface},
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
    /// Whether a tracked connection that is open still carries packets.
    carries: bool,
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
        let groups = self.elb.groups_behind(balancer);
        let seen: Vec<Seen> = groups.flat_map(|group| look(&self.ec2, balancer, group)).collect();
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
        // A security group lets open connections live; a network ACL, a lost route and a stopped machine cut them.
        line.warm = match (seen.traffic, line.open && line.tracked) {
            (Some(_), _) => None,
            (None, _) if !seen.carries => None,
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
                    Machine::Running(instance, _) if instance.is_stopped() => Some(Unused::Stopped),
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
fn look(ec2: &ec2::State, balancer: &Balancer, group: &TargetGroup) -> Vec<Seen> {
    let region = balancer.region.as_str();
    let mut seen = Vec::new();
    for key in group.targets.keys() {
        let target = Machine::behind(ec2.network(region), &key.0).interface_id();
        for node in &balancer.nodes {
            let pair = Pair { group: group.arn.clone(), key: key.clone(), zone: node.zone.clone() };
            let ends = target.map(|id| (End::Interface(region, &node.interface), End::Interface(region, id)));
            let opens = |port| ends.and_then(|(from, to)| ec2.admits(from, to, port));
            let traffic = opens(key.1).map(|admission| admission.tracked);
            let check = match group.check_port(&pair.key) {
                port if port == key.1 => traffic.is_some(),
                port => opens(port).is_some(),
            };
            let carries = ends.is_some_and(|(from, to)| ec2.carries(from, to, key.1, Admission::TRACKED));
            seen.push(Seen { pair, traffic, check, carries });
        }
    }
    seen
}

/// Whether the node of a zone takes a new connection from a client; `Some(true)` if it would be tracked.
pub(in crate::lab) fn admits_client(
    ec2: &ec2::State,
    balancer: &Balancer,
    zone: &str,
    from: IpAddr,
    port: u16,
) -> Option<bool> {
    let node = &balancer.node(zone)?.interface;
    let admission = ec2.admits(End::Outside(from), End::Interface(&balancer.region, node), port)?;
    Some(admission.tracked)
}

/// Whether an open connection of a client to the node of a zone still carries packets.
pub(in crate::lab) fn carries_client(
    ec2: &ec2::State,
    balancer: &Balancer,
    zone: &str,
    (from, port): (IpAddr, u16),
    tracked: bool,
) -> bool {
    let was = Admission { tracked, ..Admission::TRACKED };
    let to = balancer.node(zone).map(|node| End::Interface(&balancer.region, &node.interface));
    to.is_some_and(|to| ec2.carries(End::Outside(from), to, port, was))
}
