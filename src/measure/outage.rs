//! Outage: when a client could not use the site, with the bounds within which it began and ended.
//! Invariant: the true interval lies within the bounds for any pattern of looks; what was not looked at widens them.
//! Not here: which outage is the drill's own (see `timeline`).
//! Used by: summary; the phases and objectives that rest on the first of them.
//!
//! A good look proves that the site worked at some moment after the look began; so an outage began after the start
//! of the last good look. A bad look proves that it did not work at the moment that decided the look; that moment
//! lies before its end, and, as looks that wait for a timeout end late, not later after its start than good looks
//! took just before: had the site gone later, the look would have been answered like those. An outage ended after the
//! start of the last bad look and by the end of the first good look of a run that lasts.

#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    bounds::{Measured, Moment, Trace},
    looks::{self, Look},
    seen,
};
use crate::{
    clock::Stamp,
    journal::sample::{Sample, WatchName},
    words::Phrase,
};

/// How many good looks before an outage tell how long an answer takes.
const USUAL_LOOKS: usize = 25;

/// When looks make an outage, and when they end it.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// So many bad looks in a row are an outage. One or two are what a lost packet costs: at five looks a second, three
    /// in a row are half a second in which nobody got through.
    pub bad_in_a_row: usize,
    /// Good looks over this time, without a bad one, end an outage; and two bad looks in a row that lie this far
    /// apart make one, for watches too slow to wait for the third. Long enough to outlast the flicker of
    /// load-balancer nodes and DNS servers that change one after the other.
    pub sustained: Duration,
    /// Nothing known for more than so many intervals is a gap in measurement.
    pub gap_intervals: u32,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { bad_in_a_row: 3, sustained: Duration::from_secs(2), gap_intervals: 2 }
    }
}

/// A time in which one client could not use the site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outage {
    /// The client.
    pub watch: WatchName,
    /// When it began.
    pub began: Moment,
    /// When it ended; `None`: it had not when the samples end.
    pub ended: Option<Moment>,
    /// How long it lasted; `None` while it has not ended.
    pub lasted: Option<Measured>,
    /// Bad looks in it.
    pub bad_looks: usize,
    /// What the first bad look saw.
    pub why: Phrase,
    /// What the first good look after it saw.
    pub then: Option<Phrase>,
    /// What its beginning rests on: the last good sample, the first bad one, and the good one that tells how long the
    /// first bad one can have been undecided.
    pub began_trace: Trace,
    /// The same, and the last bad and first good sample.
    pub trace: Trace,
}

/// What one client went through.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Experience {
    pub(crate) outages: Vec<Outage>,
    /// Bad looks that were too few in a row to make an outage.
    pub(crate) stray_bad: usize,
}

/// Every outage of one client.
pub(crate) fn experience(samples: &[Sample], watch: &WatchName, rules: Rules) -> Experience {
    let mut walk = Walk { rules, ..Walk::default() };
    for look in looks::of(samples, watch) {
        match looks::works(look.sample) {
            Some(true) => walk.good(look),
            Some(false) => walk.bad(look),
            None => {}
        }
    }
    walk.finish(watch)
}

/// One pass over the looks of a client.
#[derive(Default)]
struct Walk<'a> {
    rules: Rules,
    /// The good looks since the last bad one; while an outage is open, candidates for its end.
    good: Vec<Look<'a>>,
    /// The bad looks since the last good one; while no outage is open, candidates for its beginning.
    bad: Vec<Look<'a>>,
    /// Good looks before `bad`, the newest last.
    before: Vec<Look<'a>>,
    open: Option<Open<'a>>,
    done: Experience,
    closed: Vec<(Open<'a>, Option<Look<'a>>)>,
}

struct Open<'a> {
    last_good: Option<Look<'a>>,
    /// The latest moment that can have decided the first bad look.
    decided: Stamp,
    /// The good look whose length says so.
    decided_from: Option<Look<'a>>,
    first_bad: Look<'a>,
    last_bad: Look<'a>,
    bad_looks: usize,
}

