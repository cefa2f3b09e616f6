//! Secs: durations as seconds, for people who read JSON.
//! Invariant: whole microseconds go out and come back the same.
//! Used by: the model.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// The seconds of whole microseconds.
pub(crate) fn of(value: Duration) -> f64 {
    // Seconds and a fraction of six digits: the nearest number to what is written, so reading rounds back to it.
    value.as_micros() as f64 / 1e6
}

fn back<E: Error>(seconds: f64) -> Result<Duration, E> {
    let micros = (seconds * 1e6).round();
    match (0.0..1e18).contains(&micros) {
        true => Ok(Duration::from_micros(micros as u64)),
        false => Err(E::custom("not a duration in seconds")),
    }
}

/// Writes seconds.
pub(crate) fn serialize<S: Serializer>(value: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(of(*value))
}

/// Reads seconds.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    f64::deserialize(from).and_then(back)
}

/// The same for what may be absent; absent is `null`.
pub(crate) mod maybe {
    use super::*;

    /// Writes seconds, or `null`.
    pub(crate) fn serialize<S: Serializer>(value: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => to.serialize_some(&of(*value)),
            None => to.serialize_none(),
        }
    }

    /// Reads seconds, or `null`.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
        Option::<f64>::deserialize(from)?.map(back).transpose()
    }
}
