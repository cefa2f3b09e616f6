//! Seen: what a sample shows, in a few words.
//! Invariant: the words depend on the sample alone.
//! Not here: whether that is what was wanted (see `condition`).
//! Used by: condition, for findings; summary, for outages; cli, for live lanes.

use std::{net::IpAddr, time::Duration};

use crate::{
    drill::model::Side,
    journal::sample::{Outcome, Sample, Seen},
    words::Phrase,
};

/// A sample in a few words, in English: `200 from primary`, `no answer: connect timed out`, `Degraded`.
pub fn words(sample: &Sample) -> String {
    phrase(sample).to_string()
}

/// A sample in a few words.
pub fn phrase(sample: &Sample) -> Phrase {
    match (&sample.outcome, &sample.seen) {
        (Outcome::Unknown { error }, _) => Phrase::new("seen.unknown").with("error", error),
        (Outcome::Bad { why }, None | Some(Seen::Site { status: None, .. })) => {
            Phrase::new(NO_ANSWER).with("why", why)
        }
        (Outcome::Good, None) => Phrase::new("seen.good"),
        (_, Some(seen)) => of(seen),
    }
}

/// The name of what is said of a look that got nothing back.
pub(crate) const NO_ANSWER: &str = "seen.no_answer";

/// A region by its role.
pub(crate) fn side(side: Side) -> Phrase {
    Phrase::new(match side {
        Side::Primary => "plain.primary",
        Side::Standby => "plain.standby",
    })
}

fn of(seen: &Seen) -> Phrase {
    match seen {
        Seen::Site { from, status, .. } => {
            let Some(code) = status else { return Phrase::new("seen.nothing") };
            let said = match from {
                Some(from) => Phrase::new("seen.status_from").with("side", side(*from)),
                None => Phrase::new("seen.status"),
            };
            said.with("status", code.to_string())
        }
        Seen::Dns { addresses, ttl, side: answered } => dns(addresses, *ttl, *answered),
        Seen::Environment { health, .. } => Phrase::verbatim(health),
        Seen::Targets { total, healthy, .. } => {
            Phrase::new("seen.targets").with("healthy", *healthy).with("total", *total)
        }
        Seen::HealthCheck { disabled: true, healthy, .. } => {
            Phrase::new("seen.disabled").with("health", health_word(*healthy))
        }
        Seen::HealthCheck { healthy, succeeding, checkers, .. } => Phrase::new("seen.checkers")
            .with("health", health_word(*healthy))
            .with("succeeding", *succeeding)
            .with("checkers", *checkers),
        Seen::Database { status, writer, operation, .. } => {
            let place = match writer {
                Some(writer) => Phrase::new("seen.writer").with("side", side(*writer)),
                None => Phrase::new("seen.no_writer"),
            };
            let status = operation.as_ref().unwrap_or(status);
            Phrase::new("seen.database").with("place", place).with("status", status)
        }
        Seen::Lag { millis, .. } => Phrase::new("seen.lag").with("lag", lag(*millis).unwrap_or_default()),
        Seen::Alarm { state, .. } => Phrase::verbatim(state),
    }
}

fn dns(addresses: &[IpAddr], ttl: u32, answered: Option<Side>) -> Phrase {
    let said = match (answered, addresses.is_empty()) {
        (Some(answered), _) => Phrase::new("seen.dns").with("side", side(answered)),
        (None, true) => return Phrase::new("seen.no_address"),
        (None, false) => {
            let list: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            Phrase::new("seen.addresses").with("addresses", list.join(" "))
        }
    };
    said.with("ttl", ttl.to_string())
}

pub(crate) fn health_word(healthy: bool) -> Phrase {
    Phrase::new(if healthy { "seen.healthy" } else { "seen.unhealthy" })
}

/// A lag as a duration; `None` for what cannot be one (AWS reports -1 for a writer's own lag).
pub(crate) fn lag(millis: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(millis / 1000.0).ok()
}
