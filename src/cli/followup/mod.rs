//! Followup: what people write down about a run: notes and findings.
//! Invariant: everything is on disk before it is said to be; a run that has a report has it made again, so that the report
//! and `SHA256SUMS` know of it.
//! Used by: cli.

pub(crate) mod finding;
mod finding_shown;
pub(crate) mod note;

use std::path::{Path, PathBuf};

use super::{
    error::CliError,
    machine,
    output::{note, toned},
    report,
    words::Tone,
};
use crate::{
    clock::Clock,
    evidence::sums::SUMS_FILE,
    journal::{
        self, JournalError, Store,
        event::Record,
        followup::{self, Author, FollowUp, FollowUps, Refusal},
    },
};

/// Who types.
fn author() -> Author {
    let actor = machine::actor();
    Author { user: actor.user, host: actor.host }
}

fn find(store: &Store, run: Option<&str>) -> Result<PathBuf, CliError> {
    store.find(run).map_err(|why| CliError::broken("there is no such run", why))
}

/// Writes it down, and makes the run's report again where there is one.
fn append(
    folder: &Path,
    event: impl FnOnce(&FollowUps) -> Result<FollowUp, Refusal>,
) -> Result<Record<FollowUp>, CliError> {
    let failed = |why: JournalError| match why {
        JournalError::Refused { source, .. } => {
            CliError::Usage(format!("{source}; nothing was written down"))
        }
        other => CliError::broken("nothing was written down", other),
    };
    let last = journal::read(folder).map_err(failed)?.records.last().map(|record| record.at);
    // When it was written, by this machine's clock; a lab's time ended with its run.
    let clock = last.map_or_else(Clock::real_time, |last| Clock::real_time().continuing(last));
    let record = followup::append(folder, clock.now(), event).map_err(failed)?;
    if folder.join(SUMS_FILE).is_file()
        && let Err(why) = report::make_again(folder)
    {
        let made = toned(Tone::Bad, "it is written down, but the report does not know of it:");
        note(format!("{made} {}\n  make it again with: firedrill report", why.chain()));
    }
    Ok(record)
}

#[cfg(test)]
mod tests;
