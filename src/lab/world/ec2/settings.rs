//! Settings: what a world decides about EC2 that AWS does not publish, or that an account can have otherwise.
//! Invariant: the defaults are the reference world's; each says where it comes from.
//! Used by: `State`.

use std::time::Duration;

use serde::Deserialize;

use crate::lab::world::rng::Rng;

/// A range of seconds that the seed draws from, evenly: `[0.5, 5]`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "[f64; 2]")]
pub struct Seconds {
    low: Duration,
    high: Duration,
}

impl Seconds {
    const fn millis(low: u64, high: u64) -> Seconds {
        Seconds { low: Duration::from_millis(low), high: Duration::from_millis(high) }
    }

    /// A duration within the range.
    pub fn draw(self, rng: &mut Rng) -> Duration {
        rng.between(self.low, self.high)
    }

    /// The longest the range allows.
    pub fn longest(self) -> Duration {
        self.high
    }
}

impl TryFrom<[f64; 2]> for Seconds {
    type Error = String;

    fn try_from([low, high]: [f64; 2]) -> Result<Seconds, String> {
        let wrong = |_| format!("[{low}, {high}] is not a range of seconds");
        let read = Seconds {
            low: Duration::try_from_secs_f64(low).map_err(wrong)?,
            high: Duration::try_from_secs_f64(high).map_err(wrong)?,
        };
        if read.low <= read.high { Ok(read) } else { Err(format!("[{low}, {high}] begins after its end")) }
    }
}

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
    pub rule_effective: Seconds,
    /// From a write to the first describe that shows it; 0 to 2 s. AWS: eventual consistency; no number is published.
    pub describe_stale: Seconds,
    /// From a network-ACL change to its effect; 1 to 5 s. AWS: "after a short period"; no number is published.
    pub acl_effective: Seconds,
    /// From a route change to its effect; 1 to 3 s. AWS publishes no number.
    pub route_effective: Seconds,
    /// From `StopInstances` to `stopped`; 20 to 60 s. AWS publishes no number.
    pub instance_stops: Seconds,
    /// From `StartInstances` or a launch to `running`; 30 to 90 s. AWS publishes no number.
    pub instance_starts: Seconds,
    /// From `TerminateInstances` to `terminated`; 20 to 60 s. AWS publishes no number.
    pub instance_terminates: Seconds,
    /// How long a rebooting machine cannot be reached; 30 to 60 s. AWS: "a few minutes" at most; no number is published.
    pub instance_reboots: Seconds,
    /// How long the status checks of a machine say `initializing`; 120 to 120 s. AWS publishes no number.
    pub status_checks: Seconds,
    /// From accepting a peering to `active`; 1 to 3 s. AWS publishes no number.
    pub peering_active: Seconds,
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
            rule_effective: Seconds::millis(500, 5_000),
            describe_stale: Seconds::millis(0, 2_000),
            acl_effective: Seconds::millis(1_000, 5_000),
            route_effective: Seconds::millis(1_000, 3_000),
            instance_stops: Seconds::millis(20_000, 60_000),
            instance_starts: Seconds::millis(30_000, 90_000),
            instance_terminates: Seconds::millis(20_000, 60_000),
            instance_reboots: Seconds::millis(30_000, 60_000),
            status_checks: Seconds::millis(120_000, 120_000),
            peering_active: Seconds::millis(1_000, 3_000),
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