impl<'a> Walk<'a> {
    fn bad(&mut self, look: Look<'a>) {
        if let Some(open) = &mut self.open {
            open.last_bad = look;
            open.bad_looks += 1;
            self.good.clear();
            return;
        }
        self.before.append(&mut self.good);
        self.bad.push(look);
        let first = self.bad[0];
        let apart = look.sample.started.since(first.sample.started);
        let enough =
            self.bad.len() >= self.rules.bad_in_a_row || self.bad.len() >= 2 && apart >= self.rules.sustained;
        if enough {
            let bad_looks = std::mem::take(&mut self.bad).len();
            let last_good = self.before.last().copied();
            let (decided, decided_from) = decided_by(first.sample, &self.before);
            self.open =
                Some(Open { last_good, decided, decided_from, first_bad: first, last_bad: look, bad_looks });
        }
    }

    fn good(&mut self, look: Look<'a>) {
        self.good.push(look);
        match self.open.take() {
            Some(open) => {
                let first = self.good[0];
                let lasted = look.sample.started.since(first.sample.started);
                match self.good.len() >= 2 && lasted >= self.rules.sustained {
                    true => self.closed.push((open, Some(first))),
                    false => self.open = Some(open),
                }
            }
            None => self.done.stray_bad += std::mem::take(&mut self.bad).len(),
        }
    }

    fn finish(mut self, watch: &WatchName) -> Experience {
        self.done.stray_bad += self.bad.len();
        self.closed.extend(self.open.take().map(|open| (open, None)));
        self.done.outages = self.closed.iter().map(|(open, end)| open.close(watch, *end)).collect();
        self.done
    }
}

impl Open<'_> {
    fn close(&self, watch: &WatchName, first_good: Option<Look>) -> Outage {
        let began = Moment {
            low: self.last_good.map(|look| look.sample.started),
            at: self.first_bad.sample.started,
            high: self.decided,
        };
        let ended = first_good.map(|look| Moment {
            low: Some(self.last_bad.sample.started),
            at: look.sample.started,
            high: look.sample.finished,
        });
        let beginning = self.last_good.into_iter().chain(self.decided_from).chain([self.first_bad]);
        let began_trace = trace(beginning);
        let whole = began_trace.and(&trace([self.last_bad].into_iter().chain(first_good)));
        Outage {
            watch: watch.clone(),
            began,
            ended,
            lasted: ended.map(|ended| Measured::between(began, ended)),
            bad_looks: self.bad_looks,
            why: seen::phrase(self.first_bad.sample),
            then: first_good.map(|look| seen::phrase(look.sample)),
            began_trace,
            trace: whole,
        }
    }
}

/// Each look once.
fn trace<'a>(looks: impl Iterator<Item = Look<'a>>) -> Trace {
    Trace::samples(looks.map(|look| look.place)).and(&Trace::default())
}

/// The latest moment that can have decided a bad look, given the good looks before it; and the one of them that says so.
fn decided_by<'a>(bad: &Sample, before: &[Look<'a>]) -> (Stamp, Option<Look<'a>>) {
    let longest = before.iter().rev().take(USUAL_LOOKS).max_by_key(|look| look.sample.took());
    let usual = longest.map(|look| (bad.started.plus(look.sample.took()), *look));
    match usual.filter(|(decided, _)| *decided < bad.finished) {
        Some((decided, look)) => (decided, Some(look)),
        None => (bad.finished, None),
    }
}

/// A time in which nothing was known of a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// The watch.
    pub watch: WatchName,
    /// The last look that could tell ended then.
    pub from: Stamp,
    /// The next one was due then.
    pub to: Stamp,
    /// Looks in between that could not tell; the others are missing altogether.
    pub unknown_looks: usize,
}

/// Every time in which no look that could tell was under way or due for longer than the rules allow. A look that waits
/// for an answer knows all the while that there is none yet.
pub(crate) fn gaps(samples: &[Sample], watch: &WatchName, interval: Duration, rules: Rules) -> Vec<Gap> {
    let mut looks = looks::of(samples, watch);
    looks.sort_by_key(|look| (look.sample.due, look.place));
    let allowed = interval.saturating_mul(rules.gap_intervals) + interval / 20;
    let mut found = Vec::new();
    let mut known_until: Option<Stamp> = None;
    let mut unknown_looks = 0;
    for look in &looks {
        if looks::works(look.sample).is_none() {
            unknown_looks += 1;
            continue;
        }
        if let Some(from) = known_until
            && look.sample.due.since(from) > allowed
        {
            found.push(Gap { watch: watch.clone(), from, to: look.sample.due, unknown_looks });
        }
        known_until = known_until.max(Some(look.sample.finished));
        unknown_looks = 0;
    }
    found
}
