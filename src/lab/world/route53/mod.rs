//! Route53: hosted zones, records and health checks.

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
    pub(in crate::lab) fn route53_start(&mut self) {}

    /// Does what is due now.
    pub(in crate::lab) fn route53_due(&mut self, due: Due) {
        match due {}
    }

    /// Answers a call.
    pub(in crate::lab) fn route53_operate(&mut self, call: &Call) -> Reply {
        Err(World::unrouted(Service::Route53, &call.operation))
    }
}
