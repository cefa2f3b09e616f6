//! Truth: the file of physical transitions that `lab up --truth` grows.
//! Invariant: only whole lines.
//! Used by: `up`.

use std::{
    fs::File,
    io::{self, Write},
    path::PathBuf,
};

use super::ended::{LabUpError, cannot_write};
use crate::lab::world::truth::Transition;

/// The file of physical transitions.
pub(super) struct TruthFile {
    path: PathBuf,
    file: File,
}

impl TruthFile {
    /// Starts a new file.
    pub(super) fn create(path: PathBuf) -> Result<TruthFile, LabUpError> {
        let file = File::create(&path).map_err(cannot_write(&path))?;
        Ok(TruthFile { path, file })
    }

    /// Adds whole lines in one write, so that a reader never sees half of one from here.
    pub(super) fn append(&mut self, transitions: &[Transition]) -> Result<(), LabUpError> {
        let mut lines = Vec::new();
        for transition in transitions {
            let written = serde_json::to_writer(&mut lines, transition).map_err(io::Error::from);
            written.map_err(cannot_write(&self.path))?;
            lines.push(b'\n');
        }
        self.file.write_all(&lines).map_err(cannot_write(&self.path))
    }
}
