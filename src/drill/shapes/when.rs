//! When: the forms of days, times, dates and periods in deployments and drills.
//! Invariant: as in `rule`.
//! Not here: what they mean (see `calendar`).
//! Used by: shapes.

use jiff::tz::TimeZone;

use crate::{
    drill::{calendar, period::Period},
    grammar::rule::Rule,
};

/// A day of the week, or several in a row.
pub(super) static DAYS: Rule = Rule {
    wants: "days of the week",
    pattern: "^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(-(Mon|Tue|Wed|Thu|Fri|Sat|Sun))?$",
    check: |text| match calendar::days(text) {
        Some(_) => Ok(()),
        None => Err("the days are Mon, Tue, Wed, Thu, Fri, Sat, Sun; several in a row: `Mon-Fri`".to_owned()),
    },
};
/// A time of day.
pub(super) static TIME_OF_DAY: Rule = Rule {
    wants: "a time of day",
    pattern: "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
    check: |text| match calendar::time_of_day(text) {
        Some(_) => Ok(()),
        None => Err("write hours and minutes, from \"00:00\" to \"24:00\": \"09:00\"".to_owned()),
    },
};
/// A date.
pub(super) static DATE: Rule = Rule {
    wants: "a date",
    pattern: r"^\d{4}-\d{2}-\d{2}$",
    check: |text| match calendar::dates(text).filter(|_| text.len() == 10) {
        Some(_) => Ok(()),
        None => Err("a date reads like `2026-12-24`".to_owned()),
    },
};
/// A date, or all from one to another.
pub(super) static DATES: Rule = Rule {
    wants: "a date or dates",
    pattern: r"^\d{4}-\d{2}-\d{2}( *\.\. *\d{4}-\d{2}-\d{2})?$",
    check: |text| match calendar::dates(text) {
        Some(_) => Ok(()),
        None => Err(dates_help(text)),
    },
};
/// A time zone.
pub(super) static TIME_ZONE: Rule = Rule {
    wants: "a time zone",
    pattern: "^[A-Za-z][A-Za-z0-9_+/-]*$",
    check: |text| {
        if text == "UTC" || TimeZone::get(text).is_ok() {
            return Ok(());
        }
        Err(match TimeZone::get("Asia/Seoul").is_ok() {
            true => "a time zone reads like `Asia/Seoul` or `UTC`: https://en.wikipedia.org/wiki/List_of_tz_database_time_zones".to_owned(),
            false => "this machine has no time zone database: install the package `tzdata`, or write UTC".to_owned(),
        })
    },
};

/// How often.
pub(super) static PERIOD: Rule = Rule {
    wants: "how often",
    pattern: "^[1-9][0-9]{0,2}(d|w|mo|y)$",
    check: |text| match Period::parse(text) {
        Some(_) => Ok(()),
        None => Err("write a number and a unit: `90d`, `13w`, `3mo` for months, `1y`".to_owned()),
    },
};

fn dates_help(text: &str) -> String {
    let turned = text.split_once("..").map(|(first, last)| format!("{}..{}", last.trim(), first.trim()));
    match turned.filter(|turned| calendar::dates(turned).is_some()) {
        Some(turned) => format!("the first date comes first: `{turned}`"),
        None => "write `2026-12-24`, or the first and the last: `2026-12-20..2027-01-05`".to_owned(),
    }
}
