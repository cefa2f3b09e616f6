//! Note: writes a note about a run, during it or years after.
//! Invariant: the run's own journal is not touched.
//! Used by: cli.

use clap::Args;

use super::{append, author, find};
use crate::{
    cli::{ReportsArgs, error::CliError, exit, output::out},
    journal::{Store, followup::FollowUp},
};

/// What `note` takes.
#[derive(Debug, Args)]
pub(crate) struct NoteArgs {
    /// The run: its id, or an unambiguous part of it; `latest`
    run: String,
    /// What to write down; secrets do not belong there, since it is evidence
    text: String,
    #[command(flatten)]
    reports: ReportsArgs,
}

/// Writes it.
pub(crate) fn note(args: &NoteArgs) -> Result<u8, CliError> {
    let folder = find(&Store::new(&args.reports.reports), Some(&args.run))?;
    let by = author();
    let said = by.to_string();
    let record = append(&folder, |_| Ok(FollowUp::Noted { by, text: args.text.clone() }))?;
    out(format!("noted by {said} as record {} of {}/followup.jsonl", record.seq, folder.display()));
    Ok(exit::PASSED)
}
