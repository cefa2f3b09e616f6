//! Memory: the doors of a world without sockets: whole requests in, whole answers out, at the clock's present.
//! Invariant: what comes out is what the sockets would have carried, byte for byte; only who waits is different.
//! Not here: the sockets (see `running`), how the site's clients speak (they ask the world itself).
//! Used by: simulate.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;

use super::{
    aws::{self, Unanswered},
    shared::Shared,
};
use crate::{clock::Clock, lab::world::World};

/// A world whose doors are function calls. Cheap to clone; clones are doors of the same world.
#[derive(Debug, Clone)]
pub struct InMemory {
    shared: Arc<Shared>,
}

impl InMemory {
    /// The doors of `world`, which goes by `clock`.
    pub fn new(world: World, clock: Clock) -> InMemory {
        InMemory { shared: Shared::new(world, clock, None) }
    }

    /// The world itself, once nobody else holds its doors.
    pub fn into_world(self) -> Option<World> {
        Arc::try_unwrap(self.shared).ok().map(Shared::into_world)
    }

    /// What AWS answers to a request. Waits as long as the answer takes, and for ever where none comes.
    pub async fn aws(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, Unanswered> {
        aws::exchange(request, &self.shared).await
    }

    /// Asks or changes the world, advanced to the present.
    pub fn with<R>(&self, ask: impl FnOnce(&mut World, Timestamp) -> R) -> R {
        self.shared.with(ask)
    }
}
