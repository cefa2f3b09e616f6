//! Write: the deployment's own request that proves that writes work.
//! Invariant: reached like the site, afresh each time; only 2xx is a write that worked.
//! Not here: what was lost (see `measure`).
//! Used by: `registry`, if the deployment names a write check.

use std::time::Duration;

use async_trait::async_trait;

use super::{Look, Probe, reach::Reach, site};
use crate::journal::sample::WatchName;

/// A user who writes.
pub(super) struct Write {
    reach: Reach,
    interval: Duration,
}

impl Write {
    /// Sends the request of `reach` every `interval`. The recovery waits for writes, so it is measured no finer than this.
    pub(super) fn new(reach: Reach, interval: Duration) -> Write {
        Write { reach, interval }
    }
}

#[async_trait]
impl Probe for Write {
    fn watch(&self) -> WatchName {
        WatchName::write()
    }

    fn title(&self) -> String {
        format!("{} {}", self.reach.method, self.reach.url)
    }

    fn interval(&self) -> Duration {
        self.interval
    }

    fn overlaps(&self) -> bool {
        true
    }

    async fn look(&self) -> Look {
        site::fresh(&self.reach).await
    }
}
