//! Rebuild: a run's journal made again from its breadcrumb.
//! Invariant: says of itself where it comes from, and holds what restoring needs: nothing is made up beyond it.
//! Not here: restoring (see `engine`).
//! Used by: cli, for `restore --from-account`.

use std::path::PathBuf;

use super::breadcrumb::Breadcrumb;
use crate::{
    clock::{Clock, Stamp},
    journal::{
        Journal, JournalError, Store,
        event::{Actor, ChangeEvent, Event},
    },
};

/// Makes the run's folder and its journal; the folder.
///
/// # Errors
/// The folder is there already, or the disk refuses.
pub fn rebuild(
    store: &Store,
    crumb: &Breadcrumb,
    clock: &Clock,
    place: &str,
    by: &Actor,
) -> Result<PathBuf, JournalError> {
    let folder = store.run_dir(&crumb.started.run)?;
    let (mut journal, _) = Journal::create(&folder, crumb.started.clone(), crumb.started_at)?;
    let mut last = crumb.started_at;
    for own in &crumb.changes {
        last = later(last, own.at);
        let change = |event| Event::Change { change: own.change.clone(), event };
        journal.append(last, change(own.event()))?;
        // Whether it was applied nobody here knows: it is to be restored.
        journal.append(last, change(ChangeEvent::ApplyStarted))?;
    }
    let note = format!(
        "this journal was made again by {} on {} from what the run had kept in the account, in {place}: it holds what was \
         outstanding, and nothing else of the run",
        by.user, by.host
    );
    journal.append(clock.continuing(last).now(), Event::Noted { note })?;
    Ok(folder)
}

fn later(a: Stamp, b: Stamp) -> Stamp {
    if b.mono > a.mono { b } else { a }
}
