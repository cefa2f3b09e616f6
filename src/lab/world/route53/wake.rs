//! Wake: what makes checkers and the watchers of aliases look again.
//! Invariant: an index leads from each change to the checks that may see it; everything else stays at rest.
//! Not here: the looks themselves (see `checker`, `target`).
//! Used by: `elb` when a balancer's paths or targets change, whoever moves names, and this service.

use std::{collections::BTreeSet, net::Ipv4Addr};

use super::{State, check::HealthCheck};
use crate::lab::world::World;

impl World {
    /// Something about a balancer has changed that clients may see: its paths, its targets' health, its rules. `name` is
    /// its DNS name, `addresses` all of its nodes'.
    pub(in crate::lab) fn route53_balancer_changed(&mut self, name: &str, addresses: &[Ipv4Addr]) {
        let of = |address: &Ipv4Addr| self.route53.endpoints.get(address).into_iter().flatten().cloned();
        let checks: BTreeSet<String> = addresses.iter().flat_map(of).collect();
        for id in checks {
            self.wake_check(&id);
        }
        self.target_changed(&name.to_ascii_lowercase());
    }

    /// Names may lead elsewhere: wakes the checks whose endpoint's addresses have changed, and tells the truth where
    /// failover names lead.
    pub(in crate::lab) fn names_moved(&mut self) {
        self.note_answers();
        let moved = |check: &&HealthCheck| {
            let named =
                check.live.kind.is_probed() && check.live.host.is_some() && check.live.address.is_none();
            named
                && self.endpoint_addresses(&check.live).into_iter().collect::<BTreeSet<_>>()
                    != check.addresses
        };
        let checks = self.route53.checks.values().filter(moved).map(|check| check.id.clone());
        for id in checks.collect::<Vec<_>>() {
            self.wake_check(&id);
        }
    }
}

impl State {
    /// Remembers at which addresses a check looks.
    pub(super) fn watch(&mut self, id: &str, addresses: Vec<Ipv4Addr>) {
        let addresses: BTreeSet<Ipv4Addr> = addresses.into_iter().collect();
        let Some(check) = self.checks.get_mut(id).filter(|check| check.addresses != addresses) else {
            return;
        };
        let before = std::mem::replace(&mut check.addresses, addresses.clone());
        for address in before.difference(&addresses) {
            self.unwatch(id, *address);
        }
        for address in addresses {
            self.endpoints.entry(address).or_default().insert(id.to_owned());
        }
    }

    fn unwatch(&mut self, id: &str, address: Ipv4Addr) {
        if let Some(checks) = self.endpoints.get_mut(&address) {
            checks.remove(id);
        }
        self.endpoints.retain(|_, checks| !checks.is_empty());
    }

    /// Makes the indexes of children and alarms know a check as it is now; `is_gone` takes it out of all of them.
    pub(super) fn index(&mut self, id: &str, is_gone: bool) {
        for parents in self.parents.values_mut() {
            parents.remove(id);
        }
        for checks in self.alarms.values_mut() {
            checks.remove(id);
        }
        self.parents.retain(|_, parents| !parents.is_empty());
        self.alarms.retain(|_, checks| !checks.is_empty());
        if is_gone {
            self.watch(id, Vec::new());
            return;
        }
        let Some(check) = self.checks.get(id) else { return };
        for child in &check.live.children {
            self.parents.entry(child.clone()).or_default().insert(id.to_owned());
        }
        if let Some(alarm) = &check.live.alarm {
            self.alarms.entry(alarm.clone()).or_default().insert(id.to_owned());
        }
    }
}
