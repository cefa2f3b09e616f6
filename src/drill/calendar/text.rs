//! Text: how days, times of day and dates are written, and read back.
//! Invariant: what is printed is what may be written.
//! Used by: calendar; the grammar of deployments.

use std::fmt;

use jiff::civil::Date;

use super::model::{DAY, Dates, Window};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// `Mon` or `Fri-Mon`: the days, Monday 0.
pub(crate) fn days(text: &str) -> Option<Vec<i8>> {
    let day = |word: &str| DAYS.iter().position(|day| *day == word);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (day(first)?, day(last)?);
    let count = (last + 7 - first) % 7 + 1;
    (first..first + count).map(|day| i8::try_from(day % 7).ok()).collect()
}

/// `09:30`: minutes after midnight, up to `24:00`.
pub(crate) fn time_of_day(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u16>().ok().filter(|_| digits)
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let at = hours * 60 + minutes;
    (minutes < 60 && at <= DAY).then_some(at)
}

/// `2026-12-24` or `2026-12-20..2027-01-05`.
pub(crate) fn dates(text: &str) -> Option<Dates> {
    let date = |word: &str| word.trim().parse::<Date>().ok().filter(|_| word.trim().len() == 10);
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let dates = Dates { first: date(first)?, last: date(last)? };
    (dates.first <= dates.last).then_some(dates)
}

impl fmt::Display for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first == self.last {
            true => write!(f, "{}", self.first),
            false => write!(f, "{}..{}", self.first, self.last),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days.len() < 7 {
            write!(f, "{} ", named(&self.days))?;
        }
        let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        write!(f, "{}-{}", time(self.from), time(self.to))
    }
}

/// `Mon-Wed, Fri`.
fn named(days: &[i8]) -> String {
    let mut sorted: Vec<usize> = days.iter().filter_map(|day| usize::try_from(*day).ok()).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let runs = sorted.chunk_by(|a, b| a + 1 == *b);
    let name = |day: &usize| DAYS.get(*day).copied().unwrap_or_default();
    let words = runs.filter_map(|run| match run {
        [] => None,
        [one] => Some(name(one).to_owned()),
        [first, .., last] => Some(format!("{}-{}", name(first), name(last))),
    });
    words.collect::<Vec<_>>().join(", ")
}
