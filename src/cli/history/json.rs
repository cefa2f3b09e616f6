//! Json: the history as programs read it: a line for each run, the newest first, then each series, then the gate.
//! Invariant: what was not measured is `null`; durations are seconds.
//! Used by: history.

use serde_json::{Value, json};

use super::{
    History,
    gate::{self, Found},
    read::{Entry, What},
};
use crate::{
    measure::history::{Drilled, Number, Place, Point, Series},
    report::model::secs,
};

/// Every line.
pub(super) fn lines(history: &History, last: usize, gate: Option<&[Found]>) -> Vec<String> {
    let runs = history.entries.iter().map(run);
    let series = history.drilled.iter().map(|drilled| json!({ "drill": of_drill(drilled, last, history) }));
    let gate = gate.map(|found| json!({ "gate": of_gate(found) }));
    runs.chain(series).chain(gate).map(|line| line.to_string()).collect()
}

fn run(entry: &Entry) -> Value {
    match &entry.what {
        What::Ended(point) => ended(point),
        What::UnderWay { deployment, drill, place, started, outstanding } => json!({
            "run": entry.run,
            "drill": drill,
            "deployment": deployment,
            "started": started,
            "lab": *place == Place::Lab,
            "under_way": true,
            "outstanding_now": outstanding,
        }),
        What::Unreadable { why } => json!({ "run": entry.run, "unreadable": why }),
    }
}

fn ended(point: &Point) -> Value {
    json!({
        "run": point.run,
        "drill": point.drill,
        "deployment": point.deployment,
        "started": point.started,
        "lab": point.place == Place::Lab,
        "outstanding": point.outstanding,
        "exit_code": point.verdict.exit_code(),
        "verdict": point.verdict,
        "complete": point.complete,
        "drill_sha256": point.digest,
        "recovery_time": number(&point.recovery_time),
        "detection": number(&point.detection),
        "data_loss": number(&point.data_loss),
    })
}

fn number(number: &Number) -> Value {
    json!({
        "measured_s": number.measured.map(|it| secs::of(it.measured)),
        "low_s": number.measured.map(|it| secs::of(it.low)),
        "high_s": number.high().map(secs::of),
        "objective_s": number.limit.map(secs::of),
        "verdict": number.verdict,
    })
}

fn of_drill(drilled: &Drilled, last: usize, history: &History) -> Value {
    let due = drilled.due.map(|due| {
        json!({
            "every": due.every,
            "last": due.last,
            "by": due.by,
            "overdue": due.is_over(history.now),
        })
    });
    json!({
        "drill": drilled.drill,
        "deployment": drilled.deployment,
        "due": due,
        "series": drilled.series.iter().map(|series| of_series(series, last)).collect::<Vec<_>>(),
    })
}

fn of_series(series: &Series, last: usize) -> Value {
    let trend = series.trend(last);
    json!({
        "on": match series.place {
            Some(Place::Aws) => "aws",
            Some(Place::Lab) => "lab",
            None => "any",
        },
        "runs": series.points.len(),
        "latest_high_s": trend.latest.map(secs::of),
        "median_high_s": trend.median.map(secs::of),
        "compared": trend.compared,
        "worse_by": trend.worse(),
    })
}

fn of_gate(found: &[Found]) -> Value {
    let one = |it: &Found| {
        json!({
            "weight": gate::word(it.weight),
            "deployment": it.of.as_ref().map(|(deployment, _)| deployment),
            "drill": it.of.as_ref().map(|(_, drill)| drill),
            "reason": it.said,
        })
    };
    let code = gate::exit_code(found);
    json!({ "open": code == 0, "exit_code": code, "findings": found.iter().map(one).collect::<Vec<_>>() })
}
