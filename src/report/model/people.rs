//! People: who took part, what the drill refers to, and what people wrote about the run afterwards.
//! Invariant: as people wrote it; the program adds nothing to it.
//! Used by: the report; whoever keeps what people write fills it in.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Someone who took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Name.
    pub name: String,
    /// What they did in the drill.
    pub role: String,
    /// Where they belong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Whether they took part; `None`: nobody wrote it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attended: Option<bool>,
}

/// Something outside that the drill refers to: a change ticket, a business impact analysis, a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// What kind.
    pub kind: String,
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
    /// Who sees to it.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<Date>,
    /// How it is looked at again.
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

/// How the evidence is protected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integrity {
    /// The signature's key, if the run is to be signed.
    pub signed_by: Option<String>,
}
