//! Writer: the one place that writes a follow-up's records.
//! Invariant: when `append` returns `Ok` the record is on disk; when it refuses, the file is as before.
//! Not here: what may be written (see `fold`).
//! Used by: cli.

use std::{
    fs::{self, File, OpenOptions},
    path::Path,
};

use super::{
    event::{FOLLOWUP_FILE, FORMAT, FollowUp},
    fold::{FollowUps, Refusal},
    reader::{self, FollowUpRead},
};
use crate::{
    clock::Stamp,
    id::Seq,
    journal::{
        error::JournalError, event::Record, format, hash::LineHash, reader as journal, sink::sync_dir,
    },
};

/// Writes down what `event` makes of all that is there, which nobody else can change meanwhile; waits for the disk. The
/// first one opens the follow-up, and names the run and what its journal is at this moment.
///
/// # Errors
/// What the file system says, or [`JournalError::Refused`] with what `event` or [`FollowUps::check`] refused.
pub fn append(
    dir: &Path,
    at: Stamp,
    event: impl FnOnce(&FollowUps) -> Result<FollowUp, Refusal>,
) -> Result<Record<FollowUp>, JournalError> {
    let path = dir.join(FOLLOWUP_FILE);
    let journal = journal::read(dir)?;
    let file =
        OpenOptions::new().append(true).create(true).open(&path).map_err(JournalError::io("open", &path))?;
    // Held until the file is closed: two who write at once write one after the other.
    file.lock().map_err(JournalError::io("lock", &path))?;
    let bytes = fs::read(&path).map_err(JournalError::io("read", &path))?;
    let read = reader::parse(&path, &bytes)?;
    let refused = |source| JournalError::Refused { path: path.clone(), source };
    let none = FollowUps::default();
    let all = read.as_ref().map_or(&none, |read| &read.all);
    let event = event(all).and_then(|event| all.check(&event).map(|()| event));
    let event = event.map_err(|source| {
        forget_if_new(&path, bytes.is_empty());
        refused(source)
    })?;
    if read.as_ref().is_some_and(|read| !read.appendable) {
        return Err(JournalError::FollowUpNewer { path });
    }
    let mut lines = Lines::after(read.as_ref());
    let at = lines.not_before(at, read.as_ref(), &journal);
    if read.is_none() {
        lines
            .add(at, opening(&journal))
            .map_err(|source| JournalError::Encode { path: path.clone(), source })?;
    }
    let record =
        lines.add(at, event).map_err(|source| JournalError::Encode { path: path.clone(), source })?;
    let whole = read.as_ref().map_or(0, |read| read.whole_bytes);
    write(&file, &path, whole, bytes.len() as u64, &lines.bytes)?;
    sync_dir(dir).map_err(JournalError::io("sync", dir))?;
    Ok(record)
}

/// What opens the follow-up of a run.
fn opening(journal: &journal::JournalRead) -> FollowUp {
    FollowUp::Opened {
        format: FORMAT.to_owned(),
        run: journal.started().run.clone(),
        program: concat!("firedrill ", env!("CARGO_PKG_VERSION")).to_owned(),
        journal_records: (journal.records.len() + journal.unknown.len()) as u64,
        journal_head: journal.head,
    }
}

/// Lines to be written after those that are there.
struct Lines {
    bytes: Vec<u8>,
    next: u64,
    link: LineHash,
}

impl Lines {
    fn after(read: Option<&FollowUpRead>) -> Lines {
        let (next, link) = read.map_or((0, LineHash::NONE), |read| (read.lines as u64, read.link));
        Lines { bytes: Vec::new(), next, link }
    }

    /// The same moment, on the run's own scale of time: never before what is there.
    fn not_before(&self, at: Stamp, read: Option<&FollowUpRead>, journal: &journal::JournalRead) -> Stamp {
        let written = read.and_then(|read| read.records.last()).map(|last| last.at);
        let last = written.or_else(|| journal.records.last().map(|last| last.at));
        Stamp { mono: last.map_or(at.mono, |last| last.mono.max(at.mono)), wall: at.wall }
    }

    fn add(&mut self, at: Stamp, event: FollowUp) -> Result<Record<FollowUp>, serde_json::Error> {
        let record = Record { seq: Seq(self.next), at, event };
        let (line, link) = format::encode(&record, self.link)?;
        self.bytes.extend(line);
        self.next += 1;
        self.link = link;
        Ok(record)
    }
}

/// Cuts a torn end off, writes, and takes back what a full disk left of it.
fn write(mut file: &File, path: &Path, whole: u64, length: u64, lines: &[u8]) -> Result<(), JournalError> {
    use std::io::Write;
    if whole < length {
        file.set_len(whole).map_err(JournalError::io("cut the torn end off", path))?;
    }
    let written = file.write_all(lines).and_then(|()| file.sync_all());
    written.map_err(|source| {
        // Where even this fails, a torn last line is left out by every reader.
        let _ = file.set_len(whole);
        JournalError::Io { doing: "write to", path: path.into(), source }
    })
}

/// Nobody wrote anything: then there is no file.
fn forget_if_new(path: &Path, empty: bool) {
    if empty {
        let _ = fs::remove_file(path);
    }
}
