//! Real: the net over this machine's sockets.
//! Invariant: a fresh socket for every question and every request; the connect map is applied to every address.
//! Not here: the meaning of answers (see `probe`).
//! Used by: the program's start, behind `dyn Net`.

mod dns;
mod fetch;
mod hook;
mod keep_alive;
mod lookup;
mod servers;
mod tls;

#[cfg(test)]
mod tests;

use std::{net::SocketAddr, sync::Arc};

use async_trait::async_trait;

pub use self::hook::{Hook, HookError};
use super::{Answer, ConnectMap, Fetched, KeepAlive, KeepAliveSpec, Net, NetError, Question, Request};
use crate::clock::Clock;

/// What a real net needs to know.
#[derive(Debug, Clone)]
pub struct RealNetSettings {
    /// The world's time.
    pub clock: Clock,
    /// Where the world's addresses are on this machine; empty on AWS.
    pub map: ConnectMap,
    /// Certificates (PEM) trusted beside the machine's own, such as a lab's.
    pub extra_ca: Option<String>,
}

/// The net over this machine's sockets. Cheap to clone; clones share nothing but settings.
#[derive(Clone)]
pub struct RealNet {
    clock: Clock,
    map: Arc<ConnectMap>,
    tls: Option<Arc<rustls::ClientConfig>>,
    servers: Arc<Result<Vec<SocketAddr>, String>>,
}

impl RealNet {
    /// Reads the machine's name servers and root certificates once.
    ///
    /// # Errors
    /// If `extra_ca` is not a list of PEM certificates.
    pub fn new(settings: RealNetSettings) -> Result<RealNet, NetError> {
        Ok(RealNet {
            clock: settings.clock,
            map: Arc::new(settings.map),
            tls: tls::config(settings.extra_ca.as_deref())?.map(Arc::new),
            servers: Arc::new(servers::of_this_machine()),
        })
    }
}

#[async_trait]
impl Net for RealNet {
    async fn lookup(&self, question: &Question) -> Result<Answer, NetError> {
        lookup::lookup(self, question).await
    }

    async fn fetch(&self, request: &Request) -> Fetched {
        fetch::fetch(self, request).await
    }

    fn keep_alive(&self, spec: KeepAliveSpec) -> Result<Box<dyn KeepAlive>, NetError> {
        Ok(Box::new(keep_alive::Client::new(self.clone(), spec)?))
    }
}
