//! Mark: one moment of a run that has a name.
//! Invariant: it rests on records or samples, which it names.
//! Not here: which moments there are (see `timeline`), how each is found (see `marks`).
//! Used by: timeline, marks.

use serde::{Deserialize, Serialize};

use crate::{
    measure::bounds::{Moment, Trace},
    words::Phrase,
};

/// A moment with its name and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// As in the table of `timeline`.
    pub id: String,
    /// In words.
    pub title: Phrase,
    /// When.
    pub moment: Moment,
    /// What it rests on.
    pub trace: Trace,
}
