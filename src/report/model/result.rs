//! Result: how a run came out: objectives, the fault's effect, the conclusion, phases, outages, moments, metrics.
//! Invariant: each objective is judged by itself, on its upper bound; unknown is never met.
//! Used by: the report.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    moment::{Evidence, Took, When},
    secs,
};
use crate::{
    measure::summary::{During, Judged, PhaseName},
    words::Phrase,
};

/// One objective with what was measured. What was not measured is `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    /// The best single number.
    #[serde(rename = "measured_s", with = "secs::maybe")]
    pub measured: Option<Duration>,
    /// At least this.
    #[serde(rename = "low_s", with = "secs::maybe")]
    pub low: Option<Duration>,
    /// At most this.
    #[serde(rename = "high_s", with = "secs::maybe")]
    pub high: Option<Duration>,
    /// The limit, if the drill sets one.
    #[serde(rename = "objective_s", with = "secs::maybe")]
    pub limit: Option<Duration>,
    /// The judgement; `None`: no limit.
    pub verdict: Option<Judged>,
    /// How it was measured, or why not.
    pub method: Phrase,
    /// What it does not prove.
    pub note: Option<Phrase>,
    /// What it rests on.
    pub evidence: Evidence,
}

impl Objective {
    /// What was measured, with its bounds.
    pub fn took(&self) -> Option<Took> {
        let (measured, low) = self.measured.zip(self.low)?;
        Some(Took { measured, low, high: self.high })
    }
}

/// The verdict in the words of audits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// Every objective was met on its upper bound, and everything was restored.
    ObjectivesMet,
    /// The same, with something to follow up.
    MetWithFindings,
    /// One was missed, or restoration failed.
    ObjectiveNotMet,
    /// The drill proves nothing either way.
    NotAssessable,
}

/// Whether the fault did what it was for: without that no success can be claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// `None`: it cannot be told.
    pub effective: Option<bool>,
    /// How that is known.
    pub why: Phrase,
    /// What it rests on.
    pub evidence: Evidence,
}

/// A part of the drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// Which.
    pub name: PhaseName,
    /// The moment it begins with.
    pub from: String,
    /// The moment it ends with; `None`: no end was seen.
    pub to: Option<String>,
    /// When it began.
    pub start: When,
    /// When it ended.
    pub stop: Option<When>,
    /// How long it took.
    pub took: Option<Took>,
    /// What both ends rest on.
    pub evidence: Evidence,
}

/// A time in which a client could not use the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// The client: a watch.
    pub client: String,
    /// The part of the run.
    pub during: During,
    /// When it began.
    pub began: When,
    /// When it ended; `None`: it had not.
    pub ended: Option<When>,
    /// How long it lasted.
    pub lasted: Option<Took>,
    /// Failed looks in it.
    pub bad_looks: usize,
    /// What the first of them saw.
    pub why: Phrase,
    /// What the first good look after it saw.
    pub then: Option<Phrase>,
    /// What it rests on.
    pub evidence: Evidence,
}

/// A moment that numbers are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// `F1`, `I0`, `D1` …; of a signal, its watch.
    pub id: String,
    /// In words.
    pub title: Phrase,
    /// When.
    pub when: When,
    /// What it rests on.
    pub evidence: Evidence,
}

/// A number with its formula: from one moment to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// Its name.
    pub name: Phrase,
    /// The moment it counts from.
    pub from: String,
    /// The moment it counts to; several: the later of them.
    pub to: String,
    /// The number; `None`: an end was not seen.
    pub took: Option<Took>,
    /// What it does not say.
    pub note: Option<Phrase>,
    /// What it rests on.
    pub evidence: Evidence,
}
