//! Target: what EvaluateTargetHealth knows about the balancers behind aliases.
//! Invariant: the name servers go by `published` alone, which follows the balancers with a delay.
//! Not here: when a balancer counts as healthy (see `elb`).
//! Used by: `route53`.

use jiff::Timestamp;

use super::{Due, timing};
use crate::{
    clock::later,
    lab::world::{World, agenda},
};

/// One balancer that aliases evaluate.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Target {
    /// What the last look saw.
    seen: bool,
    /// What the name servers go by.
    pub(super) published: bool,
    /// When the last thing seen will have been published: a later one is never published before it.
    settles: Timestamp,
}

impl World {
    /// Begins to watch the balancers of aliases that are new to the name servers.
    pub(super) fn watch_new_targets(&mut self) {
        let live = self.route53.zones.values().flat_map(|zone| {
            let outside = zone.live.values().filter_map(|set| set.alias.as_ref());
            outside.filter(|alias| alias.evaluate && alias.zone != zone.id)
        });
        let names: Vec<String> = live.map(|alias| alias.name.clone()).collect();
        for name in names {
            let healthy = self.target_health(&name);
            let settles = self.now;
            self.route53.targets.entry(name).or_insert(Target { seen: healthy, published: healthy, settles });
        }
    }

    /// A target that is not a balancer of this world evaluates nothing, and counts as healthy.
    fn target_health(&self, name: &str) -> bool {
        self.balancer_behind(name).and_then(|balancer| self.balancer_target_health(&balancer)).unwrap_or(true)
    }

    /// Looks at each watched balancer, and sends on what is new.
    pub(super) fn look_at_targets(&mut self) {
        self.after(timing::LOOK_EVERY, agenda::Due::Route53(Due::Look));
        let names: Vec<String> = self.route53.targets.keys().cloned().collect();
        for balancer in names {
            let healthy = self.target_health(&balancer);
            let now = self.now;
            let (low, high) = timing::TARGET_PUBLISHED;
            let Some(target) =
                self.route53.targets.get_mut(&balancer).filter(|target| target.seen != healthy)
            else {
                continue;
            };
            let takes = self.route53.rng.between(low, high);
            target.seen = healthy;
            target.settles = later(now, takes).max(target.settles);
            let settles = target.settles;
            self.at(settles, agenda::Due::Route53(Due::TargetPublished { balancer, healthy }));
        }
    }

    pub(super) fn publish_target(&mut self, balancer: &str, healthy: bool) {
        if let Some(target) = self.route53.targets.get_mut(balancer) {
            target.published = healthy;
        }
        self.note_answers();
    }
}
