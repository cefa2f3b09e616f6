//! Calendar: when runs on a deployment may be under way: windows, less blackout dates, in a time zone.
//! Invariant: where a clock change makes a time of day ambiguous or skips it, a window is taken at its narrower reading
//! and a blackout at its wider one: what is called open is open by any reading.
//! Not here: what is refused because of it (see `plan::guard`), how it is written (see `shapes::when`).
//! Used by: model; the reader; plan.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

pub use self::span::Closed;
use self::span::Span;

mod span;
mod text;

pub(crate) use self::text::{dates, days, time_of_day};

/// Days that are looked ahead for the next opening, beyond the last blackout.
const AHEAD: i64 = 366;

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
    fn minutes(&self) -> u16 {
        if self.to > self.from { self.to - self.from } else { self.to + DAY - self.from }
    }
}

/// Minutes of a day.
const DAY: u16 = 24 * 60;

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

    /// Whether something that starts `now` and takes `takes` is under way at no closed moment.
    ///
    /// # Errors
    /// Why not, and when it could start instead.
    pub fn admits(&self, zone: &TimeZone, now: Timestamp, takes: Duration) -> Result<(), Closed> {
        if self.is_empty() {
            return Ok(());
        }
        let end = SignedDuration::try_from(takes).ok().and_then(|takes| now.checked_add(takes).ok());
        let end = end.unwrap_or(Timestamp::MAX);
        let open = self.open(zone, now);
        if open.iter().any(|span| span.from <= now && end <= span.to) {
            return Ok(());
        }
        let length = end.duration_since(now);
        let fits = |span: &Span| {
            let from = span.from.max(now);
            (span.to.duration_since(from) >= length).then_some(from)
        };
        Err(Closed {
            until: open.iter().find(|span| span.from <= now && now < span.to).map(|span| span.to),
            blackout: self.blackout.iter().find(|dates| dates.span(zone).holds(now)).copied(),
            next: open.iter().find_map(fits),
        })
    }

    /// The longest that can be open without a break; `None` if that has no bound. Clock changes are not counted.
    pub fn longest(&self) -> Option<Duration> {
        let week = i64::from(DAY) * 7;
        let of = |window: &Window| {
            let spans =
                window.days.iter().map(|day| i64::from(*day) * i64::from(DAY) + i64::from(window.from));
            let length = i64::from(window.minutes());
            spans.map(move |from| (from, from + length)).collect::<Vec<_>>()
        };
        let once: Vec<(i64, i64)> = self.windows.iter().flat_map(of).collect();
        // Twice over, so that what goes on from Sunday to Monday is one.
        let mut twice: Vec<(i64, i64)> =
            once.iter().flat_map(|(a, b)| [(*a, *b), (a + week, b + week)]).collect();
        twice.sort_unstable();
        let (mut longest, mut current): (i64, Option<(i64, i64)>) = (0, None);
        for (from, to) in twice {
            let joined = match current {
                Some((start, end)) if from <= end => (start, end.max(to)),
                _ => (from, to),
            };
            longest = longest.max(joined.1 - joined.0);
            current = Some(joined);
        }
        let bounded = !self.windows.is_empty() && longest < week;
        bounded.then(|| Duration::from_secs(longest.unsigned_abs() * 60))
    }

    /// What is open from about `now` on, in order, each apart from the next.
    fn open(&self, zone: &TimeZone, now: Timestamp) -> Vec<Span> {
        let today = zone.to_datetime(now).date();
        let last = self.blackout.iter().map(|dates| dates.last).max().unwrap_or(today).max(today);
        let (mut open, mut day) = (Vec::new(), today.saturating_sub(jiff::Span::new().days(2)));
        let until = last.saturating_add(jiff::Span::new().days(AHEAD));
        if self.windows.is_empty() {
            open.push(Span { from: Timestamp::MIN, to: Timestamp::MAX });
        }
        while day <= until && !self.windows.is_empty() {
            let of_day =
                self.windows.iter().filter(|w| w.days.contains(&day.weekday().to_monday_zero_offset()));
            open.extend(of_day.filter_map(|window| window.span(zone, day)));
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        let mut open = span::joined(open);
        for dates in &self.blackout {
            let closed = dates.span(zone);
            open = open.into_iter().flat_map(|one| one.without(closed)).collect();
        }
        open
    }
}

#[cfg(test)]
mod tests;
