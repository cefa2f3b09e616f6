//! Feed: a run's files as they grow, as what the screen shows.
//! Invariant: made anew at most once a second, and only when a file or the presence of its process has changed; what cannot be read just now is read the next
//! time, and until then the last good picture stays.
//! Used by: wall.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::sync::watch;

use super::script::SCRIPT;
use crate::{
    cli::{error::CliError, reading},
    clock::Clock,
    journal::{
        format::JOURNAL_FILE,
        presence::{self, Attendance},
        samples::SAMPLES_FILE,
    },
    report::{fragment, frame},
    words::Lang,
};

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(1);

/// What the screen shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// Names this state of the run, the same for the same files.
    pub(super) id: String,
    /// The part of the page that changes.
    pub(super) fragment: String,
    /// The whole page.
    pub(super) page: String,
}

/// Follows one run.
pub(super) struct Feed {
    folder: PathBuf,
    lang: Lang,
    seen: String,
    shown: watch::Sender<Arc<Shown>>,
}

impl Feed {
    /// Reads the run as it is now.
    pub(super) fn open(folder: PathBuf, lang: Lang) -> Result<Feed, CliError> {
        let seen = state(&folder);
        let shown = shown(&folder, lang, &seen)?;
        Ok(Feed { folder, lang, seen, shown: watch::channel(Arc::new(shown)).0 })
    }

    /// What is shown, now and from now on.
    pub(super) fn shown(&self) -> watch::Receiver<Arc<Shown>> {
        self.shown.subscribe()
    }

    /// Follows the files until dropped.
    pub(super) async fn follow(mut self, clock: Clock) {
        loop {
            clock.sleep(EVERY).await;
            let now = state(&self.folder);
            if now == self.seen {
                continue;
            }
            let (folder, lang, id) = (self.folder.clone(), self.lang, now.clone());
            let made = tokio::task::spawn_blocking(move || shown(&folder, lang, &id)).await;
            if let Ok(Ok(shown)) = made {
                self.seen = now;
                self.shown.send_replace(Arc::new(shown));
            }
        }
    }
}

fn shown(folder: &Path, lang: Lang, id: &str) -> Result<Shown, CliError> {
    let report = reading::read(folder)?.report;
    let at_work = at_work(folder);
    let page = frame(&report, at_work, lang, SCRIPT);
    Ok(Shown { id: id.to_owned(), fragment: fragment(&report, at_work, lang), page })
}

/// The lengths of the files that a run grows by, and whether somebody works on it.
fn state(folder: &Path) -> String {
    let length = |name: &str| fs::metadata(folder.join(name)).map_or(0, |meta| meta.len());
    format!("{}-{}-{}", length(JOURNAL_FILE), length(SAMPLES_FILE), at_work(folder).name())
}

/// Without a lock, which a copied folder has not, nobody does.
fn at_work(folder: &Path) -> Attendance {
    presence::presence(folder).map_or(Attendance::Gone, |presence| presence.state)
}
