//! Target: what EvaluateTargetHealth knows about the balancers behind aliases.
//! Invariant: the name servers go by `published` alone, which follows the balancers with a delay; nothing is on the
//! agenda while a balancer is as it was last seen.
//! Not here: when a balancer counts as healthy (see `elb`).
//! Used by: `route53`.

use std::time::Duration;

use jiff::Timestamp;

use super::Due;
use crate::{
    clock::later,
    lab::world::{World, agenda},
};

/// One name outside its zone that aliases evaluate.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Target {
    /// The balancer that the name led to when it was last looked up.
    balancer: Option<String>,
    /// What the last look saw.
    seen: bool,
    /// What the name servers go by.
    pub(super) published: bool,
    /// When the last thing seen will have been published: a later one is never published before it.
    settles: Timestamp,
    /// Whether a look is on the agenda.
    looking: bool,
}

impl World {
    /// Begins to watch the balancers of aliases that are new to the name servers.
    pub(super) fn watch_new_targets(&mut self) {
        let live = self.route53.zones.values().flat_map(|zone| {
            let outside = zone.live.values().filter_map(|set| set.alias.as_ref());
            outside.filter(|alias| alias.evaluate && alias.zone != zone.id)
        });
        let new = live.map(|alias| alias.name.clone());
        let names: Vec<String> = new.filter(|name| !self.route53.targets.contains_key(name)).collect();
        for name in names {
            let balancer = self.balancer_behind(&name).map(|name| name.to_ascii_lowercase());
            let healthy = self.target_health(&name);
            let target =
                Target { balancer, seen: healthy, published: healthy, settles: self.now, looking: false };
            self.route53.targets.insert(name, target);
        }
    }

    /// A target that is not a balancer of this world evaluates nothing, and counts as healthy.
    fn target_health(&self, name: &str) -> bool {
        self.balancer_behind(name).and_then(|balancer| self.balancer_target_health(&balancer)).unwrap_or(true)
    }

    /// Something about a balancer has changed: the names that lead to it are looked at when their turn comes.
    pub(super) fn target_changed(&mut self, balancer: &str) {
        let health = self.balancer_target_health(balancer);
        let at = self.next_target_look();
        let leads = |target: &Target| target.balancer.as_deref() == Some(balancer);
        let targets = self.route53.targets.iter_mut();
        let turned = targets.filter(|(_, target)| {
            leads(target) && !target.looking && health.is_some_and(|healthy| healthy != target.seen)
        });
        let mut names = Vec::new();
        for (name, target) in turned {
            target.looking = true;
            names.push(name.clone());
        }
        for target in names {
            self.at(at, agenda::Due::Route53(Due::Look { target }));
        }
    }

    /// The next moment of the grid on which Route 53 looks at targets.
    fn next_target_look(&self) -> Timestamp {
        let interval = i64::from(self.route53.settings.target_interval.max(1)) * 1_000_000;
        let phase = i64::try_from(self.route53.target_phase.as_micros()).unwrap_or(0);
        let gone = (self.now.as_microsecond() - phase).rem_euclid(interval);
        let left = Duration::from_micros(u64::try_from(interval - gone).unwrap_or(0));
        later(self.now, left)
    }

    /// Looks at a watched name, and sends on what is new.
    pub(super) fn look_at_target(&mut self, name: &str) {
        let healthy = self.target_health(name);
        let balancer = self.balancer_behind(name).map(|name| name.to_ascii_lowercase());
        let takes = self.route53.settings.target_published.draw(&mut self.route53.rng);
        let now = self.now;
        let Some(target) = self.route53.targets.get_mut(name) else { return };
        target.looking = false;
        target.balancer = balancer;
        if target.seen == healthy {
            return;
        }
        target.seen = healthy;
        target.settles = later(now, takes).max(target.settles);
        let settles = target.settles;
        let due = Due::TargetPublished { target: name.to_owned(), healthy };
        self.at(settles, agenda::Due::Route53(due));
    }

    /// Names of AWS's may lead to other balancers: looks at every watched one whose health is another now.
    pub(in crate::lab) fn aliases_moved(&mut self) {
        let at = self.next_target_look();
        let names: Vec<String> = self.route53.targets.keys().cloned().collect();
        for name in names {
            let healthy = self.target_health(&name);
            let balancer = self.balancer_behind(&name).map(|name| name.to_ascii_lowercase());
            let Some(target) = self.route53.targets.get_mut(&name) else { continue };
            target.balancer = balancer;
            if target.seen != healthy && !target.looking {
                target.looking = true;
                self.at(at, agenda::Due::Route53(Due::Look { target: name }));
            }
        }
        self.names_moved();
    }

    pub(super) fn publish_target(&mut self, name: &str, healthy: bool) {
        if let Some(target) = self.route53.targets.get_mut(name) {
            target.published = healthy;
        }
        self.names_moved();
    }
}
