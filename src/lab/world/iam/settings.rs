//! Settings: what a world may say of identities.
//! Used by: `iam::State`, `sts`.

use std::{net::IpAddr, time::Duration};

use serde::Deserialize;

use crate::lab::world::reference::CLIENT;

/// What a world may say of identities.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Whether policies decide what a key may do. Without it every valid key may do everything. Off by default.
    pub enforce: bool,
    /// The shortest time, in seconds, from an edit of a policy to its effect; 5 by default. AWS says that changes are
    /// eventually consistent and publishes no number.
    pub effective_after_seconds: u64,
    /// The longest such time, in seconds; 30 by default. AWS publishes no number.
    pub effective_within_seconds: u64,
    /// The address that `aws:SourceIp` has; that of a user on the internet by default. Clients of the lab come from
    /// loopback, which no policy means.
    pub source_ip: IpAddr,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            enforce: false,
            effective_after_seconds: 5,
            effective_within_seconds: 30,
            source_ip: CLIENT,
        }
    }
}

impl Settings {
    /// The bounds of the time from an edit to its effect.
    pub(super) fn effective(&self) -> (Duration, Duration) {
        let low = Duration::from_secs(self.effective_after_seconds);
        (low, low.max(Duration::from_secs(self.effective_within_seconds)))
    }
}
