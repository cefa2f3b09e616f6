//! Objectives: what was measured against what the drill asked for.
//! Invariant: judged on the upper bound; what was not measured is unknown, never passed.
//! Not here: the verdict on the whole run (see `verdict`).
//! Used by: summary.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    bounds::{Measured, Trace},
    changes::ChangeView,
    looks,
    outage::Gap,
    seen,
    timeline::{Marks, Recovery},
};
use crate::{
    clock::Stamp,
    drill::model::Objectives,
    journal::sample::{Sample, Seen, WatchName},
    words::Phrase,
};

/// Replication lag from this long before an unplanned failover counts for its bound.
const LAG_WINDOW: Duration = Duration::from_secs(60);

/// How one objective came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judged {
    /// The upper bound is within the limit.
    Pass,
    /// It is not.
    Fail,
    /// It could not be told.
    Unknown,
}

/// One objective with what was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Objective {
    /// The limit, if the drill sets one.
    pub limit: Option<Duration>,
    /// What was measured, if anything was.
    pub measured: Option<Measured>,
    /// The judgement; `None`: the drill sets no limit.
    pub verdict: Option<Judged>,
    /// How it was measured, or why not.
    pub method: Phrase,
    /// What it does not prove.
    pub note: Option<Phrase>,
    /// What it rests on.
    pub trace: Trace,
}

/// The three of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// From the interruption users saw to the recovery they saw.
    pub recovery_time: Objective,
    /// From the interruption to the first automatic signal.
    pub detection: Objective,
    /// How old the newest lost write may be.
    pub data_loss: Objective,
}

impl Results {
    /// Each with its name.
    pub fn named(&self) -> [(Phrase, &Objective); 3] {
        [
            (Phrase::new("measure.objective.recovery_time"), &self.recovery_time),
            (Phrase::new("measure.objective.detection"), &self.detection),
            (Phrase::new("measure.objective.data_loss"), &self.data_loss),
        ]
    }
}

/// Judges all three. `gaps` are those of the clients that the recovery time rests on.
pub(crate) fn results(
    limits: Objectives,
    marks: &Marks,
    changes: &[ChangeView],
    samples: &[Sample],
    gaps: &[Gap],
) -> Results {
    Results {
        recovery_time: recovery_time(limits.recovery_time, marks, gaps),
        detection: detection(limits.detection, marks),
        data_loss: data_loss(limits.data_loss, changes, samples),
    }
}

fn recovery_time(limit: Option<Duration>, marks: &Marks, gaps: &[Gap]) -> Objective {
    let faulted = marks.get("F1").is_some();
    match &marks.recovery {
        Recovery::Recovered { took, trace } => Objective {
            limit,
            measured: Some(*took),
            verdict: limit.map(|limit| judge(*took, limit, blurred(marks, gaps))),
            method: Phrase::new("measure.method.recovered"),
            note: marks.notes.first().cloned(),
            trace: trace.clone(),
        },
        Recovery::NotRecovered { at_least, trace, why } => Objective {
            limit,
            measured: None,
            verdict: limit.map(|limit| if *at_least > limit { Judged::Fail } else { Judged::Unknown }),
            method: Phrase::new("measure.method.at_least")
                .with("why", why.clone())
                .with("at_least", *at_least),
            note: None,
            trace: trace.clone(),
        },
        Recovery::Untold { why, trace } => unmeasured(limit, why.clone()).resting_on(trace),
        Recovery::NoInterruption { .. } if faulted => unmeasured(limit, Phrase::new("measure.why.no_effect")),
        Recovery::NoInterruption { hidden: Some(hidden) } => {
            let took = Measured { measured: Duration::ZERO, low: Duration::ZERO, high: Some(*hidden) };
            Objective {
                limit,
                measured: Some(took),
                verdict: limit.map(|limit| judge(took, limit, !gaps.is_empty())),
                method: Phrase::new("measure.method.hidden"),
                note: None,
                trace: Trace::default(),
            }
        }
        Recovery::NoInterruption { hidden: None } => {
            unmeasured(limit, Phrase::new("measure.why.nobody_looked"))
        }
    }
}

/// True if a time in which nothing was known touches the beginning or the end of the interruption: the width of the
/// bounds then says more about the measurement than about the site.
fn blurred(marks: &Marks, gaps: &[Gap]) -> bool {
    ["I0", "R1"].iter().filter_map(|id| marks.get(id)).any(|mark| {
        let low = mark.moment.low;
        gaps.iter().any(|gap| gap.from <= mark.moment.high && low.is_none_or(|low| gap.to >= low))
    })
}

