//! Checker: Route 53's health checkers look at endpoints, each at its own time, and count.
//! Invariant: checkers are not coordinated; each has its own phase. One that has met the same again and again rests:
//! it has no entry on the agenda until something that it would see changes (see `wake`).
//! Not here: one look (see `look`), what they come to together (see `verdict`).
//! Used by: `route53`'s due entries.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use super::{
    Due, State,
    check::{Checker, Observation},
    config::{CHECKER_REGIONS, Config},
    look::Look,
};
use crate::{
    clock::later,
    lab::world::{World, agenda, cloudwatch::Source},
};

/// The addresses of the checkers in one of their regions: a /24 of what AWS publishes for them (ip-ranges.json, service
/// ROUTE53_HEALTHCHECKS: 15.177.0.0/18).
pub(super) fn checker_range(region: usize) -> Ipv4Addr {
    Ipv4Addr::new(15, 177, u8::try_from(2 + 4 * region).unwrap_or(2), 0)
}

impl State {
    /// Some checkers in each region of the configuration, well and with nothing seen yet. AWS: a new health check is
    /// considered healthy until there is enough data.
    pub(super) fn new_checkers(&mut self, config: &Config) -> Vec<Checker> {
        if !config.kind.is_probed() {
            return Vec::new();
        }
        let per_region = self.settings.checkers_per_region.max(1);
        let places =
            config.regions().into_iter().flat_map(|region| (0..per_region).map(move |own| (region, own)));
        let interval = Duration::from_secs(u64::from(config.interval));
        let (mut checkers, round_trip) = (Vec::new(), self.settings.round_trip);
        for (region, own) in places {
            let at = CHECKER_REGIONS.iter().position(|known| *known == region).unwrap_or(0);
            let [first, second, third, _] = checker_range(at).octets();
            let phase = self.rng.between(Duration::ZERO, interval);
            checkers.push(Checker {
                region: region.to_owned(),
                address: Ipv4Addr::new(first, second, third, own.saturating_mul(10).saturating_add(10)),
                round_trip: round_trip.draw(&mut self.rng),
                phase: later(jiff::Timestamp::UNIX_EPOCH, phase),
                healthy: true,
                streak: 0,
                last: None,
                last_failure: None,
                met: (true, String::new()),
                alike: 0,
                awake: false,
            });
        }
        checkers
    }
}

impl World {
    /// Lets every checker of a check look again, each at the next moment of its own grid.
    pub(super) fn wake_check(&mut self, id: &str) {
        let now = self.now;
        let Some(check) = self.route53.checks.get_mut(id) else { return };
        if check.live.disabled {
            return;
        }
        let (interval, generation, threshold) = (check.interval(), check.generation, check.live.threshold);
        let mut looks = Vec::new();
        for (place, checker) in check.checkers.iter_mut().enumerate().filter(|(_, checker)| !checker.awake) {
            checker.last = checker.seen(interval, now);
            checker.awake = true;
            // A look that meets what it met before lets the checker rest again soon.
            checker.alike = threshold.max(2) - 1;
            looks.push((checker.next_look(interval, now), place));
        }
        for (at, checker) in looks {
            self.at(at, agenda::Due::Route53(Due::Probe { check: id.to_owned(), checker, generation }));
        }
    }

    /// One checker looks; what it sees is known when its look ends.
    pub(super) fn probe_endpoint(&mut self, id: String, place: usize, generation: u64) {
        let Some(held) = self.route53.checks.get(&id).filter(|held| held.generation == generation) else {
            return;
        };
        let Some(own) = held.checkers.get(place).cloned() else { return };
        let config = held.live.clone();
        // AWS: UpdateHealthCheck: a disabled check stops looking.
        if config.disabled {
            self.rest(&id, place);
            return;
        }
        let look = self.look_at_endpoint(&config, &own, place);
        let met = (look.well, look.status.clone());
        let alike = if own.met == met { own.alike.saturating_add(1) } else { 1 };
        let rests = alike > config.threshold.max(2) && !self.may_differ(&config, &look);
        if let Some(checker) = self.route53.checks.get_mut(&id).and_then(|held| held.checkers.get_mut(place))
        {
            (checker.met, checker.alike, checker.awake) = (met, alike, !rests);
        }
        self.route53.watch(&id, look.resolved.0, look.resolved.1);
        let (well, status, took) = (look.well, look.status, look.took);
        let observed = Due::Observed { check: id.clone(), checker: place, generation, well, status, took };
        if !rests {
            let interval = Duration::from_secs(u64::from(config.interval));
            let next = Due::Probe { check: id, checker: place, generation };
            self.after(interval, agenda::Due::Route53(next));
        }
        self.after(took, agenda::Due::Route53(observed));
    }

    /// True if the next look may meet something else although nothing changes: some of the balancer's targets answer
    /// and some do not, or each look writes.
    fn may_differ(&self, config: &Config, look: &Look) -> bool {
        let writes = config.path.as_deref().is_some_and(|path| path.starts_with("/write-check"));
        let balancer = look.address.and_then(|address| self.balancer_at(IpAddr::V4(address)));
        writes || balancer.is_some_and(|(own, _)| own.noted.values().any(|state| *state == "site.partial"))
    }

    fn rest(&mut self, id: &str, place: usize) {
        let checker = self.route53.checks.get_mut(id).and_then(|held| held.checkers.get_mut(place));
        if let Some(checker) = checker {
            checker.awake = false;
        }
    }

    /// A checker's look has ended: AWS: FailureThreshold: so many in a row change what the checker reports.
    pub(super) fn observe(&mut self, id: &str, place: usize, generation: u64, seen: Observation) {
        let check = self.route53.checks.get_mut(id).filter(|check| check.generation == generation);
        let Some(check) = check else { return };
        let threshold = check.live.threshold;
        let Some(checker) = check.checkers.get_mut(place) else { return };
        let well = seen.well;
        if !well {
            checker.last_failure = Some(seen.clone());
        }
        checker.last = Some(seen);
        checker.streak = if well == checker.healthy { 0 } else { checker.streak + 1 };
        if checker.streak >= threshold {
            checker.healthy = well;
            checker.streak = 0;
            // The share of healthy checkers is a metric of its own.
            self.touch(Source::Check(id.to_owned()));
            self.judge_check(id);
        }
    }

    /// The checkers begin to go by the configuration of this version.
    pub(super) fn configure_check(&mut self, id: &str, version: u64) {
        let now = self.now;
        let Some(check) = self.route53.checks.get(id).filter(|check| check.version == version) else {
            return;
        };
        let (moved, config) = (check.live.regions() != check.config.regions(), check.config.clone());
        let mut checkers = if moved { self.route53.new_checkers(&config) } else { Vec::new() };
        let Some(check) = self.route53.checks.get_mut(id) else { return };
        for own in 0..check.checkers.len() {
            let seen = check.checkers.get(own).and_then(|checker| check.seen(checker, now));
            if let Some(checker) = check.checkers.get_mut(own) {
                checker.last = seen;
            }
        }
        check.live = config;
        if moved {
            for checker in &mut checkers {
                let same = check.checkers.iter().find(|old| old.address == checker.address);
                *checker = same.cloned().unwrap_or_else(|| checker.clone());
                checker.awake = false;
            }
            check.checkers = checkers;
            check.generation += 1;
        }
        self.route53.index(id, false);
        self.wake_check(id);
        self.judge_check(id);
    }
}
