//! Checks: each node's health checks of each target.
//! Invariant: a check opens a new connection, so it fails as soon as the path is closed, whatever the pool still holds;
//! checks start every interval, however long the one before took.
//! Not here: what users' requests meet (see `site`).
//! Used by: `World::elb_due`.

use super::{
    Due,
    model::{Health, Pair, Reason},
};
use crate::lab::world::{World, agenda, ec2::model::App, timings};

impl World {
    /// Puts the first check of every pair on the agenda, each at its own phase.
    pub(super) fn start_checks(&mut self, region: &str) {
        let Some(balancer) = self.elb.balancers.get(region) else { return };
        let interval = balancer.targets.check.interval;
        let pairs: Vec<Pair> = balancer.pairs();
        for pair in pairs {
            let phase = self.elb.rng.between(std::time::Duration::ZERO, interval);
            self.after(phase, agenda::Due::Elb(Due::Check { region: region.to_owned(), pair }));
        }
    }

    /// One check begins.
    pub(super) fn check(&mut self, region: &str, pair: Pair) {
        let Some(balancer) = self.elb.balancers.get(region) else { return };
        let check = balancer.targets.check.clone();
        self.after(check.interval, agenda::Due::Elb(Due::Check { region: region.to_owned(), pair }));
        let failed = |reason| Health::Unhealthy(reason);
        match (self.path_is_open(region, pair), self.app_of(region, pair.1)) {
            (false, _) | (true, App::Mute) => {
                let result = failed(Reason::Timeout);
                let due = Due::Result { region: region.to_owned(), pair, result };
                self.after(check.timeout, agenda::Due::Elb(due));
            }
            (true, App::Serving) => self.take_result(region, pair, Health::Healthy),
            (true, App::Down) => self.take_result(region, pair, failed(Reason::Failed)),
            (true, App::Failing(status)) if status == check.matcher => {
                self.take_result(region, pair, Health::Healthy);
            }
            (true, App::Failing(status)) => self.take_result(region, pair, failed(Reason::Mismatch(status))),
        }
    }

    /// A check has its result.
    pub(super) fn take_result(&mut self, region: &str, (node, place): Pair, result: Health) {
        let Some(balancer) = self.elb.balancers.get_mut(region) else { return };
        let check = balancer.targets.check.clone();
        let Some(target) = balancer.targets.targets.get_mut(place) else { return };
        let before = target.health();
        let Some(view) = target.views.get_mut(node) else { return };
        let view_before = view.health;
        view.take(result, &check);
        let view_turned = (view.health == Health::Healthy) != (view_before == Health::Healthy);
        let after = target.health();
        let instance = target.instance.clone();
        if before != after {
            let delay = timings::TARGET_REPORTED.draw(&mut self.elb.rng);
            let due = Due::Reported { region: region.to_owned(), target: place };
            self.after(delay, agenda::Due::Elb(due));
        }
        match (before, after) {
            (Health::Healthy, Health::Unhealthy(reason)) => {
                let reason = reason.code().to_owned();
                let with = [("region", region.to_owned()), ("target", instance), ("reason", reason)];
                self.note("target.unhealthy", with);
            }
            (Health::Unhealthy(_), Health::Healthy) => {
                self.note("target.healthy", [("region", region.to_owned()), ("target", instance)]);
            }
            _ => {}
        }
        if view_turned {
            self.paths_changed(region);
        }
    }
}
