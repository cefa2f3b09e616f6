//! Warning: what a person should know about what was read, though it could be read.
//! Invariant: the text names the file and says what it means.
//! Not here: what keeps a journal from being read (see `error`).
//! Used by: reader and samples make them; cli and report show them.

use std::{fmt, path::PathBuf};

/// Something a person should know about what was read, though it could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// The last line was not whole and was left out: a write was under way, or was cut short by a crash.
    TornTail {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// How many bytes were left out.
        bytes: usize,
    },
    /// The journal has records that this program does not know: shown, never restored from.
    NotUnderstood {
        /// The journal.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The kind of the record.
        kind: String,
    },
    /// The journal's format is newer in a way that can be read and must not be appended to.
    NewerMinor {
        /// The journal.
        path: PathBuf,
        /// Its format.
        format: String,
        /// Who wrote it.
        program: String,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::TornTail { path, line, bytes } => write!(
                f,
                "{} line {line} is not whole ({bytes} bytes) and was left out: it is being written now, or a crash \
                 cut it short before anything was done about it",
                path.display()
            ),
            Warning::NotUnderstood { path, line, kind } => {
                write!(
                    f,
                    "{} line {line} records {kind:?}, which this firedrill does not know",
                    path.display()
                )
            }
            Warning::NewerMinor { path, format, program } => write!(
                f,
                "{} was written by {program} in journal format {format}; it can be read here, and restored only \
                 with {program} or newer",
                path.display()
            ),
        }
    }
}
