//! Series: what charts are drawn from.
//! Used by: whole.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    latency, thin,
    times::{Times, micros},
};
use crate::{
    journal::sample::{Outcome, Sample, Seen, WatchName},
    measure::{seen, summary::Assessment},
    report::model::series::{Answer, Checker, Checks, Lag, Role, Series, Stretch},
};

/// The looks of each watch, in the order in which they began.
struct Looks<'a>(BTreeMap<&'a str, Vec<&'a Sample>>);

impl<'a> Looks<'a> {
    fn of(samples: &'a [Sample]) -> Looks<'a> {
        let mut by_watch: BTreeMap<&str, Vec<&Sample>> = BTreeMap::new();
        for sample in samples {
            by_watch.entry(sample.watch.0.as_str()).or_default().push(sample);
        }
        by_watch.values_mut().for_each(|looks| looks.sort_by_key(|sample| sample.started));
        Looks(by_watch)
    }

    fn named(&self, watch: &WatchName) -> &[&'a Sample] {
        self.0.get(watch.0.as_str()).map_or(&[], Vec::as_slice)
    }
}

pub(super) fn of(run: &Assessment, samples: &[Sample], times: Times) -> Series {
    let looks = Looks::of(samples);
    let clients = looks.0.iter().filter(|(watch, _)| **watch == "write" || is_site(watch));
    let site = looks.named(&WatchName::site());
    Series {
        clients: clients.map(|(watch, looks)| thin::client(watch, looks, times)).collect(),
        latency: latency::parts(run, site),
        latency_over_time: latency::over_time(site, times),
        dns: [WatchName::dns_authoritative(), WatchName::dns_resolver()]
            .iter()
            .flat_map(|watch| answers(&watch.0, looks.named(watch), times))
            .collect(),
        checkers: of_health_checks(&looks, |watch, looks| checkers(watch, looks, times)),
        checks: of_health_checks(&looks, |watch, looks| checks(watch, looks, times)),
        database: roles(looks.named(&WatchName::database()), times),
        lag: lags(looks.named(&WatchName::lag()), times),
    }
}

fn is_site(watch: &str) -> bool {
    watch == "site" || watch.starts_with("site.")
}

fn of_health_checks<T>(looks: &Looks, each: impl Fn(&str, &[&Sample]) -> Vec<T>) -> Vec<T> {
    let own = looks.0.iter().filter(|(watch, _)| watch.starts_with("health_check."));
    own.flat_map(|(watch, looks)| each(watch, looks)).collect()
}

fn answers(watch: &str, looks: &[&Sample], times: Times) -> Vec<Answer> {
    let mut found: Vec<Answer> = Vec::new();
    for sample in looks {
        let Some(Seen::Dns { addresses, ttl, side }) = &sample.seen else { continue };
        let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let at = times.since(sample.started);
        if let Some(last) = found.last_mut() {
            last.to = at;
            if (last.side, &last.addresses) == (*side, &addresses) {
                last.looks += 1;
                last.ttl = last.ttl.max(*ttl);
                continue;
            }
        }
        found.push(Answer {
            watch: watch.to_owned(),
            from: at,
            to: at,
            side: *side,
            addresses,
            ttl: *ttl,
            looks: 1,
        });
    }
    found
}

fn checkers(watch: &str, looks: &[&Sample], times: Times) -> Vec<Checker> {
    let failing = |sample: &&Sample| match &sample.seen {
        Some(Seen::HealthCheck { failures, .. }) => {
            Some(failures.keys().cloned().collect::<BTreeSet<String>>())
        }
        _ => None,
    };
    let each: Vec<_> =
        looks.iter().filter_map(|sample| Some((times.since(sample.started), failing(sample)?))).collect();
    let names: BTreeSet<&String> = each.iter().flat_map(|(_, failing)| failing).collect();
    let stretches = |name: &String| {
        let mut found: Vec<Stretch> = Vec::new();
        let mut open = false;
        for (at, failing) in &each {
            let fails = failing.contains(name);
            match (fails, open) {
                (true, false) => found.push(Stretch(*at, *at)),
                (_, true) => found.iter_mut().rev().take(1).for_each(|last| last.1 = *at),
                (false, false) => {}
            }
            open = fails;
        }
        found
    };
    names
        .into_iter()
        .map(|name| Checker { watch: watch.to_owned(), checker: name.clone(), failing: stretches(name) })
        .collect()
}

fn checks(watch: &str, looks: &[&Sample], times: Times) -> Vec<Checks> {
    let mut found: Vec<Checks> = Vec::new();
    for sample in looks {
        let Some(Seen::HealthCheck { healthy, succeeding, checkers, .. }) = &sample.seen else { continue };
        let next = Checks {
            watch: watch.to_owned(),
            from: times.since(sample.started),
            succeeding: *succeeding,
            checkers: *checkers,
            healthy: *healthy,
        };
        let same = |last: &Checks| Checks { from: next.from, ..last.clone() } == next;
        if !found.last().is_some_and(same) {
            found.push(next);
        }
    }
    found
}

fn roles(looks: &[&Sample], times: Times) -> Vec<Role> {
    let mut found: Vec<Role> = Vec::new();
    for sample in looks.iter().filter(|sample| !matches!(sample.outcome, Outcome::Unknown { .. })) {
        let Some(Seen::Database { status, writer, operation, .. }) = &sample.seen else { continue };
        let next = Role {
            from: times.since(sample.started),
            writer: *writer,
            status: status.clone(),
            operation: operation.clone(),
        };
        let same = |last: &Role| Role { from: next.from, ..last.clone() } == next;
        if !found.last().is_some_and(same) {
            found.push(next);
        }
    }
    found
}

fn lags(looks: &[&Sample], times: Times) -> Vec<Lag> {
    let lag = |sample: &&Sample| match &sample.seen {
        Some(Seen::Lag { millis, .. }) => {
            Some(Lag { t: times.since(sample.started), lag: micros(seen::lag(*millis)?) })
        }
        _ => None,
    };
    looks.iter().filter_map(lag).collect()
}
