//! Condition: whether a claim holds now, and since when, from the latest sample of each watch.
//! Invariant: what no fresh sample shows is unknown; a claim begins to hold at the moment its sample finished.
//! Not here: what to do when it holds (see `engine`); which watches run and how often (see `plan`).
//! Used by: engine, for every sample as it comes; cheap enough for hundreds a second.
//!
//! "Without a break" means: no look in between showed otherwise, and looks never lay further apart than a sample
//! stays fresh. A single look that could not tell makes the claim unknown *now*, and breaks nothing if the next
//! one shows that the claim holds.

mod part;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Duration};

use self::part::Part;
use super::seen;
use crate::{
    clock::Stamp,
    drill::model::{Claim, Condition},
    journal::{
        event::{Finding, WatchSpec},
        sample::{Sample, WatchName},
    },
};

/// A sample says nothing about now when it is older than this, or than three intervals of its watch if longer.
const FRESH: Duration = Duration::from_secs(90);

/// The latest sample of each watch, and for each claim since when it has held.
#[derive(Debug, Clone, Default)]
pub struct Board {
    fresh_for: BTreeMap<WatchName, Duration>,
    latest: BTreeMap<WatchName, Sample>,
    tracks: Vec<(Part, Track)>,
}

/// One condition, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Whether it holds, for as long as it asks; `None`: cannot be told.
    pub held: Option<bool>,
    /// What was seen, in words.
    pub seen: String,
    /// Since when its claim has held without a break, whatever `lasting` asks; `None` if it does not.
    pub since: Option<Stamp>,
    /// The end of the look up to which this is proven; `None` if no look proves it.
    pub proven_until: Option<Stamp>,
}

/// Several conditions, judged together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JointJudgement {
    /// Whether all hold, and have held together for as long as asked; `None`: none is known to fail, but not all are known.
    pub held: Option<bool>,
    /// Since when all have held together; `None` while they do not.
    pub since: Option<Stamp>,
    /// Each condition with what was seen.
    pub findings: Vec<Finding>,
}

/// How one part has fared.
#[derive(Debug, Clone, Default)]
struct Track {
    /// The end of the sample that made it hold, while it holds.
    since: Option<Stamp>,
    /// The newest look that could tell.
    known: Option<Known>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    holds: bool,
    started: Stamp,
    finished: Stamp,
}

