//! Write: the files that discovery made.
//! Invariant: either every file is written or none; what is there and differs stays, unless told otherwise.
//! Used by: `discover`.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    cli::error::CliError,
    discover::{files::File, outcome::Outcome},
};

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// It is new.
    Written,
    /// It was there and said the same.
    Unchanged,
    /// It was there, said something else, and was written anew, as told.
    Overwritten,
    /// It is there and says something else: it stays as it is.
    Kept,
    /// It would go with another that stays as it is.
    Withheld,
    /// There is none to write.
    Lacking,
}

/// What became of both.
pub(super) struct Written {
    /// The deployment's, then the drill's.
    pub(super) files: Vec<Entry>,
}

/// One file and what became of it.
pub(super) struct Entry {
    /// What it is: `deployment` or `drill`.
    pub(super) kind: &'static str,
    /// Where it is, if there is one.
    pub(super) path: Option<PathBuf>,
    /// What became of it.
    pub(super) state: State,
    /// Why there is none.
    pub(super) why: Option<String>,
}

impl Written {
    /// True if a file that is there stood in the way.
    pub(super) fn refused(&self) -> bool {
        self.files.iter().any(|file| file.state == State::Kept)
    }
}

/// Writes what was made into the folder of drills.
pub(super) fn write(folder: &Path, outcome: &Outcome, force: bool) -> Result<Written, CliError> {
    let mut files = Vec::new();
    for (kind, made) in [("deployment", &outcome.deployment), ("drill", &outcome.drill)] {
        files.push(match made {
            Err(why) => Entry { kind, path: None, state: State::Lacking, why: Some(why.clone()) },
            Ok(file) => {
                let path = folder.join(&file.path);
                let state = standing(&path, file, force)?;
                Entry { kind, path: Some(path), state, why: None }
            }
        });
    }
    let mut written = Written { files };
    if written.refused() {
        for file in written.files.iter_mut().filter(|file| file.state == State::Written) {
            file.state = State::Withheld;
        }
        return Ok(written);
    }
    for (entry, made) in written.files.iter().zip([&outcome.deployment, &outcome.drill]) {
        if let (Some(path), Ok(file)) = (&entry.path, made) {
            put(path, file, entry.state)
                .map_err(|why| CliError::broken(format!("{} could not be written", path.display()), why))?;
        }
    }
    Ok(written)
}

/// What will become of a file, by what is there.
fn standing(path: &Path, file: &File, force: bool) -> Result<State, CliError> {
    match fs::read(path) {
        Ok(bytes) if bytes == file.text.as_bytes() => Ok(State::Unchanged),
        Ok(_) if force => Ok(State::Overwritten),
        Ok(_) => Ok(State::Kept),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(State::Written),
        Err(why) => Err(CliError::broken(format!("{} could not be looked at", path.display()), why)),
    }
}

fn put(path: &Path, file: &File, state: State) -> io::Result<()> {
    let mut options = OpenOptions::new();
    match state {
        // Whoever made it since it was looked for keeps it.
        State::Written => options.write(true).create_new(true),
        State::Overwritten => options.write(true).truncate(true),
        State::Unchanged | State::Kept | State::Withheld | State::Lacking => return Ok(()),
    };
    if let Some(home) = path.parent() {
        fs::create_dir_all(home)?;
    }
    let mut open = options.open(path)?;
    open.write_all(file.text.as_bytes())?;
    open.sync_all()
}
