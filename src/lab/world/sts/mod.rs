//! Sts: who is calling.
//! Invariant: needs no permission and changes nothing.
//! Not here: signatures (see `lab::wire`).
//! Used by: `World::handle`.

use super::{
    World,
    call::{Call, Reply, Service},
};

/// The operations that this service answers.
pub const OPERATIONS: &[&str] = &[];

impl World {
    /// Answers a call.
    pub(in crate::lab) fn sts_operate(&mut self, call: &Call) -> Reply {
        Err(World::unrouted(Service::Sts, &call.operation))
    }
}
