//! Rds: the Aurora global database.

use super::{
    World,
    call::{Call, Reply, Service},
};

/// The operations that this service answers.
pub const OPERATIONS: &[&str] = &[];

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {}

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {}

impl World {
    /// Sets the service up as the reference deployment has it, and puts its first entries on the agenda.
    pub(in crate::lab) fn rds_start(&mut self) {}

    /// Does what is due now.
    pub(in crate::lab) fn rds_due(&mut self, due: Due) {
        match due {}
    }

    /// Answers a call.
    pub(in crate::lab) fn rds_operate(&mut self, call: &Call) -> Reply {
        Err(World::unrouted(Service::Rds, &call.operation))
    }
}

/// Why the database took no write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteRefused {
    /// In a driver's words.
    pub reason: String,
}

impl World {
    /// Whether the writer endpoint of `region`'s own cluster would take a write now.
    pub fn database_takes_writes(&self, _region: &str) -> Result<(), WriteRefused> {
        Ok(())
    }

    /// Commits the next numbered row through `region`'s own cluster and returns its number.
    pub fn commit_write(&mut self, region: &str) -> Result<u64, WriteRefused> {
        self.database_takes_writes(region).map(|()| 1)
    }
}

impl World {
    pub(in crate::lab) fn database_name(&self, _name: &str, _kind: super::dns::DnsKind) -> super::dns::Held {
        super::dns::Held::NoName
    }
}
