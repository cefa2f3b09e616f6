//! Settings: what a world may set about Route 53, and how long Route 53 takes where AWS publishes no number.
//! Invariant: every random duration and every option of this service is a field here; the constants beside them are
//! AWS's own numbers.
//! Used by: `route53`; a world file may set them.

use std::time::Duration;

use serde::Deserialize;

use super::place::{Network, Place};
use crate::lab::world::timings::Span;

/// What a world may set about Route 53.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// From a change of records to INSYNC; default 5 to 40 s. AWS: GetChange: "generally within 60 seconds".
    pub in_sync: Span,
    /// How long a batch keeps others away from its zone with PriorRequestNotComplete; default none. Not published.
    pub processing: Span,
    /// From a new configuration of a health check to its checkers; default 5 to 12 s. Not published; 5 to 30 s are seen.
    pub configured: Span,
    /// From a new status of a health check to the name servers' answers; default 1 to 5 s. Not published.
    pub published: Span,
    /// From a look that sees a new health of an alias's target to the name servers' answers; default 5 to 15 s. Not
    /// published; with the interval of looks 5 to 20 s in all.
    pub target_published: Span,
    /// How often Route 53 looks at the targets of aliases, in seconds; default 5. Not published.
    pub target_interval: u32,
    /// From a checker to the endpoint and back; default 0.02 to 0.25 s: checkers stand on every continent.
    pub round_trip: Span,
    /// How many checkers a health check has in each of its regions; default 2, which makes 16 in all eight. Not
    /// published; accounts show 15 to 16.
    pub checkers_per_region: u8,
    /// A health check is healthy if more than this percentage of its checkers say so; default 18. AWS: Developer Guide,
    /// "How Amazon Route 53 determines whether a health check is healthy", which says that it may change.
    pub healthy_above_percent: u8,
    /// Whether the observations of an inverted health check are inverted too; default no: they tell what the checker
    /// saw. Not published.
    pub observations_inverted: bool,
    /// How long a zone takes to turn its accelerated recovery on or off; default 60 to 120 s. Not published.
    pub recovery_enabled: Span,
    /// Health checks of an account; default 200. AWS: Route 53 quotas.
    pub health_checks: u32,
    /// Hosted zones of an account; default 500. AWS: Route 53 quotas.
    pub hosted_zones: u32,
    /// Records of a hosted zone; default 10,000. AWS: Route 53 quotas.
    pub records: u32,
    /// Where the world's resolver stands, for routing by place and latency; default Seoul.
    pub resolver: Place,
    /// Where other clients stand, by their addresses; the narrowest network wins. Default none: all stand with the
    /// resolver.
    pub networks: Vec<Network>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            in_sync: Span::millis(5_000, 40_000),
            processing: Span::millis(0, 0),
            configured: Span::millis(5_000, 12_000),
            published: Span::millis(1_000, 5_000),
            target_published: Span::millis(5_000, 15_000),
            target_interval: 5,
            round_trip: Span::millis(20, 250),
            checkers_per_region: 2,
            healthy_above_percent: 18,
            observations_inverted: false,
            recovery_enabled: Span::millis(60_000, 120_000),
            health_checks: 200,
            hosted_zones: 500,
            records: 10_000,
            resolver: Place::of_region("ap-northeast-2"),
            networks: Vec::new(),
        }
    }
}

/// AWS: Developer Guide, "How Amazon Route 53 determines whether a health check is healthy": HTTP and HTTPS connect
/// within four seconds.
pub(super) const HTTP_CONNECT: Duration = Duration::from_secs(4);
/// The same page: the status comes within two seconds after connecting, the string to search within two more.
pub(super) const HTTP_STATUS: Duration = Duration::from_secs(2);
/// The same page: TCP connects within ten seconds.
pub(super) const TCP_CONNECT: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_sets_what_it_names_and_nothing_else_changes() {
        let text = r#"{"in_sync": "1s..2500ms", "resolver": {"region": "eu-west-1"}, "networks": [
            {"network": "203.0.113.0/24", "place": {"region": "us-east-1", "country": "US", "subdivision": "VA"}}]}"#;
        let settings: Settings = serde_json::from_str(text).unwrap();
        assert_eq!(settings.in_sync, Span::millis(1_000, 2_500));
        assert_eq!(settings.published, Settings::default().published);
        assert_eq!(settings.resolver.continent, "EU");
        assert_eq!(settings.networks[0].place.subdivision.as_deref(), Some("VA"));
        for wrong in
            [r#"{"in_sync": "2s..1s"}"#, r#"{"in_snyc": "1s"}"#, r#"{"networks": [{"network": "x/8"}]}"#]
        {
            assert!(serde_json::from_str::<Settings>(wrong).is_err(), "{wrong}");
        }
    }
}
