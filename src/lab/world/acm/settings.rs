//! Settings: what a world may say of certificates.
//! Used by: `acm::State`.

use std::time::Duration;

use serde::Deserialize;

/// What a world may say of certificates.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How often the validation record of a pending certificate is looked for, in seconds; 60 by default. AWS
    /// publishes no number.
    pub check_seconds: u64,
    /// The shortest time, in seconds, from a validation record that was seen to the certificate; 30 by default. AWS says
    /// that issuing takes "up to several hours" and publishes no shortest time.
    pub issue_after_seconds: u64,
    /// The longest such time, in seconds; 180 by default.
    pub issue_within_seconds: u64,
    /// How long a certificate is waited for, in seconds; 72 hours by default, as AWS documents.
    pub validation_timeout_seconds: u64,
    /// How long a certificate is valid, in days; 395 by default (13 months), as AWS documents.
    pub valid_days: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            check_seconds: 60,
            issue_after_seconds: 30,
            issue_within_seconds: 180,
            validation_timeout_seconds: 72 * 3_600,
            valid_days: 395,
        }
    }
}

impl Settings {
    /// From a record that was seen to the certificate.
    pub(super) fn issue(&self) -> (Duration, Duration) {
        let low = Duration::from_secs(self.issue_after_seconds);
        (low, low.max(Duration::from_secs(self.issue_within_seconds)))
    }
}
