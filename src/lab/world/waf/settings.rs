//! Settings: what a world may say of web ACLs.
//! Used by: `waf::State`.

use std::time::Duration;

use serde::Deserialize;

/// What a world may say of web ACLs.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The shortest time, in seconds, from a change to its effect on requests; 3 by default. AWS: "a few seconds to a
    /// number of minutes".
    pub effective_after_seconds: u64,
    /// The longest such time, in seconds; 30 by default. AWS publishes no number.
    pub effective_within_seconds: u64,
    /// How often a rate-based rule counts, in seconds; 10 by default. AWS: "checks the rate of requests frequently",
    /// without a number.
    pub rate_check_seconds: i64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { effective_after_seconds: 3, effective_within_seconds: 30, rate_check_seconds: 10 }
    }
}

impl Settings {
    /// The bounds of the time from a change to its effect.
    pub(super) fn effective(&self) -> (Duration, Duration) {
        let low = Duration::from_secs(self.effective_after_seconds);
        (low, low.max(Duration::from_secs(self.effective_within_seconds)))
    }
}
