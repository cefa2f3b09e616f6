//! Checks: each node's health checks of each target.
//! Invariant: a check opens a new connection, so it fails as soon as the path is closed, whatever the pool still holds;
//! checks lie on a grid of the interval, however long the one before took; a line whose next check would tell nothing
//! new sleeps until something wakes it.
//! Not here: what users' requests meet (see `site`).
//! Used by: `World::elb_due`, `paths`.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    Due,
    machine::Machine,
    model::{Health, Key, Line, Pair, Reason, Target, TargetGroup},
};
use crate::lab::world::{World, agenda, ec2::model::App, site::page_status};

impl TargetGroup {
    fn line(&self, pair: &Pair) -> Option<&Line> {
        self.targets.get(&pair.key)?.lines.get(&pair.zone)
    }

    /// True for a target that takes part: others are not checked.
    fn is_checked(&self, key: &Key) -> bool {
        self.targets.get(key).is_some_and(Target::takes_part)
    }

    pub(super) fn line_mut(&mut self, pair: &Pair) -> Option<&mut Line> {
        self.targets.get_mut(&pair.key)?.lines.get_mut(&pair.zone)
    }
}

/// The first point after `now` of the grid that repeats every `interval`, shifted by `phase`.
fn next_on_grid(now: Timestamp, interval: Duration, phase: Duration) -> Timestamp {
    let interval = i128::try_from(interval.as_nanos()).unwrap_or(i128::MAX).max(1);
    let phase = i128::try_from(phase.as_nanos()).unwrap_or(0);
    let into = (now.as_nanosecond() - phase).rem_euclid(interval);
    let wait = u64::try_from(interval - into).unwrap_or(u64::MAX);
    crate::clock::later(now, Duration::from_nanos(wait))
}

impl World {
    /// Puts a line's next check on the agenda if it sleeps and would learn something.
    pub(super) fn wake(&mut self, pair: &Pair) {
        let Some(group) = self.elb.target_groups.get(&pair.group) else { return };
        let Some(line) = group.line(pair) else { return };
        let settled = line.view.against == 0 && line.view.health == self.would_find(group, pair).0;
        if line.awake || settled || !group.is_checked(&pair.key) {
            return;
        }
        let at = next_on_grid(self.now, group.check.interval, line.phase);
        let generation = group.generation;
        if let Some(line) = self.elb.target_groups.get_mut(&pair.group).and_then(|own| own.line_mut(pair)) {
            line.awake = true;
        }
        self.at(at, agenda::Due::Elb(Due::Check { pair: pair.clone(), generation }));
    }

    /// What a check that begins now would find, and after how long.
    fn would_find(&self, group: &TargetGroup, pair: &Pair) -> (Health, Duration) {
        let failed = |reason| Health::Unhealthy(reason);
        let timeout = (failed(Reason::Timeout), group.check.timeout);
        if !group.line(pair).is_some_and(|line| line.check_open) {
            return timeout;
        }
        let status = match self.app_at(&group.region, &pair.key.0, group.check_port(&pair.key)) {
            App::Mute => return timeout,
            App::Down => return (failed(Reason::Failed), Duration::ZERO),
            App::Failing(status) => status,
            App::Serving => page_status("GET", &group.check.path),
        };
        match group.check.matcher.passes(status) {
            true => (Health::Healthy, Duration::ZERO),
            false => (failed(Reason::Mismatch(status)), Duration::ZERO),
        }
    }

    /// What answers on a port of a target's machine.
    pub(in crate::lab) fn app_at(&self, region: &str, id: &str, port: u16) -> App {
        if !self.elb.settings.application_ports.contains(&port) {
            return App::Down;
        }
        Machine::behind(self.ec2.network(region), id).app()
    }

