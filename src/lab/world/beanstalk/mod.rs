//! Beanstalk: environments and their health.

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
    pub(in crate::lab) fn beanstalk_start(&mut self) {}

    /// Does what is due now.
    pub(in crate::lab) fn beanstalk_due(&mut self, due: Due) {
        match due {}
    }

    /// Answers a call.
    pub(in crate::lab) fn beanstalk_operate(&mut self, call: &Call) -> Reply {
        Err(World::unrouted(Service::Beanstalk, &call.operation))
    }
}

impl World {
    /// The environment's `HealthStatus` as CloudWatch's `EnvironmentHealth` metric has it (0 Ok, 1 Info, 5 Unknown,
    /// 10 NoData, 15 Warning, 20 Degraded, 25 Severe).
    pub fn environment_health_metric(&self, _environment: &str) -> Option<u32> {
        None
    }
}