fn judge(value: Measured, limit: Duration, blurred: bool) -> Judged {
    match value.high {
        Some(high) if high <= limit => Judged::Pass,
        _ if value.low > limit => Judged::Fail,
        None => Judged::Unknown,
        Some(_) if value.measured <= limit && blurred => Judged::Unknown,
        Some(_) => Judged::Fail,
    }
}

fn detection(limit: Option<Duration>, marks: &Marks) -> Objective {
    let Some(interruption) = marks.get("I0") else {
        return unmeasured(limit, Phrase::new("measure.why.no_interruption"));
    };
    let Some(signal) = marks.get("D1") else {
        return unmeasured(limit, Phrase::new("measure.why.no_signal")).resting_on(&interruption.trace);
    };
    let took = Measured::between(interruption.moment, signal.moment);
    Objective {
        limit,
        measured: Some(took),
        verdict: limit.map(|limit| judge(took, limit, false)),
        method: Phrase::new("measure.method.signal").with("signal", signal.title.clone()),
        note: None,
        trace: interruption.trace.and(&signal.trace),
    }
}

fn data_loss(limit: Option<Duration>, changes: &[ChangeView], samples: &[Sample]) -> Objective {
    let moved = changes.iter().find(|view| view.moves_database() && view.apply_started.is_some());
    let Some(change) = moved else {
        return unmeasured(limit, Phrase::new("measure.why.role_unchanged"));
    };
    match (change.spec.kind.as_str(), change.applied) {
        ("rds.switchover-global-cluster", Some(applied)) => Objective {
            limit,
            measured: Some(Measured::exactly(Duration::ZERO)),
            verdict: limit.map(|_| Judged::Pass),
            method: Phrase::new("measure.method.switchover"),
            note: Some(Phrase::new("measure.note.switchover")),
            trace: Trace::record(applied.seq),
        },
        (kind, None) if kind.contains("switchover") => {
            unmeasured(limit, Phrase::new("measure.why.switchover_unfinished"))
                .resting_on(&Trace::record(change.captured.seq))
        }
        _ => lag_bound(limit, change, samples),
    }
}

/// What an unplanned failover may have lost, as far as replication lag tells: no more than the greatest lag seen
/// shortly before it, and what was written since the metric was last read.
fn lag_bound(limit: Option<Duration>, change: &ChangeView, samples: &[Sample]) -> Objective {
    let Some(called) = change.apply_started else {
        return unmeasured(limit, Phrase::new("measure.why.failover_uncalled"));
    };
    let points = lags_before(samples, called.at);
    let Some(newest) = points.iter().max_by_key(|point| point.at) else {
        return unmeasured(limit, Phrase::new("measure.why.no_lag")).resting_on(&Trace::record(called.seq));
    };
    let greatest = points.iter().map(|point| point.lag).max().unwrap_or(newest.lag);
    let unseen = Duration::try_from(called.at.wall.duration_since(newest.at)).unwrap_or_default();
    let measured = Measured { measured: newest.lag, low: Duration::ZERO, high: Some(greatest + unseen) };
    Objective {
        limit,
        measured: Some(measured),
        verdict: limit.map(|limit| judge(measured, limit, true)),
        method: Phrase::new("measure.method.lag").with("greatest", greatest).with("unseen", unseen),
        note: Some(Phrase::new("measure.note.no_canary")),
        trace: Trace::record(called.seq).and(&Trace::samples(points.iter().map(|point| point.place))),
    }
}

struct LagPoint {
    place: usize,
    lag: Duration,
    at: jiff::Timestamp,
}

/// The points read in the window, or the newest one before it: how old it is widens the bound by itself.
fn lags_before(samples: &[Sample], moment: Stamp) -> Vec<LagPoint> {
    let looks = looks::of(samples, &WatchName::lag());
    let mut points: Vec<(Stamp, LagPoint)> = looks
        .iter()
        .filter(|look| look.sample.finished <= moment)
        .filter_map(|look| match &look.sample.seen {
            Some(Seen::Lag { millis, at }) => seen::lag(*millis)
                .map(|lag| (look.sample.finished, LagPoint { place: look.place, lag, at: *at })),
            _ => None,
        })
        .collect();
    let newest = points.iter().map(|(read, _)| *read).max();
    points.retain(|(read, _)| moment.since(*read) <= LAG_WINDOW || Some(*read) == newest);
    points.into_iter().map(|(_, point)| point).collect()
}

fn unmeasured(limit: Option<Duration>, why: Phrase) -> Objective {
    Objective {
        limit,
        measured: None,
        verdict: limit.map(|_| Judged::Unknown),
        method: Phrase::new("measure.method.unmeasured").with("why", why),
        note: None,
        trace: Trace::default(),
    }
}

impl Objective {
    fn resting_on(mut self, trace: &Trace) -> Objective {
        self.trace = trace.clone();
        self
    }
}
