//! Loaded: a run read from its folder and made a report, without writing anything.
//! Invariant: from the journal and the samples alone.
//! Used by: `compare`, `report`.

use std::path::Path;

use crate::{
    journal::{self, event::Record},
    measure,
    report::{
        make::{self, Source},
        model::{Extras, Report},
    },
};

use super::error::CliError;

/// A run.
pub(crate) struct Loaded {
    /// Its journal.
    pub(crate) records: Vec<Record>,
    /// Its report.
    pub(crate) report: Report,
}

/// Reads the run in `folder`.
pub(crate) fn load(folder: &Path) -> Result<Loaded, CliError> {
    let unreadable = |why| CliError::broken("the run can not be read", why);
    let read = journal::read(folder).map_err(unreadable)?;
    let samples = journal::read_samples(folder).map_err(unreadable)?.samples;
    let run = measure::assess(&read.records, &samples)
        .map_err(|why| CliError::broken("the run can not be assessed", why))?;
    let head = read.head.to_string();
    let source = Source { run: &run, records: &read.records, samples: &samples, head: &head };
    let report = make::report(&source, Extras::default()).ok_or_else(|| {
        CliError::Refused("the journal is not a run's, so there is nothing to compare".into())
    })?;
    Ok(Loaded { report, records: read.records })
}
