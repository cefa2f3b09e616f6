//! Gate: whether the drills say that a release may go on.
//! Invariant: pure; each thing found says its numbers, and what can not be told is never passed over.
//! Not here: words (see `cli::history`), what a run's own verdict is (see `verdict`).
//! Used by: cli.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    due::Due,
    point::{Number, Point},
    series::{Drilled, Series},
};
use crate::{
    id::{RunId, StepId},
    measure::summary::{Judged, Verdict},
};

/// Sites are looked at a few times a second: what differs by less than this is the same.
const SAME: Duration = Duration::from_secs(1);

/// What the gate asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// The latest run may be above the median by this share, as 0.2.
    pub worse_than: f64,
    /// How many runs before the latest make the median.
    pub last: usize,
    /// How many there must be; `None`: fewer is said, and no reason to stop.
    pub require: Option<usize>,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The deployment's name.
    pub deployment: String,
    /// The drill's name.
    pub drill: String,
    /// What it does to the gate.
    pub weight: Weight,
    /// What it is.
    pub reason: Reason,
}

/// What a finding does to the gate; a higher one outweighs a lower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It is said.
    Warns,
    /// Nobody can say whether it is well.
    Untold,
    /// It is not well.
    Stops,
    /// Something must be put back.
    Outstanding,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// A run left something to be put back.
    Outstanding {
        /// The run.
        run: RunId,
        /// What.
        changes: Vec<StepId>,
    },
    /// The latest run missed an objective.
    Missed {
        /// The run.
        run: RunId,
        /// Which: `recovery_time`, `detection` or `data_loss`.
        what: &'static str,
        /// What was measured, and the limit.
        number: Number,
    },
    /// The latest run did not pass, for other reasons than its objectives.
    NotPassed {
        /// The run.
        run: RunId,
        /// Its verdict.
        verdict: Verdict,
    },
    /// The latest run took longer than those before it.
    Worse {
        /// The run.
        run: RunId,
        /// Its upper bound.
        latest: Duration,
        /// The median of those before it.
        median: Duration,
        /// How many those are.
        compared: usize,
        /// The share by which it is above; `None`: the median is zero.
        share: Option<f64>,
    },
    /// The latest run measured no recovery time, and those before it did.
    Unmeasured {
        /// The run.
        run: RunId,
    },
    /// There are too few runs before the latest to compare it with.
    TooFew {
        /// How many there are.
        compared: usize,
        /// How many are asked for.
        wanted: usize,
    },
    /// The drill should have been run again.
    Overdue(Due),
    /// The drill has no run at all.
    NeverRun,
}

/// Everything that was found, the weightiest first; empty: the gate is open.
pub fn judge(drilled: &[Drilled], rules: &Rules, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in drilled {
        let mut add = |(weight, reason): (Weight, Reason)| {
            let (deployment, drill) = (one.deployment.clone(), one.drill.clone());
            findings.push(Finding { deployment, drill, weight, reason });
        };
        one.series.iter().flat_map(|series| of_series(series, rules)).for_each(&mut add);
        match one.due {
            Some(due) if due.is_over(now) => add((Weight::Stops, Reason::Overdue(due))),
            _ if one.series.is_empty() => add((Weight::Untold, Reason::NeverRun)),
            _ => {}
        }
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.weight));
    findings
}

fn of_series(series: &Series, rules: &Rules) -> Vec<(Weight, Reason)> {
    let left = series.points.iter().filter(|point| !point.outstanding.is_empty());
    let mut found: Vec<(Weight, Reason)> = left
        .map(|point| Reason::Outstanding { run: point.run.clone(), changes: point.outstanding.clone() })
        .map(|reason| (Weight::Outstanding, reason))
        .collect();
    let Some(latest) = series.latest() else { return found };
    found.extend(of_verdict(latest));
    found.extend(of_trend(series, latest, rules));
    found
}

fn of_verdict(latest: &Point) -> Vec<(Weight, Reason)> {
    let missed = latest.numbers().into_iter().filter(|(_, number)| number.verdict == Some(Judged::Fail));
    let missed: Vec<(Weight, Reason)> = missed
        .map(|(what, number)| Reason::Missed { run: latest.run.clone(), what, number: *number })
        .map(|reason| (Weight::Stops, reason))
        .collect();
    let weight = match latest.verdict {
        Verdict::Pass => return missed,
        Verdict::Fail if !missed.is_empty() => return missed,
        // What is outstanding is said on its own; where the world is gone, this says it.
        Verdict::NotRestored if !latest.outstanding.is_empty() => return missed,
        Verdict::Unknown => Weight::Untold,
        Verdict::Fail | Verdict::StoppedEarly | Verdict::NotRestored => Weight::Stops,
    };
    let not_passed = Reason::NotPassed { run: latest.run.clone(), verdict: latest.verdict };
    missed.into_iter().chain([(weight, not_passed)]).collect()
}

fn of_trend(series: &Series, latest: &Point, rules: &Rules) -> Vec<(Weight, Reason)> {
    let trend = series.trend(rules.last);
    let mut found = Vec::new();
    match (trend.latest, trend.median) {
        (Some(high), Some(median)) if is_worse(high, median, rules.worse_than) => found.push((
            Weight::Stops,
            Reason::Worse {
                run: latest.run.clone(),
                latest: high,
                median,
                compared: trend.compared,
                share: trend.worse(),
            },
        )),
        (None, Some(_)) => found.push((Weight::Untold, Reason::Unmeasured { run: latest.run.clone() })),
        _ => {}
    }
    let wanted = rules.require.unwrap_or(1);
    if trend.compared < wanted {
        let weight = if rules.require.is_some() { Weight::Stops } else { Weight::Warns };
        found.push((weight, Reason::TooFew { compared: trend.compared, wanted }));
    }
    found
}

fn is_worse(latest: Duration, median: Duration, share: f64) -> bool {
    latest.saturating_sub(median) >= SAME && latest.as_secs_f64() > median.as_secs_f64() * (1.0 + share)
}
