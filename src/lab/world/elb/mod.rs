//! Elb: application load balancers and their targets.

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
    pub(in crate::lab) fn elb_start(&mut self) {}

    /// Does what is due now.
    pub(in crate::lab) fn elb_due(&mut self, due: Due) {
        match due {}
    }

    /// Answers a call.
    pub(in crate::lab) fn elb_operate(&mut self, call: &Call) -> Reply {
        Err(World::unrouted(Service::Elb, &call.operation))
    }
}

impl World {
    /// The DNS name of `region`'s balancer.
    pub fn balancer_name(&self, _region: &str) -> Option<&str> {
        None
    }

    /// What `EvaluateTargetHealth` sees behind an alias to this name: healthy only if every target group that has
    /// targets has a healthy one and no group is empty; `None` if no balancer has the name.
    pub fn balancer_target_health(&self, _dns_name: &str) -> Option<bool> {
        None
    }

    /// The addresses that the balancer's name resolves to now; `None` if no balancer has the name.
    pub fn balancer_addresses(&self, _dns_name: &str) -> Option<Vec<std::net::Ipv4Addr>> {
        None
    }
}

impl World {
    pub(in crate::lab) fn balancer_dimensions(&self, _region: &str) -> Option<(String, String)> {
        None
    }
    pub(in crate::lab) fn balancer_host_counts(&self, _region: &str) -> Option<(usize, usize)> {
        None
    }
}
