//! Reader: a journal back from its bytes.
//! Invariant: what is returned is exactly what was written, from the first record on; a torn last line is left out and said
//! so; any other damage is an error.
//! Not here: what may follow what (see `state`); samples (see `samples`).
//! Used by: every view; writer, to go on with a journal.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    clock::Stamp,
    id::{RunId, Seq},
};

use super::{
    error::{JournalError, LineFault},
    event::{Event, Record, RunStarted},
    format::{self, Content, JOURNAL_FILE, Line},
    hash::LineHash,
    state::RunState,
    tail,
    warning::Warning,
};

/// A journal as read.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalRead {
    /// The journal's file.
    pub path: PathBuf,
    /// Every record that this program knows, in order; the first starts the run.
    pub records: Vec<Record>,
    /// Records of kinds that this program does not know, for views; with any of these nothing is restored.
    pub unknown: Vec<UnknownRecord>,
    /// What a person should know about the file.
    pub warnings: Vec<Warning>,
    /// True if the last line was not whole and was left out.
    pub torn: bool,
    /// The length of the file without a torn tail.
    pub(crate) whole_bytes: u64,
    /// The last whole line's hash.
    pub(crate) head: LineHash,
    first: Box<RunStarted>,
    first_at: Stamp,
}

/// A record of a kind that this program does not know.
#[derive(Debug, Clone, PartialEq)]
pub struct UnknownRecord {
    /// Its number.
    pub seq: Seq,
    /// When it was made.
    pub at: Stamp,
    /// The kind, as written.
    pub kind: String,
    /// The whole event, as written.
    pub event: Value,
}

/// What stands for a whole journal in evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The run.
    pub run: RunId,
    /// How many records.
    pub records: usize,
    /// The last record's hash, hex: it covers every byte of every record before it.
    pub head: String,
    /// True if a torn last line was left out.
    pub torn: bool,
}

