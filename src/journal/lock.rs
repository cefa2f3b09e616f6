//! Lock: one process at a time on a run, and one run at a time on a deployment.
//! Invariant: the operating system holds the lock and lets go of it when the process dies; what the file says is only for
//! the message.
//! Not here: whether an earlier run left something outstanding (see `store`).
//! Used by: writer (the run), store (the deployment).

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    thread,
};

use crate::clock::machine_time;

use super::error::JournalError;

pub use super::holder::Holder;

/// The lock file in a run's folder.
pub(crate) const RUN_LOCK: &str = "run.lock";
/// How often a lock that is held is tried.
const LOOKS: u32 = 200;
/// The folder of the deployments' locks, in the reports folder.
const LOCKS: &str = ".locks";

/// A lock that is held until this is dropped or the process dies.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// The lock of one run's folder: whoever holds it may append to the journal.
    pub fn run(dir: &Path, holder: &Holder) -> Result<Lock, JournalError> {
        let run = &holder.run;
        Lock::take(dir.join(RUN_LOCK), holder, format!("run {run}"), |_| {
            format!("watch it with `firedrill status {run}`, or wait until it has ended")
        })
    }

    /// The lock of one deployment: whoever holds it may change the deployment.
    pub fn deployment(reports: &Path, name: &str, holder: &Holder) -> Result<Lock, JournalError> {
        let dir = reports.join(LOCKS);
        fs::create_dir_all(&dir).map_err(JournalError::io("create", &dir))?;
        let path = dir.join(format!("{}.lock", file_name(name)));
        Lock::take(path, holder, format!("deployment {name}"), |found| match found {
            Some(other) => {
                format!("watch it with `firedrill status {}`, or wait until it has ended", other.run)
            }
            None => "wait until the other run has ended".to_owned(),
        })
    }

    /// Sets the file's time to now, so that others can tell a process that works from one that hangs. It takes no room on
    /// the disk; where it fails, the process only looks as if it gave no sign.
    pub(super) fn sign(&self) {
        let _ = self.file.set_modified(machine_time());
    }

    /// Where the lock file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn take(
        path: PathBuf,
        holder: &Holder,
        what: String,
        next: impl FnOnce(Option<&Holder>) -> String,
    ) -> Result<Lock, JournalError> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(JournalError::io("open", &path))?;
        match try_for_a_moment(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let found = read_holder(&mut file);
                let next = next(found.as_ref());
                return Err(JournalError::Locked { what, holder: found.map(Box::new), path, next });
            }
            Err(TryLockError::Error(source)) => return Err(JournalError::Io { doing: "lock", path, source }),
        }
        // On a full disk what is outstanding must be restorable all the same: the text is only for a message.
        let _ = write_holder(&mut file, holder);
        Ok(Lock { file, path })
    }
}

/// Whoever only looks whether the lock is held has it for a microsecond: that must not refuse a run or a restore.
fn try_for_a_moment(file: &File) -> Result<(), TryLockError> {
    for _ in 0..LOOKS {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::yield_now(),
            answer => return answer,
        }
    }
    file.try_lock()
}

/// What the lock file says; nothing if its holder is only just writing it.
fn read_holder(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn write_holder(file: &mut File, holder: &Holder) -> io::Result<()> {
    let text = serde_json::to_vec(holder)?;
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(&text)
}

/// A deployment's name as a file name: different names give different files, and none leaves the folder.
fn file_name(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::RunId, journal::event::Actor};

    fn holder(run: &str, pid: u32) -> Holder {
        Holder { run: RunId::from_text(run), by: Actor { host: "desk".into(), user: "ann".into(), pid } }
    }

    #[test]
    fn a_second_holder_is_told_who_has_it_and_gets_it_after_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::deployment(dir.path(), "wordpress", &holder("run-a", 7)).unwrap();
        let refused = Lock::deployment(dir.path(), "wordpress", &holder("run-b", 8)).unwrap_err().to_string();
        assert!(refused.contains("process 7 of ann on desk, for run run-a"), "{refused}");
        assert!(refused.contains("firedrill status run-a"), "{refused}");
        Lock::deployment(dir.path(), "another", &holder("run-b", 8)).unwrap();
        drop(first);
        Lock::deployment(dir.path(), "wordpress", &holder("run-b", 8)).unwrap();
    }

    #[test]
    fn no_name_leaves_the_folder_and_no_two_names_share_a_file() {
        assert_eq!(file_name("../etc/x"), "%2E%2E%2Fetc%2Fx");
        assert_ne!(file_name("a/b"), file_name("a_b"));
    }
}
