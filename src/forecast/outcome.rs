//! Outcome: the numbers of one run of the model, by the same definitions as a real run is measured by.
//! Invariant: recovery time is from the first look that was bad, of an outage, to the first of a lasting spell in which
//! users are served by the region that takes over, reads and writes; it is judged by its upper bound.
//! Not here: the definitions for samples (see `measure`), many outcomes (see `distribution`).
//! Used by: `forecast`.

use std::time::Duration;

use super::{
    draw::{At, micros},
    model::{LOOK_TAKES, Script, Story},
    numbers::Numbers,
};
use crate::{
    drill::model::Side,
    measure::{outage::Rules, timeline::PhaseName},
};

/// Between two looks at the database: recovery is judged by them where there is no write check.
const DATABASE_LOOKS: At = 2_000_000;

/// How one run came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Whether users were interrupted at all.
    pub interrupted: bool,
    /// From the interruption to the recovery; `None`: there was none, or none before putting back began.
    pub recovery: Option<Duration>,
    /// Its upper bound, by which it is judged.
    pub high: Option<Duration>,
    /// Each phase whose ends were both seen.
    pub phases: [Option<Duration>; 8],
    /// The part of the recovery time that each phase covers, from 0 to 1; phases overlap.
    pub shares: [f64; 8],
    /// The step that failed.
    pub failed: Option<usize>,
    /// The stop condition that ended the run.
    pub stopped: Option<usize>,
    /// The run's own time was up.
    pub overran: bool,
    /// Each await that ended, with the condition that came last.
    pub waited: Vec<(usize, usize)>,
}

impl Outcome {
    pub(super) fn of(story: Story, script: &Script, numbers: &Numbers) -> Outcome {
        let marks = Marks::of(&story, script, numbers);
        let recovery = marks.interrupted.zip(marks.recovered).map(|(from, to)| to.saturating_sub(from));
        // The true beginning lies up to one look earlier, the true end up to one answer later.
        let slack = micros(numbers.probe_interval) + LOOK_TAKES;
        let (phases, shares) = marks.phases(script.moves_database());
        Outcome {
            interrupted: marks.interrupted.is_some(),
            recovery: recovery.map(Duration::from_micros),
            high: recovery.map(|time| Duration::from_micros(time + slack)),
            phases,
            shares,
            failed: story.failed,
            stopped: story.stopped,
            overran: story.overran,
            waited: story.waited,
        }
    }
}

/// The moments that numbers are made of; their letters are those of `measure::timeline`.
struct Marks<'a> {
    story: &'a Story,
    /// I0.
    interrupted: Option<At>,
    /// R1.
    recovered: Option<At>,
}

