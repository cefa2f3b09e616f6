//! Judged: how a verdict is to be taken, and how it is said.
//! Invariant: unknown is never good.
//! Used by: view, sections.

use super::page::Mood;
use crate::measure::summary::{Judged, Verdict};

pub(super) fn verdict_mood(verdict: Verdict) -> Mood {
    match verdict {
        Verdict::Pass => Mood::Good,
        Verdict::Fail | Verdict::NotRestored => Mood::Bad,
        Verdict::Unknown | Verdict::StoppedEarly => Mood::Unsure,
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
        Some(Judged::Pass) => "met",
        Some(Judged::Fail) => "missed",
        Some(Judged::Unknown) => "unknown",
        None => "no objective",
    }
}
