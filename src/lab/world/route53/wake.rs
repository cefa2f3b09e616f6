//! Wake: what makes checkers and the watchers of aliases look again.
//! Invariant: an index leads from each change to the checks that may see it; everything else stays at rest.
//! Not here: the looks themselves (see `checker`, `target`).
//! Used by: `elb` when a balancer's paths or targets change, whoever moves names, and this service.

use std::{collections::BTreeSet, net::Ipv4Addr};

use super::{State, check::HealthCheck, record::RecordSet, zone::Zone};
use crate::lab::world::{World, dns::name};

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

    /// Names of hosted zones may lead elsewhere: tells the truth where failover names lead, and wakes the checks whose
    /// endpoint's addresses have changed.
    pub(super) fn names_moved(&mut self, zones: &BTreeSet<String>) {
        self.note_answers(zones);
        let held = zones.iter().filter_map(|id| self.route53.zones.get(id));
        let held: Vec<String> = held.map(|zone| zone.name.clone()).collect();
        self.wake_moved(|check| {
            check.names.iter().any(|name| held.iter().any(|zone| name::is_within(name, zone)))
        });
    }

    /// Any name may lead elsewhere, also those of AWS's own.
    pub(in crate::lab) fn all_names_moved(&mut self) {
        let zones = self.route53.zones.keys().cloned().collect();
        self.note_answers(&zones);
        self.wake_moved(|_| true);
    }

    fn wake_moved(&mut self, affected: impl Fn(&HealthCheck) -> bool) {
        let mut moved = Vec::new();
        for check in self.route53.checks.values().filter(|check| affected(check)) {
            let (addresses, _) = self.endpoint_addresses(&check.live);
            if addresses.into_iter().collect::<BTreeSet<_>>() != check.addresses {
                moved.push(check.id.clone());
            }
        }
        for id in moved {
            self.wake_check(&id);
        }
    }
}

impl State {
    /// The public zones that hold a record set of some kind.
    pub(super) fn zones_with(&self, held: impl Fn(&RecordSet) -> bool) -> BTreeSet<String> {
        let holds = |zone: &&Zone| zone.private.is_none() && zone.live.values().any(&held);
        self.zones.values().filter(holds).map(|zone| zone.id.clone()).collect()
    }

    /// Remembers at which addresses a check looks, and the names that led there.
    pub(super) fn watch(&mut self, id: &str, addresses: Vec<Ipv4Addr>, names: Vec<String>) {
        if let Some(check) = self.checks.get_mut(id) {
            check.names = names;
        }
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
            self.watch(id, Vec::new(), Vec::new());
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
