//! Site by TTL: a client that keeps a DNS answer for as long as the answer allows, with a new connection each time.
//! Invariant: never asks before the TTL is over, never uses an answer after it, however the requests go.
//! Not here: clients that keep answers longer than they may (none is simulated).
//! Used by: `registry`.

use std::{net::IpAddr, time::Duration};

use async_trait::async_trait;
use tokio::sync::Mutex;

use super::{
    Look, Probe,
    reach::{Reach, Visit},
};
use crate::journal::sample::WatchName;

pub(super) const INTERVAL: Duration = Duration::from_secs(1);

/// A client with a DNS cache.
pub(super) struct SiteByTtl {
    reach: Reach,
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    address: IpAddr,
    /// On the monotonic scale of the run.
    until: Duration,
}

impl SiteByTtl {
    /// Asks for the page of `reach`.
    pub(super) fn new(reach: Reach) -> SiteByTtl {
        SiteByTtl { reach, kept: Mutex::default() }
    }

    async fn address(&self, visit: &mut Visit<'_>) -> Result<IpAddr, Look> {
        let mut kept = self.kept.lock().await;
        let now = self.reach.clock.now();
        if let Some(kept) = kept.as_ref().filter(|kept| now.mono < kept.until) {
            return Ok(kept.address);
        }
        *kept = None;
        let answer = visit.lookup().await?;
        let address = answer.addresses[0];
        *kept = Some(Kept { address, until: self.reach.clock.now().mono + answer.ttl });
        Ok(address)
    }
}

#[async_trait]
impl Probe for SiteByTtl {
    fn watch(&self) -> WatchName {
        WatchName::site_ttl()
    }

    fn title(&self) -> String {
        format!("{} as a client that obeys the TTL reaches it", self.reach.url)
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    async fn look(&self) -> Look {
        let mut visit = self.reach.begin();
        match self.address(&mut visit).await {
            Ok(address) => visit.request(address).await,
            Err(look) => look,
        }
    }
}
