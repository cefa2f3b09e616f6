//! Look: what one checker meets at an endpoint, and AWS's words for it.
//! Invariant: a checker knows an endpoint only as a client does: by name, connection and answer.
//! Not here: when it looks and what its looks come to (see `checker`, `verdict`).
//! Used by: `checker`.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use super::{
    check::Checker,
    config::{Config, Kind},
    settings::{HTTP_CONNECT, HTTP_STATUS, TCP_CONNECT},
};
use crate::lab::world::{
    World,
    dns::{DnsData, DnsKind, name},
    site::{Reach, SiteOutcome, SiteRequest},
};

/// AWS: Developer Guide, "How Amazon Route 53 determines whether a health check is healthy": a string must appear in the first 5,120 bytes of the body.
const SEARCHED_BYTES: usize = 5120;

/// The text of a checker whose SYN or request got no answer, as accounts show it.
const TIMED_OUT: &str = "Connection timed out. The endpoint or the internet connection is down, or requests are being blocked by your firewall. See https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-router-firewall-rules.html";

// The documentation gives no text for a connection that is reset; this one is the lab's own.
const REFUSED: &str = "Connection refused by the endpoint.";

/// What one look gave.
#[derive(Debug)]
pub(super) struct Look {
    /// How long it took.
    pub(super) took: Duration,
    /// Whether the endpoint was well.
    pub(super) well: bool,
    /// AWS's words for it.
    pub(super) status: String,
    /// The address that was looked at.
    pub(super) address: Option<Ipv4Addr>,
    /// All addresses that the endpoint has.
    pub(super) resolved: Vec<Ipv4Addr>,
}

impl World {
    /// The addresses of a check's endpoint. AWS: a domain name is resolved at each look, IPv4 only.
    pub(super) fn endpoint_addresses(&self, config: &Config) -> Vec<Ipv4Addr> {
        match (config.address, &config.host) {
            (Some(address), _) => vec![address],
            (None, Some(host)) => {
                let mut addresses = self.chase(&name::canonical(host));
                addresses.sort();
                addresses
            }
            (None, None) => Vec::new(),
        }
    }

    /// What a name leads to, across zones.
    fn chase(&self, name: &str) -> Vec<Ipv4Addr> {
        let mut answer = self.ask(name, DnsKind::A);
        for _ in 0..8 {
            let Some(DnsData::Cname(next)) = answer.records.last().map(|last| last.data.clone()) else {
                break;
            };
            answer = self.ask(&next, DnsKind::A);
        }
        answer.addresses()
    }

    /// What the checker meets, as any client would.
    pub(super) fn look_at_endpoint(&mut self, config: &Config, own: &Checker, turn: usize) -> Look {
        let resolved = self.endpoint_addresses(config);
        let address = resolved.get(turn % resolved.len().max(1)).copied();
        let (took, well, status) = match address {
            Some(address) => self.look_at_address(config, own, address),
            None => {
                let host = config.host.as_deref().unwrap_or_default();
                (own.round_trip, false, format!("Failure: DNS resolution failed: no address for {host}"))
            }
        };
        Look { took, well, status, address, resolved }
    }

    fn look_at_address(&mut self, config: &Config, own: &Checker, address: Ipv4Addr) -> Met {
        let said = Said { resolved: config.address.is_none().then_some(address) };
        let (from, to) = (IpAddr::V4(own.address), IpAddr::V4(address));
        let port = config.port.unwrap_or(80);
        let now = self.now;
        if config.kind == Kind::Tcp {
            return match self.connects(now, from, to, port) {
                Reach::Open => (own.round_trip, true, said.well("Connection established")),
                Reach::Refused => (own.round_trip, false, said.failure(REFUSED)),
                Reach::Dropped => (TCP_CONNECT, false, said.failure(TIMED_OUT)),
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
}

/// How long a look took, whether the endpoint was well, and AWS's words for it.
type Met = (Duration, bool, String);

/// AWS: Developer Guide, "How Amazon Route 53 determines whether a health check is healthy": connected within four
/// seconds, then a status of 2xx or 3xx within two; with a search string, that string in the first 5,120 bytes.
fn judge(config: &Config, round_trip: Duration, said: &Said, outcome: SiteOutcome) -> Met {
    let late = round_trip + HTTP_STATUS;
    match outcome {
        SiteOutcome::Dropped => (HTTP_CONNECT, false, said.failure(TIMED_OUT)),
        SiteOutcome::Refused => (round_trip, false, said.failure(REFUSED)),
        SiteOutcome::Silent { .. } => (late, false, said.failure(TIMED_OUT)),
        SiteOutcome::Answer { after, .. } if after > HTTP_STATUS => (late, false, said.failure(TIMED_OUT)),
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
