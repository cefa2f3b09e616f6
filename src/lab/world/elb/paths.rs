//! Paths: which targets a balancer can reach, and what that means for a client at this moment.
//! Invariant: called whenever anything that decides it has changed, so that the truth is noted at that instant.
//! Used by: `ec2` (rules), `elb` (health), `site` (requests).

use std::{collections::BTreeSet, net::IpAddr};

use super::{
    Due,
    model::{Balancer, Pair},
};
use crate::lab::world::{
    World, agenda,
    ec2::{self, Admission, End, model::App},
    reference::CLIENT,
    timings,
};

impl Balancer {
    /// Every node with every target.
    pub(super) fn pairs(&self) -> Vec<Pair> {
        let targets = self.targets.targets.len();
        (0..self.nodes.len()).flat_map(|node| (0..targets).map(move |target| (node, target))).collect()
    }
}

impl World {
    /// Whether a node could open a connection to a target now.
    pub(super) fn path_is_open(&self, region: &str, pair: Pair) -> bool {
        self.elb.balancers.get(region).is_some_and(|balancer| balancer.open.contains(&pair))
    }

    /// What the application of a target does.
    pub(in crate::lab) fn app_of(&self, region: &str, target: usize) -> App {
        let target = self.elb.balancers.get(region).and_then(|balancer| balancer.targets.targets.get(target));
        let instances = &self.ec2.network(region).instances;
        target.and_then(|target| instances.get(&target.instance)).map_or(App::Down, |instance| instance.app)
    }

    /// Sets what an instance's application does: for tests and for faults inside machines.
    pub fn set_app(&mut self, region: &str, instance: &str, app: App) {
        let network = self.ec2.networks.get_mut(region);
        if let Some(instance) = network.and_then(|network| network.instances.get_mut(instance)) {
            instance.app = app;
            self.paths_changed(region);
        }
    }

    /// Looks at a region's paths anew after something that decides them has changed.
    pub(in crate::lab) fn paths_changed(&mut self, region: &str) {
        let Some(balancer) = self.elb.balancers.get(region) else { return };
        let pairs = balancer.pairs();
        let open: BTreeSet<Pair> =
            pairs.into_iter().filter(|pair| path(&self.ec2, region, balancer, *pair).is_some()).collect();
        let closed: Vec<Pair> = balancer.open.difference(&open).copied().collect();
        let linger = timings::POOL_LINGER.draw(&mut self.elb.rng);
        let until = crate::clock::later(self.now, linger);
        let cut = |pair: &Pair| !still_carries(&self.ec2, region, balancer, *pair);
        let cut: BTreeSet<Pair> = closed.iter().chain(balancer.warm.keys()).copied().filter(cut).collect();
        if let Some(balancer) = self.elb.balancers.get_mut(region) {
            balancer.warm.retain(|pair, _| !open.contains(pair) && !cut.contains(pair));
            let tracked = closed.iter().filter(|pair| balancer.tracked.contains(pair) && !cut.contains(pair));
            let warm: Vec<Pair> = tracked.copied().collect();
            balancer.warm.extend(warm.into_iter().map(|pair| (pair, until)));
            balancer.open = open;
        }
        self.remember_tracking(region);
        if !closed.is_empty() {
            self.at(until, agenda::Due::Elb(Due::Drained { region: region.to_owned() }));
        }
        self.cut_untracked(region);
        self.note_site(region);
    }

    /// Remembers which open paths are tracked, for the moment when they close.
    fn remember_tracking(&mut self, region: &str) {
        let Some(balancer) = self.elb.balancers.get(region) else { return };
        let is_tracked =
            |pair: &Pair| path(&self.ec2, region, balancer, *pair).is_some_and(|admission| admission.tracked);
        let tracked = balancer.open.iter().copied().filter(is_tracked);
        let tracked: BTreeSet<Pair> = tracked.collect();
        if let Some(balancer) = self.elb.balancers.get_mut(region) {
            balancer.tracked = tracked;
        }
    }

