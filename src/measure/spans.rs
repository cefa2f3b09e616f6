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
    words::Phrase,
};

/// The stretches of one watch.
pub(crate) fn of(samples: &[Sample], watch: &WatchName) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for look in looks::of(samples, watch) {
        let Some((tone, side, words)) = showing(look.sample) else { continue };
        let (from, to) = (look.sample.started, look.sample.finished);
        if let Some(last) = spans.last_mut() {
            last.to = from;
            if (last.tone, last.side) == (tone, side) && alike(&last.words, &words) {
                last.to = to;
                continue;
            }
        }
        spans.push(Span { from, to, tone, side, words });
    }
    spans
}

/// Two looks that got no answer are alike, whatever each says about how it failed.
fn alike(one: &Phrase, other: &Phrase) -> bool {
    one == other || one.id() == seen::NO_ANSWER && other.id() == seen::NO_ANSWER
}

/// What a look showed, without what changes from look to look; `None` for what has no stretches (replication lag).
fn showing(sample: &Sample) -> Option<(Tone, Option<Side>, Phrase)> {
    if let Outcome::Unknown { .. } = sample.outcome {
        return Some((Tone::Unknown, None, Phrase::new("seen.untold")));
    }
    let works = if sample.outcome.is_good() { Tone::Good } else { Tone::Bad };
    Some(match &sample.seen {
        None => (works, None, seen::phrase(sample)),
        Some(Seen::Lag { .. }) => return None,
        Some(Seen::Site { from, .. }) => (works, *from, seen::phrase(sample)),
        Some(Seen::Dns { side, .. }) => {
            let words = match side {
                Some(side) => Phrase::new("seen.dns_side").with("side", seen::side(*side)),
                None => Phrase::new("seen.dns_neither"),
            };
            (if side.is_some() { Tone::Good } else { Tone::Bad }, *side, words)
        }
        Some(Seen::Environment { health, .. }) => (health_tone(health), None, Phrase::verbatim(health)),
        Some(Seen::Targets { total, healthy, .. }) => {
            let tone = if total == healthy && *total > 0 { Tone::Good } else { Tone::Bad };
            (tone, None, seen::phrase(sample))
        }
        Some(Seen::HealthCheck { healthy: true, .. }) => (Tone::Good, None, seen::health_word(true)),
        Some(Seen::HealthCheck { healthy: false, .. }) => (Tone::Bad, None, seen::health_word(false)),
        Some(Seen::Database { writer, operation, .. }) => match operation {
            Some(running) => (Tone::Busy, *writer, Phrase::verbatim(running)),
            None => (Tone::Good, *writer, seen::phrase(sample)),
        },
        Some(Seen::Alarm { state, .. }) => {
            let tone = match state.as_str() {
                "OK" => Tone::Good,
                "ALARM" => Tone::Bad,
                _ => Tone::Unknown,
            };
            (tone, None, Phrase::verbatim(state))
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
