//! Report: makes a run's report files from its journal and samples.
//! Invariant: the same journal and samples give the same bytes.
//! Not here: what is in them (see `report`).
//! Used by: cli, `finish`.

use std::{fs::Permissions, io::Write, os::unix::fs::PermissionsExt, path::Path};

use clap::Args;

use crate::{
    journal::{self, Store},
    measure::{self, Assessment},
    report as files,
};

use super::{ReportsArgs, error::CliError, exit, summary as summary_view};

/// What `report` takes.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The run: its id, or an unambiguous part of it [default: the latest]
    run: Option<String>,
    /// The assessment as JSON on stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reports: ReportsArgs,
}

/// Makes the files again and shows the summary; the exit code says only whether that worked.
pub(crate) fn report(args: &ReportArgs) -> Result<u8, CliError> {
    let store = Store::new(&args.reports.reports);
    let folder =
        store.find(args.run.as_deref()).map_err(|why| CliError::broken("there is no such run", why))?;
    let assessment = make(&folder)?;
    summary_view::show(&assessment, &folder, args.json);
    Ok(exit::PASSED)
}

/// Writes the report files of the run in `folder`.
pub(crate) fn make(folder: &Path) -> Result<Assessment, CliError> {
    let unreadable = |why| CliError::broken("the run can not be read", why);
    let read = journal::read(folder).map_err(unreadable)?;
    let samples = journal::read_samples(folder).map_err(unreadable)?;
    let assessment = measure::assess(&read.records, &samples.samples)
        .map_err(|why| CliError::broken("the run can not be assessed", why))?;
    for (name, bytes) in files::files(&assessment, &read.records, &samples.samples) {
        let path = folder.join(name);
        write_whole(folder, &path, &bytes)
            .map_err(|why| CliError::broken(format!("could not write {}", path.display()), why))?;
    }
    Ok(assessment)
}

/// Writes beside and renames, so that nobody reads half a report.
fn write_whole(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".report")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
