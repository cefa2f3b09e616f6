//! Site: the site as a new user reaches it: name looked up afresh, new connection, one page.
//! Invariant: nothing is kept from one look to the next, so the outage is judged on this watch.
//! Not here: clients that keep something (see `site_ttl`, `site_sticky`).
//! Used by: `registry`.
//!
//! It takes the first address of each answer, as most clients do: DNS servers rotate them, so a balancer that is half
//! gone shows in its share of the looks.

use std::time::Duration;

use async_trait::async_trait;

use super::{Look, Probe, reach::Reach};
use crate::journal::sample::WatchName;

/// A new user.
pub(super) struct Site {
    reach: Reach,
    interval: Duration,
}

impl Site {
    /// Asks for the page of `reach` every `interval`.
    pub(super) fn new(reach: Reach, interval: Duration) -> Site {
        Site { reach, interval }
    }
}

#[async_trait]
impl Probe for Site {
    fn watch(&self) -> WatchName {
        WatchName::site()
    }

    fn title(&self) -> String {
        format!("{} as a new user reaches it", self.reach.url)
    }

    fn interval(&self) -> Duration {
        self.interval
    }

    fn overlaps(&self) -> bool {
        true
    }

    async fn look(&self) -> Look {
        fresh(&self.reach).await
    }
}

/// A fresh lookup and a fresh connection.
pub(super) async fn fresh(reach: &Reach) -> Look {
    let mut visit = reach.begin();
    match visit.lookup().await {
        Ok(answer) => visit.request(answer.addresses[0]).await,
        Err(look) => look,
    }
}
