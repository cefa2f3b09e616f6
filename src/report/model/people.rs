//! People: who took part, what the drill refers to, and what people wrote about the run afterwards.
//! Invariant: as people wrote it; the program adds nothing to it.
//! Used by: the report; whoever keeps what people write fills it in.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

pub use crate::drill::people::Person;
use crate::{journal::followup::Severity, words::Phrase};

/// Something outside that the drill refers to: a change ticket, a business impact analysis, a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// What kind.
    pub kind: Phrase,
    /// Its number, address or title.
    pub is: String,
}

/// Something to follow up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its number in the run.
    pub id: String,
    /// What was found.
    pub what: String,
    /// How bad it is.
    pub severity: Severity,
    /// Who sees to it.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<Date>,
    /// What shows it.
    pub evidence: Vec<String>,
    /// Why it is so.
    pub root_cause: Option<String>,
    /// What will be done.
    pub action: Option<String>,
    /// Who wrote it down.
    pub by: String,
    /// When, UTC.
    pub at: Timestamp,
    /// The run that showed it fixed.
    pub retest: Option<String>,
    /// Closed with these words; `None`: open.
    pub closed: Option<String>,
}

/// What a person wrote about the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When, UTC.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What.
    pub text: String,
}
