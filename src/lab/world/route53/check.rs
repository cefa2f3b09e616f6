//! Check: one health check: its checkers and its status.
//! Invariant: `version` counts the changes of `config`; the checkers go by `live`.
//! Not here: its settings (see `config`), probing and counting (see `checker`), the API (see `check_operation`).
//! Used by: `route53`.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    time::Duration,
};

use jiff::Timestamp;

use super::{State, config::Config};
use crate::{
    clock::later,
    lab::world::{
        World,
        call::{AwsFault, Tree},
    },
};

/// One checker of a health check.
#[derive(Debug, Clone)]
pub(super) struct Checker {
    pub(super) region: String,
    pub(super) address: Ipv4Addr,
    pub(super) round_trip: Duration,
    /// One moment at which it looks; the others are whole intervals away.
    pub(super) phase: Timestamp,
    /// What it reports: an endpoint is well until `threshold` probes in a row say otherwise, and the reverse.
    pub(super) healthy: bool,
    /// How many probes in a row have said otherwise.
    pub(super) streak: u32,
    pub(super) last: Option<Observation>,
    pub(super) last_failure: Option<Observation>,
    /// What its last look met, and how many looks in a row have met that.
    pub(super) met: (bool, String),
    pub(super) alike: u32,
    /// Whether it has an entry on the agenda. One that has met the same often enough has none: what it would see is
    /// known, until something wakes it.
    pub(super) awake: bool,
}

/// What a checker saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Observation {
    pub(super) well: bool,
    pub(super) status: String,
    pub(super) at: Timestamp,
    /// How long the look took.
    pub(super) took: Duration,
}

impl Checker {
    /// The last moment of its grid at which a look that took `took` was over by `now`.
    fn last_look(&self, interval: Duration, took: Duration, now: Timestamp) -> Timestamp {
        let interval = i64::try_from(interval.as_micros()).unwrap_or(i64::MAX).max(1);
        let took = i64::try_from(took.as_micros()).unwrap_or(i64::MAX);
        let gone = now.as_microsecond() - took - self.phase.as_microsecond();
        let at = self.phase.as_microsecond() + gone.div_euclid(interval) * interval + took;
        Timestamp::from_microsecond(at).unwrap_or(now)
    }

    /// The next moment of its grid, after `now`.
    pub(super) fn next_look(&self, interval: Duration, now: Timestamp) -> Timestamp {
        later(self.last_look(interval, Duration::ZERO, now), interval)
    }

    /// What it saw last, with the moment: a checker at rest has looked at each moment of its grid and met the same.
    pub(super) fn seen(&self, interval: Duration, now: Timestamp) -> Option<Observation> {
        let last = self.last.clone()?;
        match self.awake {
            true => Some(last),
            false => Some(Observation { at: self.last_look(interval, last.took, now), ..last }),
        }
    }
}

/// A health check.
#[derive(Debug, Clone)]
pub(in crate::lab) struct HealthCheck {
    pub(super) id: String,
    pub(super) caller_reference: String,
    pub(super) version: u64,
    /// As it was made: what a repeated request is compared with.
    pub(super) made: Config,
    pub(super) config: Config,
    pub(super) live: Config,
    pub(super) generation: u64,
    pub(super) checkers: Vec<Checker>,
    /// The names that led its checkers to their endpoint, and the addresses there.
    pub(super) names: Vec<String>,
    pub(super) addresses: BTreeSet<Ipv4Addr>,
    /// The status: the checkers' share, the children or the alarm, then `Disabled` and `Inverted`.
    pub(super) healthy: bool,
    /// The status that the name servers go by.
    pub(super) published: bool,
    /// When the last status will have been published: a later one is never published before it.
    pub(super) settles: Timestamp,
    pub(super) tags: BTreeMap<String, String>,
}

impl HealthCheck {
    /// Between two looks of one checker.
    pub(super) fn interval(&self) -> Duration {
        Duration::from_secs(u64::from(self.live.interval))
    }

    /// What a checker of this check saw last.
    pub(super) fn seen(&self, checker: &Checker, now: Timestamp) -> Option<Observation> {
        // AWS: UpdateHealthCheck: a disabled check stops looking.
        if self.live.disabled { checker.last.clone() } else { checker.seen(self.interval(), now) }
    }
}

impl World {
    /// A health check as `GetHealthCheck` answers it.
    pub(super) fn check_tree(&self, check: &HealthCheck) -> Tree {
        let alarm = check.config.alarm.as_ref();
        let alarm = alarm.and_then(|(region, name)| self.alarm_configuration(region, name));
        Tree::map([
            ("Id", Tree::text(&check.id)),
            ("CallerReference", Tree::text(&check.caller_reference)),
            ("HealthCheckConfig", Some(check.config.tree())),
            ("HealthCheckVersion", Some(Tree::Int(i64::try_from(check.version).unwrap_or(i64::MAX)))),
            ("CloudWatchAlarmConfiguration", alarm),
        ])
    }
}

impl State {
    /// The health check of a request.
    pub(super) fn check(&self, id: &str) -> Result<&HealthCheck, AwsFault> {
        let missing = || {
            AwsFault::new(404, "NoSuchHealthCheck", format!("A health check with id {id} does not exist."))
        };
        self.checks.get(id).ok_or_else(missing)
    }

    /// Each enabled health check with its status and the share of its checkers that report it well.
    pub(in crate::lab) fn check_statuses(&self) -> Vec<(String, bool, f64)> {
        let status = |check: &HealthCheck| {
            let well = check.checkers.iter().filter(|checker| checker.healthy).count();
            let percent = 100.0 * well as f64 / check.checkers.len().max(1) as f64;
            (check.id.clone(), check.healthy, percent)
        };
        self.checks.values().filter(|check| !check.live.disabled).map(status).collect()
    }

    /// What the name servers go by; a check that is gone takes nothing away.
    pub(super) fn is_published_healthy(&self, id: &str) -> bool {
        self.checks.get(id).is_none_or(|check| check.published)
    }
}

#[cfg(all(test, feature = "aws"))]
impl State {
    /// Lets each checker of the check of this name look when `looks` says, as far away as it says.
    pub(in crate::lab) fn keep_time(
        &mut self,
        name: &str,
        looks: impl Fn(Duration, usize) -> (Timestamp, Duration),
    ) {
        let named = |check: &&mut HealthCheck| check.tags.get("Name").is_some_and(|own| own == name);
        for check in self.checks.values_mut().filter(named) {
            let interval = check.interval();
            for (place, checker) in check.checkers.iter_mut().enumerate() {
                (checker.phase, checker.round_trip) = looks(interval, place);
            }
        }
    }

    /// Lets alias targets be looked at when `phase` says.
    pub(in crate::lab) fn look_at_targets(&mut self, phase: impl Fn(Duration) -> Duration) {
        let interval = Duration::from_secs(u64::from(self.settings.target_interval.max(1)));
        self.target_phase = phase(interval);
    }
}