    /// Notes what a fresh client meets on each port of a region's site, if that has changed.
    pub(super) fn note_site(&mut self, region: &str) {
        let Some(balancer) = self.elb.balancers.get(region) else { return };
        let states: Vec<(u16, &'static str)> = balancer
            .listeners
            .iter()
            .map(|listener| (listener.port, self.site_state(region, listener.port)))
            .collect();
        for (port, state) in states {
            let balancer = self.elb.balancers.get_mut(region);
            if balancer.is_some_and(|balancer| balancer.noted.insert(port, state) != Some(state)) {
                self.note(state, [("region", region.to_owned()), ("port", port.to_string())]);
            }
        }
    }

    /// `site.up` if every fresh request would be answered with success, `site.down` if none, `site.partial` otherwise.
    fn site_state(&self, region: &str, port: u16) -> &'static str {
        let Some(balancer) = self.elb.balancers.get(region) else { return "site.down" };
        let mut answers = Vec::new();
        for node in 0..balancer.nodes.len() {
            let admitted = admits_client(&self.ec2, (region, balancer), node, CLIENT, port).is_some();
            let targets = balancer.routable(node);
            if targets.is_empty() {
                answers.push(false);
            }
            answers.extend(targets.into_iter().map(|target| {
                let answers = match self.app_of(region, target) {
                    App::Serving => true,
                    App::Failing(status) => status < 400,
                    App::Down | App::Mute => false,
                };
                admitted && answers && balancer.carries((node, target), self.now)
            }));
        }
        match (answers.iter().any(|good| *good), answers.iter().all(|good| *good)) {
            (true, true) => "site.up",
            (true, false) => "site.partial",
            (false, _) => "site.down",
        }
    }
}

/// Whether a node could open a connection to a target now, and how.
fn path(ec2: &ec2::State, region: &str, balancer: &Balancer, pair: Pair) -> Option<Admission> {
    let (node, target) = interfaces(ec2, region, balancer, pair)?;
    ec2.admits(End::Interface(region, node), End::Interface(region, target), balancer.targets.port)
}

/// Whether a tracked connection of a node to a target would still carry packets: network ACLs, routes and a stopped
/// machine cut it, security groups do not.
fn still_carries(ec2: &ec2::State, region: &str, balancer: &Balancer, pair: Pair) -> bool {
    let Some((node, target)) = interfaces(ec2, region, balancer, pair) else { return false };
    let was = Admission { tracked: true, tracked_at_source: true };
    ec2.carries(End::Interface(region, node), End::Interface(region, target), balancer.targets.port, was)
}

/// The interfaces of a node and of a target.
fn interfaces<'a>(
    ec2: &'a ec2::State,
    region: &str,
    balancer: &'a Balancer,
    (node, target): Pair,
) -> Option<(&'a str, &'a str)> {
    let target = &balancer.targets.targets.get(target)?.instance;
    let instance = ec2.network(region).instances.get(target)?;
    Some((&balancer.nodes.get(node)?.interface, &instance.interface))
}

/// Whether a node takes a new connection from a client, and how.
pub(in crate::lab) fn admits_client(
    ec2: &ec2::State,
    (region, balancer): (&str, &Balancer),
    node: usize,
    from: IpAddr,
    port: u16,
) -> Option<Admission> {
    let node = &balancer.nodes.get(node)?.interface;
    ec2.admits(End::Outside(from), End::Interface(region, node), port)
}

/// Whether an open connection of a client to a node still carries packets.
pub(in crate::lab) fn carries_client(
    ec2: &ec2::State,
    (region, balancer): (&str, &Balancer),
    node: usize,
    (from, port): (IpAddr, u16),
    tracked: bool,
) -> bool {
    let was = Admission { tracked, tracked_at_source: true };
    let node = balancer.nodes.get(node);
    node.is_some_and(|node| {
        ec2.carries(End::Outside(from), End::Interface(region, &node.interface), port, was)
    })
}