impl Board {
    /// A board for these watches and every condition that will be judged: steady state, stop conditions, awaits.
    ///
    /// A condition not named here can be judged too, but only as of its latest sample.
    pub fn new<'a>(watches: &[WatchSpec], conditions: impl IntoIterator<Item = &'a Condition>) -> Board {
        let fresh_for = watches
            .iter()
            .map(|spec| (WatchName(spec.watch.clone()), FRESH.max(spec.interval.saturating_mul(3))))
            .collect();
        let mut tracks: Vec<(Part, Track)> = Vec::new();
        for part in conditions.into_iter().flat_map(|condition| Part::of(&condition.claim)) {
            if !tracks.iter().any(|(known, _)| *known == part) {
                tracks.push((part, Track::default()));
            }
        }
        Board { fresh_for, latest: BTreeMap::new(), tracks }
    }

    /// The watches that a claim rests on: what must run for it ever to be known.
    pub fn watches_of(claim: &Claim) -> Vec<WatchName> {
        Part::of(claim).iter().map(Part::watch).collect()
    }

    /// Takes one sample. Samples of one watch may come in any order: a slow look can end after a later one.
    pub fn take(&mut self, sample: &Sample) {
        let fresh_for = self.fresh_for(&sample.watch);
        for (part, track) in &mut self.tracks {
            if part.watch() == sample.watch
                && let Some(holds) = part.holds(sample)
            {
                track.take(Known { holds, started: sample.started, finished: sample.finished }, fresh_for);
            }
        }
        let newer = self.latest.get(&sample.watch).is_none_or(|last| last.started <= sample.started);
        if newer {
            self.latest.insert(sample.watch.clone(), sample.clone());
        }
    }

    /// The newest sample of a watch, by when its look began.
    pub fn latest(&self, watch: &WatchName) -> Option<&Sample> {
        self.latest.get(watch)
    }

    /// Judges one condition as of `now`.
    pub fn judge(&self, condition: &Condition, now: Stamp) -> Judgement {
        self.judge_since(condition, None, now)
    }

    /// As [`Board::judge`], but a look that began before `not_before` does not count: what was seen before a step
    /// cannot say how things are after it.
    pub fn judge_since(&self, condition: &Condition, not_before: Option<Stamp>, now: Stamp) -> Judgement {
        let views: Vec<View> =
            Part::of(&condition.claim).iter().map(|part| self.view(part, not_before, now)).collect();
        let seen = views.iter().map(|view| view.seen.as_str()).collect::<Vec<_>>().join("; ");
        let holds = all(views.iter().map(|view| view.holds));
        let since = views.iter().map(|view| view.since).collect::<Option<Vec<_>>>();
        let since = since.and_then(|each| each.into_iter().max()).filter(|_| holds == Some(true));
        let proven = views.iter().map(|view| view.until).collect::<Option<Vec<_>>>();
        let proven_until = proven.and_then(|each| each.into_iter().min());
        let long_enough = lasted(since, proven_until, condition.lasting);
        Judgement { held: holds.map(|holds| holds && long_enough), seen, since, proven_until }
    }

    /// Judges conditions that must all hold at once, and go on holding together for `hold`.
    ///
    /// The moment is the sample's: with `hold` zero, a wait ended at `since`; otherwise at `since` plus `hold`.
    pub fn judge_all(
        &self,
        conditions: &[Condition],
        hold: Duration,
        not_before: Option<Stamp>,
        now: Stamp,
    ) -> JointJudgement {
        let each: Vec<Judgement> =
            conditions.iter().map(|condition| self.judge_since(condition, not_before, now)).collect();
        let holds = all(each.iter().map(|judgement| judgement.held));
        let starts = conditions.iter().zip(&each).map(|(c, j)| j.since.map(|since| since.plus(c.lasting)));
        let since = starts.collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max());
        let since = since.filter(|_| holds == Some(true));
        let proven = each.iter().map(|judgement| judgement.proven_until).collect::<Option<Vec<_>>>();
        let proven_until = proven.and_then(|all| all.into_iter().min());
        let held = holds.map(|holds| holds && lasted(since, proven_until, hold));
        let findings = conditions.iter().zip(each).map(|(condition, judgement)| Finding {
            condition: condition.to_string(),
            held: judgement.held,
            seen: judgement.seen,
        });
        JointJudgement { held, since, findings: findings.collect() }
    }

    fn fresh_for(&self, watch: &WatchName) -> Duration {
        self.fresh_for.get(watch).copied().unwrap_or(FRESH)
    }

    fn view(&self, part: &Part, not_before: Option<Stamp>, now: Stamp) -> View {
        let watch = part.watch();
        let Some(sample) = self.latest.get(&watch) else {
            return View::unknown(format!("no look at {} yet", watch.0));
        };
        if not_before.is_some_and(|moment| sample.started < moment) {
            return View::unknown(format!("no look at {} since then", watch.0));
        }
        if now.since(sample.finished) > self.fresh_for(&watch) {
            let age = crate::text::duration(now.since(sample.finished));
            return View::unknown(format!("{}, but {age} ago", seen::words(sample)));
        }
        let holds = part.holds(sample);
        let tracked = self.tracks.iter().find(|(known, _)| known == part).and_then(|(_, track)| track.since);
        View {
            holds,
            since: (holds == Some(true)).then(|| tracked.unwrap_or(sample.finished)),
            until: holds.is_some().then_some(sample.finished),
            seen: seen::words(sample),
        }
    }
}

/// One part as of now.
struct View {
    holds: Option<bool>,
    since: Option<Stamp>,
    until: Option<Stamp>,
    seen: String,
}

impl View {
    fn unknown(seen: String) -> View {
        View { holds: None, since: None, until: None, seen }
    }
}

impl Track {
    fn take(&mut self, next: Known, fresh_for: Duration) {
        let Some(last) = self.known else {
            self.since = next.holds.then_some(next.finished);
            self.known = Some(next);
            return;
        };
        if next.started < last.started {
            // A slow look ended after a later one. It does not say how things are now, but if it began within the
            // run that holds and contradicts it, that run is only sure from the newest look on.
            if !next.holds && self.since.is_some_and(|since| next.started > since) {
                self.since = Some(last.finished);
            }
            return;
        }
        let gap = next.started.since(last.finished) > fresh_for;
        if !next.holds {
            self.since = None;
        } else if gap || !last.holds {
            self.since = Some(next.finished);
        }
        self.known = Some(next);
    }
}

/// True if all are; `None` if none is false but some cannot be told, and for none at all, which proves nothing.
fn all(each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let each: Vec<Option<bool>> = each.collect();
    match each.contains(&Some(false)) {
        true => Some(false),
        false => (!each.is_empty() && !each.contains(&None)).then_some(true),
    }
}

/// A claim has lasted as far as looks prove it, not as far as the clock has run since.
fn lasted(since: Option<Stamp>, proven_until: Option<Stamp>, lasting: Duration) -> bool {
    match (since, proven_until) {
        (Some(since), Some(until)) => until.since(since) >= lasting,
        _ => false,
    }
}
