//! Judged: how a verdict is to be taken, and how it is said.
//! Invariant: unknown is never good.
//! Used by: view's sections.

use super::page::Mood;
use crate::{
    measure::summary::{ChangeState, Judged, Tone, Verdict},
    report::model::{result::Conclusion, step::Outcome},
};

pub(super) fn verdict_mood(verdict: Verdict) -> Mood {
    match verdict {
        Verdict::Pass => Mood::Good,
        Verdict::Fail | Verdict::NotRestored => Mood::Bad,
        Verdict::Unknown | Verdict::StoppedEarly => Mood::Unsure,
    }
}

pub(in crate::report) fn conclusion_words(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::ObjectivesMet => "view.conclusion.met",
        Conclusion::MetWithFindings => "view.conclusion.met_with_findings",
        Conclusion::ObjectiveNotMet => "view.conclusion.not_met",
        Conclusion::NotAssessable => "view.conclusion.not_assessable",
    }
}

pub(super) fn judged_mood(verdict: Option<Judged>) -> Mood {
    match verdict {
        Some(Judged::Pass) => Mood::Good,
        Some(Judged::Fail) => Mood::Bad,
        Some(Judged::Unknown) => Mood::Unsure,
        None => Mood::Plain,
    }
}

pub(super) fn judged_words(verdict: Option<Judged>) -> &'static str {
    match verdict {
        Some(Judged::Pass) => "view.judged.met",
        Some(Judged::Fail) => "view.judged.missed",
        Some(Judged::Unknown) => "view.judged.unknown",
        None => "view.judged.none",
    }
}

pub(super) fn change_mood(state: ChangeState) -> Mood {
    match state {
        ChangeState::Verified => Mood::Good,
        ChangeState::Captured | ChangeState::Kept => Mood::Plain,
        _ => Mood::Bad,
    }
}

pub(super) fn outcome_words(outcome: Outcome) -> (&'static str, Mood) {
    match outcome {
        Outcome::Done => ("view.outcome.done", Mood::Good),
        Outcome::Failed => ("view.outcome.failed", Mood::Bad),
        Outcome::Stopped => ("view.outcome.stopped", Mood::Unsure),
        Outcome::Unfinished => ("view.outcome.unfinished", Mood::Unsure),
        Outcome::NotExecuted => ("view.outcome.not_executed", Mood::Unsure),
    }
}

pub(super) fn tone_mood(tone: Tone) -> Mood {
    match tone {
        Tone::Good => Mood::Good,
        Tone::Bad => Mood::Bad,
        Tone::Busy | Tone::Unknown => Mood::Unsure,
    }
}
