//! Model: windows and blackout dates as plain data.
//! Invariant: a time of day is minutes after midnight by the clock on the wall; moments come later, with the time zone.
//! Used by: calendar's other files; the reader lowers to it.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// When runs may be under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// The time zone's name, for example `Asia/Seoul`.
    pub time_zone: String,
    /// Only in these; none: at any time of any day.
    pub windows: Vec<Window>,
    /// Never on these.
    pub blackout: Vec<Dates>,
}

/// A time of day on some days of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The days on which it opens, Monday 0.
    pub days: Vec<i8>,
    /// Minutes after midnight.
    pub from: u16,
    /// Minutes after midnight; not after `from`: on the next day.
    pub to: u16,
}

/// Days in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dates {
    /// The first.
    pub first: Date,
    /// The last, itself one of them.
    pub last: Date,
}

impl Default for Calendar {
    fn default() -> Calendar {
        Calendar { time_zone: "UTC".to_owned(), windows: Vec::new(), blackout: Vec::new() }
    }
}

impl Window {
    /// How long it is open, by the clock on the wall.
    pub(super) fn minutes(&self) -> u16 {
        if self.to > self.from { self.to - self.from } else { self.to + DAY - self.from }
    }
}

/// Minutes of a day.
pub(super) const DAY: u16 = 24 * 60;

/// Why something may not be under way, and when it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// The blackout that holds now.
    pub blackout: Option<Dates>,
    /// It is open now, and only until then.
    pub until: Option<Timestamp>,
    /// The next moment from which all of it fits; `None`: never within a year.
    pub next: Option<Timestamp>,
}

impl Calendar {
    /// True if it restricts nothing.
    pub fn is_empty(&self) -> bool {
        self.windows.is_empty() && self.blackout.is_empty()
    }

    /// The time zone, if this machine knows it.
    pub fn zone(&self) -> Option<TimeZone> {
        match self.time_zone.as_str() {
            "UTC" => Some(TimeZone::UTC),
            name => TimeZone::get(name).ok(),
        }
    }
}
