//! Codepipeline: pipelines and their executions.
//! Used by: `World`.

pub(super) mod due;

use self::due::Due;
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
    pub(in crate::lab) fn codepipeline_start(&mut self) {}

    /// Does what is due now.
    pub(in crate::lab) fn codepipeline_due(&mut self, due: Due) {
        match due {}
    }

    /// Answers a call.
    pub(in crate::lab) fn codepipeline_operate(&mut self, call: &Call) -> Reply {
        Err(World::unrouted(Service::CodePipeline, &call.operation))
    }
}
