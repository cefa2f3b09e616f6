//! Ended: why `lab up` ended otherwise than by being told to.
//! Invariant: every way says what is no longer there.
//! Used by: `up`, `truth`.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::lab::LabError;

/// Why `lab up` ended otherwise than by being told to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LabUpError {
    /// The lab did not start.
    #[error("the lab did not start")]
    Start(#[from] LabError),
    /// A file could not be written.
    #[error("{path} cannot be written; the lab has stopped")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The record has a hole.
    #[error("an exchange could not be recorded, and the lab has stopped: {0}")]
    Record(String),
    /// Standard output is closed.
    #[error("where the lab is could not be printed; the lab has stopped")]
    Print(#[source] io::Error),
    /// The machine does not deliver signals.
    #[error("the lab cannot wait for signals; it has stopped")]
    Signals(#[source] io::Error),
}

/// With the path that could not be written.
pub(super) fn cannot_write(path: &Path) -> impl FnOnce(io::Error) -> LabUpError {
    move |source| LabUpError::File { path: path.to_owned(), source }
}
