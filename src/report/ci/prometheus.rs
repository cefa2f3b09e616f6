//! Prometheus: a run as gauges, for node_exporter's textfile collector.
//! Invariant: a number that was not measured has no line: an absent gauge can not be mistaken for a good one.
//! Not here: the file (see `cli::outputs`).
//! Used by: cli.

use std::{fmt::Write, time::Duration};

use jiff::Timestamp;

use crate::{
    measure::summary::Verdict,
    report::model::{Report, result::Objective},
};

/// A gauge with its lines: labels of its own, and a value.
struct Gauge {
    name: String,
    help: &'static str,
    lines: Vec<(String, f64)>,
}

/// Every verdict with its word, as in `report.json`.
const VERDICTS: [(Verdict, &str); 5] = [
    (Verdict::Pass, "pass"),
    (Verdict::Fail, "fail"),
    (Verdict::Unknown, "unknown"),
    (Verdict::StoppedEarly, "stopped_early"),
    (Verdict::NotRestored, "not_restored"),
];

/// The file's text.
pub fn text(report: &Report) -> String {
    let labels = format!(
        "deployment=\"{}\",drill=\"{}\",place=\"{}\"",
        label(&report.deployment.name),
        label(&report.drill.name),
        if report.made_by.lab.is_some() { "lab" } else { "aws" },
    );
    let mut out = String::new();
    for gauge in gauges(report).into_iter().filter(|gauge| !gauge.lines.is_empty()) {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# HELP {} {}\n# TYPE {} gauge", gauge.name, gauge.help, gauge.name);
        for (own, value) in gauge.lines {
            let _ = writeln!(out, "{}{{{labels}{own}}} {value}", gauge.name);
        }
    }
    out
}

fn gauges(report: &Report) -> Vec<Gauge> {
    let mut all = Vec::new();
    all.extend(of_objective(
        "recovery_time",
        "From the interruption that users saw to their recovery",
        &report.recovery_time,
    ));
    all.extend(of_objective(
        "detection",
        "From the interruption to the first automatic signal",
        &report.detection,
    ));
    all.extend(of_objective("data_loss", "Age of the newest lost write", &report.data_loss));
    all.push(Gauge {
        name: "firedrill_verdict".into(),
        help: "1 for the verdict of the last run, 0 for the others",
        lines: VERDICTS
            .iter()
            .map(|(verdict, word)| {
                (format!(",verdict=\"{word}\""), f64::from(u8::from(*verdict == report.verdict)))
            })
            .collect(),
    });
    all.push(one("firedrill_exit_code", "Exit code of the last run", f64::from(report.exit_code)));
    let outstanding = u32::try_from(report.outstanding.len()).unwrap_or(u32::MAX);
    all.push(one("firedrill_outstanding", "Changes that must still be put back", f64::from(outstanding)));
    all.push(one("firedrill_last_run_timestamp_seconds", "When the last run began", unix(report.started)));
    all.push(one(
        "firedrill_last_run_duration_seconds",
        "How long the last run took",
        report.took.as_secs_f64(),
    ));
    all
}

fn of_objective(name: &str, help: &'static str, objective: &Objective) -> [Gauge; 3] {
    let gauge = |suffix: &str, help, value: Option<Duration>| Gauge {
        name: format!("firedrill_{name}{suffix}_seconds"),
        help,
        lines: value.map(|value| (String::new(), value.as_secs_f64())).into_iter().collect(),
    };
    [
        gauge("", help, objective.measured),
        gauge("_upper_bound", "The most that it can have been: what is judged", objective.high),
        gauge("_objective", "The limit that the drill sets", objective.limit),
    ]
}

fn one(name: &str, help: &'static str, value: f64) -> Gauge {
    Gauge { name: name.into(), help, lines: vec![(String::new(), value)] }
}

fn unix(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}

/// A label's value, as the text format escapes it.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
