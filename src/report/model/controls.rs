//! Controls: for which controls of which frameworks the run is evidence, and what it does not cover.
//! Invariant: evidence relevant to a control, never a claim that it is fulfilled; what the run does not show is said too.
//! Not here: how that is found (see `controls::map`).
//! Used by: the report.

use serde::{Deserialize, Serialize};

use super::moment::Evidence;
use crate::words::{Lang, Phrase};

/// The same in each language: what stands in a framework's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Both {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

impl Both {
    /// In a language.
    pub fn say(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.ko)
    }
}

/// One framework's part of the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Framework {
    /// As deployments name it.
    pub id: String,
    /// Its name.
    pub name: Both,
    /// What a reader must know before citing it.
    pub caution: Option<Both>,
    /// Its controls.
    pub controls: Vec<Control>,
}

/// One control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// Its number.
    pub id: String,
    /// Its title.
    pub title: Both,
    /// What it asks for, in this project's words.
    pub asks: Option<Both>,
    /// What this run shows; empty: nothing.
    pub shows: Vec<Shown>,
    /// What this run could have shown, and does not.
    pub lacks: Vec<Lacking>,
    /// What no run shows.
    pub not_covered: Both,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Its kind: a word of a closed list.
    pub kind: String,
    /// What is shown.
    pub what: Phrase,
    /// What it rests on.
    pub evidence: Evidence,
}

/// A piece of evidence that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lacking {
    /// Its kind.
    pub kind: String,
    /// Why it is not there.
    pub why: Phrase,
}
