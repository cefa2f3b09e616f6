//! Error: why a journal could not be made, written, read or found.
//! Invariant: every message names the file or folder it is about, says what is true now and what to type next; the
//! cause is the source and is not repeated in the text.
//! Not here: what may follow what (see `state::illegal`).
//! Used by: this folder; engine and cli pass these on.

use std::{io, path::PathBuf};

use super::{followup::Refusal, holder::Holder, state::IllegalEvent};

/// Why a journal could not be made, written, read or found.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system refused.
    #[error("cannot {doing} {}", path.display())]
    Io {
        /// What was being done, as a verb: `write`, `sync` …
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A run with this id is there already.
    #[error("{} exists already; a run never writes into the folder of another one: start the run again", path.display())]
    Exists {
        /// The run's folder.
        path: PathBuf,
    },
    /// There is no journal.
    #[error("no journal at {}; see the runs there are with `firedrill history`", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Not one whole record was written: the run ended before it did anything.
    #[error(
        "{} holds no whole record: the run ended before it touched anything, and its folder can be deleted",
        path.display()
    )]
    NeverBegan {
        /// The journal.
        path: PathBuf,
    },
    /// A line before the end is not what was written there.
    #[error(
        "{} line {line}: {fault}; the journal is not as it was written, so nothing is restored from it. Put back an \
         untouched copy of the file and try again, or put the changes back by hand with the commands under \"by_hand\" \
         in the lines before it",
        path.display()
    )]
    Broken {
        /// The journal.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        fault: LineFault,
    },
    /// A line of a follow-up before its end is not what was written there.
    #[error(
        "{} line {line}: {fault}; it is not as it was written, so nothing more is written down there: put back an \
         untouched copy of the file. `firedrill verify` names all that is wrong",
        path.display()
    )]
    BrokenFollowUp {
        /// The follow-up.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        fault: LineFault,
    },
    /// A follow-up was written by a newer program.
    #[error(
        "{} holds what only a newer firedrill knows; nothing was written down: use the one that wrote it",
        path.display()
    )]
    FollowUpNewer {
        /// The follow-up.
        path: PathBuf,
    },
    /// What somebody wanted to write down may not follow what is there.
    #[error("{source}")]
    Refused {
        /// The follow-up.
        path: PathBuf,
        /// Why.
        #[source]
        source: Refusal,
    },
    /// The lines are as written, but what one says cannot have followed what is before it.
    #[error(
        "{} line {line} contradicts the lines before it, so nothing is restored from it: put the changes back by hand \
         with the commands under \"by_hand\" in the file",
        path.display()
    )]
    Contradicts {
        /// The journal.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What cannot follow what.
        source: IllegalEvent,
    },
    /// An event that may not follow; nothing was written.
    #[error("the journal {} does not admit {}", path.display(), .source.event())]
    Illegal {
        /// The journal.
        path: PathBuf,
        /// What is not admitted and why.
        source: IllegalEvent,
    },
    /// Written in a format that this program cannot read, or can read and must not write.
    #[error(
        "{} was written by {program} in journal format {format}; this firedrill {ability}: install {program} or newer, \
         and try again",
        path.display()
    )]
    Newer {
        /// The journal.
        path: PathBuf,
        /// Its format, `major.minor`.
        format: String,
        /// Name and version of the program that wrote it.
        program: String,
        /// What this program can do, to read after "this firedrill".
        ability: String,
    },
    /// The first record does not say which format it has.
    #[error("{} has no journal format that this firedrill knows (it says {format:?})", path.display())]
    NoFormat {
        /// The journal.
        path: PathBuf,
        /// What it says.
        format: String,
    },
    /// It holds a record of a kind that this program does not know: it can be shown, not restored from.
    #[error(
        "{} line {line} records {kind:?}, which this firedrill does not know; it was written by {program}: install \
         that or a newer one to restore from it",
        path.display()
    )]
    NotUnderstood {
        /// The journal.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The kind of the record.
        kind: String,
        /// Name and version of the program that wrote it.
        program: String,
    },
    /// A write failed before; what is on disk after it is not known, so nothing more is written.
    #[error(
        "a write to {} failed before, so nothing more is recorded there; what is outstanding can be restored with \
         `firedrill restore` once the disk is writable",
        path.display()
    )]
    Poisoned {
        /// The file.
        path: PathBuf,
    },
    /// The record cannot be written as JSON that reads back.
    #[error("a record for {} cannot be written so that it reads back", path.display())]
    Encode {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// A line of `samples.jsonl` before the end is not a sample.
    #[error("{} line {line} is not a sample; put back an untouched copy of the file", path.display())]
    BadSample {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What the reader said.
        source: serde_json::Error,
    },
    /// Another process works on the same run or deployment.
    #[error("{what} is in use{} ({}); {next}", held_by(.holder), path.display())]
    Locked {
        /// The run or the deployment, named.
        what: String,
        /// Who holds the lock, if the lock file says so.
        holder: Option<Box<Holder>>,
        /// The lock file.
        path: PathBuf,
        /// What to do.
        next: String,
    },
    /// There is no run at all.
    #[error("no runs in {}; start one with `firedrill run DRILL`, or name another folder with --reports", path.display())]
    NoRuns {
        /// The reports folder.
        path: PathBuf,
    },
    /// No run has such an id.
    #[error("no run in {} is called {selector:?}; {}", path.display(), offer(.candidates))]
    UnknownRun {
        /// The reports folder.
        path: PathBuf,
        /// As given.
        selector: String,
        /// The newest runs.
        candidates: Vec<String>,
    },
    /// Several runs have such an id.
    #[error("{selector:?} names more than one run in {}; {}", path.display(), offer(.candidates))]
    AmbiguousRun {
        /// The reports folder.
        path: PathBuf,
        /// As given.
        selector: String,
        /// Those it names.
        candidates: Vec<String>,
    },
}

impl JournalError {
    /// An error of the file system while doing something to a path.
    pub(crate) fn io(
        doing: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> JournalError {
        let path = path.into();
        move |source| JournalError::Io { doing, path, source }
    }
}

/// What is wrong with one line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// It does not end as every record ends.
    #[error("it is not a whole record")]
    NotARecord,
    /// Its bytes are not those that were hashed.
    #[error("its hash does not match its content")]
    WrongHash,
    /// It does not name the line before it.
    #[error("it does not follow the line before it: a line was removed, added or moved")]
    WrongLink,
    /// Its number is not its place.
    #[error("it has number {found} where {expected} belongs")]
    WrongNumber {
        /// By its place.
        expected: u64,
        /// By its own word.
        found: u64,
    },
    /// Its hash is right but it is not the JSON of a record.
    #[error("it is not a record: {0}")]
    NotJson(String),
    /// The first record is not the start of a run.
    #[error("the first record does not start a run")]
    NoStart,
}

fn held_by(holder: &Option<Box<Holder>>) -> String {
    holder.as_ref().map_or_else(String::new, |holder| format!(" by {holder}"))
}

fn offer(names: &[String]) -> String {
    match names {
        [] => "see them with `firedrill history`".to_owned(),
        names => format!("name one of: {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests;
