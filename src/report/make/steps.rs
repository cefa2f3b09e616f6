//! Steps: what each step was to do and what came of it, and the steady state around them.
//! Invariant: every step of the drill is there, in the drill's order, also those that never began.
//! Used by: whole.

use super::times::{Times, micros};
use crate::{
    drill::model::{ChangeSpec, Condition, Drill, Step as Planned, StepKind},
    journal::event::{Event, Finding, Record, StepOutcome},
    measure::summary::{self as measured, Assessment, StepView},
    report::model::{
        moment::Evidence,
        step::{Outcome, Steady, Step},
    },
    words::Phrase,
};

pub(super) fn all(run: &Assessment, drill: &Drill, records: &[Record], times: Times) -> Vec<Step> {
    drill
        .all_steps()
        .into_iter()
        .map(|planned| {
            let view = run.steps.iter().rfind(|view| view.id == planned.id);
            step(planned, view, seen(records, planned), times)
        })
        .collect()
}

fn step(planned: &Planned, view: Option<&StepView>, seen: Vec<Finding>, times: Times) -> Step {
    let started = view.map(|view| view.started);
    let finished = view.and_then(|view| view.finished);
    let (outcome, why) = match view.map(|view| &view.outcome) {
        None => (Outcome::NotExecuted, None),
        Some(None) => (Outcome::Unfinished, None),
        Some(Some(StepOutcome::Done)) => (Outcome::Done, None),
        Some(Some(StepOutcome::Stopped)) => (Outcome::Stopped, None),
        Some(Some(StepOutcome::Failed { why })) => (Outcome::Failed, Some(why.clone())),
    };
    Step {
        id: planned.id.clone(),
        title: planned.title.clone(),
        expected: expected(&planned.kind),
        seen,
        started: started.map(|at| times.noted(at)),
        finished: finished.map(|at| times.noted(at)),
        took: started.zip(finished).map(|(from, to)| micros(to.at.since(from.at))),
        outcome,
        why,
        evidence: Evidence::of_records(started.into_iter().chain(finished).map(|at| at.seq)),
    }
}

/// What the conditions of a wait showed when they were met.
fn seen(records: &[Record], planned: &Planned) -> Vec<Finding> {
    let met = |record: &Record| match &record.event {
        Event::ConditionsMet { step, findings, .. } if *step == planned.id => Some(findings.clone()),
        _ => None,
    };
    records.iter().rev().find_map(met).unwrap_or_default()
}

fn expected(kind: &StepKind) -> Vec<Phrase> {
    match kind {
        StepKind::Fault(spec) | StepKind::Recover(spec) => vec![change(spec)],
        StepKind::Await { until, within, hold } => {
            let mut all: Vec<Phrase> = until.iter().map(condition).collect();
            all.push(Phrase::new("view.expected.within").with("within", *within));
            if !hold.is_zero() {
                all.push(Phrase::new("view.expected.hold").with("hold", *hold));
            }
            all
        }
        StepKind::Hold { time } => vec![Phrase::new("view.expected.time").with("time", *time)],
        StepKind::Restore { of } => vec![Phrase::new("view.expected.restore").with("step", &of.0)],
        StepKind::Approve { question, within } => vec![
            Phrase::new("view.expected.approve").with("question", question),
            Phrase::new("view.expected.within").with("within", *within),
        ],
        StepKind::Run { command, within, .. } => vec![
            Phrase::new("view.expected.run").with("command", command.join(" ")),
            Phrase::new("view.expected.within").with("within", *within),
        ],
        StepKind::Together { steps } => {
            vec![Phrase::new("view.expected.together").with("count", steps.len())]
        }
    }
}

fn change(spec: &ChangeSpec) -> Phrase {
    let params = spec.params.iter().map(|(name, value)| match value.as_str() {
        Some(text) => format!("{name} {text}"),
        None => format!("{name} {value}"),
    });
    let params: Vec<String> = params.collect();
    Phrase::verbatim(format!("{} ({})", spec.kind, params.join(", ")))
}

fn condition(condition: &Condition) -> Phrase {
    Phrase::verbatim(condition.to_string())
}

pub(super) fn steady(steady: &measured::Steady, times: Times) -> Steady {
    Steady { held: steady.held, looked: times.noted(steady.recorded), findings: steady.findings.clone() }
}
