//! Reading: a run's folder as an assessment and a report, and files written whole beside it.
//! Invariant: the same folder gives the same report; nobody ever reads half a file.
//! Not here: which files are made (see `report`).
//! Used by: `report`, `year`.

use std::{fs::Permissions, io::Write, os::unix::fs::PermissionsExt, path::Path};

use crate::{
    journal::{self, followup},
    measure::{self, Assessment},
    report::{self as files, Report, Source},
    words::Lang,
};

use super::error::CliError;

/// The run in `folder`, assessed, and its report, in these languages; none: as the deployment asks.
pub(super) fn read(folder: &Path, langs: &[Lang]) -> Result<(Assessment, Option<Report>), CliError> {
    let unreadable = |why| CliError::broken("the run can not be read", why);
    let read = journal::read(folder).map_err(unreadable)?;
    let samples = journal::read_samples(folder).map_err(unreadable)?;
    let followup = followup::read(folder).map_err(unreadable)?;
    let assessment = measure::assess(&read.records, &samples.samples)
        .map_err(|why| CliError::broken("the run can not be assessed", why))?;
    let head = read.head.to_string();
    let source = Source { run: &assessment, records: &read.records, samples: &samples.samples, head: &head };
    let extras = files::extras(read.started(), followup.as_ref().map(|it| &it.all));
    let mut report = files::report(&source, extras);
    if let Some(report) = report.as_mut().filter(|_| !langs.is_empty()) {
        report.languages = langs.to_vec();
    }
    Ok((assessment, report))
}

/// Writes beside and renames, so that nobody reads half a report.
pub(super) fn write_whole(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".report")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
