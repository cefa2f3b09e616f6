//! Conclusion: the verdict in the words of audits, and whether the fault did what it was for.
//! Invariant: nothing is concluded from a fault without effect, nor from a run that no objective judges; unknown is never met.
//! Not here: the program's verdict and exit code (see `measure::verdict`).
//! Used by: whole.

use super::times::evidence;
use crate::{
    drill::model::{Drill, StepKind},
    measure::summary::{Assessment, ChangeView, Judged, Verdict},
    report::model::{
        moment::Evidence,
        people::Finding,
        result::{Conclusion, Effect},
    },
    words::Phrase,
};

/// A clock further off than this makes times across systems useless.
const CLOCK_LIMIT_MS: i64 = 1000;

/// The conclusion with what speaks against a plain one.
pub(super) fn of(
    run: &Assessment,
    effect: &Effect,
    deviations: &[Phrase],
    findings: &[Finding],
) -> (Conclusion, Vec<Phrase>) {
    let because = |id: &'static str| vec![Phrase::new(id)];
    let judged = run.results.named().map(|(_, objective)| objective.verdict);
    let missed = judged.contains(&Some(Judged::Fail));
    let before_held = run.before.as_ref().and_then(|steady| steady.held);
    match run.verdict {
        Verdict::NotRestored => (Conclusion::ObjectiveNotMet, because("view.because.not_restored")),
        Verdict::Unknown => (Conclusion::NotAssessable, because("view.because.unknown")),
        Verdict::StoppedEarly if !missed => {
            (Conclusion::NotAssessable, because("view.because.stopped_early"))
        }
        Verdict::Fail if !missed && before_held == Some(false) => {
            (Conclusion::NotAssessable, because("view.because.no_steady_state"))
        }
        Verdict::Fail | Verdict::StoppedEarly => {
            (Conclusion::ObjectiveNotMet, because("view.because.missed"))
        }
        Verdict::Pass if effect.effective == Some(false) => {
            (Conclusion::NotAssessable, because("view.because.no_effect"))
        }
        Verdict::Pass if judged.iter().all(Option::is_none) => {
            (Conclusion::NotAssessable, because("view.because.no_objective"))
        }
        Verdict::Pass => with_findings(run, deviations, findings),
    }
}

fn with_findings(run: &Assessment, deviations: &[Phrase], findings: &[Finding]) -> (Conclusion, Vec<Phrase>) {
    let open = findings.iter().filter(|finding| finding.closed.is_none()).count();
    let off = run.header.clock_offset_ms.is_some_and(|(offset, _)| offset.abs() > CLOCK_LIMIT_MS);
    let mut why = Vec::new();
    if open > 0 {
        why.push(Phrase::new("view.because.open_findings").with("count", open));
    }
    if !deviations.is_empty() {
        why.push(Phrase::new("view.because.deviations").with("count", deviations.len()));
    }
    if off {
        why.push(Phrase::new("view.because.clock"));
    }
    match why.is_empty() {
        true => (Conclusion::ObjectivesMet, why),
        false => (Conclusion::MetWithFindings, why),
    }
}

/// Whether the faults did what they were for: users felt it, or a detector turned.
pub(super) fn effect(run: &Assessment, drill: &Drill) -> Effect {
    let steps = drill.all_steps();
    let is_fault = |view: &&ChangeView| {
        steps.iter().any(|step| step.id == view.step && matches!(step.kind, StepKind::Fault(_)))
    };
    let said = |effective, id: &'static str, evidence| Effect { effective, why: Phrase::new(id), evidence };
    let Some(fault) = run.changes.iter().filter(is_fault).find(|view| view.apply_started.is_some()) else {
        return match steps.iter().any(|step| matches!(step.kind, StepKind::Fault(_))) {
            true => said(Some(false), "view.effect.not_applied", Evidence::default()),
            false => said(None, "view.effect.no_fault", Evidence::default()),
        };
    };
    let records =
        Evidence::of_records(fault.apply_started.iter().chain(&fault.applied).map(|noted| noted.seq));
    match (run.mark("I0"), run.signals.first()) {
        (Some(mark), _) => {
            let why = Phrase::new("view.effect.felt").with("seen", mark.title.clone());
            Effect { effective: Some(true), why, evidence: evidence(&mark.trace) }
        }
        (None, Some(mark)) => {
            let why = Phrase::new("view.effect.noticed").with("seen", mark.title.clone());
            Effect { effective: Some(true), why, evidence: evidence(&mark.trace) }
        }
        (None, None) if run.header.samples == 0 => said(None, "view.effect.unseen", records),
        (None, None) => said(Some(false), "view.effect.none", records),
    }
}
