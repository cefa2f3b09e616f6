//! Admits: whether a time fits in, and when it would.
//! Invariant: pure; what is admitted is open at every moment of it.
//! Used by: plan; the reader, for what can never fit.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    model::{Calendar, Closed, DAY, Window},
    span::{self, Span},
};

/// Days that are looked ahead for the next opening, beyond the last blackout.
const AHEAD: i64 = 366;

impl Calendar {
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
