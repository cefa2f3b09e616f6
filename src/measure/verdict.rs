//! Verdict: one word for the run, and the reasons for it.
//! Invariant: what is outstanding dominates everything; unknown is never pass.
//! Not here: how objectives are measured (see `objectives`).
//! Used by: summary; through it the engine's last record and the program's exit code.

use serde::{Deserialize, Serialize};

use super::{
    objectives::{Judged, Objective, Results},
    steps::{Steady, StepView},
};
use crate::{
    id::StepId,
    journal::event::{StepOutcome, StopReason},
    words::Phrase,
};

/// How a run came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Objectives met, steady state before and after, everything restored and verified.
    Pass,
    /// An objective, a step or the steady state failed; everything is restored.
    Fail,
    /// Something that counts could not be told; everything is restored.
    Unknown,
    /// The run ended before its steps did; everything is restored.
    StoppedEarly,
    /// Something is still outstanding.
    NotRestored,
}

impl Verdict {
    /// The program's exit code for it.
    pub fn exit_code(self) -> u8 {
        match self {
            Verdict::Pass => 0,
            Verdict::Fail => 1,
            Verdict::Unknown => 2,
            Verdict::StoppedEarly => 5,
            Verdict::NotRestored => 10,
        }
    }

    /// As reports say it.
    pub fn title(self) -> Phrase {
        Phrase::new(match self {
            Verdict::Pass => "measure.verdict.pass",
            Verdict::Fail => "measure.verdict.fail",
            Verdict::Unknown => "measure.verdict.unknown",
            Verdict::StoppedEarly => "measure.verdict.stopped_early",
            Verdict::NotRestored => "measure.verdict.not_restored",
        })
    }

    /// What it means, in one sentence.
    pub fn meaning(self) -> Phrase {
        Phrase::new(match self {
            Verdict::Pass => "measure.meaning.pass",
            Verdict::Fail => "measure.meaning.fail",
            Verdict::Unknown => "measure.meaning.unknown",
            Verdict::StoppedEarly => "measure.meaning.stopped_early",
            Verdict::NotRestored => "measure.meaning.not_restored",
        })
    }
}

/// What the verdict is made of.
pub(crate) struct Grounds<'a> {
    pub(crate) outstanding: &'a [StepId],
    pub(crate) stop: Option<(StopReason, &'a Phrase)>,
    pub(crate) steps: &'a [StepView],
    pub(crate) expects_steady: bool,
    pub(crate) before: Option<&'a Steady>,
    pub(crate) after: Option<&'a Steady>,
    pub(crate) results: &'a Results,
}

/// The verdict with every reason for it; the reasons of the strongest word come first.
pub(crate) fn judge(grounds: &Grounds) -> (Verdict, Vec<Phrase>) {
    let mut reasons: Vec<(Verdict, Phrase)> = Vec::new();
    let mut add = |verdict, why: Phrase| reasons.push((verdict, why));
    for step in grounds.outstanding {
        add(Verdict::NotRestored, Phrase::new("measure.reason.outstanding").with("step", &step.0));
    }
    if let Some((reason, detail)) = grounds.stop.filter(|(reason, _)| *reason != StopReason::Finished) {
        // A run that never began because nobody could tell the steady state has not failed: it is not known.
        let blind = grounds.steps.is_empty() && grounds.before.is_some_and(|steady| steady.held.is_none());
        let verdict =
            if blind && reason == StopReason::StepFailed { Verdict::Unknown } else { stopped(reason) };
        let why = Phrase::new("measure.reason.stop").with("reason", stop_words(reason));
        add(verdict, why.with("detail", detail.clone()));
    }
    for step in grounds.steps {
        if let Some(StepOutcome::Failed { why }) = &step.outcome {
            let failed = Phrase::new("measure.reason.step_failed").with("step", &step.id.0);
            add(Verdict::Fail, failed.with("why", why));
        }
    }
    if grounds.expects_steady {
        let looked = [(unsteady_before as fn(_) -> _, grounds.before), (unsteady_after, grounds.after)];
        for (unsteady, steady) in looked {
            let held = steady.map(|steady| steady.held);
            if let Some((verdict, why)) = unsteady(held) {
                add(verdict, Phrase::new(why));
            }
        }
    }
    for (name, objective) in grounds.results.named() {
        if let Some((verdict, why)) = missed(name, objective) {
            add(verdict, why);
        }
    }
    let verdict = reasons.iter().map(|(verdict, _)| *verdict).max_by_key(|verdict| weight(*verdict));
    reasons.sort_by_key(|(verdict, _)| std::cmp::Reverse(weight(*verdict)));
    (verdict.unwrap_or(Verdict::Pass), reasons.into_iter().map(|(_, why)| why).collect())
}

/// What an outlook at the steady state, if there was one, says against the run.
fn unsteady_before(held: Option<Option<bool>>) -> Option<(Verdict, &'static str)> {
    match held {
        Some(Some(true)) => None,
        Some(Some(false)) => Some((Verdict::Fail, "measure.reason.steady_failed_before")),
        Some(None) => Some((Verdict::Unknown, "measure.reason.steady_untold_before")),
        None => Some((Verdict::Unknown, "measure.reason.steady_unseen_before")),
    }
}

fn unsteady_after(held: Option<Option<bool>>) -> Option<(Verdict, &'static str)> {
    match held {
        Some(Some(true)) => None,
        Some(Some(false)) => Some((Verdict::Fail, "measure.reason.steady_failed_after")),
        Some(None) => Some((Verdict::Unknown, "measure.reason.steady_untold_after")),
        None => Some((Verdict::Unknown, "measure.reason.steady_unseen_after")),
    }
}

/// A run that ended early says little about its objectives, so that outweighs them; a step that failed is a failure.
fn weight(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Pass => 0,
        Verdict::Unknown => 1,
        Verdict::Fail => 2,
        Verdict::StoppedEarly => 3,
        Verdict::NotRestored => 4,
    }
}

fn stopped(reason: StopReason) -> Verdict {
    match reason {
        StopReason::Finished => Verdict::Pass,
        StopReason::StepFailed => Verdict::Fail,
        StopReason::StopCondition
        | StopReason::Deadline
        | StopReason::JournalFailed
        | StopReason::Interrupt
        | StopReason::SecondInterrupt => Verdict::StoppedEarly,
    }
}

/// Why a run ended, as reports say it.
pub(crate) fn stop_words(reason: StopReason) -> Phrase {
    Phrase::new(match reason {
        StopReason::Finished => "measure.stop.finished",
        StopReason::StopCondition => "measure.stop.stop_condition",
        StopReason::StepFailed => "measure.stop.step_failed",
        StopReason::Deadline => "measure.stop.deadline",
        StopReason::JournalFailed => "measure.stop.journal_failed",
        StopReason::Interrupt => "measure.stop.interrupt",
        StopReason::SecondInterrupt => "measure.stop.second_interrupt",
    })
}

fn missed(name: Phrase, objective: &Objective) -> Option<(Verdict, Phrase)> {
    let limit = objective.limit?;
    let method = || objective.method.clone();
    match objective.verdict? {
        Judged::Pass => None,
        Judged::Fail => {
            let why = match objective.measured.and_then(|measured| measured.high) {
                Some(high) => Phrase::new("measure.reason.over").with("high", high),
                None => Phrase::new("measure.reason.over_method").with("method", method()),
            };
            Some((Verdict::Fail, why.with("objective", name).with("limit", limit)))
        }
        Judged::Unknown => {
            let why = Phrase::new("measure.reason.unknown").with("objective", name);
            Some((Verdict::Unknown, why.with("method", method())))
        }
    }
}
