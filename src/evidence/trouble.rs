//! Trouble: one thing that is not as it was left.
//! Invariant: names the file, and the record or line where one can be told.
//! Used by: verify and what it is made of; cli shows it.

use std::{fmt, path::Path};

use serde::Serialize;

/// One thing that is not as it was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// The file, by its path in the run's folder.
    pub file: String,
    /// The number of the record that it is about, if one can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// The line that it is about, counted from 1, if one can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What kind of thing.
    pub kind: Kind,
    /// What, in words.
    pub what: String,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Bytes are not those that were listed or hashed.
    Altered,
    /// Something that was there is not.
    Missing,
    /// Something is there that was not.
    Added,
    /// A record stands at another place.
    Moved,
    /// A record is another one than the one that was written.
    Replaced,
    /// Two things that belong together do not say the same.
    Differs,
    /// The signature is none of this list, or not by whom it should be.
    Signature,
    /// It cannot be read.
    Unreadable,
}

impl Trouble {
    /// About a file as a whole.
    pub(super) fn of(file: impl AsRef<Path>, kind: Kind, what: impl Into<String>) -> Trouble {
        let file = file.as_ref().to_string_lossy().into_owned();
        Trouble { file, record: None, line: None, kind, what: what.into() }
    }

    /// The same, about one line of it.
    pub(super) fn at(self, record: Option<u64>, line: usize) -> Trouble {
        Trouble { record, line: Some(line), ..self }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.escape_debug(), self.what)
    }
}
