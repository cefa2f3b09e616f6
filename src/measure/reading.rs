//! Reading: what one sample says about one question.
//! Invariant: what a sample cannot tell is `None`, never a guess.
//! Not here: what many samples say (see `looks`), the claims of a drill file (see `condition`).
//! Used by: condition, timeline.

use super::looks;
use crate::{
    drill::model::Side,
    journal::sample::{Outcome, Sample, Seen},
};

/// Whether users are served: by `taker`, if only that counts; `None`: it cannot be told.
pub(crate) fn serves(sample: &Sample, taker: Option<Side>) -> Option<bool> {
    let works = looks::works(sample)?;
    match (works, taker, served_by(sample)) {
        (false, _, _) => Some(false),
        (true, None, _) => Some(true),
        (true, Some(taker), Some(side)) => Some(taker == side),
        (true, Some(_), None) => None,
    }
}

/// Whether writes work. A write check need not tell its region; when it does, it must be the right one.
pub(crate) fn takes_writes(sample: &Sample, taker: Option<Side>) -> Option<bool> {
    let elsewhere = matches!((taker, served_by(sample)), (Some(taker), Some(side)) if taker != side);
    looks::works(sample).map(|works| works && !elsewhere)
}

fn served_by(sample: &Sample) -> Option<Side> {
    match &sample.seen {
        Some(Seen::Site { from, .. }) => *from,
        _ => None,
    }
}

/// Whether the writer is in `side`, with no operation running; `None`: it cannot be told.
pub(crate) fn writer_in(sample: &Sample, side: Side) -> Option<bool> {
    match &sample.seen {
        _ if matches!(sample.outcome, Outcome::Unknown { .. }) => None,
        Some(Seen::Database { operation: Some(_), .. }) => Some(false),
        Some(Seen::Database { writer, .. }) => writer.map(|now| now == side),
        _ => None,
    }
}

/// Whether the name leads to `taker` alone; `None`: it cannot be told.
pub(crate) fn dns_answers(sample: &Sample, taker: Side) -> Option<bool> {
    match &sample.seen {
        Some(Seen::Dns { side, .. }) => Some(*side == Some(taker)),
        _ => None,
    }
}

/// Whether what was seen is a signal that something is wrong; `None`: it says nothing either way.
pub(crate) fn raises_alarm(sample: &Sample) -> Option<bool> {
    match sample.seen.as_ref().filter(|_| !matches!(sample.outcome, Outcome::Unknown { .. }))? {
        Seen::HealthCheck { healthy, .. } => Some(!healthy),
        Seen::Environment { health, .. } => match health.as_str() {
            "Warning" | "Degraded" | "Severe" => Some(true),
            "Ok" | "Info" => Some(false),
            _ => None,
        },
        Seen::Targets { total, healthy, .. } => Some(healthy < total || *total == 0),
        Seen::Alarm { state, .. } => match state.as_str() {
            "ALARM" => Some(true),
            "OK" => Some(false),
            _ => None,
        },
        Seen::Site { .. } | Seen::Dns { .. } | Seen::Database { .. } | Seen::Lag { .. } => None,
    }
}
