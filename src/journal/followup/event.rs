//! Event: what people can write down about a run.
//! Invariant: plain data, closed; each event says who wrote it, its record says when.
//! Not here: what may follow what (see `fold`).
//! Used by: followup.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{id::RunId, journal::hash::LineHash};

/// The follow-up's name in a run's folder.
pub const FOLLOWUP_FILE: &str = "followup.jsonl";

/// The format this program writes.
pub(super) const FORMAT: &str = "1.0";

/// What somebody wrote down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowUp {
    /// The first record: which run it is about, and what its journal was then.
    Opened {
        /// The follow-up's format, `major.minor`.
        format: String,
        /// The run.
        run: RunId,
        /// Name and version of the program.
        program: String,
        /// How many records the run's journal had.
        journal_records: u64,
        /// The last one's hash.
        journal_head: LineHash,
    },
    /// A note.
    Noted {
        /// Who.
        by: Author,
        /// What.
        text: String,
    },
    /// Something was found that must be followed up.
    FindingAdded {
        /// Who.
        by: Author,
        /// What.
        finding: Finding,
    },
    /// A finding is done with.
    FindingClosed {
        /// Who.
        by: Author,
        /// How.
        closing: Closing,
    },
}

/// Who wrote something down, as far as the machine knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// User name.
    pub user: String,
    /// Host name.
    pub host: String,
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.user, self.host)
    }
}

/// Something that must be followed up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its name in its run: `F1`, `F2` …
    pub id: String,
    /// One sentence.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Who sees to it.
    pub owner: String,
    /// By when.
    pub due: Date,
    /// What shows it: `#12` for a record, or anything that can be looked up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// Why it is so, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_cause: Option<String>,
    /// What will be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Recovery does not work.
    Critical,
    /// An objective is missed, or would be on a worse day.
    High,
    /// Recovery works and something is in its way.
    Medium,
    /// Better done otherwise.
    Low,
}

impl Severity {
    /// All, the worst first.
    pub const ALL: [Severity; 4] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a finding ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// Which finding.
    pub id: String,
    /// The run that showed it fixed; none: it was closed without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retest: Option<RunId>,
    /// What was done, or why nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Where a finding stands on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Standing {
    /// Nobody has closed it, and it is not due yet.
    Open,
    /// Nobody has closed it, and it was due before this day.
    Overdue,
    /// A later run showed it fixed.
    Fixed {
        /// That run.
        retest: RunId,
    },
    /// It was closed and no run is named that showed it fixed.
    Closed,
}

impl Standing {
    /// The word for it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::Overdue => "overdue",
            Standing::Fixed { .. } => "fixed",
            Standing::Closed => "closed",
        }
    }
}

/// A finding of an earlier run of the same drill, as it stood when a run started: what the run's report shows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierFinding {
    /// The run that found it.
    pub run: RunId,
    /// Its name there.
    pub id: String,
    /// One sentence.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Who sees to it.
    pub owner: String,
    /// By when.
    pub due: Date,
    /// Where it stood.
    #[serde(flatten)]
    pub standing: Standing,
}

/// A date as it is written here: `2026-12-31` and nothing else.
pub fn date(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|date| date.to_string() == text)
}
