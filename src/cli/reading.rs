//! Reading: a run's folder as an assessment and a report, and files written whole beside it.
//! Invariant: the same folder gives the same report; nobody ever reads half a file.
//! Not here: which files are made (see `report`).
//! Used by: `report`, `compare`, `year`, `finish`.

use std::{fs::Permissions, io::Write, os::unix::fs::PermissionsExt, path::Path};

use crate::{
    journal::{self, event::Record, followup},
    measure::{self, Assessment},
    report::{self as files, Report, Source, controls},
};

use super::error::CliError;

/// A run, read and assessed.
pub(crate) struct Made {
    /// Its journal.
    pub(crate) records: Vec<Record>,
    /// What is to be said of it.
    pub(crate) assessment: Assessment,
    /// The same with everything that its files show.
    pub(crate) report: Report,
}

/// Reads the run in `folder`; writes nothing.
pub(crate) fn read(folder: &Path) -> Result<Made, CliError> {
    let unreadable = |why| CliError::broken("the run can not be read", why);
    let read = journal::read(folder).map_err(unreadable)?;
    let samples = journal::read_samples(folder).map_err(unreadable)?;
    let followup = followup::read(folder).map_err(unreadable)?;
    let assessment = measure::assess(&read.records, &samples.samples)
        .map_err(|why| CliError::broken("the run can not be assessed", why))?;
    let head = read.head.to_string();
    let source = Source { run: &assessment, records: &read.records, samples: &samples.samples, head: &head };
    let extras = files::extras(read.started(), followup.as_ref().map(|it| &it.all));
    let mut report = files::report(&source, extras).ok_or_else(|| {
        CliError::Refused("the journal is not a run's, so there is nothing to report".into())
    })?;
    report.controls = controls::map(&report, &read.started().drill.deployment.report.controls);
    Ok(Made { records: read.records, assessment, report })
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