/// Reads and checks the journal in a run's folder. Works while another process writes it.
pub fn read(dir: &Path) -> Result<JournalRead, JournalError> {
    let path = dir.join(JOURNAL_FILE);
    match fs::read(&path) {
        Ok(bytes) => parse(&path, &bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(JournalError::Missing { path }),
        Err(source) => Err(JournalError::Io { doing: "read", path, source }),
    }
}

/// Checks the journal in a run's folder, every line against the one before it and every event against the state.
pub fn verify(dir: &Path) -> Result<Verified, JournalError> {
    let read = read(dir)?;
    read.state()?;
    Ok(Verified {
        run: read.started().run.clone(),
        records: read.records.len() + read.unknown.len(),
        head: read.head.to_string(),
        torn: read.torn,
    })
}

/// What is whole before the first damage, with the damage: for showing what was changed and how to put it back by hand.
/// Nothing may be restored from it, since what follows the damage is not known.
pub fn salvage(dir: &Path) -> Result<(JournalRead, Option<JournalError>), JournalError> {
    let path = dir.join(JOURNAL_FILE);
    let bytes = fs::read(&path).map_err(JournalError::io("read", &path))?;
    match parse(&path, &bytes) {
        Ok(read) => Ok((read, None)),
        Err(damage @ JournalError::Broken { line, .. }) if line > 1 => {
            let whole: usize =
                bytes.split_inclusive(|byte| *byte == b'\n').take(line - 1).map(<[u8]>::len).sum();
            parse(&path, &bytes[..whole]).map(|read| (read, Some(damage)))
        }
        Err(error) => Err(error),
    }
}

impl JournalRead {
    /// The first record's content.
    pub fn started(&self) -> &RunStarted {
        &self.first
    }

    /// When the run started.
    pub fn started_at(&self) -> Stamp {
        self.first_at
    }

    /// The fold of all records. Those not known are passed over: enough to look, not to restore
    /// (see [`JournalRead::check_appendable`]).
    pub fn state(&self) -> Result<RunState, JournalError> {
        let mut state = RunState::new();
        let mut unknown = self.unknown.iter().peekable();
        for record in &self.records {
            while let Some(other) = unknown.next_if(|other| other.seq < record.seq) {
                state.pass_over(other.seq, other.at);
            }
            state.apply(record).map_err(|source| JournalError::Contradicts {
                path: self.path.clone(),
                line: line_of(record.seq),
                source,
            })?;
        }
        unknown.for_each(|other| state.pass_over(other.seq, other.at));
        Ok(state)
    }

    /// Whether this program may go on with this journal: it knows the format and every record.
    pub fn check_appendable(&self) -> Result<(), JournalError> {
        format::check_appendable(&self.path, &self.first.format, &self.first.program)?;
        self.check_understood()
    }

    /// Whether this program knows every record, so that the state it comes to is the whole truth.
    pub fn check_understood(&self) -> Result<(), JournalError> {
        match self.unknown.first() {
            None => Ok(()),
            Some(record) => Err(JournalError::NotUnderstood {
                path: self.path.clone(),
                line: line_of(record.seq),
                kind: record.kind.clone(),
                program: self.first.program.clone(),
            }),
        }
    }
}

/// The deployment that a journal which cannot be read names in its first line, if that line still names one. Good enough
/// to say whom a damaged journal concerns, and for nothing else.
pub(crate) fn deployment_hint(dir: &Path) -> Option<String> {
    let bytes = fs::read(dir.join(JOURNAL_FILE)).ok()?;
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    let frame: Value = serde_json::from_slice(line).ok()?;
    frame["event"]["run_started"]["drill"]["deployment"]["name"].as_str().map(str::to_owned)
}

/// Reads a journal's bytes; `path` is for messages.
pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<JournalRead, JournalError> {
    let (whole, torn) = tail::split_torn(bytes);
    let mut lines = whole.split_inclusive(|byte| *byte == b'\n').map(format::without_end);
    let Some(first_line) = lines.next() else { return Err(JournalError::NeverBegan { path: path.into() }) };
    let (first, start) = parse_first(path, first_line)?;
    let mut read = JournalRead {
        path: path.into(),
        records: Vec::new(),
        unknown: Vec::new(),
        warnings: Vec::new(),
        torn: torn > 0,
        whole_bytes: whole.len() as u64,
        head: LineHash::NONE,
        first: start,
        first_at: first.at,
    };
    if !format::check_readable(path, &read.first.format, &read.first.program)?.is_appendable() {
        let (format, program) = (read.first.format.clone(), read.first.program.clone());
        read.warnings.push(Warning::NewerMinor { path: path.into(), format, program });
    }
    let mut count = 0;
    for line in std::iter::once(Ok(first)).chain(lines.map(format::decode)) {
        let broken = |fault| JournalError::Broken { path: path.into(), line: count + 1, fault };
        let line = line.map_err(broken)?;
        check_place(&line, count, read.head).map_err(broken)?;
        take_in(&mut read, line);
        count += 1;
    }
    if torn > 0 {
        read.warnings.push(Warning::TornTail { path: path.into(), line: count + 1, bytes: torn });
    }
    Ok(read)
}

/// The first line; a framing of a newer major version is told apart from damage.
fn parse_first(path: &Path, line: &[u8]) -> Result<(Line, Box<RunStarted>), JournalError> {
    let broken = |fault| JournalError::Broken { path: path.into(), line: 1, fault };
    match format::decode(line) {
        Ok(line) => match &line.content {
            Content::Known(Event::RunStarted(start)) => {
                let start = start.clone();
                Ok((line, start))
            }
            Content::Known(_) => Err(broken(LineFault::NoStart)),
            Content::Unknown(event) => {
                check_written_version(path, event)?;
                Err(broken(LineFault::NoStart))
            }
        },
        Err(fault) => {
            if let Ok(frame) = serde_json::from_slice::<Value>(line) {
                check_written_version(path, &frame["event"])?;
            }
            Err(broken(fault))
        }
    }
}

/// Refuses a start of a run that says that it is of a format which cannot be read here.
fn check_written_version(path: &Path, event: &Value) -> Result<(), JournalError> {
    let text = |key: &str| event["run_started"][key].as_str();
    match (text("format"), text("program")) {
        (Some(format), program) => {
            format::check_readable(path, format, program.unwrap_or("a newer firedrill")).map(drop)
        }
        _ => Ok(()),
    }
}

pub(super) fn check_place<E>(line: &Line<E>, count: usize, prev: LineHash) -> Result<(), LineFault> {
    let expected = count as u64;
    if line.prev != prev {
        return Err(LineFault::WrongLink);
    }
    match line.seq == Seq(expected) {
        true => Ok(()),
        false => Err(LineFault::WrongNumber { expected, found: line.seq.0 }),
    }
}

fn take_in(read: &mut JournalRead, line: Line) {
    let Line { seq, at, content, hash, .. } = line;
    read.head = hash;
    match content {
        Content::Known(event) => read.records.push(Record { seq, at, event }),
        Content::Unknown(event) => {
            let kind = format::kind_of(&event);
            read.warnings.push(Warning::NotUnderstood {
                path: read.path.clone(),
                line: line_of(seq),
                kind: kind.clone(),
            });
            read.unknown.push(UnknownRecord { seq, at, kind, event });
        }
    }
}

/// Where a record stands in its file, counted from 1.
pub(super) fn line_of(seq: Seq) -> usize {
    usize::try_from(seq.0).unwrap_or(usize::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests;
