//! Distribution: what many runs of the model come to.
//! Invariant: a run in which users are interrupted and do not recover takes longer than every other: it misses every
//! objective, and stands last in the percentiles.
//! Not here: single runs (see `outcome`), what a setting buys (see `what_if`).
//! Used by: `forecast`; cli.

use std::{collections::BTreeMap, time::Duration};

use super::outcome::Outcome;
use crate::measure::timeline::PhaseName;

/// The recovery time of users who do not recover: longer than any other.
pub const NEVER: Duration = Duration::MAX;

/// Percentiles of a quantity; of a recovery time any of them can be [`NEVER`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Five in a hundred are shorter.
    pub p5: Duration,
    /// Half are.
    pub p50: Duration,
    /// Nine in ten.
    pub p90: Duration,
    /// Nineteen in twenty.
    pub p95: Duration,
    /// Ninety-nine in a hundred.
    pub p99: Duration,
}

impl Band {
    /// Of these; `None` if there are none.
    fn of(mut all: Vec<Duration>) -> Option<Band> {
        all.sort_unstable();
        let at = |percent: usize| {
            let place = (all.len().checked_sub(1)? * percent + 50) / 100;
            all.get(place).copied()
        };
        Some(Band { p5: at(5)?, p50: at(50)?, p90: at(90)?, p95: at(95)?, p99: at(99)? })
    }

    /// True if it lies from the 5th to the 95th percentile.
    pub fn holds(&self, time: Duration) -> bool {
        (self.p5..=self.p95).contains(&time)
    }
}

/// One bar of a histogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// From.
    pub from: Duration,
    /// Up to, without it.
    pub to: Duration,
    /// How many runs.
    pub runs: usize,
}

/// One phase of many runs.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseBand {
    /// Which.
    pub name: PhaseName,
    /// How long it takes.
    pub band: Band,
    /// The mean share of the recovery time that it covers; phases overlap, so that shares may make more than the whole.
    pub share: f64,
}

/// What an await waits for longest.
#[derive(Debug, Clone, PartialEq)]
pub struct Last {
    /// The await's step, by its place in the script.
    pub step: usize,
    /// The condition, by its place in the script.
    pub condition: usize,
    /// In how many of the runs that came so far it was the last to hold.
    pub share: f64,
}

/// What many runs come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    /// How many there were.
    pub runs: usize,
    /// In how many users were interrupted.
    pub interrupted: usize,
    /// In how many of those they recovered.
    pub recovered: usize,
    /// The recovery time over all interrupted runs; `None`: nobody ever recovered, or nobody was interrupted.
    pub recovery: Option<Band>,
    /// Every recovery time, shortest first.
    pub all: Vec<Duration>,
    /// Those of the phases that were seen.
    pub phases: Vec<PhaseBand>,
    /// In what share of the interrupted runs the objective is met; `None`: there is none.
    pub chance: Option<f64>,
    /// For each await, the conditions that came last.
    pub last: Vec<Last>,
    /// Steps that failed, with how often, by their place in the script.
    pub failed: BTreeMap<usize, usize>,
    /// Stop conditions that ended runs, with how many, by their place in the script.
    pub stopped: BTreeMap<usize, usize>,
    /// In how many the run's own time was up.
    pub overran: usize,
}

impl Distribution {
    /// Of these outcomes, judged by this limit.
    pub fn of(outcomes: &[Outcome], limit: Option<Duration>) -> Distribution {
        let mut all: Vec<Duration> = outcomes.iter().filter_map(|outcome| outcome.recovery).collect();
        all.sort_unstable();
        let interrupted = outcomes.iter().filter(|outcome| outcome.interrupted).count();
        let chance = limit.filter(|_| interrupted > 0).map(|limit| {
            let met = outcomes.iter().filter(|own| own.high.is_some_and(|high| high <= limit)).count();
            met as f64 / interrupted as f64
        });
        let never = vec![NEVER; interrupted.saturating_sub(all.len())];
        let recovery = if all.is_empty() { None } else { Band::of([all.as_slice(), &never].concat()) };
        Distribution {
            runs: outcomes.len(),
            interrupted,
            recovered: all.len(),
            recovery,
            all,
            phases: phases(outcomes),
            chance,
            last: last(outcomes),
            failed: counted(outcomes.iter().filter_map(|outcome| outcome.failed)),
            stopped: counted(outcomes.iter().filter_map(|outcome| outcome.stopped)),
            overran: outcomes.iter().filter(|outcome| outcome.overran).count(),
        }
    }

    /// In how many runs users were interrupted and did not recover.
    pub fn lost(&self) -> usize {
        self.interrupted.saturating_sub(self.recovered)
    }

