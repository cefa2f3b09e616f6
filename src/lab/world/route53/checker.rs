//! Checker: Route 53's health checkers look at endpoints, each at its own time, and count.
//! Invariant: checkers are not coordinated; each has its own phase.
//! Not here: one look (see `look`), what they come to together (see `verdict`).
//! Used by: `route53`'s due entries.

use std::{net::Ipv4Addr, time::Duration};

use super::{
    Due, State,
    check::{Checker, Observation},
    config::{CHECKER_REGIONS, Config},
    timing,
};
use crate::lab::world::{World, agenda};

impl State {
    /// Two checkers in each region of the configuration, well and with nothing seen yet. AWS: a new health check is
    /// considered healthy until there is enough data.
    pub(super) fn new_checkers(&mut self, config: &Config) -> Vec<Checker> {
        if !config.kind.is_probed() {
            return Vec::new();
        }
        let places = config.regions.iter().flat_map(|region| [(region, 0), (region, 1)]);
        let (low, high) = timing::ROUND_TRIP;
        places
            .map(|(region, twin)| {
                let at = CHECKER_REGIONS.iter().position(|own| own == region).unwrap_or(0);
                // AWS: ip-ranges.json, service ROUTE53_HEALTHCHECKS: 15.177.0.0/18.
                let third = u8::try_from(2 + 4 * at).unwrap_or(2);
                Checker {
                    region: region.clone(),
                    address: Ipv4Addr::new(15, 177, third, 10 + 10 * twin),
                    round_trip: self.rng.between(low, high),
                    healthy: true,
                    streak: 0,
                    last: None,
                    last_failure: None,
                }
            })
            .collect()
    }
}

impl World {
    /// Lets the checkers of a check begin, each at its own moment of the interval.
    pub(super) fn start_checkers(&mut self, id: &str) {
        let Some(check) = self.route53.checks.get(id) else { return };
        let (count, generation) = (check.checkers.len(), check.generation);
        let interval = Duration::from_secs(u64::from(check.live.interval));
        for checker in 0..count {
            let phase = self.route53.rng.between(Duration::ZERO, interval);
            self.after(phase, agenda::Due::Route53(Due::Probe { check: id.to_owned(), checker, generation }));
        }
    }

    /// One checker looks; what it sees is known when its look ends.
    pub(super) fn probe_endpoint(&mut self, check: String, checker: usize, generation: u64) {
        let Some(held) = self.route53.checks.get(&check).filter(|held| held.generation == generation) else {
            return;
        };
        let Some(own) = held.checkers.get(checker).cloned() else { return };
        let config = held.live.clone();
        let interval = Duration::from_secs(u64::from(config.interval));
        self.after(interval, agenda::Due::Route53(Due::Probe { check: check.clone(), checker, generation }));
        // AWS: UpdateHealthCheck: a disabled check stops looking.
        if config.disabled {
            return;
        }
        let (takes, well, status) = self.look_at_endpoint(&config, &own, checker);
        self.after(takes, agenda::Due::Route53(Due::Observed { check, checker, generation, well, status }));
    }

    /// A checker's look has ended: AWS: FailureThreshold: so many in a row change what the checker reports.
    pub(super) fn observe(&mut self, id: &str, checker: usize, generation: u64, well: bool, status: String) {
        let at = self.now;
        let check = self.route53.checks.get_mut(id).filter(|check| check.generation == generation);
        let Some(check) = check else { return };
        let threshold = check.live.threshold;
        let Some(checker) = check.checkers.get_mut(checker) else { return };
        let seen = Observation { status, at };
        if !well {
            checker.last_failure = Some(seen.clone());
        }
        checker.last = Some(seen);
        checker.streak = if well == checker.healthy { 0 } else { checker.streak + 1 };
        if checker.streak >= threshold {
            checker.healthy = well;
            checker.streak = 0;
            self.judge_check(id);
        }
    }

    /// The checkers begin to go by the configuration of this version.
    pub(super) fn configure_check(&mut self, id: &str, version: u64) {
        let Some(check) = self.route53.checks.get(id).filter(|check| check.version == version) else {
            return;
        };
        let (before, config) = (check.live.clone(), check.config.clone());
        let moved = before.regions != config.regions;
        let checkers = moved.then(|| self.route53.new_checkers(&config));
        let Some(check) = self.route53.checks.get_mut(id) else { return };
        check.live = config;
        if let Some(mut checkers) = checkers {
            for checker in &mut checkers {
                let same = check.checkers.iter().find(|old| old.address == checker.address);
                *checker = same.cloned().unwrap_or_else(|| checker.clone());
            }
            check.checkers = checkers;
            check.generation += 1;
            self.start_checkers(id);
        }
        self.judge_check(id);
    }
}
