//! Error: why the net gave no answer, told apart as a user's symptoms are.
//! Invariant: names the phase and the peer as the drill knows it, never a loopback port behind it.
//! Not here: HTTP statuses; an answer with 504 is an answer.
//! Used by: net, probe.

use std::{error::Error, fmt, io, time::Duration};

use super::Code;
use crate::text;

/// No answer, and where it ended: `connecting to 192.0.2.10:80: connection refused`.
#[derive(Debug, thiserror::Error)]
#[error("{phase} {peer}: {failure}")]
pub struct NetError {
    /// How far it had got.
    pub phase: Phase,
    /// Whom it spoke to: an address, or a name while no address was known.
    pub peer: String,
    /// What happened there.
    pub failure: Failure,
}

/// The part of an exchange that a failure fell in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Asking a DNS server.
    Lookup,
    /// Opening the TCP connection.
    Connect,
    /// The TLS handshake.
    Secure,
    /// Between the request and the first byte of the answer.
    Answer,
    /// Reading the body.
    Body,
    /// Somewhere in an exchange whose phases cannot be told apart.
    Exchange,
}

/// What ended an exchange.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The peer's machine answers, and nothing listens there.
    #[error("connection refused")]
    Refused,
    /// Nothing came back; a security group or network ACL that drops packets looks so.
    #[error("no answer within {}", text::duration(*.0))]
    Timeout(Duration),
    /// The peer broke the connection off.
    #[error("connection reset")]
    Reset,
    /// The peer closed the connection before its answer was whole.
    #[error("closed before the answer was whole")]
    Closed,
    /// A router said that there is no way there.
    #[error("unreachable")]
    Unreachable,
    /// The connection stood and TLS did not.
    #[error("TLS: {0}")]
    Tls(rustls::Error),
    /// The server answered, and the name has no address.
    #[error("no address ({0})")]
    NoAddress(Code),
    /// What came back is not what the protocol allows.
    #[error("malformed answer: {0}")]
    Malformed(String),
    /// This machine could not even try; it says nothing about the peer.
    #[error("this machine cannot: {0}")]
    Ours(String),
}

impl NetError {
    /// An error that fell while speaking to `peer`.
    pub fn new(phase: Phase, peer: impl fmt::Display, failure: Failure) -> NetError {
        NetError { phase, peer: peer.to_string(), failure }
    }

    /// True if the fault is this machine's own, so that the look says nothing about the site.
    pub fn is_ours(&self) -> bool {
        matches!(self.failure, Failure::Ours(_))
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Lookup => "asking",
            Phase::Connect => "connecting to",
            Phase::Secure => "securing the connection to",
            Phase::Answer => "waiting for",
            Phase::Body => "reading from",
            Phase::Exchange => "speaking with",
        })
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::of_io(&error)
    }
}

impl Failure {
    /// What an IO error means; TLS and connectors wrap theirs in one another.
    fn of_io(error: &io::Error) -> Failure {
        use io::ErrorKind as Kind;
        match error.kind() {
            Kind::ConnectionRefused => Failure::Refused,
            Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe => Failure::Reset,
            Kind::UnexpectedEof => Failure::Closed,
            Kind::HostUnreachable | Kind::TimedOut => Failure::Unreachable,
            _ => match error.get_ref().map(|inner| (inner.downcast_ref(), inner.downcast_ref())) {
                Some((Some(tls), _)) => Failure::Tls(rustls::Error::clone(tls)),
                Some((_, Some(io))) => Failure::of_io(io),
                // No descriptor, no port, no route from here: the peer was never asked.
                _ => Failure::Ours(error.to_string()),
            },
        }
    }
}

impl From<hyper::Error> for Failure {
    fn from(error: hyper::Error) -> Failure {
        if error.is_incomplete_message() || error.is_closed() {
            return Failure::Closed;
        }
        if error.is_parse() {
            return Failure::Malformed(error.to_string());
        }
        io_cause(&error).unwrap_or_else(|| Failure::Malformed(chain(&error)))
    }
}

/// The failure that an IO error somewhere below `error` stands for.
pub(super) fn io_cause(error: &(dyn Error + 'static)) -> Option<Failure> {
    find::<io::Error>(error).map(Failure::of_io)
}

/// The first error of type `E` among `error` and its causes.
pub(super) fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut cause = Some(error);
    while let Some(at) = cause {
        if let Some(found) = at.downcast_ref::<E>() {
            return Some(found);
        }
        cause = at.source();
    }
    None
}

/// `error` with all its causes, in one line.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(at) = cause {
        words = format!("{words}: {at}");
        cause = at.source();
    }
    words
}
