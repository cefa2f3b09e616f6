//! Site at a fixed address: one region's balancer, whatever the name says.
//! Invariant: the site's name is never asked for; only the balancer's own.
//! Not here: which region users are sent to (see `site`, `dns`).
//! Used by: `registry`, once for each region.

use std::time::Duration;

use async_trait::async_trait;

use super::{Look, Probe, reach::Reach};
use crate::{drill::model::Side, journal::sample::WatchName};

pub(super) const INTERVAL: Duration = Duration::from_secs(1);

/// A client that goes straight to one region.
pub(super) struct SiteAtAddress {
    reach: Reach,
    side: Side,
}

impl SiteAtAddress {
    /// Asks for the page of `reach` at the balancer of `side`.
    pub(super) fn new(reach: Reach, side: Side) -> SiteAtAddress {
        SiteAtAddress { reach, side }
    }
}

#[async_trait]
impl Probe for SiteAtAddress {
    fn watch(&self) -> WatchName {
        WatchName::site_fixed(self.side)
    }

    fn title(&self) -> String {
        format!("{} at the {}'s balancer", self.reach.url, self.side)
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn overlaps(&self) -> bool {
        true
    }

    async fn look(&self) -> Look {
        self.reach.whose.keep_fresh(None).await;
        // Begun only now: finding the balancer is not part of reaching it.
        let visit = self.reach.begin();
        match self.reach.whose.address_of(self.side) {
            Some(address) => visit.request(address).await,
            None => Look::unknown(format!("no address of the {}'s balancer has been found yet", self.side)),
        }
    }
}
