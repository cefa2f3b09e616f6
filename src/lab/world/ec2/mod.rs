//! Ec2: networks, security groups and machines.

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
    pub(in crate::lab) fn ec2_start(&mut self) {}

    /// Does what is due now.
    pub(in crate::lab) fn ec2_due(&mut self, due: Due) {
        match due {}
    }

    /// Answers a call.
    pub(in crate::lab) fn ec2_operate(&mut self, call: &Call) -> Reply {
        Err(World::unrouted(Service::Ec2, &call.operation))
    }
}
