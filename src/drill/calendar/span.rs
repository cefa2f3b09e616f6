//! Span: stretches of time, and how a window or a blackout becomes one.
//! Invariant: half open; never empty.
//! Used by: admits.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::model::{DAY, Dates, Window};

/// From one moment to another, without that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl Span {
    fn some(from: Timestamp, to: Timestamp) -> Option<Span> {
        (from < to).then_some(Span { from, to })
    }

    pub(super) fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }

    /// What is left of it without `other`.
    pub(super) fn without(self, other: Span) -> impl Iterator<Item = Span> {
        let before = Span::some(self.from, self.to.min(other.from));
        let after = Span::some(self.from.max(other.to), self.to);
        before.into_iter().chain(after)
    }
}

/// The same time in as few spans as can be, in order.
pub(super) fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut all: Vec<Span> = Vec::new();
    for span in spans {
        match all.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => all.push(span),
        }
    }
    all
}

impl Window {
    /// The window that opens on `day`; `None` if a clock change leaves nothing of it that is open by any reading.
    pub(super) fn span(&self, zone: &TimeZone, day: Date) -> Option<Span> {
        let ends = if self.to > self.from { day } else { day.tomorrow().ok()? };
        Span::some(at(zone, day, self.from)?.1, at(zone, ends, self.to)?.0)
    }
}

impl Dates {
    /// From the first midnight to the last, by the wider reading.
    pub(super) fn span(&self, zone: &TimeZone) -> Span {
        let from = at(zone, self.first, 0).map_or(Timestamp::MIN, |(early, _)| early);
        let to = at(zone, self.last, DAY).map_or(Timestamp::MAX, |(_, late)| late);
        Span { from, to }
    }
}

/// The moments that so many minutes after a day's midnight can mean: the earlier and the later.
fn at(zone: &TimeZone, day: Date, minutes: u16) -> Option<(Timestamp, Timestamp)> {
    let (day, minutes) = if minutes >= DAY { (day.tomorrow().ok()?, minutes - DAY) } else { (day, minutes) };
    let hour = i8::try_from(minutes / 60).ok()?;
    let minute = i8::try_from(minutes % 60).ok()?;
    let read = |ambiguous: jiff::tz::AmbiguousTimestamp, late: bool| match late {
        true => ambiguous.later().ok(),
        false => ambiguous.earlier().ok(),
    };
    let local = day.at(hour, minute, 0, 0);
    Some((read(zone.to_ambiguous_timestamp(local), false)?, read(zone.to_ambiguous_timestamp(local), true)?))
}
