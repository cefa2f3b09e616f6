//! Verdict: what a health check's looks, children or alarm come to, and when name servers learn of it.
//! Invariant: the truth tells each change of status at its moment; name servers learn of changes in their order.
//! Used by: `route53`, and `cloudwatch` when an alarm's metric turns.

use super::{
    Due,
    config::{Config, Kind},
};
use crate::{
    clock::later,
    lab::world::{World, agenda},
};

impl World {
    /// Comes to a check's status, and to that of the checks that are calculated from it.
    pub(in crate::lab) fn judge_check(&mut self, id: &str) {
        let Some(healthy) = self.verdict(id) else { return };
        let now = self.now;
        let published = self.route53.settings.published;
        let Some(check) = self.route53.checks.get_mut(id).filter(|check| check.healthy != healthy) else {
            return;
        };
        let takes = published.draw(&mut self.route53.rng);
        check.healthy = healthy;
        check.settles = later(now, takes).max(check.settles);
        let settles = check.settles;
        let reporting = check.checkers.iter().filter(|checker| checker.healthy).count();
        let with = [
            ("check", id.to_owned()),
            ("name", check.tags.get("Name").cloned().unwrap_or_default()),
            ("status", if healthy { "healthy" } else { "unhealthy" }.to_owned()),
            ("checkers", format!("{reporting} of {}", check.checkers.len())),
        ];
        self.note("health_check.status", with);
        self.at(settles, agenda::Due::Route53(Due::Published { check: id.to_owned(), healthy }));
        self.judge_parents(id);
    }

    /// Comes to the status of the checks that are calculated from one. Children are never calculated from their parents,
    /// so this ends.
    pub(super) fn judge_parents(&mut self, id: &str) {
        let parents = self.route53.parents.get(id).cloned().unwrap_or_default();
        for parent in parents {
            self.judge_check(&parent);
        }
    }

    /// AWS: HealthCheckConfig: `Disabled` is healthy whatever is seen, and `Inverted` turns either round.
    pub(super) fn verdict(&self, id: &str) -> Option<bool> {
        let check = self.route53.checks.get(id)?;
        let config = &check.live;
        let well = config.disabled
            || match config.kind {
                Kind::Calculated => {
                    let is_healthy =
                        |id: &&String| self.route53.checks.get(*id).is_none_or(|check| check.healthy);
                    // AWS: HealthThreshold: 0 is always healthy, more than there are children never.
                    let healthy = config.children.iter().filter(is_healthy).count();
                    healthy >= usize::try_from(config.health_threshold.unwrap_or(0)).unwrap_or(usize::MAX)
                }
                Kind::Metric => self.alarm_says_well(config).unwrap_or(check.healthy != config.inverted),
                _ => {
                    let healthy = check.checkers.iter().filter(|checker| checker.healthy).count();
                    // AWS: "more than 18% of health checkers report that an endpoint is healthy".
                    healthy * 100
                        > check.checkers.len() * usize::from(self.route53.settings.healthy_above_percent)
                }
            };
        Some(well != config.inverted)
    }

    /// AWS: a CLOUDWATCH_METRIC check goes by the alarm's metric, not by the state that the alarm shows.
    fn alarm_says_well(&self, config: &Config) -> Option<bool> {
        let (region, name) = config.alarm.as_ref()?;
        match self.alarm_by_metric(region, name) {
            Some(in_alarm) => Some(!in_alarm),
            None => match config.insufficient.as_deref() {
                Some("Healthy") => Some(true),
                Some("Unhealthy") => Some(false),
                _ => None,
            },
        }
    }

    /// Comes to the status of the checks that follow an alarm.
    pub(in crate::lab) fn judge_checks_of_alarm(&mut self, region: &str, name: &str) {
        let checks = self.route53.alarms.get(&(region.to_owned(), name.to_owned())).cloned();
        for id in checks.unwrap_or_default() {
            self.judge_check(&id);
        }
    }

    pub(super) fn publish_check(&mut self, id: &str, healthy: bool) {
        if let Some(check) = self.route53.checks.get_mut(id) {
            check.published = healthy;
        }
        self.names_moved();
    }
}
