//! Compare: two runs side by side: what came out otherwise, and what was set otherwise.
//! Invariant: better and worse are said only where the bounds of both numbers leave no doubt.
//! Not here: tables (see `cli::compare`).
//! Used by: cli.

mod differ;
mod number;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::Value;

pub use self::{
    differ::Difference,
    number::{Change, Compared},
};
use super::model::Report;
use crate::{
    id::RunId,
    journal::event::{Event, Record},
    measure::summary::Verdict,
};

/// One of the two runs.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// Its report.
    pub report: &'a Report,
    /// Its journal, for what was set and found.
    pub records: &'a [Record],
}

/// Everything that differs, and the numbers of both.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The runs, in the order in which they were named.
    pub runs: [RunId; 2],
    /// What keeps the numbers from being compared as they stand.
    pub cautions: Vec<Caution>,
    /// Their verdicts.
    pub verdicts: [Verdict; 2],
    /// Objectives, then phases, then outages.
    pub numbers: Vec<Compared>,
    /// What was set or found otherwise.
    pub settings: Vec<Difference>,
}

/// Why two runs answer different questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Caution {
    /// They are of different drills.
    OtherDrill,
    /// They are of different deployments.
    OtherDeployment,
    /// One is of AWS, one of a lab.
    OtherPlace,
    /// The drill's or the deployment's file was changed in between.
    DrillChanged,
    /// They are one and the same run.
    SameRun,
}

/// Compares two runs, the first as what was before.
pub fn compare(before: Run, after: Run) -> Comparison {
    let both = [before.report, after.report];
    Comparison {
        runs: both.map(|report| report.run.clone()),
        cautions: cautions(before.report, after.report),
        verdicts: both.map(|report| report.verdict),
        numbers: number::all(before.report, after.report),
        settings: settings(before, after),
    }
}

fn cautions(before: &Report, after: &Report) -> Vec<Caution> {
    let other_drill = before.drill.name != after.drill.name;
    let each = [
        (before.run == after.run, Caution::SameRun),
        (other_drill, Caution::OtherDrill),
        (before.deployment.name != after.deployment.name, Caution::OtherDeployment),
        (before.made_by.lab.is_some() != after.made_by.lab.is_some(), Caution::OtherPlace),
        (!other_drill && before.drill.sha256 != after.drill.sha256, Caution::DrillChanged),
    ];
    each.into_iter().filter_map(|(is_so, caution)| is_so.then_some(caution)).collect()
}

/// What the first record, the plan and the program say, where both are not the same.
fn settings(before: Run, after: Run) -> Vec<Difference> {
    differ::between(&set(before), &set(after))
}

fn set(run: Run) -> Value {
    let mut all = serde_json::Map::new();
    let report = run.report;
    all.insert("program".into(), report.made_by.program.clone().into());
    if let Some(lab) = report.made_by.lab {
        all.insert("lab".into(), serde_json::json!({ "seed": lab.seed, "speed": lab.speed }));
    }
    for record in run.records {
        match &record.event {
            Event::RunStarted(start) => {
                all.insert("drill".into(), serde_json::to_value(&start.drill).unwrap_or_default());
                all.insert("drill_sha256".into(), start.drill_digest.clone().into());
            }
            Event::Planned { plan, .. } => {
                all.insert("plan".into(), told_once(plan));
            }
            _ => {}
        }
    }
    Value::Object(all)
}

/// The plan without what it says again in other words: its calls and their times follow from the drill and from what was
/// found.
fn told_once(plan: &Value) -> Value {
    let mut plan = plan.clone();
    if let Some(fields) = plan.as_object_mut() {
        ["calls", "kept", "quota", "expected"].iter().for_each(|name| drop(fields.remove(*name)));
    }
    for step in plan.get_mut("steps").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(change) = step.get_mut("change").and_then(Value::as_object_mut) {
            change.remove("intent");
        }
    }
    plan
}
