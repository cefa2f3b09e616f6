//! Checker: Route 53's health checkers look at endpoints, count, and come to a status.
//! Invariant: checkers are not coordinated; each has its own phase, and knows an endpoint only as a client does.
//! Not here: what the API shows of it (see `check_operation`).
//! Used by: `route53`'s due entries.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use super::{
    Due, State,
    check::{Checker, Config, Kind, Observation},
    timing,
};
use crate::{
    clock::later,
    lab::world::{
        World, agenda,
        dns::{DnsKind, name},
        site::{Reach, SiteOutcome, SiteRequest},
    },
};

/// AWS: Developer Guide, "How Amazon Route 53 determines whether a health check is healthy": healthy if more than
/// 18 % of the checkers report so.
const HEALTHY_ABOVE_PERCENT: usize = 18;

/// The same page: a string must appear in the first 5,120 bytes of the body.
const SEARCHED_BYTES: usize = 5120;

/// The text of a checker whose SYN or request got no answer, as accounts show it.
const TIMED_OUT: &str = "Connection timed out. The endpoint or the internet connection is down, or requests are being blocked by your firewall. See https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-router-firewall-rules.html";

/// What one look gave: how long it took, whether the endpoint was well, and AWS's words for it.
type Look = (Duration, bool, String);

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
                let at = super::check::CHECKER_REGIONS.iter().position(|own| own == region).unwrap_or(0);
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

    /// What the checker meets, as any client would.
    fn look_at_endpoint(&mut self, config: &Config, own: &Checker, turn: usize) -> Look {
        let address = match (config.address, &config.host) {
            (Some(address), _) => address,
            (None, Some(host)) => {
                let addresses = self.ask(&name::canonical(host), DnsKind::A).addresses();
                match addresses.get(turn % addresses.len().max(1)) {
                    Some(address) => *address,
                    None => {
                        let said = format!("Failure: DNS resolution failed: no address for {host}");
                        return (own.round_trip, false, said);
                    }
                }
            }
            (None, None) => return (own.round_trip, false, "Failure: no endpoint".to_owned()),
        };
        let said = Said { resolved: config.address.is_none().then_some(address) };
        let (from, to) = (IpAddr::V4(own.address), IpAddr::V4(address));
        let port = config.port.unwrap_or(80);
        let now = self.now;
        if config.kind == Kind::Tcp {
            return match self.connects(now, from, to, port) {
                Reach::Open => (own.round_trip, true, said.well("Connection established")),
                Reach::Refused => (own.round_trip, false, said.failure(REFUSED)),
                Reach::Dropped => (timing::TCP_CONNECT, false, said.failure(TIMED_OUT)),
            };
        }
        let request = SiteRequest {
            from,
            to,
            port,
            tls: config.kind.is_tls(),
            host: config.host.clone().unwrap_or_else(|| address.to_string()),
            method: "GET".to_owned(),
            path: config.path.clone().filter(|path| !path.is_empty()).unwrap_or_else(|| "/".to_owned()),
            connection: None,
        };
        let outcome = self.site(now, &request);
        if let SiteOutcome::Answer { connection, .. } | SiteOutcome::Silent { connection } = &outcome {
            self.disconnect(*connection);
        }
        judge(config, own.round_trip, &said, outcome)
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

    /// Comes to a check's status, and to that of the checks that are calculated from it.
    pub(in crate::lab) fn judge_check(&mut self, id: &str) {
        let Some(healthy) = self.verdict(id) else { return };
        let now = self.now;
        let (low, high) = timing::PUBLISHED;
        let Some(check) = self.route53.checks.get_mut(id).filter(|check| check.healthy != healthy) else {
            return;
        };
        let takes = self.route53.rng.between(low, high);
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
        let parents =
            self.route53.checks.values().filter(|parent| parent.live.children.iter().any(|c| c == id));
        for parent in parents.map(|parent| parent.id.clone()).collect::<Vec<_>>() {
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
                    let healthy = config.children.iter().filter(is_healthy).count();
                    healthy >= usize::try_from(config.health_threshold.unwrap_or(0)).unwrap_or(usize::MAX)
                }
                Kind::Metric => self.alarm_says_well(config).unwrap_or(check.healthy != config.inverted),
                _ => {
                    let healthy = check.checkers.iter().filter(|checker| checker.healthy).count();
                    healthy * 100 > check.checkers.len() * HEALTHY_ABOVE_PERCENT
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
        let follows = |config: &Config| config.alarm.as_ref().is_some_and(|(r, n)| r == region && n == name);
        let checks = self.route53.checks.values().filter(|check| follows(&check.live));
        for id in checks.map(|check| check.id.clone()).collect::<Vec<_>>() {
            self.judge_check(&id);
        }
    }

    pub(super) fn publish_check(&mut self, id: &str, healthy: bool) {
        if let Some(check) = self.route53.checks.get_mut(id) {
            check.published = healthy;
        }
        self.note_answers();
    }
}

// The documentation gives no text for a connection that is reset; this one is the lab's own.
const REFUSED: &str = "Connection refused by the endpoint.";

/// AWS: Developer Guide, "How Amazon Route 53 determines whether a health check is healthy": connected within four
/// seconds, then a status of 2xx or 3xx within two; with a search string, that string in the first 5,120 bytes.
fn judge(config: &Config, round_trip: Duration, said: &Said, outcome: SiteOutcome) -> Look {
    let late = round_trip + timing::HTTP_STATUS;
    match outcome {
        SiteOutcome::Dropped => (timing::HTTP_CONNECT, false, said.failure(TIMED_OUT)),
        SiteOutcome::Refused => (round_trip, false, said.failure(REFUSED)),
        SiteOutcome::Silent { .. } => (late, false, said.failure(TIMED_OUT)),
        SiteOutcome::Answer { after, .. } if after > timing::HTTP_STATUS => {
            (late, false, said.failure(TIMED_OUT))
        }
        SiteOutcome::Answer { after, status, body, .. } => {
            let searched = body.as_bytes().get(..SEARCHED_BYTES).unwrap_or(body.as_bytes());
            let found = |text: &String| {
                !text.is_empty() && searched.windows(text.len()).any(|window| window == text.as_bytes())
            };
            let status_well = (200..400).contains(&status);
            let matched = !config.kind.is_match() || config.search.as_ref().is_some_and(found);
            let text = match status_well && !matched {
                true => said.failure("The endpoint's answer did not contain the search string."),
                false => said.status(status_well, status),
            };
            (round_trip + after, status_well && matched, text)
        }
    }
}

/// How observations read: with the resolved address where the endpoint is a name (AWS: GetHealthCheckStatus
/// reference, example), without where it is an address.
struct Said {
    resolved: Option<Ipv4Addr>,
}

impl Said {
    fn status(&self, well: bool, status: u16) -> String {
        let verdict = if well { "Success" } else { "Failure" };
        let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        let reason = reason.unwrap_or_default();
        match self.resolved {
            Some(address) => {
                format!("{verdict}: HTTP Status Code: {status}. Resolved IP: {address}. {reason}")
            }
            None => format!("{verdict}: HTTP Status Code {status}, {reason}"),
        }
    }

    fn well(&self, text: &str) -> String {
        self.told("Success", text)
    }

    fn failure(&self, text: &str) -> String {
        self.told("Failure", text)
    }

    fn told(&self, verdict: &str, text: &str) -> String {
        match self.resolved {
            Some(address) => format!("{verdict}: Resolved IP: {address}. {text}"),
            None => format!("{verdict}: {text}"),
        }
    }
}
