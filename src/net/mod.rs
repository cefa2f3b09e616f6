//! Net: DNS and HTTP as a client sees them, each phase timed.
//! Invariant: nothing is cached and no connection is shared unless a type says so; every time is the world's.
//! Not here: what an answer means for a deployment (see `probe`); AWS's own API (see `aws`).
//! Used by: probe; the program's start makes a [`RealNet`].
//!
//! The trait is small so that a simulated net can stand in for the real one.

mod code;
mod connect_map;
mod error;
mod literal;
mod message;
mod real;

use async_trait::async_trait;

pub use code::Code;
pub use connect_map::{ConnectMap, ConnectMapError};
pub use error::{Failure, NetError, Phase};
pub use literal::{FOREVER, literal};
pub use message::{
    Answer, DNS_PATIENCE, Fetched, KeepAliveSpec, Kept, Progress, Question, Request, Response,
};
pub use real::{Hook, HookError, RealNet, RealNetSettings};

/// A net to look names up in and to send requests over.
#[async_trait]
pub trait Net: Send + Sync {
    /// The addresses of a name, asked afresh. Any well-formed reply is an `Answer`, also "no such name"; an error
    /// means that no server gave one within `question.within`.
    async fn lookup(&self, question: &Question) -> Result<Answer, NetError>;

    /// One request over a connection of its own, closed afterwards. Bounded by `request.within`.
    async fn fetch(&self, request: &Request) -> Fetched;

    /// A client that keeps its connection open as long as it lives. Nothing is sent yet.
    ///
    /// # Errors
    /// If this machine cannot make such a client at all.
    fn keep_alive(&self, spec: KeepAliveSpec) -> Result<Box<dyn KeepAlive>, NetError>;
}

/// A client with one connection that it keeps, as a browser or a connection pool would.
#[async_trait]
pub trait KeepAlive: Send + Sync {
    /// Sends the request over the kept connection, or, if that is gone, over a new one to a freshly looked up address.
    async fn fetch(&self) -> Kept;
}
