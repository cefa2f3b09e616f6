//! Period: how often something is to be done, in days, weeks, months or years.
//! Invariant: what is printed is what may be written; counted by the calendar, in UTC.
//! Not here: what is overdue because of it (see `measure::history`).
//! Used by: model; the grammar of drills.

use std::fmt;

use jiff::{Span, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// No drill is rarer than this many of a unit.
const MOST: u16 = 999;

/// How often, as `90d` or `1y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    count: u16,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// As written, the longest word first where one begins with another.
const UNITS: [(&str, Unit); 4] =
    [("mo", Unit::Month), ("d", Unit::Day), ("w", Unit::Week), ("y", Unit::Year)];

impl Period {
    /// `90d`, `13w`, `3mo`, `1y`.
    pub(crate) fn parse(text: &str) -> Option<Period> {
        let (digits, unit) = UNITS.iter().find_map(|(word, unit)| Some((text.strip_suffix(word)?, *unit)))?;
        let plain = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
        let count = digits.parse().ok().filter(|count| plain && (1..=MOST).contains(count))?;
        Some(Period { count, unit })
    }

    /// The moment by which it is to be done again, when it was last done at `from`. `None`: beyond all calendars.
    pub fn after(self, from: Timestamp) -> Option<Timestamp> {
        let count = i64::from(self.count);
        let span = match self.unit {
            Unit::Day => Span::new().try_days(count),
            Unit::Week => Span::new().try_weeks(count),
            Unit::Month => Span::new().try_months(count),
            Unit::Year => Span::new().try_years(count),
        };
        from.to_zoned(TimeZone::UTC).checked_add(span.ok()?).ok().map(|due| due.timestamp())
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = UNITS.iter().find(|(_, unit)| *unit == self.unit).map_or("", |(word, _)| word);
        write!(f, "{}{word}", self.count)
    }
}

impl TryFrom<String> for Period {
    type Error = String;

    fn try_from(text: String) -> Result<Period, String> {
        Period::parse(&text).ok_or_else(|| format!("`{text}` is no period such as `90d`"))
    }
}

impl From<Period> for String {
    fn from(period: Period) -> String {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_written_as_it_is_read_and_counts_by_the_calendar() {
        let due = |text: &str, from: &str| {
            let period = Period::parse(text).unwrap();
            assert_eq!(period.to_string(), text);
            period.after(from.parse().unwrap()).unwrap().to_string()
        };
        assert_eq!(due("90d", "2026-11-22T12:00:00Z"), "2027-02-20T12:00:00Z");
        assert_eq!(due("13w", "2026-11-22T12:00:00Z"), "2027-02-21T12:00:00Z");
        assert_eq!(due("3mo", "2026-11-30T12:00:00Z"), "2027-02-28T12:00:00Z", "months have ends");
        assert_eq!(due("1y", "2028-02-29T12:00:00Z"), "2029-02-28T12:00:00Z");
    }

    #[test]
    fn what_could_mean_something_else_is_refused() {
        for text in ["", "d", "90", "0d", "090d", "90 d", "3m", "90D", "-1d", "1.5y", "1000d", "d90", "９0d"]
        {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_beyond_all_calendars_is_none() {
        assert_eq!(Period::parse("999y").unwrap().after("9900-01-01T00:00:00Z".parse().unwrap()), None);
    }
}
