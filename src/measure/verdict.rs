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
    pub fn title(self) -> &'static str {
        match self {
            Verdict::Pass => "Passed",
            Verdict::Fail => "Failed",
            Verdict::Unknown => "Unknown",
            Verdict::StoppedEarly => "Stopped early",
            Verdict::NotRestored => "Not restored",
        }
    }

    /// What it means, in one sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Verdict::Pass => "Every objective was met and everything was restored and verified.",
            Verdict::Fail => "Something that had to hold did not; everything was restored and verified.",
            Verdict::Unknown => {
                "Something that counts could not be told, and unknown is not passed; everything was restored."
            }
            Verdict::StoppedEarly => {
                "The run ended before its steps did; everything was restored and verified."
            }
            Verdict::NotRestored => "Something is still outstanding and must be put back.",
        }
    }
}

/// What the verdict is made of.
pub(crate) struct Grounds<'a> {
    pub(crate) outstanding: &'a [StepId],
    pub(crate) stop: Option<(StopReason, &'a str)>,
    pub(crate) steps: &'a [StepView],
    pub(crate) expects_steady: bool,
    pub(crate) before: Option<&'a Steady>,
    pub(crate) after: Option<&'a Steady>,
    pub(crate) results: &'a Results,
}

/// The verdict with every reason for it; the reasons of the strongest word come first.
pub(crate) fn judge(grounds: &Grounds) -> (Verdict, Vec<String>) {
    let mut reasons: Vec<(Verdict, String)> = Vec::new();
    let mut add = |verdict, why: String| reasons.push((verdict, why));
    for step in grounds.outstanding {
        add(Verdict::NotRestored, format!("{step} is outstanding"));
    }
    if let Some((reason, detail)) = grounds.stop.filter(|(reason, _)| *reason != StopReason::Finished) {
        // A run that never began because nobody could tell the steady state has not failed: it is not known.
        let blind = grounds.steps.is_empty() && grounds.before.is_some_and(|steady| steady.held.is_none());
        let verdict =
            if blind && reason == StopReason::StepFailed { Verdict::Unknown } else { stopped(reason) };
        add(verdict, format!("{}: {detail}", stop_words(reason)));
    }
    for step in grounds.steps {
        if let Some(StepOutcome::Failed { why }) = &step.outcome {
            add(Verdict::Fail, format!("step {} failed: {why}", step.id));
        }
    }
    if grounds.expects_steady {
        for (when, steady) in [("before", grounds.before), ("after", grounds.after)] {
            match steady.map(|steady| steady.held) {
                Some(Some(true)) => {}
                Some(Some(false)) => {
                    add(Verdict::Fail, format!("the steady state did not hold {when} the drill"))
                }
                Some(None) => {
                    add(Verdict::Unknown, format!("the steady state {when} the drill could not be told"))
                }
                None => add(Verdict::Unknown, format!("the steady state was not looked at {when} the drill")),
            }
        }
    }
    for (name, objective) in [
        ("recovery time", &grounds.results.recovery_time),
        ("detection", &grounds.results.detection),
        ("data loss", &grounds.results.data_loss),
    ] {
        if let Some((verdict, why)) = missed(name, objective) {
            add(verdict, why);
        }
    }
    let verdict = reasons.iter().map(|(verdict, _)| *verdict).max_by_key(|verdict| weight(*verdict));
    reasons.sort_by_key(|(verdict, _)| std::cmp::Reverse(weight(*verdict)));
    (verdict.unwrap_or(Verdict::Pass), reasons.into_iter().map(|(_, why)| why).collect())
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
pub(crate) fn stop_words(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Finished => "every step was done",
        StopReason::StopCondition => "a stop condition held",
        StopReason::StepFailed => "a step failed",
        StopReason::Deadline => "the time limit passed",
        StopReason::JournalFailed => "the journal could not be written",
        StopReason::Interrupt => "interrupted",
        StopReason::SecondInterrupt => "interrupted twice",
    }
}

fn missed(name: &str, objective: &Objective) -> Option<(Verdict, String)> {
    let limit = crate::text::duration(objective.limit?);
    match objective.verdict? {
        Judged::Pass => None,
        Judged::Fail => Some((
            Verdict::Fail,
            match objective.measured.and_then(|measured| measured.high) {
                Some(high) => {
                    format!("{name}: up to {}, over the objective of {limit}", crate::text::duration(high))
                }
                None => format!("{name}: over the objective of {limit} ({})", objective.method),
            },
        )),
        Judged::Unknown => Some((Verdict::Unknown, format!("{name}: {}", objective.method))),
    }
}
