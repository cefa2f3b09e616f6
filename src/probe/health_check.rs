//! Health check: what Route 53 holds of a region, from its own checkers' observations.
//! Invariant: one call to Route 53 for each look after the first, for its API takes 5 a second from the whole account.
//! Not here: what DNS makes of it (see `dns_authoritative`).
//! Used by: `registry`, once for each region that has a health check.
//!
//! Route 53 has no operation that says "healthy". Its rule: an endpoint is healthy while more than 18 % of the checkers
//! report success; a disabled check counts as healthy; an inverted one is turned round, a disabled one too (AWS: Route 53
//! developer guide, "How Route 53 determines whether a health check is healthy"; API reference, `UpdateHealthCheck`).

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::{Cost, Look, Probe, call};
use crate::{
    aws::{Aws, HealthCheck, Observation},
    clock,
    drill::model::Side,
    journal::sample::{Outcome, Phases, Seen, WatchName},
};

/// Both regions' checks together make one call a second.
pub(super) const INTERVAL: Duration = Duration::from_secs(2);
/// Every so many looks the check's own flags are read instead of its observations.
const FLAGS_EVERY: u64 = 4;
/// Per cent of checkers; more than this is healthy.
const ENOUGH: usize = 18;
/// What AWS's clock and this machine's may differ by before an observation counts as old.
const SKEW: Duration = Duration::from_secs(60);
/// The interval of a check that does not tell its own.
const DEFAULT_CHECK_INTERVAL: i32 = 30;

/// Reads one health check.
pub(super) struct HealthCheckProbe {
    aws: Aws,
    side: Side,
    id: String,
    known: Mutex<Known>,
}

/// What the newest calls said.
#[derive(Default)]
struct Known {
    turn: u64,
    check: Option<HealthCheck>,
    observations: Option<Vec<Observation>>,
}

impl HealthCheckProbe {
    /// Reads the health check called `id` of the record that leads users to `side`.
    pub(super) fn new(aws: Aws, side: Side, id: String) -> HealthCheckProbe {
        HealthCheckProbe { aws, side, id, known: Mutex::default() }
    }

    /// Reads what is due. An observation carries its own time, so a look that reads the flags loses nothing.
    async fn read(&self, known: &mut Known) -> Result<(), String> {
        let flags = known.turn.is_multiple_of(FLAGS_EVERY) || known.check.is_none();
        let observes = !flags || known.observations.is_none();
        if flags {
            known.check = Some(call::bounded(&self.aws, self.aws.health_check(&self.id)).await?);
        }
        let told = known.check.as_ref().is_some_and(is_observed);
        if observes && told {
            known.observations = None;
            let read = call::bounded(&self.aws, self.aws.health_check_observations(&self.id)).await?;
            known.observations = Some(read);
        }
        known.turn += 1;
        Ok(())
    }
}

#[async_trait]
impl Probe for HealthCheckProbe {
    fn watch(&self) -> WatchName {
        WatchName::health_check(self.side)
    }

    fn title(&self) -> String {
        format!("Route 53 health check {} of the {}", self.id, self.side)
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn cost(&self) -> Vec<Cost> {
        let flags = 1000 / FLAGS_EVERY;
        vec![
            Cost { operation: "route53:GetHealthCheck", side: None, per_thousand: flags },
            Cost { operation: "route53:GetHealthCheckStatus", side: None, per_thousand: 1000 - flags },
        ]
    }

    async fn look(&self) -> Look {
        let mut known = self.known.lock().await;
        match self.read(&mut known).await {
            Ok(()) => judge(known.check.as_ref(), known.observations.as_deref(), self.aws.clock().now().wall),
            Err(why) => Look::unknown(why),
        }
    }
}

/// True if checkers report on it: a disabled check has none.
fn is_observed(check: &HealthCheck) -> bool {
    !check.disabled && check.has_checkers()
}

fn judge(check: Option<&HealthCheck>, observations: Option<&[Observation]>, now: Timestamp) -> Look {
    let Some(check) = check else { return Look::unknown("the health check has not been read") };
    if check.disabled {
        return verdict(check, true, &Tally::default());
    }
    if !is_observed(check) {
        return Look::unknown(format!("AWS tells no observations of a {} health check", check.kind));
    }
    let tally = Tally::of(observations.unwrap_or_default(), freshness(check), now);
    match tally.checkers() {
        0 => Look::unknown("no checker has reported lately"),
        checkers => verdict(check, tally.succeeding * 100 > ENOUGH * checkers, &tally),
    }
}

fn verdict(check: &HealthCheck, before_inversion: bool, tally: &Tally) -> Look {
    let healthy = before_inversion != check.inverted;
    let outcome = match healthy {
        true => Outcome::Good,
        false => Outcome::Bad { why: why(check, tally) },
    };
    let seen = Seen::HealthCheck {
        healthy,
        succeeding: tally.succeeding,
        checkers: tally.checkers(),
        disabled: check.disabled,
        failures: tally.failures.clone(),
    };
    Look { phases: Phases::default(), outcome, seen: Some(seen) }
}

fn why(check: &HealthCheck, tally: &Tally) -> String {
    if check.disabled {
        return "disabled and inverted: unhealthy whatever the endpoint does".into();
    }
    let inverted = if check.inverted { " (inverted)" } else { "" };
    let kinds: BTreeSet<&str> = tally.failures.values().map(|words| first_sentence(words)).collect();
    let kinds: Vec<&str> = kinds.into_iter().take(3).collect();
    let counts = format!("{} of {} checkers succeed{inverted}", tally.succeeding, tally.checkers());
    if kinds.is_empty() { counts } else { format!("{counts}: {}", kinds.join("; ")) }
}

/// `Failure: Connection timed out. The endpoint …` in short.
fn first_sentence(words: &str) -> &str {
    let words = words.trim_start_matches("Failure:").trim();
    words.split_once(". ").map_or(words, |(first, _)| first)
}

/// After this long without a new look, a checker's last word is old.
fn freshness(check: &HealthCheck) -> Duration {
    let interval = check.interval_s.unwrap_or(DEFAULT_CHECK_INTERVAL);
    Duration::from_secs(u64::try_from(interval).unwrap_or_default()) * 3
}

/// Fresh observations, counted.
#[derive(Debug, Default)]
struct Tally {
    succeeding: usize,
    failures: BTreeMap<String, String>,
}

impl Tally {
    /// Counts what is at most `fresh` older than the newest observation, if that one is not old itself. Judged so, a
    /// clock of this machine that is a little off does not make every observation old.
    fn of(observations: &[Observation], fresh: Duration, now: Timestamp) -> Tally {
        let newest = observations.iter().filter_map(|seen| seen.checked_at).max();
        if newest.is_some_and(|newest| clock::later(newest, fresh + SKEW) < now) {
            return Tally::default();
        }
        let is_fresh = |at: Timestamp| newest.is_none_or(|newest| clock::later(at, fresh) >= newest);
        let mut tally = Tally::default();
        // Without a time an observation is AWS's current word.
        for seen in observations.iter().filter(|seen| seen.checked_at.is_none_or(is_fresh)) {
            match seen.is_success() {
                true => tally.succeeding += 1,
                false => tally.fail(seen),
            }
        }
        tally
    }

    fn fail(&mut self, seen: &Observation) {
        let mut key = format!("{} {}", seen.region, seen.address).trim().to_owned();
        while self.failures.contains_key(&key) {
            key.push('+');
        }
        self.failures.insert(key, seen.status.clone());
    }

    fn checkers(&self) -> usize {
        self.succeeding + self.failures.len()
    }
}

#[cfg(test)]
mod tests;
