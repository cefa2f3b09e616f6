//! Route53: hosted zones, records and health checks; one service for the whole world.
//! Invariant: what the API shows (`records`, `config`) and what name servers and checkers go by (`live`) are kept
//! apart; only a due entry of the agenda makes the second follow the first.
//! Not here: DNS answers across zones (see `dns`).
//! Used by: `World`.
//!
//! `zone`, `zone_list`, `zone_change`, `record`, `routing`, `batch` and `change` are the control plane of zones, `check`,
//! `config` and `check_operation` that of health checks; `checker` probes and counts, `look` is one probe, `wake` lets
//! those at rest look again, `verdict` is what all come to, `target` watches what aliases point to, `choose` and `answer`
//! are the name servers.

mod answer;
mod batch;
mod change;
mod check;
mod check_operation;
mod checker;
mod choose;
mod config;
pub(super) mod due;
mod geo;
mod limit;
mod look;
mod params;
mod place;
mod record;
mod routing;
mod settings;
mod start;
mod tag;
mod target;
#[cfg(test)]
mod tests;
mod verdict;
mod wake;
pub(super) mod zone;
mod zone_change;
mod zone_list;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    time::Duration,
};

pub(in crate::lab) use self::place::Asker;
use self::{
    answer::Leads,
    change::Change,
    check::{HealthCheck, Observation},
    due::Due,
    target::Target,
    zone::Zone,
};
pub use self::{
    place::{Cidr, Network, Place},
    settings::Settings,
};
use super::{
    World,
    call::{AwsFault, Call, Operation, Params, Reply, Service},
    rng::Rng,
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("AssociateVPCWithHostedZone"),
    Operation::partial(
        "ChangeResourceRecordSets",
        "no DS, HTTPS, NAPTR, SSHFP, SVCB and TLSA records, no routing by address",
    ),
    Operation::real("ChangeTagsForResource"),
    Operation::partial("CreateHealthCheck", "no RECOVERY_CONTROL"),
    Operation::partial("CreateHostedZone", "no reusable delegation sets"),
    Operation::real("DeleteHealthCheck"),
    Operation::real("DeleteHostedZone"),
    Operation::real("DisassociateVPCFromHostedZone"),
    Operation::real("GetAccountLimit"),
    Operation::real("GetChange"),
    Operation::real("GetCheckerIpRanges"),
    Operation::partial("GetDNSSEC", "no zone is signed"),
    Operation::partial("GetGeoLocation", "not every country and part of one"),
    Operation::real("GetHealthCheck"),
    Operation::real("GetHealthCheckCount"),
    Operation::real("GetHealthCheckLastFailureReason"),
    Operation::real("GetHealthCheckStatus"),
    Operation::real("GetHostedZone"),
    Operation::real("GetHostedZoneCount"),
    Operation::real("GetHostedZoneLimit"),
    Operation::partial("GetReusableDelegationSet", "there are none"),
    Operation::partial("GetTrafficPolicyInstanceCount", "there are none"),
    Operation::partial("ListCidrCollections", "there are none"),
    Operation::partial("ListGeoLocations", "not every country and part of one"),
    Operation::real("ListHealthChecks"),
    Operation::real("ListHostedZones"),
    Operation::real("ListHostedZonesByName"),
    Operation::real("ListHostedZonesByVPC"),
    Operation::partial("ListQueryLoggingConfigs", "there are none"),
    Operation::real("ListResourceRecordSets"),
    Operation::partial("ListReusableDelegationSets", "there are none"),
    Operation::real("ListTagsForResource"),
    Operation::real("ListTagsForResources"),
    Operation::partial("ListTrafficPolicies", "there are none"),
    Operation::partial("ListTrafficPolicyInstances", "there are none"),
    Operation::partial("ListTrafficPolicyInstancesByHostedZone", "there are none"),
    Operation::real("TestDNSAnswer"),
    Operation::real("UpdateHealthCheck"),
    Operation::real("UpdateHostedZoneComment"),
    Operation::partial("UpdateHostedZoneFeatures", "the control plane of us-east-1 is never lost"),
];

/// What this service remembers.
#[derive(Debug)]
pub(in crate::lab) struct State {
    /// What the world sets.
    pub(in crate::lab) settings: Settings,
    seed: u64,
    rng: Rng,
    zones: BTreeMap<String, Zone>,
    /// Public zones by name, the oldest first.
    by_name: BTreeMap<String, Vec<String>>,
    /// The name servers of zones, with their addresses.
    servers: BTreeMap<String, Ipv4Addr>,
    changes: BTreeMap<String, Change>,
    checks: BTreeMap<String, HealthCheck>,
    /// The caller references of checks that are gone: AWS never takes one twice.
    spent: BTreeSet<String>,
    /// The checks that look at an address.
    endpoints: BTreeMap<Ipv4Addr, BTreeSet<String>>,
    /// The checks that are calculated from a check.
    parents: BTreeMap<String, BTreeSet<String>>,
    /// The checks that follow an alarm, by its region and name.
    alarms: BTreeMap<(String, String), BTreeSet<String>>,
    targets: BTreeMap<String, Target>,
    /// Where in its interval Route 53 looks at targets.
    target_phase: Duration,
    /// Where the failover names of each zone lead, as the truth last told it.
    leads: BTreeMap<String, Leads>,
    /// How many answers were given: what turns addresses and weights round.
    pub(in crate::lab) turn: u64,
}

