//! Site: what a client of the site meets at one balancer address, at this moment.
//! Invariant: reachability is decided when a connection is opened, never later.
//! Not here: names and resolvers (see `dns`), sockets (see `lab::door`), which target is chosen (see `elb::routing`).
//! Used by: the front doors and Route 53's health checkers.

mod application;
mod connection;
mod forward;
mod tls;

use std::{collections::BTreeMap, net::IpAddr, time::Duration};

use jiff::Timestamp;

pub(in crate::lab) use self::application::page_status;
use self::connection::Connection;
pub use self::tls::{Shown, covers};
use super::{World, reference, rng::Rng};

/// What the site remembers: open connections.
#[derive(Debug)]
pub(in crate::lab) struct State {
    rng: Rng,
    connections: BTreeMap<ConnectionId, Connection>,
    count: u64,
    client: IpAddr,
}

impl Default for State {
    fn default() -> State {
        let (rng, connections) = (Rng::default(), BTreeMap::new());
        State { rng, connections, count: 0, client: reference::CLIENT }
    }
}

impl State {
    /// The user whose view the truth takes.
    pub(in crate::lab) fn client(&self) -> IpAddr {
        self.client
    }
}

/// One client connection to a balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// One HTTP request as it reaches a balancer's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteRequest {
    /// The client.
    pub from: IpAddr,
    /// The balancer's address.
    pub to: IpAddr,
    /// The balancer's port.
    pub port: u16,
    /// True if TLS is spoken.
    pub tls: bool,
    /// The `Host` header.
    pub host: String,
    /// The method.
    pub method: String,
    /// The path, with its query.
    pub path: String,
    /// The connection it comes on; `None` opens a new one.
    pub connection: Option<ConnectionId>,
}

/// What becomes of a SYN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It is answered.
    Open,
    /// It is never answered.
    Dropped,
    /// It is reset: nothing listens.
    Refused,
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteOutcome {
    /// The SYN is never answered, or the connection was cut: nothing comes back any more.
    Dropped,
    /// The connection is reset.
    Refused,
    /// The connection is accepted, and no answer comes before the balancer gives up.
    Silent {
        /// The accepted connection.
        connection: ConnectionId,
    },
    /// An answer.
    Answer {
        /// How long it takes to come.
        after: Duration,
        /// The status.
        status: u16,
        /// The headers.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
        /// The connection it comes on.
        connection: ConnectionId,
    },
}

impl World {
    /// Gives the site its own stream of randomness.
    pub(in crate::lab) fn site_start(&mut self) {
        self.site.rng = Rng::stream(self.seed(), "site");
    }

    /// What becomes at `now` of a SYN from `from` to a balancer's address and port.
    pub fn connects(&mut self, now: Timestamp, from: IpAddr, to: IpAddr, port: u16) -> Reach {
        self.advance(now);
        self.syn(from, to, port).map_or_else(|reach| reach, |_| Reach::Open)
    }

    /// What becomes at `now` of a request. A write (`/write-check`, by POST or GET) is committed by this call.
    pub fn site(&mut self, now: Timestamp, request: &SiteRequest) -> SiteOutcome {
        self.advance(now);
        let id = match request.connection {
            None => match self.syn(request.from, request.to, request.port) {
                Ok(connection) => self.keep(connection),
                Err(Reach::Refused) => return SiteOutcome::Refused,
                Err(Reach::Dropped | Reach::Open) => return SiteOutcome::Dropped,
            },
            Some(id) => id,
        };
        match self.use_connection(id) {
            Ok(connection) => self.forward(&connection, id, request),
            Err(outcome) => outcome,
        }
    }

    /// Tells the world that the client closed this connection.
    pub fn disconnect(&mut self, connection: ConnectionId) {
        self.site.connections.remove(&connection);
    }

    /// True if packets on this connection are dropped now: its rule went away and it was not tracked.
    pub fn is_cut(&self, connection: ConnectionId) -> bool {
        self.site.connections.get(&connection).is_some_and(|connection| connection.cut)
    }
}
