//! Looks: the samples of one watch in the order in which the looks began, and the spells in which they agree.
//! Invariant: a look that could not tell neither makes nor breaks a spell; it only leaves the bounds wider.
//! Not here: what a spell means (see `outage`, `timeline`).
//! Used by: outage, timeline, objectives.

use std::time::Duration;

use super::bounds::{Moment, Trace};
use crate::{
    clock::Stamp,
    journal::sample::{Outcome, Sample, WatchName},
};

/// One sample with its place in the samples of the run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'a> {
    pub(crate) place: usize,
    pub(crate) sample: &'a Sample,
}

/// The looks of one watch. Looks overlap when one is slow, so they are ordered by when they began, not ended.
pub(crate) fn of<'a>(samples: &'a [Sample], watch: &WatchName) -> Vec<Look<'a>> {
    let mut looks: Vec<Look> = samples
        .iter()
        .enumerate()
        .filter(|(_, sample)| sample.watch == *watch)
        .map(|(place, sample)| Look { place, sample })
        .collect();
    looks.sort_by_key(|look| (look.sample.started, look.place));
    looks
}

/// Good or bad; `None` for a look that could not tell.
pub(crate) fn works(sample: &Sample) -> Option<bool> {
    match sample.outcome {
        Outcome::Good => Some(true),
        Outcome::Bad { .. } => Some(false),
        Outcome::Unknown { .. } => None,
    }
}

/// When what `holds` says became so for the first time at or after `from`, seen by a change from one look to the
/// next: a look that began before `from` and already showed it is no change.
pub(crate) fn first_turn(
    looks: &[Look],
    from: Stamp,
    holds: impl Fn(&Sample) -> Option<bool>,
) -> Option<(Moment, Trace)> {
    let mut last: Option<(&Look, bool)> = None;
    for look in looks {
        let Some(held) = holds(look.sample) else { continue };
        let turned = held && look.sample.finished >= from && !last.is_some_and(|(_, held)| held);
        if turned {
            let before = last.map(|(look, _)| look);
            return Some((turn(before, look, look.sample.finished), evidence(before, look)));
        }
        last = Some((look, held));
    }
    None
}

/// A time in which every look that could tell showed the same, long enough to be believed.
#[derive(Debug, Clone)]
pub(crate) struct Spell {
    /// When it began: after the start of the last look that showed otherwise, by the end of the first that showed it.
    pub(crate) began: Moment,
    /// The start of its last look.
    pub(crate) until: Stamp,
    pub(crate) trace: Trace,
}

/// Every spell of at least `sustained` in which `holds`, among looks that began at or after `from`.
pub(crate) fn spells(
    looks: &[Look],
    from: Stamp,
    sustained: Duration,
    holds: impl Fn(&Sample) -> Option<bool>,
) -> Vec<Spell> {
    let mut found = Vec::new();
    let mut contrary: Option<&Look> = None;
    let mut first: Option<(&Look, Option<&Look>)> = None;
    let mut last: Option<&Look> = None;
    let mut close = |first: Option<(&Look, Option<&Look>)>, last: Option<&Look>| {
        let (Some((first, before)), Some(last)) = (first, last) else { return };
        if last.place != first.place && last.sample.started.since(first.sample.started) >= sustained {
            let began = turn(before, first, first.sample.started);
            found.push(Spell { began, until: last.sample.started, trace: evidence(before, first) });
        }
    };
    for look in looks {
        match holds(look.sample) {
            Some(true) if look.sample.started >= from => {
                first = first.or(Some((look, contrary)));
                last = Some(look);
            }
            Some(_) => {
                close(first.take(), last.take());
                contrary = Some(look);
            }
            None => {}
        }
    }
    close(first, last);
    found
}

/// The moment between two looks: after the first began, by the end of the second.
fn turn(before: Option<&Look>, after: &Look, at: Stamp) -> Moment {
    Moment { low: before.map(|look| look.sample.started), at, high: after.sample.finished }
}

fn evidence(before: Option<&Look>, after: &Look) -> Trace {
    Trace::samples(before.map(|look| look.place).into_iter().chain([after.place]))
}
