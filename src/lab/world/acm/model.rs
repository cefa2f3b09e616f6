//! Model: certificates.
//! Invariant: a certificate's own ARN says its region; the first of its names is its domain.
//! Used by: `acm`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::settings::Settings;
use crate::lab::world::{World, call::AwsFault, rng::Rng};

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    /// What the world may say.
    pub(in crate::lab) settings: Settings,
    /// Certificates by ARN.
    pub(in crate::lab) certificates: BTreeMap<String, Certificate>,
    pub(super) rng: Rng,
    /// Requests that may be repeated, by region and token: the certificate, and until when.
    pub(super) tokens: BTreeMap<(String, String), (String, Timestamp)>,
}

/// How far a certificate is. `Expired` is never held: the clock says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) enum Status {
    Pending,
    Issued,
    TimedOut,
    Revoked,
    Failed,
    Inactive,
}

/// A certificate.
#[derive(Debug, Clone)]
pub(in crate::lab) struct Certificate {
    pub(in crate::lab) arn: String,
    pub(in crate::lab) region: String,
    /// Its names, its domain first.
    pub(in crate::lab) names: Vec<String>,
    pub(in crate::lab) status: Status,
    /// `AMAZON_ISSUED` or `IMPORTED`.
    pub(in crate::lab) kind: String,
    /// `DNS` or `EMAIL`; imported ones have none.
    pub(in crate::lab) method: Option<String>,
    pub(in crate::lab) algorithm: String,
    pub(in crate::lab) created: Timestamp,
    pub(in crate::lab) issued: Option<Timestamp>,
    pub(in crate::lab) ends: Option<Timestamp>,
    pub(in crate::lab) serial: String,
    pub(in crate::lab) tags: BTreeMap<String, String>,
}

impl Certificate {
    /// The status as AWS calls it.
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        match self.status {
            Status::Issued if self.ends.is_some_and(|ends| now >= ends) => "EXPIRED",
            Status::Issued => "ISSUED",
            Status::Pending => "PENDING_VALIDATION",
            Status::TimedOut => "VALIDATION_TIMED_OUT",
            Status::Revoked => "REVOKED",
            Status::Failed => "FAILED",
            Status::Inactive => "INACTIVE",
        }
    }

    /// True if it was issued once, whatever became of it.
    pub(super) fn was_issued(&self) -> bool {
        matches!(self.status, Status::Issued | Status::Revoked | Status::Inactive)
    }

    /// The domain.
    pub(super) fn domain(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }
}

/// The certificate with this ARN in a region.
pub(super) fn named<'a>(
    world: &'a World,
    region: &str,
    arn: Option<&str>,
) -> Result<&'a Certificate, AwsFault> {
    let arn = arn.unwrap_or_default();
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", "aws", "acm", at, account, resource] = parts[..] else {
        return Err(AwsFault::new(
            400,
            "InvalidArnException",
            format!("The following ARN is not valid: '{arn}'"),
        ));
    };
    let absent =
        || AwsFault::new(400, "ResourceNotFoundException", format!("Could not find certificate {arn}."));
    if !resource.starts_with("certificate/") {
        return Err(AwsFault::new(
            400,
            "InvalidArnException",
            format!("The following ARN is not valid: '{arn}'"),
        ));
    }
    if at != region || account != world.account() {
        return Err(absent());
    }
    world.acm.certificates.get(arn).ok_or_else(absent)
}
