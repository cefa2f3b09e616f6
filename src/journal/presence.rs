//! Presence: whether a process works on a run, as another process on the same machine sees it.
//! Invariant: the lock says whether one is there, its file's time when it last gave a sign; nothing is changed.
//! Not here: where the run stands (see `reader`).
//! Used by: status.

use std::{
    fs::{self, File, TryLockError},
    path::Path,
    time::{Duration, SystemTime},
};

use super::lock::{self, Holder};
use crate::clock::machine_time;

/// A process that works gives a sign every few seconds.
const FRESH: Duration = Duration::from_secs(15);

/// Who works on a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Whether anyone does.
    pub state: Attendance,
    /// The process that does, or that did last; `None` if the lock file does not say.
    pub holder: Option<Holder>,
    /// When it last gave a sign.
    pub last_sign: SystemTime,
    /// How long ago that was.
    pub ago: Duration,
}

/// Whether a process works on a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attendance {
    /// One does.
    AtWork,
    /// One is there and gives no sign: it is stopped, or held up.
    Silent,
    /// None does.
    Gone,
}

impl Attendance {
    /// One word for machines.
    pub fn name(self) -> &'static str {
        match self {
            Attendance::AtWork => "at_work",
            Attendance::Silent => "silent",
            Attendance::Gone => "gone",
        }
    }
}

/// Looks at the lock in a run's folder; `None` if there is none, or if it cannot be read.
pub fn presence(dir: &Path) -> Option<Presence> {
    let path = dir.join(lock::RUN_LOCK);
    let file = File::open(&path).ok()?;
    let last_sign = file.metadata().ok()?.modified().ok()?;
    let holder = fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
    let ago = machine_time().duration_since(last_sign).unwrap_or_default();
    let held = match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => true,
        Ok(()) | Err(TryLockError::Error(_)) => false,
    };
    let state = match (held, ago < FRESH) {
        (true, true) => Attendance::AtWork,
        (true, false) => Attendance::Silent,
        (false, _) => Attendance::Gone,
    };
    Some(Presence { state, holder, last_sign, ago })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::RunId,
        journal::{lock::Lock, testing::actor},
    };

    #[test]
    fn a_process_is_at_work_then_silent_then_gone() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(presence(dir.path()), None);
        let holder = Holder { run: RunId::from_text("r"), by: actor(7) };
        let lock = Lock::run(dir.path(), &holder).unwrap();
        let seen = |state| {
            let found = presence(dir.path()).unwrap();
            assert_eq!((found.state, found.holder.as_ref()), (state, Some(&holder)));
            found
        };
        seen(Attendance::AtWork);
        let file = File::options().write(true).open(lock.path()).unwrap();
        file.set_modified(machine_time() - Duration::from_secs(3600)).unwrap();
        assert!(seen(Attendance::Silent).ago >= Duration::from_secs(3600));
        lock.sign();
        seen(Attendance::AtWork);
        drop(lock);
        seen(Attendance::Gone);
    }
}
