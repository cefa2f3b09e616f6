//! Codecommit: repositories, branches and commits.
//! Used by: `World`.

pub(in crate::lab) mod start;

use super::{
    World,
    call::{Call, Operation, Reply, Service},
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[];

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {}

impl World {
    /// Sets the service up as the reference deployment has it.
    pub(in crate::lab) fn codecommit_start(&mut self) {}

    /// Answers a call.
    pub(in crate::lab) fn codecommit_operate(&mut self, call: &Call) -> Reply {
        Err(World::unrouted(Service::CodeCommit, &call.operation))
    }
}
