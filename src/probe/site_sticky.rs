//! Sticky site: a client that keeps one connection open as long as it lives.
//! Invariant: says of every look whether the connection was an old one.
//! Not here: how connections are kept (see `net`).
//! Used by: `registry`.
//!
//! It shows what a revoked rule does not do: AWS lets tracked connections live on, so this client may go on being
//! served while new users are turned away (AWS: EC2 user guide, "Security group connection tracking").

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;

use super::{
    Look, Probe,
    reach::{PATIENCE, Reach},
};
use crate::{
    journal::sample::WatchName,
    net::{KeepAlive, KeepAliveSpec, NetError, Progress},
};

pub(super) const INTERVAL: Duration = Duration::from_secs(1);

/// A client with one connection.
pub(super) struct StickySite {
    reach: Reach,
    /// The client, or why this machine cannot make one.
    client: Result<Mutex<Box<dyn KeepAlive>>, NetError>,
}

impl StickySite {
    /// Asks for the page of `reach`. A client that cannot be made is told by each look.
    pub(super) fn new(reach: Reach) -> StickySite {
        let spec = KeepAliveSpec { url: reach.url.clone(), server: reach.server, within: PATIENCE };
        let client = reach.net.keep_alive(spec).map(Mutex::new);
        StickySite { reach, client }
    }
}

#[async_trait]
impl Probe for StickySite {
    fn watch(&self) -> WatchName {
        WatchName::site_sticky()
    }

    fn title(&self) -> String {
        format!("{} over a connection that is kept open", self.reach.url)
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    async fn look(&self) -> Look {
        let mut visit = self.reach.begin();
        let kept = match &self.client {
            // One at a time: two requests at once would be two connections.
            Ok(client) => client.lock().await.fetch().await,
            Err(error) => return visit.failed(error, None),
        };
        visit.progressed(Progress { first_byte: kept.first_byte, ..Progress::default() });
        if let Some(at) = kept.resolved {
            visit.resolved(at);
        }
        match (kept.address, kept.result) {
            (Some(address), result) => visit.finish(address.ip(), kept.reused, result).await,
            (None, Err(error)) => visit.failed(&error, None),
            (None, Ok(_)) => Look::unknown("the client does not say whom it spoke to"),
        }
    }
}
