//! Keep-alive: a client that holds one connection as long as it lives.
//! Invariant: at most one connection; a new one goes to a freshly looked up address; nothing is repeated on an error.
//! Used by: `net`.

use std::{
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use http::Method;

use super::{
    WorldNet,
    fetch::{self, Asked},
    lookup,
};
use crate::{
    clock::Stamp,
    lab::world::site::ConnectionId,
    net::{DNS_PATIENCE, Failure, KeepAlive, KeepAliveSpec, Kept, NetError, Phase, Question, Response},
};

/// One kept connection and how to get the next one.
pub(super) struct Client {
    net: WorldNet,
    spec: KeepAliveSpec,
    open: Mutex<Option<(ConnectionId, SocketAddr)>>,
}

/// How far a request came.
#[derive(Default)]
struct Way {
    address: Option<SocketAddr>,
    resolved: Option<Stamp>,
    first_byte: Option<Stamp>,
}

impl Client {
    pub(super) fn new(net: WorldNet, spec: KeepAliveSpec) -> Client {
        Client { net, spec, open: Mutex::new(None) }
    }

    /// Over the kept connection, or over a new one. An answer keeps its connection for the next request.
    async fn converse(
        &self,
        kept: Option<(ConnectionId, SocketAddr)>,
        way: &mut Way,
    ) -> Result<Response, NetError> {
        let address = match kept {
            Some((_, address)) => address,
            None => self.connect(way).await?,
        };
        way.address = Some(address);
        let asked = Asked { address, url: &self.spec.url, method: &Method::GET };
        let answer = fetch::ask(&self.net, &asked, kept.map(|(id, _)| id)).await;
        way.first_byte = answer.first_byte;
        self.keep(answer.connection.map(|id| (id, address)));
        answer.result
    }

    async fn connect(&self, way: &mut Way) -> Result<SocketAddr, NetError> {
        let question = Question {
            server: self.spec.server,
            name: self.spec.url.host.clone(),
            recursive: true,
            within: DNS_PATIENCE.min(self.spec.within),
        };
        let answer = lookup::lookup(&self.net, &question).await?;
        let Some(first) = answer.addresses.first() else {
            return Err(NetError::new(Phase::Lookup, &question.name, Failure::NoAddress(answer.code)));
        };
        let address = SocketAddr::new(*first, self.spec.url.port);
        (way.address, way.resolved) = (Some(address), Some(self.net.clock.now()));
        fetch::connect(&self.net, address, self.spec.within).await?;
        if self.spec.url.tls {
            fetch::secure(&self.net, address, &self.spec.url.host).await?;
        }
        Ok(address)
    }

    fn keep(&self, connection: Option<(ConnectionId, SocketAddr)>) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = connection;
    }

    fn taken(&self) -> Option<(ConnectionId, SocketAddr)> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[async_trait]
impl KeepAlive for Client {
    async fn fetch(&self) -> Kept {
        self.net.life.goes_on().await;
        // Taken: a request that is given up takes its connection with it.
        let kept = self.taken();
        let mut way = Way::default();
        let outcome = self.net.clock.timeout(self.spec.within, self.converse(kept, &mut way)).await;
        let phase = if kept.is_some() { Phase::Answer } else { Phase::Exchange };
        let peer = way.address.map_or_else(|| self.spec.url.host.clone(), |address| address.to_string());
        let late = || Err(NetError::new(phase, peer, Failure::Timeout(self.spec.within)));
        let result = outcome.unwrap_or_else(late);
        Kept {
            address: way.address,
            reused: kept.is_some(),
            resolved: way.resolved,
            first_byte: way.first_byte,
            result,
        }
    }
}
