//! DNS at the resolver: what users are told now.
//! Invariant: asked afresh each time; the resolver's own cache is part of what is seen.
//! Not here: what the zone's own servers say (see `dns_authoritative`).
//! Used by: `registry`.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{Look, Probe, reach, whose::Whose};
use crate::{
    clock::Clock,
    journal::sample::{Outcome, Phases, Seen, WatchName},
    net::{Answer, DNS_PATIENCE, Net, Question},
};

pub(super) const INTERVAL: Duration = Duration::from_secs(1);

/// A client that only asks for the name.
pub(super) struct DnsAtResolver {
    /// The net.
    pub(super) net: Arc<dyn Net>,
    /// The world's time.
    pub(super) clock: Clock,
    /// The resolver; `None`: the machine's own.
    pub(super) server: Option<SocketAddr>,
    /// The site's name.
    pub(super) host: String,
    /// Who tells the regions apart.
    pub(super) whose: Arc<Whose>,
}

#[async_trait]
impl Probe for DnsAtResolver {
    fn watch(&self) -> WatchName {
        WatchName::dns_resolver()
    }

    fn title(&self) -> String {
        match self.server {
            Some(server) => format!("{} at the resolver {server}", self.host),
            None => format!("{} at this machine's resolver", self.host),
        }
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    async fn look(&self) -> Look {
        let started = self.clock.now();
        let question =
            Question { server: self.server, name: self.host.clone(), recursive: true, within: DNS_PATIENCE };
        match self.net.lookup(&question).await {
            Ok(answer) => {
                let resolved = u64::try_from(self.clock.now().since(started).as_micros()).ok();
                let outcome = match answer.addresses.is_empty() {
                    true => reach::nowhere(&self.host, &answer),
                    false => Outcome::Good,
                };
                let seen = seen(&answer, &self.whose).await;
                Look {
                    phases: Phases { resolved_us: resolved, ..Phases::default() },
                    outcome,
                    seen: Some(seen),
                }
            }
            Err(error) => Look { phases: Phases::default(), outcome: reach::outcome_of(&error), seen: None },
        }
    }
}

/// An answer as a sample keeps it: sorted, with the region that it leads to.
pub(super) async fn seen(answer: &Answer, whose: &Arc<Whose>) -> Seen {
    whose.keep_fresh(answer.addresses.first().copied()).await;
    let mut addresses = answer.addresses.clone();
    addresses.sort_unstable();
    // A zone's own server answers a CNAME with the balancer's name and leaves its addresses to the resolver.
    let by_name = || whose.of_name(answer.canonical.as_deref()?);
    let side = whose.of_addresses(&addresses).or_else(by_name);
    Seen::Dns { addresses, ttl: u32::try_from(answer.ttl.as_secs()).unwrap_or(u32::MAX), side }
}
