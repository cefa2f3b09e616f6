//! Autoscaling: groups of instances, their processes, and what they replace.
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
    pub(in crate::lab) fn autoscaling_start(&mut self) {}

    /// Does what is due now.
    pub(in crate::lab) fn autoscaling_due(&mut self, due: Due) {
        match due {}
    }

    /// Answers a call.
    pub(in crate::lab) fn autoscaling_operate(&mut self, call: &Call) -> Reply {
        Err(World::unrouted(Service::AutoScaling, &call.operation))
    }
}

impl World {
    /// Describes of a target have begun to show another health.
    pub(in crate::lab) fn instance_health_seen(&mut self, _region: &str, _instance: &str) {}
}
