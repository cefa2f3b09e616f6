//! Writer: the one place that writes a run's records.
//! Invariant: when `append` returns `Ok` the record is on disk and taken into the state; when it returns `Err` the state is
//! as before, and after a failed write nothing more is written.
//! Not here: which event comes when (see `engine`), samples (see `samples`).
//! Used by: engine, and nobody else.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use crate::{clock::Stamp, id::RunId};

use super::{
    error::JournalError,
    event::{Actor, Event, Record, RunStarted},
    format::{self, Content, JOURNAL_FILE},
    hash::LineHash,
    lock::{Holder, Lock},
    reader::{self, JournalRead},
    sink::{Sink, sync_dir},
    state::RunState,
};

/// A journal open for appending, its run's lock held.
///
/// Appending blocks until the disk has it. That is meant: nothing may happen that is not on disk before.
pub struct Journal {
    dir: PathBuf,
    path: PathBuf,
    sink: Box<dyn Sink>,
    state: RunState,
    head: LineHash,
    poisoned: bool,
    lock: Lock,
}

impl Journal {
    /// Makes the run's folder and its journal, neither of which may exist, and writes the first record. `first.format` is
    /// set here. The folder above must exist (see [`super::Store::run_dir`]).
    pub fn create(dir: &Path, mut first: RunStarted, at: Stamp) -> Result<(Journal, Record), JournalError> {
        create_dir_anew(dir)?;
        first.format = format::FORMAT.to_string();
        let lock = Lock::run(dir, &Holder { run: first.run.clone(), by: first.by.clone() })?;
        let path = dir.join(JOURNAL_FILE);
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .open(&path)
            .map_err(JournalError::io("create", &path))?;
        let mut journal = Journal {
            dir: dir.into(),
            path,
            sink: Box::new(file),
            state: RunState::new(),
            head: LineHash::NONE,
            poisoned: false,
            lock,
        };
        let record = journal.append(at, Event::RunStarted(Box::new(first)))?;
        journal.sync_names()?;
        Ok((journal, record))
    }

    /// Opens the journal of a run that another process left, to go on with it: takes the run's lock, reads and checks every
    /// record, and cuts off a torn tail. `by` is this process, for whoever finds the lock taken.
    ///
    /// What was read comes with it, its warnings too: they are for a person.
    pub fn open_for_append(dir: &Path, by: &Actor) -> Result<(Journal, JournalRead), JournalError> {
        let path = dir.join(JOURNAL_FILE);
        let run = run_of(&path)?;
        let lock = Lock::run(dir, &Holder { run, by: by.clone() })?;
        let read = reader::read(dir)?; // again: the lock's last holder may have written until now
        read.check_appendable()?;
        let state = read.state()?;
        let file = OpenOptions::new().append(true).open(&path).map_err(JournalError::io("open", &path))?;
        if read.torn {
            cut(&file, read.whole_bytes).map_err(JournalError::io("cut the torn end off", &path))?;
        }
        let journal = Journal {
            dir: dir.into(),
            path,
            sink: Box::new(file),
            state,
            head: read.head,
            poisoned: false,
            lock,
        };
        Ok((journal, read))
    }

    /// Records an event: checks that it may follow, writes it, waits for the disk, takes it into the state. Returns the
    /// record exactly as a reader will find it.
    ///
    /// An event that may not follow is an error and nothing is written. After an error of the disk the journal is poisoned:
    /// what is on disk after the last good record is not known, so every later append fails too.
    pub fn append(&mut self, at: Stamp, event: Event) -> Result<Record, JournalError> {
        if self.poisoned {
            return Err(JournalError::Poisoned { path: self.path.clone() });
        }
        let record = Record { seq: self.state.next_seq(), at, event };
        let (line, hash, record) = self.encode(&record)?;
        self.state
            .check(&record)
            .map_err(|source| JournalError::Illegal { path: self.path.clone(), source })?;
        self.write(&line)?;
        self.state.admit(&record);
        self.head = hash;
        Ok(record)
    }

    /// Lets other processes see that this one is there: the lock file's time is now.
    pub fn sign_of_life(&self) {
        self.lock.sign();
    }

    /// What is so, by the records on disk.
    pub fn state(&self) -> &RunState {
        &self.state
    }

    /// The run's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The journal's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// True if a write failed: nothing more can be recorded.
    pub fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    /// The line, its hash, and the record as read back from that line: live state and replay then see the same to the last
    /// digit, and what cannot be read back is never written.
    fn encode(&self, record: &Record) -> Result<(Vec<u8>, LineHash, Record), JournalError> {
        let failed = |source| JournalError::Encode { path: self.path.clone(), source };
        let (line, hash) = format::encode(record, self.head).map_err(failed)?;
        let back = format::decode(format::without_end(&line))
            .map_err(|fault| failed(<serde_json::Error as serde::ser::Error>::custom(fault)))?;
        match back.content {
            Content::Known(event) => Ok((line, hash, Record { seq: back.seq, at: back.at, event })),
            Content::Unknown(event) => {
                let kind = format::kind_of(&event);
                Err(failed(serde::ser::Error::custom(format!("{kind} does not read back"))))
            }
        }
    }

    fn write(&mut self, line: &[u8]) -> Result<(), JournalError> {
        let written = self.sink.write_all(line).map_err(JournalError::io("write to", &self.path));
        let result = written.and_then(|()| self.sink.sync().map_err(JournalError::io("sync", &self.path)));
        self.poisoned = result.is_err();
        result
    }

    /// The folder's name in its parent and the file's in the folder, on disk.
    fn sync_names(&self) -> Result<(), JournalError> {
        sync_dir(&self.dir).map_err(JournalError::io("sync", &self.dir))?;
        let parent = match self.dir.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        sync_dir(parent).map_err(JournalError::io("sync", parent))
    }

    /// Puts another disk between this journal and its file, for all that follows: one that fails, or one that ends.
    pub fn through(&mut self, disk: impl FnOnce(Box<dyn Sink>) -> Box<dyn Sink>) {
        let nowhere: Box<dyn Sink> = Box::new(super::sink::Nowhere);
        self.sink = disk(std::mem::replace(&mut self.sink, nowhere));
    }

    /// From now on the disk has room for this many bytes, and keeps them when asked or does not.
    #[cfg(test)]
    pub(crate) fn on_a_bad_disk(&mut self, room: usize, syncs: bool) {
        let file = OpenOptions::new().append(true).open(&self.path).unwrap();
        self.sink = Box::new(super::sink::BadDisk { file, room, syncs });
    }
}

fn create_dir_anew(dir: &Path) -> Result<(), JournalError> {
    fs::create_dir(dir).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => JournalError::Exists { path: dir.into() },
        _ => JournalError::Io { doing: "create", path: dir.into(), source },
    })
}

/// Which run's journal this is; read before the lock is taken, so that no lock file is made where no run is.
fn run_of(path: &Path) -> Result<RunId, JournalError> {
    let dir = path.parent().unwrap_or(Path::new("."));
    Ok(reader::read(dir)?.started().run.clone())
}

fn cut(file: &File, at: u64) -> io::Result<()> {
    file.set_len(at)?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
