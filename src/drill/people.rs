//! People: who takes part in a drill, what it refers to, and how its reports are to be.
//! Invariant: as written, for people; nothing in here changes what a run does.
//! Not here: who ran it and who said go (the journal's own records).
//! Used by: model; the report shows it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::words::Lang;

/// Someone who takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Name.
    pub name: String,
    /// What they do in the drill.
    pub role: String,
    /// Where they belong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Whether they take part as planned; `None`: not written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attended: Option<bool>,
    /// For whom they stand in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_in_for: Option<String>,
}

/// What a drill refers to outside of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct References {
    /// Who approved the drill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approver: Option<String>,
    /// The change ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The business impact analysis that the objectives come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bia: Option<Bia>,
    /// The number of the organisation's own form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// How confidential the report is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<String>,
}

/// A business impact analysis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bia {
    /// Its number or title.
    pub reference: String,
    /// When it was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

impl References {
    /// True if it refers to nothing.
    pub fn is_empty(&self) -> bool {
        self == &References::default()
    }
}

/// How the reports of a deployment's runs are to be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReportWishes {
    /// In which languages; none written: English.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Lang>,
    /// The edition that prevails where two differ; `None`: the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prevails: Option<Lang>,
    /// For which frameworks it says what the run is evidence for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<String>,
    /// The zone of local times beside UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

impl ReportWishes {
    /// True if nobody wished anything.
    pub fn is_empty(&self) -> bool {
        self == &ReportWishes::default()
    }

    /// The languages of the reports, the one that prevails first.
    pub fn languages(&self) -> Vec<Lang> {
        let mut languages =
            if self.languages.is_empty() { vec![Lang::default()] } else { self.languages.clone() };
        if let Some(first) = self.prevails {
            languages.sort_by_key(|lang| *lang != first);
        }
        languages
    }
}