    /// One check begins.
    pub(super) fn check(&mut self, pair: &Pair, generation: u64) {
        let Some(group) = self.elb.target_groups.get(&pair.group) else { return };
        if group.generation != generation {
            return;
        }
        let Some(line) = group.line(pair) else { return };
        let (found, takes) = self.would_find(group, pair);
        let learned = line.pending == 0 && line.view.against == 0 && line.view.health == found;
        let settled = learned || !group.is_checked(&pair.key);
        let next = next_on_grid(self.now, group.check.interval, line.phase);
        if let Some(line) = self.elb.target_groups.get_mut(&pair.group).and_then(|own| own.line_mut(pair)) {
            line.awake = !settled;
            line.pending += u32::from(!settled && !takes.is_zero());
        }
        if settled {
            return;
        }
        self.at(next, agenda::Due::Elb(Due::Check { pair: pair.clone(), generation }));
        if takes.is_zero() {
            self.take_result(pair, found);
        } else {
            let due = Due::Result { pair: pair.clone(), generation, result: found };
            self.after(takes, agenda::Due::Elb(due));
        }
    }

    /// A check that waited has its result.
    pub(super) fn late_result(&mut self, pair: &Pair, generation: u64, result: Health) {
        let Some(group) = self.elb.target_groups.get_mut(&pair.group) else { return };
        if group.generation != generation {
            return;
        }
        if let Some(line) = group.line_mut(pair) {
            line.pending = line.pending.saturating_sub(1);
        }
        self.take_result(pair, result);
    }

    fn take_result(&mut self, pair: &Pair, result: Health) {
        let Some(group) = self.elb.target_groups.get_mut(&pair.group) else { return };
        let check = group.check.clone();
        let balancer = group.balancer.clone();
        let Some(target) = group.targets.get_mut(&pair.key) else { return };
        let before = target.health();
        let Some(line) = target.lines.get_mut(&pair.zone) else { return };
        let view_before = line.view.health;
        line.view.take(result, &check);
        let view_turned = (line.view.health == Health::Healthy) != (view_before == Health::Healthy);
        let after = target.health();
        self.report(&pair.group, &pair.key, before, after);
        if view_turned && let Some(balancer) = balancer {
            self.note_site(&balancer);
        }
    }

    /// A target's health has changed: the truth is noted, and describes will show it.
    pub(super) fn report(&mut self, group: &str, key: &Key, before: Health, after: Health) {
        if before == after {
            return;
        }
        let delay = self.elb.settings.target_reported.draw(&mut self.elb.rng);
        let delay = self.described_after(delay);
        let due = Due::Reported { group: group.to_owned(), key: key.clone() };
        self.after(delay, agenda::Due::Elb(due));
        let Some(own) = self.elb.target_groups.get(group) else { return };
        let (region, group, target) = (own.region.clone(), own.name.clone(), key.0.clone());
        let with = [("region", region), ("group", group), ("target", target)];
        match (before, after) {
            (Health::Healthy | Health::Initial, Health::Unhealthy(reason)) => {
                let [region, group, target] = with;
                let reason = ("reason", reason.code().to_owned());
                self.note("target.unhealthy", [region, group, target, reason]);
            }
            (Health::Unhealthy(_) | Health::Initial, Health::Healthy) => self.note("target.healthy", with),
            _ => {}
        }
    }

    /// Describes begin to show a target's health.
    pub(super) fn reported(&mut self, group: &str, key: &Key) {
        let Some(own) = self.elb.target_groups.get_mut(group) else { return };
        let region = own.region.clone();
        let Some(target) = own.targets.get_mut(key) else { return };
        target.reported = target.health();
        let healthy = (target.reported == Health::Healthy).to_string();
        let with = [("region", region.clone()), ("target", key.0.clone()), ("healthy", healthy)];
        let balancer = own.balancer.clone();
        self.note("target.described", with);
        if let Some(balancer) = balancer {
            self.balancer_stirs(&balancer);
        }
        self.health_seen(&region, &key.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_is_where_it_is_whoever_asks() {
        let at = |nanos| Timestamp::from_nanosecond(nanos).unwrap();
        let (interval, phase) = (Duration::from_secs(15), Duration::from_secs(4));
        let second = 1_000_000_000;
        assert_eq!(next_on_grid(at(0), interval, phase), at(4 * second));
        assert_eq!(next_on_grid(at(4 * second), interval, phase), at(19 * second));
        assert_eq!(next_on_grid(at(19 * second - 1), interval, phase), at(19 * second));
    }
}
