//! DNS at the zone's own servers: what Route 53 has decided, before any cache.
//! Invariant: recursion is not asked for; servers that lead to different regions are no answer, but `Unknown`.
//! Not here: what users are told (see `dns_resolver`).
//! Used by: `registry`, if the zone's servers are known.
//!
//! Each look asks two of the servers at once, the next pair each time: so all are seen in turn, and the two answers
//! that are compared are of the same moment.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::future;
use tokio::sync::Mutex;

use super::{Look, Probe, dns_resolver, reach, whose::Whose};
use crate::{
    clock::Clock,
    drill::model::Side,
    journal::sample::{Outcome, Phases, Seen, WatchName},
    net::{Answer, DNS_PATIENCE, Net, Question},
};

pub(super) const INTERVAL: Duration = Duration::from_secs(1);
const DNS_PORT: u16 = 53;

/// A client of the zone's own servers.
pub(super) struct DnsAtZone {
    net: Arc<dyn Net>,
    clock: Clock,
    resolver: Option<SocketAddr>,
    host: String,
    servers: Vec<String>,
    whose: Arc<Whose>,
    turn: AtomicUsize,
    /// Addresses of the servers, looked up once and again when one stops answering.
    addresses: Mutex<BTreeMap<String, IpAddr>>,
}

impl DnsAtZone {
    /// Asks the zone's `servers`, whose own addresses the `resolver` knows, for `host`.
    pub(super) fn new(
        net: Arc<dyn Net>,
        clock: Clock,
        resolver: Option<SocketAddr>,
        host: String,
        servers: Vec<String>,
        whose: Arc<Whose>,
    ) -> DnsAtZone {
        let (turn, addresses) = (AtomicUsize::new(0), Mutex::default());
        DnsAtZone { net, clock, resolver, host, servers, whose, turn, addresses }
    }

    /// The next two servers; one, if there is only one.
    fn pair(&self) -> Vec<&str> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let all = self.servers.iter().map(String::as_str);
        all.cycle().skip(turn % self.servers.len().max(1)).take(self.servers.len().min(2)).collect()
    }

    async fn ask(&self, server: &str) -> Result<Answer, Outcome> {
        let address = SocketAddr::new(self.address(server).await?, DNS_PORT);
        let question = Question {
            server: Some(address),
            name: self.host.clone(),
            recursive: false,
            within: DNS_PATIENCE,
        };
        let asked = self.net.lookup(&question).await;
        if asked.is_err() {
            self.addresses.lock().await.remove(server);
        }
        asked.map_err(|error| reach::outcome_of(&error))
    }

    /// Where a server is. Not to know that says nothing about what the server would answer.
    async fn address(&self, server: &str) -> Result<IpAddr, Outcome> {
        if let Some(known) = self.addresses.lock().await.get(server) {
            return Ok(*known);
        }
        let question = Question {
            server: self.resolver,
            name: server.to_owned(),
            recursive: true,
            within: DNS_PATIENCE,
        };
        let unknown =
            |why: String| Outcome::Unknown { error: format!("name server {server} was not found: {why}") };
        let answer = self.net.lookup(&question).await.map_err(|error| unknown(error.to_string()))?;
        let address = *answer.addresses.first().ok_or_else(|| unknown(answer.code.to_string()))?;
        self.addresses.lock().await.insert(server.to_owned(), address);
        Ok(address)
    }

    fn judge(&self, told: &[Told<'_>]) -> Outcome {
        let Some((first, rest)) = told.split_first() else {
            return Outcome::Unknown { error: "the zone has no name servers".into() };
        };
        if let Some(other) = rest.iter().find(|other| other.side() != first.side()) {
            let leads = |told: &Told<'_>| told.side().map_or("neither region", Side::as_str);
            let error =
                format!("{} leads to {}, {} to {}", first.server, leads(first), other.server, leads(other));
            return Outcome::Unknown { error };
        }
        match first.answer.addresses.is_empty() && first.answer.canonical.is_none() {
            true => reach::nowhere(&self.host, &first.answer),
            false => Outcome::Good,
        }
    }
}

/// What one server said.
struct Told<'a> {
    server: &'a str,
    answer: Answer,
    seen: Seen,
}

impl Told<'_> {
    fn side(&self) -> Option<Side> {
        match &self.seen {
            Seen::Dns { side, .. } => *side,
            _ => None,
        }
    }
}

#[async_trait]
impl Probe for DnsAtZone {
    fn watch(&self) -> WatchName {
        WatchName::dns_authoritative()
    }

    fn title(&self) -> String {
        format!("{} at the zone's own servers", self.host)
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    async fn look(&self) -> Look {
        let started = self.clock.now();
        let pair = self.pair();
        let asked = future::join_all(pair.iter().map(|server| self.ask(server))).await;
        let resolved = u64::try_from(self.clock.now().since(started).as_micros()).ok();
        let (mut told, mut silent) = (Vec::new(), None);
        for (server, asked) in pair.into_iter().zip(asked) {
            match asked {
                Ok(answer) => {
                    let seen = dns_resolver::seen(&answer, &self.whose).await;
                    told.push(Told { server, answer, seen });
                }
                Err(outcome) => silent = Some(outcome),
            }
        }
        // One silent server is what the others are there for; only when none answers is that the news.
        let outcome = match silent {
            Some(outcome) if told.is_empty() => outcome,
            _ => self.judge(&told),
        };
        let phases = Phases { resolved_us: resolved.filter(|_| !told.is_empty()), ..Phases::default() };
        Look { phases, outcome, seen: told.into_iter().next().map(|told| told.seen) }
    }
}
