//! Guards: what a deployment says of when and how much.
//! Invariant: as in `lower`; what is not written is what restricts nothing, but for the limits' own defaults.
//! Used by: lower; `sense`, for what the windows come to.

use crate::{
    drill::{
        calendar::{self, Calendar, Window},
        model::{Freeze, Limits},
    },
    grammar::record::Record,
};

/// Windows and blackout dates.
pub(in crate::drill::reader) fn calendar(record: &Record) -> Option<Calendar> {
    let windows = record.records("windows").map(window).collect::<Option<Vec<Window>>>()?;
    let blackout =
        record.texts("blackout").iter().map(|text| calendar::dates(text)).collect::<Option<Vec<_>>>()?;
    let time_zone = record.text("time_zone").unwrap_or("UTC").to_owned();
    Some(Calendar { time_zone, windows, blackout })
}

fn window(record: &Record) -> Option<Window> {
    let mut days = Vec::new();
    for text in record.texts("days") {
        days.extend(calendar::days(&text)?);
    }
    days.sort_unstable();
    days.dedup();
    let time = |name: &str| calendar::time_of_day(record.text(name)?);
    Some(Window { days, from: time("from")?, to: time("to")? })
}

pub(super) fn freeze(record: &Record) -> Freeze {
    let text = |name: &str| record.record("freeze").and_then(|it| it.text(name)).map(str::to_owned);
    Freeze { file: text("file"), parameter: text("parameter") }
}

pub(super) fn limits(record: &Record) -> Limits {
    let none = Limits::default();
    let Some(limits) = record.record("limits") else { return none };
    Limits {
        rules: limits.whole("rules"),
        groups: limits.whole("groups"),
        instances: limits.whole("instances"),
        others: limits.whole("others").unwrap_or(none.others),
        regions: limits.whole("regions").unwrap_or(none.regions),
    }
}
