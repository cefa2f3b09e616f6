//! Spans: what a watch showed over a run, as stretches that look the same.
//! Invariant: spans of one watch do not overlap and are in the order of time.
//! Not here: colours and places (see `report::chart`).
//! Used by: summary, for the timeline chart.

use super::{
    looks,
    summary::{Span, Tone},
};
use crate::{
    drill::model::Side,
    journal::sample::{Outcome, Sample, Seen, WatchName},
    measure::seen,
};

/// The stretches of one watch.
pub(crate) fn of(samples: &[Sample], watch: &WatchName) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for look in looks::of(samples, watch) {
        let Some((tone, side, words)) = showing(look.sample) else { continue };
        let (from, to) = (look.sample.started, look.sample.finished);
        if let Some(last) = spans.last_mut() {
            last.to = from;
            if (last.tone, last.side, last.words.as_str()) == (tone, side, words.as_str()) {
                last.to = to;
                continue;
            }
        }
        spans.push(Span { from, to, tone, side, words });
    }
    spans
}

/// What a look showed, without what changes from look to look; `None` for what has no stretches (replication lag).
fn showing(sample: &Sample) -> Option<(Tone, Option<Side>, String)> {
    if let Outcome::Unknown { .. } = sample.outcome {
        return Some((Tone::Unknown, None, "could not be told".into()));
    }
    let works = if sample.outcome.is_good() { Tone::Good } else { Tone::Bad };
    Some(match &sample.seen {
        None => (works, None, seen::words(sample)),
        Some(Seen::Lag { .. }) => return None,
        Some(Seen::Site { from, .. }) => (works, *from, seen::words(sample)),
        Some(Seen::Dns { side, .. }) => {
            let words = side.map_or_else(|| "neither region alone".to_owned(), |side| side.to_string());
            (if side.is_some() { Tone::Good } else { Tone::Bad }, *side, words)
        }
        Some(Seen::Environment { health, .. }) => (health_tone(health), None, health.clone()),
        Some(Seen::Targets { total, healthy, .. }) => {
            let tone = if total == healthy && *total > 0 { Tone::Good } else { Tone::Bad };
            (tone, None, seen::words(sample))
        }
        Some(Seen::HealthCheck { healthy: true, .. }) => (Tone::Good, None, "healthy".into()),
        Some(Seen::HealthCheck { healthy: false, .. }) => (Tone::Bad, None, "unhealthy".into()),
        Some(Seen::Database { writer, operation, .. }) => match operation {
            Some(running) => (Tone::Busy, *writer, running.clone()),
            None => (Tone::Good, *writer, seen::words(sample)),
        },
        Some(Seen::Alarm { state, .. }) => {
            let tone = match state.as_str() {
                "OK" => Tone::Good,
                "ALARM" => Tone::Bad,
                _ => Tone::Unknown,
            };
            (tone, None, state.clone())
        }
    })
}

fn health_tone(health: &str) -> Tone {
    match health {
        "Ok" | "Info" => Tone::Good,
        "Warning" => Tone::Busy,
        "Degraded" | "Severe" => Tone::Bad,
        _ => Tone::Unknown,
    }
}