impl Default for State {
    fn default() -> State {
        State {
            settings: Settings::default(),
            seed: 0,
            rng: Rng::default(),
            zones: BTreeMap::new(),
            by_name: BTreeMap::new(),
            servers: BTreeMap::new(),
            changes: BTreeMap::new(),
            checks: BTreeMap::new(),
            spent: BTreeSet::new(),
            endpoints: BTreeMap::new(),
            parents: BTreeMap::new(),
            alarms: BTreeMap::new(),
            targets: BTreeMap::new(),
            target_phase: Duration::ZERO,
            leads: BTreeMap::new(),
            turn: 0,
        }
    }
}

impl World {
    /// Does what is due now.
    pub(in crate::lab) fn route53_due(&mut self, due: Due) {
        let at = self.now;
        match due {
            Due::Probe { check, checker, generation } => self.probe_endpoint(check, checker, generation),
            Due::Observed { check, checker, generation, well, status, took } => {
                self.observe(&check, checker, generation, Observation { well, status, at, took });
            }
            Due::Configured { check, version } => self.configure_check(&check, version),
            Due::Published { check, healthy } => self.publish_check(&check, healthy),
            Due::Look { target } => self.look_at_target(&target),
            Due::TargetPublished { target, healthy } => self.publish_target(&target, healthy),
            Due::InSync { change } => self.sync_change(&change),
            Due::Featured { zone } => self.featured(&zone),
        }
    }

    /// Answers a call.
    pub(in crate::lab) fn route53_operate(&mut self, call: &Call) -> Reply {
        let params = &call.params;
        match call.operation.as_str() {
            "AssociateVPCWithHostedZone" => self.associate_vpc(params),
            "ChangeResourceRecordSets" => self.change_records(params),
            "ChangeTagsForResource" => self.change_tags(params),
            "CreateHealthCheck" => self.create_check(params),
            "CreateHostedZone" => self.create_zone(params),
            "DeleteHealthCheck" => self.delete_check(params),
            "DeleteHostedZone" => self.delete_zone(params),
            "DisassociateVPCFromHostedZone" => self.disassociate_vpc(params),
            "GetAccountLimit" => self.account_limit(params),
            "GetChange" => self.get_change(params),
            "GetCheckerIpRanges" => self.get_checker_ranges(),
            "GetDNSSEC" => self.get_dnssec(params),
            "GetGeoLocation" => self.get_geo_location(params),
            "GetHealthCheck" => self.get_check(params),
            "GetHealthCheckCount" => self.count_checks(),
            "GetHealthCheckLastFailureReason" => self.get_check_failures(params),
            "GetHealthCheckStatus" => self.get_check_status(params),
            "GetHostedZone" => self.get_zone(params),
            "GetHostedZoneCount" => self.count_zones(),
            "GetHostedZoneLimit" => self.zone_limit(params),
            "GetReusableDelegationSet" => self.get_delegation_set(params),
            "GetTrafficPolicyInstanceCount" => self.count_policy_instances(),
            "ListCidrCollections" => self.list_cidr_collections(),
            "ListGeoLocations" => self.list_geo_locations(params),
            "ListHealthChecks" => self.list_checks(params),
            "ListHostedZones" => self.list_zones(params),
            "ListHostedZonesByName" => self.list_zones_by_name(params),
            "ListHostedZonesByVPC" => self.list_zones_by_vpc(params),
            "ListQueryLoggingConfigs" => self.list_query_logging(params),
            "ListResourceRecordSets" => self.list_records(params),
            "ListReusableDelegationSets" => self.list_delegation_sets(params),
            "ListTagsForResource" => self.list_tags(params),
            "ListTagsForResources" => self.list_tags_of_many(params),
            "ListTrafficPolicies" => self.list_policies(params),
            "ListTrafficPolicyInstances" | "ListTrafficPolicyInstancesByHostedZone" => {
                self.list_policy_instances(params)
            }
            "TestDNSAnswer" => self.test_answer(params),
            "UpdateHealthCheck" => self.update_check(params),
            "UpdateHostedZoneComment" => self.comment_zone(params),
            "UpdateHostedZoneFeatures" => self.feature_zone(params),
            other => Err(World::unrouted(Service::Route53, other)),
        }
    }
}

/// A refusal of a parameter.
fn invalid(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "InvalidInput", message)
}

/// The page size that a request asks for, at most `limit` and at most what pages of the lab may have.
fn page_size(params: &Params, limit: usize) -> Result<usize, AwsFault> {
    match params::either(params, "MaxItems", "maxitems").map(str::parse::<usize>) {
        None => Ok(params.page_of(limit)),
        Some(Ok(size)) if size > 0 => Ok(params.page_of(size.min(limit))),
        Some(_) => Err(invalid("Invalid MaxItems: must be a whole number of at least 1")),
    }
}
