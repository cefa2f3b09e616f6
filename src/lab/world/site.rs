//! Site: what a client of the site meets at one balancer address, at this moment.
//! Invariant: reachability is decided when a connection is opened, never later.
//! Not here: names and resolvers (see `dns`), sockets (see `lab::door`).
//! Used by: the front doors and Route 53's health checkers.

use std::{net::IpAddr, time::Duration};

use jiff::Timestamp;

use super::World;

/// What the site remembers: open connections.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {}

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
    /// What becomes at `now` of a SYN from `from` to a balancer's address and port.
    pub fn connects(&mut self, now: Timestamp, _from: IpAddr, _to: IpAddr, _port: u16) -> Reach {
        self.advance(now);
        Reach::Refused
    }

    /// What becomes at `now` of a request. A write (`POST /write-check`) is committed by this call.
    pub fn site(&mut self, now: Timestamp, _request: &SiteRequest) -> SiteOutcome {
        self.advance(now);
        SiteOutcome::Refused
    }

    /// Tells the world that the client closed this connection.
    pub fn disconnect(&mut self, _connection: ConnectionId) {}
}
