//! Settings: what a world decides about EC2 that AWS does not publish, or that an account can have otherwise.
//! Invariant: the defaults are the reference world's; each says where it comes from.
//! Used by: `State`.

use serde::Deserialize;

use crate::lab::world::timings::{self, Span};

/// What modifying a rule does to a description that the call leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OmittedDescription {
    /// It is gone.
    Cleared,
    /// It stays.
    Kept,
}

/// What a world decides about EC2.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// From a security-group change to its effect on packets; 0.5 to 5 s. AWS: "as quickly as possible. However, a small
    /// delay might occur"; no number is published.
    pub rule_effective: Span,
    /// From a write to the first describe that shows it; 0 to 2 s. AWS: eventual consistency; no number is published.
    pub describe_stale: Span,
    /// From a network-ACL change to its effect; 1 to 5 s. AWS: "after a short period"; no number is published.
    pub acl_effective: Span,
    /// From a route change to its effect; 1 to 3 s. AWS publishes no number.
    pub route_effective: Span,
    /// From `StopInstances` to `stopped`; 20 to 60 s. AWS publishes no number.
    pub instance_stops: Span,
    /// From `StartInstances` or a launch to `running`; 30 to 90 s. AWS publishes no number.
    pub instance_starts: Span,
    /// From `TerminateInstances` to `terminated`; 20 to 60 s. AWS publishes no number.
    pub instance_terminates: Span,
    /// How long a rebooting machine cannot be reached; 30 to 60 s. AWS: "a few minutes" at most; no number is published.
    pub instance_reboots: Span,
    /// How long the status checks of a machine say `initializing`; 120 to 120 s. AWS publishes no number.
    pub status_checks: Span,
    /// From accepting a peering to `active`; 1 to 3 s. AWS publishes no number.
    pub peering_active: Span,
    /// What a modification without a description does to the old one; cleared. AWS does not say.
    pub omitted_description: OmittedDescription,
    /// Whether `ModifySecurityGroupRules` may turn, say, a group reference into a CIDR; false. AWS does not say.
    pub modify_changes_source_kind: bool,
    /// Rules of each direction in a group, IPv4 and IPv6 apart; 60 (AWS: VPC quotas, adjustable).
    pub rules_per_group: usize,
    /// Groups on an interface; 5 (AWS: VPC quotas, up to 16).
    pub groups_per_interface: usize,
    /// Groups in a region; 2500 (AWS: VPC quotas, adjustable).
    pub groups_per_region: usize,
    /// Entries of each direction in a network ACL, IPv4 and IPv6 apart; 20 (AWS: VPC quotas, up to 40).
    pub entries_per_acl: usize,
    /// Network ACLs in a network; 200 (AWS: VPC quotas).
    pub acls_per_vpc: usize,
    /// Routes in a table; 500 (AWS: VPC quotas, adjustable).
    pub routes_per_table: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            rule_effective: timings::RULE_EFFECTIVE,
            describe_stale: timings::DESCRIBE_STALE,
            acl_effective: Span::millis(1_000, 5_000),
            route_effective: Span::millis(1_000, 3_000),
            instance_stops: Span::millis(20_000, 60_000),
            instance_starts: Span::millis(30_000, 90_000),
            instance_terminates: Span::millis(20_000, 60_000),
            instance_reboots: Span::millis(30_000, 60_000),
            status_checks: Span::millis(120_000, 120_000),
            peering_active: Span::millis(1_000, 3_000),
            omitted_description: OmittedDescription::Cleared,
            modify_changes_source_kind: false,
            rules_per_group: 60,
            groups_per_interface: 5,
            groups_per_region: 2_500,
            entries_per_acl: 20,
            acls_per_vpc: 200,
            routes_per_table: 500,
        }
    }
}
