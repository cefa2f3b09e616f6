//! Format: moments, durations and bounds as reports write them, in each language.
//! Invariant: a lower bound is rounded down and an upper one up, so that what is printed still contains the truth; the figures
//! are the same in every language.
//! Not here: durations in sentences (see `words`).
//! Used by: view, chart.

use std::time::Duration;

use jiff::{Timestamp, tz::Offset};

use super::model::{
    facts::Zone,
    moment::{Evidence, Took, When},
};
use crate::words::{
    Lang, Phrase,
    unit::{self, Round},
};

const MICROS_PER_TENTH: u128 = 100_000;

/// `1 min 58.2 s`.
pub(crate) fn seconds(value: Duration, lang: Lang) -> String {
    unit::tenths(value, Round::Nearest, lang)
}

fn floor(value: Duration, lang: Lang) -> String {
    unit::tenths(value, Round::Down, lang)
}

/// Rounded up: an upper bound stays one.
pub(crate) fn ceiling(value: Duration, lang: Lang) -> String {
    unit::tenths(value, Round::Up, lang)
}

/// `between 1 min 57.9 s and 1 min 58.4 s`; `exact` where there is no doubt.
pub(crate) fn bounds(value: Took, lang: Lang) -> String {
    match value.high {
        Some(high) if high == value.low => Phrase::new("view.exact"),
        Some(high) => {
            Phrase::new("view.between").with("low", floor(value.low, lang)).with("high", ceiling(high, lang))
        }
        None => Phrase::new("view.at_least").with("low", floor(value.low, lang)),
    }
    .say(lang)
}

/// How far the upper bound is from a limit: `8 min 01.6 s to spare`, `12.0 s over`.
pub(crate) fn margin(value: Took, limit: Duration, lang: Lang) -> Option<String> {
    let high = value.high?;
    let said = match limit.checked_sub(high) {
        Some(left) => Phrase::new("view.to_spare").with("time", floor(left, lang)),
        None => Phrase::new("view.over").with("time", ceiling(high.saturating_sub(limit), lang)),
    };
    Some(said.say(lang))
}

/// `+2:15.0`, `−0:09.5`: minutes and seconds from the origin.
pub(crate) fn offset(at: Duration, origin: Duration) -> String {
    let (sign, gone) = if at >= origin { ('+', at - origin) } else { ('−', origin - at) };
    let tenths = (gone.as_micros() + MICROS_PER_TENTH / 2) / MICROS_PER_TENTH;
    format!("{sign}{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

/// `after +0:59.8, by +1:00.1`; nothing for a moment without doubt.
pub(crate) fn moment_bounds(moment: When, origin: Duration, lang: Lang) -> Option<String> {
    let high = offset(moment.high, origin);
    match moment.low {
        Some(low) if low == moment.high => None,
        Some(low) => {
            let low = offset(low, origin);
            Some(Phrase::new("view.after_by").with("low", low).with("high", high).say(lang))
        }
        None => Some(Phrase::new("view.by").with("high", high).say(lang)),
    }
}

/// `12:01:00.250`: UTC, without the date.
pub(crate) fn time_of_day(at: Timestamp) -> String {
    at.strftime("%H:%M:%S.%3f").to_string()
}

/// The same in the zone.
pub(crate) fn local_time_of_day(at: Timestamp, zone: &Zone) -> String {
    there(at, zone).strftime("%H:%M:%S.%3f").to_string()
}

/// `2026-11-22 12:00:00.000 (UTC)`, and the same in the zone: `2026-11-22 21:00:00.000 (KST, UTC+09:00)`.
pub(crate) fn date_time(at: Timestamp, zone: Option<&Zone>) -> String {
    let utc = format!("{} (UTC)", at.strftime("%Y-%m-%d %H:%M:%S.%3f"));
    match zone {
        Some(zone) => {
            format!("{utc}; {} ({})", there(at, zone).strftime("%Y-%m-%d %H:%M:%S.%3f"), zone_words(zone))
        }
        None => utc,
    }
}

/// `KST, UTC+09:00`.
pub(crate) fn zone_words(zone: &Zone) -> String {
    let (sign, minutes) = (if zone.offset_s < 0 { '-' } else { '+' }, zone.offset_s.unsigned_abs() / 60);
    format!("{}, UTC{sign}{:02}:{:02}", zone.abbreviation, minutes / 60, minutes % 60)
}

fn there(at: Timestamp, zone: &Zone) -> jiff::civil::DateTime {
    Offset::from_seconds(zone.offset_s).unwrap_or(Offset::UTC).to_datetime(at)
}

/// `records #4 #7; samples 302 303`: where to look.
pub(crate) fn evidence(evidence: &Evidence, lang: Lang) -> String {
    let list = |id: &'static str, each: Vec<String>| {
        (!each.is_empty()).then(|| Phrase::new(id).with("list", each.join(" ")).say(lang))
    };
    let records = list("view.records", evidence.records.iter().map(ToString::to_string).collect());
    let samples = list("view.samples", evidence.samples.iter().map(ToString::to_string).collect());
    records.into_iter().chain(samples).collect::<Vec<_>>().join("; ")
}
