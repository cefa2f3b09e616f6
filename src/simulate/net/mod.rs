//! Net: the site as its users reach it, without sockets: every lookup and every request asks the world directly.
//! Invariant: each phase takes the time and fails the way it does over sockets: a dropped SYN is sent again, a silent
//! server is waited for, a kept connection is lost as the world says.
//! Not here: packets and TLS records (see `net::real`), what is reachable (see `lab::world`).
//! Used by: simulate's stage, behind `dyn Net`.

mod fetch;
mod keep_alive;
mod lookup;

use std::sync::Arc;

use async_trait::async_trait;

use super::life::Life;
use crate::{
    clock::Clock,
    lab::InMemory,
    net::{Answer, Fetched, KeepAlive, KeepAliveSpec, Net, NetError, Question, Request},
};

/// The net of one life in one world. Cheap to clone.
#[derive(Clone)]
pub(super) struct WorldNet {
    door: InMemory,
    clock: Clock,
    life: Arc<Life>,
}

impl WorldNet {
    /// The net of this life.
    pub(super) fn new(door: InMemory, clock: Clock, life: Arc<Life>) -> WorldNet {
        WorldNet { door, clock, life }
    }
}

#[async_trait]
impl Net for WorldNet {
    async fn lookup(&self, question: &Question) -> Result<Answer, NetError> {
        self.life.goes_on().await;
        lookup::lookup(self, question).await
    }

    async fn fetch(&self, request: &Request) -> Fetched {
        self.life.goes_on().await;
        fetch::fetch(self, request).await
    }

    fn keep_alive(&self, spec: KeepAliveSpec) -> Result<Box<dyn KeepAlive>, NetError> {
        Ok(Box::new(keep_alive::Client::new(self.clone(), spec)))
    }
}
