//! Limit: the quotas of the account and of zones, and the lists of what the world's account has none of.
//! Invariant: pure reading.
//! Used by: `route53`.

use super::{
    page_size,
    params::{count, either},
    zone_list::no_delegation_set,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Params, Reply, Tree},
};

impl World {
    /// AWS: GetAccountLimit.
    pub(super) fn account_limit(&self, params: &Params) -> Reply {
        let kind = params.text("Type").unwrap_or_default();
        let settings = &self.route53.settings;
        let (limit, used) = match kind {
            "MAX_HEALTH_CHECKS_BY_OWNER" => (settings.health_checks, self.route53.checks.len()),
            "MAX_HOSTED_ZONES_BY_OWNER" => (settings.hosted_zones, self.route53.zones.len()),
            "MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER" => (5, 0),
            "MAX_REUSABLE_DELEGATION_SETS_BY_OWNER" => (100, 0),
            "MAX_TRAFFIC_POLICIES_BY_OWNER" => (50, 0),
            other => return Err(super::invalid(format!("Invalid limit type '{other}'"))),
        };
        Ok(limit_tree(kind, limit, used))
    }

    /// AWS: GetHostedZoneLimit: the limit of networks is for private zones only.
    pub(super) fn zone_limit(&self, params: &Params) -> Reply {
        let zone = self.route53.zone(either(params, "Id", "HostedZoneId"))?;
        match (params.text("Type").unwrap_or_default(), &zone.private) {
            (kind @ "MAX_RRSETS_BY_ZONE", _) => {
                Ok(limit_tree(kind, self.route53.settings.records, zone.records.len()))
            }
            (kind @ "MAX_VPCS_ASSOCIATED_BY_ZONE", Some(vpcs)) => Ok(limit_tree(kind, 300, vpcs.len())),
            ("MAX_VPCS_ASSOCIATED_BY_ZONE", None) => {
                let message = "The specified hosted zone is not a private hosted zone.";
                Err(AwsFault::new(400, "HostedZoneNotPrivate", message))
            }
            (other, _) => Err(super::invalid(format!("Invalid limit type '{other}'"))),
        }
    }

    /// AWS: GetDNSSEC of a zone that is not signed.
    pub(super) fn get_dnssec(&self, params: &Params) -> Reply {
        let zone = self.route53.zone(either(params, "Id", "HostedZoneId"))?;
        if zone.private.is_some() {
            return Err(AwsFault::new(
                400,
                "InvalidArgument",
                "DNSSEC is not supported for private hosted zones.",
            ));
        }
        let status = Tree::map([("ServeSignature", Tree::text("NOT_SIGNING"))]);
        Ok(Tree::map([("Status", Some(status)), ("KeySigningKeys", Tree::list("member", []))]))
    }

    pub(super) fn list_delegation_sets(&self, params: &Params) -> Reply {
        let size = page_size(params, 100)?;
        let marker = either(params, "Marker", "marker").unwrap_or_default();
        Ok(Tree::map([
            ("DelegationSets", Tree::list("DelegationSet", [])),
            ("Marker", Tree::text(marker)),
            ("IsTruncated", Some(Tree::Bool(false))),
            ("MaxItems", Tree::text(size.to_string())),
        ]))
    }

    pub(super) fn get_delegation_set(&self, params: &Params) -> Reply {
        Err(no_delegation_set(params.text("Id").unwrap_or_default()))
    }

    pub(super) fn list_policies(&self, params: &Params) -> Reply {
        let size = page_size(params, 100)?;
        Ok(Tree::map([
            ("TrafficPolicySummaries", Tree::list("TrafficPolicySummary", [])),
            ("IsTruncated", Some(Tree::Bool(false))),
            ("TrafficPolicyIdMarker", Tree::text("")),
            ("MaxItems", Tree::text(size.to_string())),
        ]))
    }

    pub(super) fn list_policy_instances(&self, params: &Params) -> Reply {
        if let Some(id) = either(params, "HostedZoneId", "id") {
            self.route53.zone(Some(id))?;
        }
        let size = page_size(params, 100)?;
        Ok(Tree::map([
            ("TrafficPolicyInstances", Tree::list("TrafficPolicyInstance", [])),
            ("IsTruncated", Some(Tree::Bool(false))),
            ("MaxItems", Tree::text(size.to_string())),
        ]))
    }

    pub(super) fn count_policy_instances(&self) -> Reply {
        Ok(Tree::map([("TrafficPolicyInstanceCount", Some(count(0)))]))
    }

    pub(super) fn list_query_logging(&self, params: &Params) -> Reply {
        if let Some(id) = either(params, "HostedZoneId", "hostedzoneid") {
            self.route53.zone(Some(id))?;
        }
        Ok(Tree::map([("QueryLoggingConfigs", Tree::list("QueryLoggingConfig", []))]))
    }

    pub(super) fn list_cidr_collections(&self) -> Reply {
        Ok(Tree::map([("CidrCollections", Tree::list("member", []))]))
    }
}

fn limit_tree(kind: &str, limit: u32, used: usize) -> Tree {
    let limit = Tree::map([("Type", Tree::text(kind)), ("Value", Some(Tree::Int(i64::from(limit))))]);
    Tree::map([("Limit", Some(limit)), ("Count", Some(count(used)))])
}
