//! Summary: the one view of a run that every report and the terminal show.
//! Invariant: a pure function of records and samples; no renderer computes a number of its own.
//! Not here: how it looks (see `report`).
//! Used by: engine, for its last record; report; cli.

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use super::{
    changes::{ChangeState, ChangeView, Recorded},
    objectives::{Judged, Objective, Results},
    outage::{Gap, Outage},
    steps::{Steady, StepView},
    timeline::{Mark, Phase, PhaseName},
    verdict::Verdict,
};
use crate::{
    clock::Stamp,
    drill::model::{Facts, PerSide, Side},
    id::{RunId, Seq, StepId},
    journal::{event::StopReason, sample::WatchName},
    words::Phrase,
};

/// Everything there is to say about a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The run.
    pub run: RunId,
    /// Who ran what, where.
    pub header: Header,
    /// One word for it.
    pub verdict: Verdict,
    /// Why, the weightiest first; empty for a plain pass.
    pub reasons: Vec<Phrase>,
    /// True if nothing is outstanding.
    pub restored: bool,
    /// What is still to be put back.
    pub outstanding: Vec<StepId>,
    /// Against what the drill asked for.
    pub results: Results,
    /// The moments that numbers are made of.
    pub marks: Vec<Mark>,
    /// Every automatic signal, in the order of time.
    pub signals: Vec<Mark>,
    /// The phases of the drill.
    pub phases: Vec<Phase>,
    /// Every outage that a client saw, the failback's too, in the order of time.
    pub outages: Vec<ClientOutage>,
    /// Every change.
    pub changes: Vec<ChangeView>,
    /// Every step that began.
    pub steps: Vec<StepView>,
    /// The steady state before the first change.
    pub before: Option<Steady>,
    /// And at the end.
    pub after: Option<Steady>,
    /// Why the run ended; `None`: it has not, or nobody wrote it down.
    pub stop: Option<Stop>,
    /// What a reader must know: limits of the measurement, things that differ from what one expects.
    pub notes: Vec<Phrase>,
    /// Each watch with what it saw.
    pub watches: Vec<WatchView>,
    /// Times in which nothing was known of a client.
    pub gaps: Vec<Gap>,
}

impl Assessment {
    /// The exit code of the run: 0, 1, 2, 5 or 10.
    pub fn exit_code(&self) -> u8 {
        self.verdict.exit_code()
    }

    /// How long after the run's start a moment is.
    pub fn since_start(&self, at: Stamp) -> Duration {
        at.since(self.header.started)
    }

    /// The mark of that id, if it was seen.
    pub fn mark(&self, id: &str) -> Option<&Mark> {
        self.marks.iter().find(|mark| mark.id == id)
    }
}

/// Who ran what, where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The drill's name.
    pub drill: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of its files, hex.
    pub drill_digest: String,
    /// SHA-256 of the plan, hex, if one was made.
    pub plan_digest: Option<String>,
    /// The deployment's name.
    pub deployment: String,
    /// The AWS account.
    pub account: String,
    /// The site's address.
    pub site: String,
    /// The AWS region of each side.
    pub regions: PerSide<String>,
    /// When the run started.
    pub started: Stamp,
    /// The last record's moment.
    pub ended: Stamp,
    /// Name and version of the program.
    pub program: String,
    /// Who ran it.
    pub caller: Facts,
    /// Set when the world was a lab.
    pub lab: Option<Lab>,
    /// AWS's clock minus ours in milliseconds, and how far off that can be.
    pub clock_offset_ms: Option<(i64, u64)>,
    /// Records in the journal.
    pub records: usize,
    /// Samples taken.
    pub samples: usize,
}

/// The lab that a run used.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Lab {
    /// The world's seed.
    pub seed: u64,
    /// Seconds of the world in one of the machine.
    pub speed: f64,
}

/// An outage with the part of the run that it fell into.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientOutage {
    /// The part of the run.
    pub during: During,
    /// The outage.
    pub outage: Outage,
}

/// A part of a run, as outages are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum During {
    /// Before anything was changed.
    Before,
    /// From the first change until putting back began.
    Drill,
    /// While things were put back.
    Failback,
    /// After everything was verified.
    After,
}

impl During {
    /// As reports say it.
    pub fn words(self) -> Phrase {
        Phrase::new(match self {
            During::Before => "measure.during.before",
            During::Drill => "measure.during.drill",
            During::Failback => "measure.during.failback",
            During::After => "measure.during.after",
        })
    }
}

/// Why a run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// The reason.
    pub reason: StopReason,
    /// In words.
    pub detail: Phrase,
    /// The record.
    pub seq: Seq,
}

/// What one watch saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WatchView {
    /// Its name.
    pub watch: WatchName,
    /// What it looks at.
    pub title: String,
    /// Time between two looks; `None`: the journal does not say.
    pub interval: Option<Duration>,
    /// Looks that found it working.
    pub good: usize,
    /// Looks that did not.
    pub bad: usize,
    /// Looks that could not tell.
    pub unknown: usize,
    /// Of the bad ones, those that were too few in a row to make an outage.
    pub stray_bad: usize,
    /// The longest that a look began after it was due.
    pub latest: Duration,
    /// What it showed over the run, for charts.
    pub spans: Vec<Span>,
}

/// A stretch in which a watch showed the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// The start of its first look.
    pub from: Stamp,
    /// The start of the first look that showed something else, or the end of the last look.
    pub to: Stamp,
    /// What kind of showing.
    pub tone: Tone,
    /// The region concerned, where there is one.
    pub side: Option<Side>,
    /// In words.
    pub words: Phrase,
}

/// How a stretch is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As it should be.
    Good,
    /// On its way.
    Busy,
    /// Not as it should be.
    Bad,
    /// Not known.
    Unknown,
}