impl<'a> Marks<'a> {
    fn of(story: &'a Story, script: &Script, numbers: &Numbers) -> Marks<'a> {
        let mut marks = Marks { story, interrupted: None, recovered: None };
        let Some(origin) = story.origin else { return marks };
        let rules = Rules::default();
        let every = micros(numbers.probe_interval).max(1);
        let until = story.put_back.unwrap_or(At::MAX);
        let clients = [&story.site, &story.write];
        let began = clients.into_iter().flat_map(|turns| {
            outages(turns.spans().map(|(from, to, (works, _))| (from, to, works)), every, rules)
        });
        // An outage that a look under way saw begin is the drill's own too.
        marks.interrupted = began.filter(|began| *began + LOOK_TAKES >= origin && *began < until).min();
        let Some(from) = marks.interrupted else { return marks };
        let taker = script.taker();
        let serves = |(works, side): (bool, Side)| works && taker.is_none_or(|taker| taker == side);
        let reads = spells(story.site.spans().map(|(a, b, met)| (a, b, serves(met))), from, every, rules);
        let together = if numbers.write_check {
            let writes = story.write.spans().map(|(a, b, met)| (a, b, serves(met)));
            both(&reads, &spells(writes, from, every, rules), rules)
        } else if taker.is_some() && script.moves_database() {
            let writer = story.database.spans().map(|(a, b, met)| (a, b, serves(met)));
            both(&reads, &spells(writer, from, DATABASE_LOOKS, rules), rules)
        } else {
            reads.first().map(|(began, _)| *began)
        };
        marks.recovered = together.filter(|at| *at < until || taker.is_none());
        marks
    }

    /// How long each phase took, and the share of the recovery time that it covers.
    fn phases(&self, moves_database: bool) -> ([Option<Duration>; 8], [f64; 8]) {
        let story = self.story;
        let named = story.resolver.or(story.zone);
        let ready = story.moved.max(named);
        let (mut phases, mut shares) = ([None; 8], [0.0; 8]);
        for (place, name) in PhaseName::ALL.into_iter().enumerate() {
            let (from, to) = match name {
                PhaseName::Interruption => (story.fault, self.interrupted),
                PhaseName::Detection => (self.interrupted, story.signal),
                PhaseName::Decision => (story.signal, story.approved.or(story.called)),
                PhaseName::Database if !moves_database => (None, None),
                PhaseName::Database => (story.called, story.moved),
                PhaseName::Dns => (story.signal, named),
                PhaseName::Recovery => (ready, self.recovered),
                PhaseName::Soak => (self.recovered, story.put_back),
                PhaseName::Restoration => (story.put_back, story.verified),
            };
            let Some((from, to)) = from.zip(to) else { continue };
            phases[place] = Some(Duration::from_micros(to.saturating_sub(from)));
            if let Some((began, ended)) = self.interrupted.zip(self.recovered).filter(|(a, b)| b > a) {
                let inside = to.min(ended).saturating_sub(from.max(began));
                shares[place] = inside as f64 / (ended - began) as f64;
            }
        }
        (phases, shares)
    }
}

/// When each outage of a client began. `spans` are stretches of looks of one kind, `every` lies between two looks.
fn outages(spans: impl Iterator<Item = (At, At, bool)>, every: At, rules: Rules) -> Vec<At> {
    let sustained = micros(rules.sustained);
    let (mut began, mut open) = (Vec::new(), false);
    for (from, to, good) in joined(spans) {
        let looks = to.saturating_sub(from).div_ceil(every);
        let apart = looks.saturating_sub(1).saturating_mul(every);
        if good {
            open &= !(looks >= 2 && apart >= sustained);
        } else if !open && (looks >= rules.bad_in_a_row as u64 || looks >= 2 && apart >= sustained) {
            open = true;
            began.push(from);
        }
    }
    began
}

/// Every stretch that lasts of looks that hold, from `from` on: its first look, and its last.
fn spells(spans: impl Iterator<Item = (At, At, bool)>, from: At, every: At, rules: Rules) -> Vec<(At, At)> {
    let first = |at: At| if at >= from { at } else { at + (from - at).div_ceil(every) * every };
    let own = joined(spans).into_iter().filter(|(.., holds)| *holds);
    let own = own.map(|(began, ended, _)| (first(began), ended.saturating_sub(every)));
    own.filter(|(began, last)| last.saturating_sub(*began) >= micros(rules.sustained)).collect()
}

/// Neighbours that say the same are one stretch.
fn joined(spans: impl Iterator<Item = (At, At, bool)>) -> Vec<(At, At, bool)> {
    let mut joined: Vec<(At, At, bool)> = Vec::new();
    for (from, to, holds) in spans {
        match joined.last_mut() {
            Some(last) if last.2 == holds => last.1 = to,
            _ => joined.push((from, to, holds)),
        }
    }
    joined
}

/// The first moment from which both hold together, long enough to be believed.
fn both(reads: &[(At, At)], writes: &[(At, At)], rules: Rules) -> Option<At> {
    let pairs = reads.iter().flat_map(|read| writes.iter().map(move |write| (read, write)));
    let joint = pairs.map(|(read, write)| (read.0.max(write.0), read.1.min(write.1)));
    let lasting = joint.filter(|(from, to)| to.saturating_sub(*from) >= micros(rules.sustained));
    lasting.map(|(from, _)| from).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: At = 200_000;

    fn at(looks: &[u64]) -> Vec<(At, At, bool)> {
        let mut good = false;
        let ends = looks[1..].iter().map(|at| at * EVERY).chain([At::MAX]);
        let pairs = looks.iter().map(|at| at * EVERY).zip(ends);
        pairs
            .map(|(from, to)| {
                good = !good;
                (from, to, good)
            })
            .collect()
    }

    #[test]
    fn three_bad_looks_make_an_outage_and_a_flicker_does_not_end_it() {
        let began = |looks: &[u64]| outages(at(looks).into_iter(), EVERY, Rules::default());
        assert_eq!(began(&[0, 10, 12]), Vec::<At>::new(), "two bad looks, then good ones");
        assert_eq!(began(&[0, 10, 13]), [10 * EVERY]);
        assert_eq!(began(&[0, 10, 13, 20, 30]), [10 * EVERY], "1.4 s of good looks end nothing");
        assert_eq!(began(&[0, 10, 13, 30, 40]), [10 * EVERY, 30 * EVERY]);
    }

    #[test]
    fn both_must_hold_together_and_last() {
        let rules = Rules::default();
        let reads = spells(at(&[0, 10, 20, 25, 40]).into_iter(), 5 * EVERY, EVERY, rules);
        assert_eq!(reads, [(40 * EVERY, At::MAX - EVERY)], "the first stretch is too short from then on");
        assert_eq!(both(&reads, &[(50 * EVERY, 70 * EVERY)], rules), Some(50 * EVERY));
        assert_eq!(both(&reads, &[(50 * EVERY, 55 * EVERY)], rules), None);
    }
}
