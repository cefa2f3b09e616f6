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
    pub method: String,
    /// What it does not prove.
    pub note: Option<String>,
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
            method: "from the first failed look of a client to the first answered one of a run that lasts, by name, on \
                     new connections; judged on the upper bound"
                .into(),
            note: marks.notes.first().cloned(),
            trace: trace.clone(),
        },
        Recovery::NotRecovered { at_least, trace, why } => Objective {
            limit,
            measured: None,
            verdict: limit.map(|limit| if *at_least > limit { Judged::Fail } else { Judged::Unknown }),
            method: format!("{why}: at least {}", crate::text::duration(*at_least)),
            note: None,
            trace: trace.clone(),
        },
        Recovery::Untold { why, trace } => unmeasured(limit, why).resting_on(trace),
        Recovery::NoInterruption if faulted => {
            unmeasured(limit, "no client saw an interruption: the fault had no effect that users could see")
        }
        Recovery::NoInterruption => unmeasured(limit, "nothing was interrupted that a client saw"),
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
        return unmeasured(limit, "no client saw an interruption");
    };
    let Some(signal) = marks.get("D1") else {
        return unmeasured(
            limit,
            "no automatic signal was seen: no health check, environment, targets or alarm turned",
        )
        .resting_on(&interruption.trace);
    };
    let took = Measured::between(interruption.moment, signal.moment);
    Objective {
        limit,
        measured: Some(took),
        verdict: limit.map(|limit| judge(took, limit, false)),
        method: format!("from the interruption to the first automatic signal: {}", signal.title),
        note: None,
        trace: interruption.trace.and(&signal.trace),
    }
}

fn data_loss(limit: Option<Duration>, changes: &[ChangeView], samples: &[Sample]) -> Objective {
    let moved = changes.iter().find(|view| view.moves_database() && view.apply_started.is_some());
    let Some(change) = moved else {
        return unmeasured(limit, "the database's role was not changed");
    };
    match (change.spec.kind.as_str(), change.applied) {
        ("rds.switchover-global-cluster", Some(applied)) => Objective {
            limit,
            measured: Some(Measured::exactly(Duration::ZERO)),
            verdict: limit.map(|_| Judged::Pass),
            method: "switchover: synchronised before the role change".into(),
            note: Some(
                "a switchover waits until both regions hold the same data: this proves no recovery point for a disaster"
                    .into(),
            ),
            trace: Trace::record(applied.seq),
        },
        (kind, None) if kind.contains("switchover") => {
            unmeasured(limit, "the switchover was not seen to finish").resting_on(&Trace::record(change.captured.seq))
        }
        _ => lag_bound(limit, change, samples),
    }
}

/// What an unplanned failover may have lost, as far as replication lag tells: no more than the greatest lag seen
/// shortly before it, and what was written since the metric was last read.
fn lag_bound(limit: Option<Duration>, change: &ChangeView, samples: &[Sample]) -> Objective {
    let Some(called) = change.apply_started else {
        return unmeasured(limit, "the failover was not called");
    };
    let points = lags_before(samples, called.at);
    let Some(newest) = points.iter().max_by_key(|point| point.at) else {
        let why = "no replication lag was seen before the failover, and no canary wrote through it";
        return unmeasured(limit, why).resting_on(&Trace::record(called.seq));
    };
    let greatest = points.iter().map(|point| point.lag).max().unwrap_or(newest.lag);
    let unseen = Duration::try_from(called.at.wall.duration_since(newest.at)).unwrap_or_default();
    let measured = Measured { measured: newest.lag, low: Duration::ZERO, high: Some(greatest + unseen) };
    Objective {
        limit,
        measured: Some(measured),
        verdict: limit.map(|limit| judge(measured, limit, true)),
        method: format!(
            "bound by replication lag: greatest in the last minute {}, last read {} before the failover",
            crate::text::duration(greatest),
            crate::text::duration(unseen)
        ),
        note: Some("no canary wrote through the failover: this bounds the loss, it does not count it".into()),
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

fn unmeasured(limit: Option<Duration>, why: &str) -> Objective {
    Objective {
        limit,
        measured: None,
        verdict: limit.map(|_| Judged::Unknown),
        method: format!("not measured: {why}"),
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
