//! Controls: for which controls of which frameworks the run is evidence, and what it does not cover.
//! Invariant: evidence relevant to a control, never a claim that it is fulfilled.
//! Used by: the report.

use serde::{Deserialize, Serialize};

use super::moment::Evidence;
use crate::words::Phrase;

/// One framework's part of the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Framework {
    /// Its name.
    pub name: String,
    /// Its controls.
    pub controls: Vec<Control>,
}

/// One control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// Its number.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What this run shows.
    pub shows: Phrase,
    /// What it does not cover.
    pub not_covered: Phrase,
    /// What it rests on.
    pub evidence: Evidence,
}
