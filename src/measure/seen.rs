//! Seen: what a sample shows, in a few words.
//! Invariant: the words depend on the sample alone.
//! Not here: whether that is what was wanted (see `condition`).
//! Used by: condition, for findings; summary, for outages; cli, for live lanes.

use std::time::Duration;

use crate::{
    journal::sample::{Outcome, Sample, Seen},
    text,
};

/// A sample in a few words: `200 from primary`, `no answer: connect timed out`, `Degraded`.
pub fn words(sample: &Sample) -> String {
    match (&sample.outcome, &sample.seen) {
        (Outcome::Unknown { error }, _) => format!("could not be told: {error}"),
        (Outcome::Bad { why }, None) => format!("no answer: {why}"),
        (Outcome::Good, None) => "good".to_owned(),
        (_, Some(seen)) => of(seen),
    }
}

fn of(seen: &Seen) -> String {
    match seen {
        Seen::Site { from, status, .. } => {
            let status = status.map_or_else(|| "no answer".to_owned(), |code| code.to_string());
            from.map_or(status.clone(), |side| format!("{status} from {side}"))
        }
        Seen::Dns { addresses, ttl, side } => match (side, addresses.is_empty()) {
            (Some(side), _) => format!("{side}, ttl {ttl} s"),
            (None, true) => "no address".to_owned(),
            (None, false) => {
                let list: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                format!("{}, ttl {ttl} s", list.join(" "))
            }
        },
        Seen::Environment { health, .. } => health.clone(),
        Seen::Targets { total, healthy, .. } => format!("{healthy} of {total} healthy"),
        Seen::HealthCheck { disabled: true, healthy, .. } => {
            format!("{} because it is disabled", health_word(*healthy))
        }
        Seen::HealthCheck { healthy, succeeding, checkers, .. } => {
            format!("{}, {succeeding} of {checkers} checkers succeed", health_word(*healthy))
        }
        Seen::Database { status, writer, operation, .. } => {
            let place =
                writer.map_or_else(|| "writer not found".to_owned(), |side| format!("writer in {side}"));
            operation.as_ref().map_or(format!("{place}, {status}"), |running| format!("{place}, {running}"))
        }
        Seen::Lag { millis, .. } => text::duration(lag(*millis).unwrap_or_default()),
        Seen::Alarm { state, .. } => state.clone(),
    }
}

fn health_word(healthy: bool) -> &'static str {
    if healthy { "healthy" } else { "unhealthy" }
}

/// A lag as a duration; `None` for what cannot be one (AWS reports -1 for a writer's own lag).
pub(crate) fn lag(millis: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(millis / 1000.0).ok()
}
