//! Summary: the tables at the end of a run.
//! Invariant: shows the assessment, computes nothing of its own.
//! Used by: `finish`, `report`.

use std::{path::Path, time::Duration};

use comfy_table::Cell;
use serde_json::json;

use crate::{
    measure::{
        Assessment,
        bounds::Measured,
        summary::{ChangeState, ClientOutage, Judged, Objective, Phase, Verdict},
    },
    text,
};

use super::{
    output::{cell, faint, out, strong, table, toned},
    words::Tone,
};

/// Shows it: as tables, or as one JSON line.
pub(crate) fn show(assessment: &Assessment, folder: &Path, json: bool) {
    if json {
        let folder = folder.display().to_string();
        out(json!({ "type": "summary", "folder": folder, "assessment": assessment }).to_string());
        return;
    }
    out("");
    headline(assessment);
    out(objectives(assessment));
    if !assessment.phases.is_empty() {
        out(table(
            &["Phase", "Took", "Between", "What it is"],
            assessment.phases.iter().map(phase).collect(),
        ));
    }
    if !assessment.outages.is_empty() {
        out(table(
            &["Outage", "During", "Lasted", "Between"],
            assessment.outages.iter().map(outage).collect(),
        ));
    }
    if !assessment.changes.is_empty() {
        out(changes(assessment));
    }
    notes(assessment);
    let page = folder.join("report.html");
    let shown = if page.exists() { page } else { folder.to_owned() };
    out(format!("{} {}", faint("report:"), shown.display()));
}

fn headline(assessment: &Assessment) {
    let tone = match assessment.verdict {
        Verdict::Pass => Tone::Good,
        Verdict::Unknown | Verdict::StoppedEarly => Tone::Busy,
        Verdict::Fail | Verdict::NotRestored => Tone::Bad,
    };
    let title = toned(tone, &assessment.verdict.title().to_string());
    out(format!("{}  {}", strong(&title), assessment.header.title));
    for reason in &assessment.reasons {
        out(format!("  - {reason}"));
    }
    if let Some(lab) = &assessment.header.lab {
        let line = format!(
            "Simulated on the lab at speed {}, seed {}: no number here is AWS's.",
            lab.speed, lab.seed
        );
        out(faint(&line));
    }
}

fn objectives(assessment: &Assessment) -> String {
    let results = &assessment.results;
    let rows = [
        ("Recovery time", &results.recovery_time),
        ("Detection", &results.detection),
        ("Data loss", &results.data_loss),
    ];
    let rows = rows.iter().filter(|(_, objective)| objective.limit.is_some() || objective.measured.is_some());
    table(
        &["Objective", "Measured", "Between", "Limit", "Verdict"],
        rows.map(|(name, it)| objective(name, it)).collect(),
    )
}

fn objective(name: &str, objective: &Objective) -> Vec<Cell> {
    let (tone, verdict) = match objective.verdict {
        Some(Judged::Pass) => (Tone::Good, "pass"),
        Some(Judged::Fail) => (Tone::Bad, "fail"),
        Some(Judged::Unknown) => (Tone::Busy, "unknown"),
        None => (Tone::Plain, "no limit"),
    };
    vec![
        Cell::new(name),
        Cell::new(
            objective.measured.map_or_else(|| "not measured".to_owned(), |m| text::duration(m.measured)),
        ),
        Cell::new(objective.measured.map_or_else(String::new, between)),
        Cell::new(objective.limit.map_or_else(String::new, text::duration)),
        cell(tone, verdict),
    ]
}

/// `118.2 s to 119.4 s`.
fn between(measured: Measured) -> String {
    match measured.high {
        Some(high) if high == measured.low => "exact".to_owned(),
        Some(high) => format!("{} to {}", fine(measured.low), fine(high)),
        None => format!("at least {}", fine(measured.low)),
    }
}

/// With tenths where they matter for a bound.
fn fine(value: Duration) -> String {
    match value.as_secs() {
        0..600 => format!("{:.1} s", value.as_secs_f64()),
        _ => text::duration(value),
    }
}

fn phase(phase: &Phase) -> Vec<Cell> {
    vec![
        Cell::new(phase.name.title()),
        Cell::new(phase.took.map_or_else(|| "not seen".to_owned(), |took| text::duration(took.measured))),
        Cell::new(phase.took.map_or_else(String::new, between)),
        Cell::new(phase.name.meaning()),
    ]
}

fn outage(seen: &ClientOutage) -> Vec<Cell> {
    let lasted = seen.outage.lasted;
    vec![
        Cell::new(&seen.outage.watch.0),
        Cell::new(seen.during.words()),
        Cell::new(lasted.map_or_else(|| "not ended".to_owned(), |lasted| text::duration(lasted.measured))),
        Cell::new(lasted.map_or_else(String::new, between)),
    ]
}

fn changes(assessment: &Assessment) -> String {
    let rows = assessment.changes.iter().map(|change| {
        let tone = match change.state {
            ChangeState::Verified | ChangeState::Captured => Tone::Good,
            ChangeState::Kept => Tone::Plain,
            _ => Tone::Bad,
        };
        vec![Cell::new(&change.step.0), Cell::new(&change.title), cell(tone, change.state.words())]
    });
    table(&["Change", "What", "Now"], rows.collect())
}

fn notes(assessment: &Assessment) {
    for note in &assessment.notes {
        out(format!("{} {note}", faint("note:")));
    }
    for change in assessment.changes.iter().filter(|change| change.is_outstanding()) {
        out(toned(Tone::Bad, &format!("{} is outstanding. By hand:", change.step)));
        for command in &change.by_hand {
            out(format!("    {command}"));
        }
    }
}
