//! Route53: hosted zones, records and health checks; one service for the whole world.
//! Invariant: what the API shows (`records`, `config`) and what name servers and checkers go by (`live`) are kept
//! apart; only a due entry of the agenda makes the second follow the first.
//! Not here: DNS answers across zones (see `dns`).
//! Used by: `World`.
//!
//! `record`, `batch`, `change` and `zone` are the control plane of zones, `check`, `config` and `check_operation` that of health
//! checks; `checker` probes and counts, `look` is one probe, `verdict` what all come to, `target` watches what aliases
//! point to, `answer` chooses among records.

mod answer;
mod batch;
mod change;
mod check;
mod check_operation;
mod checker;
mod config;
pub(super) mod due;
mod look;
mod record;
mod start;
mod tag;
mod target;
#[cfg(test)]
mod tests;
mod timing;
mod verdict;
mod zone;

use std::collections::BTreeMap;

use jiff::Timestamp;

use self::{change::Change, check::HealthCheck, due::Due, target::Target, zone::Zone};
use super::{
    World,
    call::{AwsFault, Call, Operation, Reply, Service},
    rng::Rng,
    throttle::Bucket,
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("ChangeResourceRecordSets"),
    Operation::real("ChangeTagsForResource"),
    Operation::real("CreateHealthCheck"),
    Operation::real("DeleteHealthCheck"),
    Operation::real("GetChange"),
    Operation::real("GetCheckerIpRanges"),
    Operation::real("GetHealthCheck"),
    Operation::real("GetHealthCheckCount"),
    Operation::real("GetHealthCheckLastFailureReason"),
    Operation::real("GetHealthCheckStatus"),
    Operation::real("GetHostedZone"),
    Operation::real("GetHostedZoneCount"),
    Operation::real("ListHealthChecks"),
    Operation::real("ListHostedZones"),
    Operation::real("ListHostedZonesByName"),
    Operation::real("ListResourceRecordSets"),
    Operation::real("ListTagsForResource"),
    Operation::real("ListTagsForResources"),
    Operation::real("TestDNSAnswer"),
    Operation::real("UpdateHealthCheck"),
];

/// What this service remembers.
#[derive(Debug)]
pub(in crate::lab) struct State {
    rng: Rng,
    bucket: Bucket,
    zones: BTreeMap<String, Zone>,
    changes: BTreeMap<String, Change>,
    checks: BTreeMap<String, HealthCheck>,
    targets: BTreeMap<String, Target>,
    /// The region that each failover name leads to, as the truth last told it.
    leads: BTreeMap<(String, &'static str), String>,
    /// How many answers were given: what turns addresses and weights round.
    pub(in crate::lab) turn: u64,
}

impl Default for State {
    fn default() -> State {
        State {
            rng: Rng::default(),
            // AWS: Route 53 quotas: five requests per second per account, all operations together.
            bucket: Bucket::new(5, 5, Timestamp::UNIX_EPOCH),
            zones: BTreeMap::new(),
            changes: BTreeMap::new(),
            checks: BTreeMap::new(),
            targets: BTreeMap::new(),
            leads: BTreeMap::new(),
            turn: 0,
        }
    }
}

impl World {
    /// Does what is due now.
    pub(in crate::lab) fn route53_due(&mut self, due: Due) {
        match due {
            Due::Probe { check, checker, generation } => self.probe_endpoint(check, checker, generation),
            Due::Observed { check, checker, generation, well, status } => {
                self.observe(&check, checker, generation, well, status);
            }
            Due::Configured { check, version } => self.configure_check(&check, version),
            Due::Published { check, healthy } => self.publish_check(&check, healthy),
            Due::Look => self.look_at_targets(),
            Due::TargetPublished { balancer, healthy } => self.publish_target(&balancer, healthy),
            Due::InSync { change } => self.sync_change(&change),
        }
    }

    /// Answers a call.
    pub(in crate::lab) fn route53_operate(&mut self, call: &Call) -> Reply {
        if !self.is_unlimited() && !self.route53.bucket.take(self.now) {
            return Err(AwsFault::new(400, "Throttling", "Rate exceeded"));
        }
        let params = &call.params;
        match call.operation.as_str() {
            "ChangeResourceRecordSets" => self.change_records(params),
            "ChangeTagsForResource" => self.change_tags(params),
            "CreateHealthCheck" => self.create_check(params),
            "DeleteHealthCheck" => self.delete_check(params),
            "GetChange" => self.get_change(params),
            "GetCheckerIpRanges" => self.get_checker_ranges(),
            "GetHealthCheck" => self.get_check(params),
            "GetHealthCheckCount" => self.count_checks(),
            "GetHealthCheckLastFailureReason" => self.get_check_failures(params),
            "GetHealthCheckStatus" => self.get_check_status(params),
            "GetHostedZone" => self.get_zone(params),
            "GetHostedZoneCount" => self.count_zones(),
            "ListHealthChecks" => self.list_checks(params),
            "ListHostedZones" => self.list_zones(params),
            "ListHostedZonesByName" => self.list_zones_by_name(params),
            "ListResourceRecordSets" => self.list_records(params),
            "ListTagsForResource" => self.list_tags(params),
            "ListTagsForResources" => self.list_tags_of_many(params),
            "TestDNSAnswer" => self.test_answer(params),
            "UpdateHealthCheck" => self.update_check(params),
            other => Err(World::unrouted(Service::Route53, other)),
        }
    }
}

/// A refusal of a parameter.
fn invalid(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "InvalidInput", message)
}

/// The page size that a request asks for, at most `limit`.
fn page_size(asked: Option<&str>, limit: usize) -> Result<usize, AwsFault> {
    match asked.map(str::parse::<usize>) {
        None => Ok(limit),
        Some(Ok(size)) if size > 0 => Ok(size.min(limit)),
        Some(_) => Err(invalid("Invalid MaxItems: must be a whole number of at least 1")),
    }
}
