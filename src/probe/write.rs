//! Write: the deployment's own request that proves that writes work.
//! Invariant: reached like the site, afresh each time; only 2xx is a write that worked.
//! Not here: what was lost (see `measure`).
//! Used by: `registry`, if the deployment names a write check.

use std::time::Duration;

use async_trait::async_trait;

use super::{Look, Probe, reach::Reach, site};
use crate::journal::sample::WatchName;

/// Often enough to place the return of writes, seldom enough not to fill a table.
const INTERVAL: Duration = Duration::from_secs(1);

/// A user who writes.
pub(super) struct Write {
    reach: Reach,
}

impl Write {
    /// Sends the request of `reach`.
    pub(super) fn new(reach: Reach) -> Write {
        Write { reach }
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
        INTERVAL
    }

    fn overlaps(&self) -> bool {
        true
    }

    async fn look(&self) -> Look {
        site::fresh(&self.reach).await
    }
}
