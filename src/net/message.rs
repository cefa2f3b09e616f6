//! Message: what is asked of the net and what it answers.
//! Invariant: plain data; addresses are the world's, before any [`ConnectMap`](super::ConnectMap).
//! Not here: sockets (see `real`).
//! Used by: net, probe.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Method};

use super::{Code, NetError};
use crate::{clock::Stamp, drill::model::Url};

/// How long a lookup waits in all: three tries of a second each.
pub const DNS_PATIENCE: Duration = Duration::from_secs(3);

/// Which addresses a name has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The server to ask; `None`: the machine's own.
    pub server: Option<SocketAddr>,
    /// The name; an address or `localhost` is answered without asking anyone.
    pub name: String,
    /// True asks the server to find out (a resolver); false takes only what it knows itself (a zone's own server).
    pub recursive: bool,
    /// After this there is no answer.
    pub within: Duration,
}

/// What a DNS server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The addresses in the server's order; may be empty.
    pub addresses: Vec<IpAddr>,
    /// The shortest time that any record of the answer may be kept.
    pub ttl: Duration,
    /// True if the server speaks for the zone.
    pub authoritative: bool,
    /// The verdict.
    pub code: Code,
    /// The name that the asked one is an alias of, as the last CNAME of the answer says.
    pub canonical: Option<String>,
    /// How long the answer took, repeated questions included.
    pub took: Duration,
}

/// One HTTP request to one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Where to connect.
    pub address: SocketAddr,
    /// The site and path asked for; TLS and the Host header follow from it.
    pub url: Url,
    /// `GET`, `POST` …
    pub method: Method,
    /// After this the TCP connection has failed.
    pub connect_within: Duration,
    /// After this the whole request has failed.
    pub within: Duration,
}

/// When each phase of a request was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// The TCP connection stood.
    pub connected: Option<Stamp>,
    /// TLS stood.
    pub secured: Option<Stamp>,
    /// The head of the answer came.
    pub first_byte: Option<Stamp>,
}

/// How a request went.
#[derive(Debug)]
pub struct Fetched {
    /// How far it got.
    pub progress: Progress,
    /// The answer, if one came whole.
    pub result: Result<Response, NetError>,
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body's first part, at most 64 KiB.
    pub body: Bytes,
}

/// What a keep-alive client asks for, again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeepAliveSpec {
    /// The page.
    pub url: Url,
    /// The DNS server to ask for each new connection; `None`: the machine's own.
    pub server: Option<SocketAddr>,
    /// After this one request has failed.
    pub within: Duration,
}

/// How a request of a keep-alive client went.
#[derive(Debug)]
pub struct Kept {
    /// The address of the connection, once there is one.
    pub address: Option<SocketAddr>,
    /// True if the connection was there before this request.
    pub reused: bool,
    /// When the name was looked up, if this request had to.
    pub resolved: Option<Stamp>,
    /// When the head of the answer came.
    pub first_byte: Option<Stamp>,
    /// The answer.
    pub result: Result<Response, NetError>,
}