    /// The recovery times in about `bars` bars of a round width.
    pub fn histogram(&self, bars: u32) -> Vec<Bar> {
        let (Some(shortest), Some(longest)) = (self.all.first(), self.all.last()) else { return Vec::new() };
        let width = round_width((*longest - *shortest) / bars.max(1));
        let from = shortest.as_millis() / width.as_millis();
        let to = longest.as_millis() / width.as_millis();
        let bar = |place: u128| {
            let from = width * u32::try_from(place).unwrap_or(u32::MAX);
            let runs = self.all.iter().filter(|time| time.as_millis() / width.as_millis() == place).count();
            Bar { from, to: from + width, runs }
        };
        (from..=to).take(200).map(bar).collect()
    }
}

/// How often each place in the script is there.
fn counted(places: impl Iterator<Item = usize>) -> BTreeMap<usize, usize> {
    let mut counted = BTreeMap::new();
    places.for_each(|place| *counted.entry(place).or_default() += 1);
    counted
}

/// The next round width: 1, 2, 5, 10, 15, 20, 30 s, 1, 2, 5 minutes …
fn round_width(least: Duration) -> Duration {
    let round = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600].map(Duration::from_secs);
    round.into_iter().find(|width| *width >= least).unwrap_or(least)
}

fn phases(outcomes: &[Outcome]) -> Vec<PhaseBand> {
    let phase = |(place, name): (usize, PhaseName)| {
        let all: Vec<Duration> = outcomes.iter().filter_map(|outcome| outcome.phases[place]).collect();
        let recovered = outcomes.iter().filter(|outcome| outcome.recovery.is_some());
        let (sum, count) = recovered.fold((0.0, 0), |(sum, count), own| (sum + own.shares[place], count + 1));
        Some(PhaseBand { name, band: Band::of(all)?, share: sum / f64::from(count.max(1)) })
    };
    PhaseName::ALL.into_iter().enumerate().filter_map(phase).collect()
}

fn last(outcomes: &[Outcome]) -> Vec<Last> {
    let mut counted: BTreeMap<usize, BTreeMap<usize, usize>> = BTreeMap::new();
    for (step, condition) in outcomes.iter().flat_map(|outcome| &outcome.waited) {
        *counted.entry(*step).or_default().entry(*condition).or_default() += 1;
    }
    let of_step = |(step, conditions): (usize, BTreeMap<usize, usize>)| {
        let all: usize = conditions.values().sum();
        let each = conditions.into_iter().map(move |(condition, count)| Last {
            step,
            condition,
            share: count as f64 / all as f64,
        });
        let mut each: Vec<Last> = each.collect();
        each.sort_by(|a, b| b.share.total_cmp(&a.share));
        each
    };
    counted.into_iter().flat_map(of_step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn took(secs: u64) -> Outcome {
        let time = (secs > 0).then(|| Duration::from_secs(secs));
        Outcome {
            interrupted: true,
            recovery: time,
            high: time,
            phases: [None; 8],
            shares: [0.0; 8],
            failed: None,
            stopped: None,
            overran: false,
            waited: Vec::new(),
        }
    }

    #[test]
    fn who_never_recovers_misses_every_objective() {
        let outcomes: Vec<Outcome> = (0..100).map(took).collect();
        let all = Distribution::of(&outcomes, Some(Duration::from_secs(49)));
        assert_eq!((all.interrupted, all.recovered), (100, 99));
        assert_eq!(all.chance, Some(0.49));
        let band = all.recovery.unwrap();
        // The percentiles are of all hundred, the one who never recovers last.
        assert_eq!((band.p5.as_secs(), band.p50.as_secs(), band.p99.as_secs()), (6, 51, 99));
        assert!(band.holds(Duration::from_secs(6)) && !band.holds(Duration::from_secs(5)));
    }

    #[test]
    fn a_percentile_that_reaches_those_who_never_recover_says_so() {
        let outcomes: Vec<Outcome> = (1..=70).map(took).chain((0..30).map(|_| took(0))).collect();
        let all = Distribution::of(&outcomes, None);
        let band = all.recovery.unwrap();
        assert_eq!((all.lost(), band.p50.as_secs()), (30, 51));
        assert_eq!([band.p90, band.p95, band.p99], [NEVER; 3]);
        let told = all.expectation().unwrap();
        assert_eq!((told.interrupted, told.recovered), (Some(100), Some(70)));
        let range = told.recovery_time.unwrap();
        assert_eq!((range.p50, range.p95), (Some(Duration::from_secs(51)), None));
        let lost: Vec<Outcome> = (0..30).map(|_| took(0)).collect();
        assert_eq!(Distribution::of(&lost, None).recovery, None);
    }

    #[test]
    fn every_run_is_in_one_bar() {
        let outcomes: Vec<Outcome> = (1..=97).map(took).collect();
        let all = Distribution::of(&outcomes, None);
        let bars = all.histogram(12);
        assert_eq!(bars.iter().map(|bar| bar.runs).sum::<usize>(), 97);
        assert!(bars.len() <= 14 && bars.windows(2).all(|pair| pair[0].to == pair[1].from), "{bars:?}");
        assert!(Distribution::of(&[], None).histogram(5).is_empty());
    }
}
