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
    ec2::{
        Side,
        model::{App, Interface, Network},
    },
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
        let network = self.ec2.network(region);
        let open: BTreeSet<Pair> =
            balancer.pairs().into_iter().filter(|pair| path(network, balancer, *pair).is_some()).collect();
        let closed: Vec<Pair> = balancer.open.difference(&open).copied().collect();
        let linger = timings::POOL_LINGER.draw(&mut self.elb.rng);
        let until = crate::clock::later(self.now, linger);
        if let Some(balancer) = self.elb.balancers.get_mut(region) {
            balancer.warm.retain(|pair, _| !open.contains(pair));
            let tracked = closed.iter().filter(|pair| balancer.tracked.contains(pair));
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
        self.region_stirs(region);
    }

    /// Remembers which open paths are tracked, for the moment when they close.
    fn remember_tracking(&mut self, region: &str) {
        let Some(balancer) = self.elb.balancers.get(region) else { return };
        let network = self.ec2.network(region);
        let tracked =
            balancer.open.iter().copied().filter(|pair| path(network, balancer, *pair) == Some(true));
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
        let network = self.ec2.network(region);
        let mut answers = Vec::new();
        for node in 0..balancer.nodes.len() {
            let admitted = admits_client(network, balancer, node, CLIENT, port).is_some();
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

/// Whether a node could open a connection to a target now; `Some(true)` if it would be tracked.
fn path(network: &Network, balancer: &Balancer, (node, target): Pair) -> Option<bool> {
    let node = network.interfaces.get(&balancer.nodes.get(node)?.interface)?;
    let instance = network.instances.get(&balancer.targets.targets.get(target)?.instance)?;
    let target = network.interfaces.get(&instance.interface)?;
    let port = balancer.targets.port;
    let admission = network.admits(side(node), target, port)?;
    network.lets_out(node, side(target), port).then_some(admission.tracked)
}

fn side(interface: &Interface) -> Side<'_> {
    Side { address: IpAddr::V4(interface.private), groups: &interface.effective_groups }
}

/// Whether a node takes a new connection from a client; `Some(true)` if it would be tracked.
pub(in crate::lab) fn admits_client(
    network: &Network,
    balancer: &Balancer,
    node: usize,
    from: IpAddr,
    port: u16,
) -> Option<bool> {
    let interface = network.interfaces.get(&balancer.nodes.get(node)?.interface)?;
    let from = Side { address: from, groups: &[] };
    network.admits(from, interface, port).map(|admission| admission.tracked)
}
