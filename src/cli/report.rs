//! Report: makes a run's report files from its journal and samples.
//! Invariant: the same journal and samples give the same bytes.
//! Not here: what is in them (see `report`).
//! Used by: cli, `finish`.

use std::{fs::Permissions, io::Write, os::unix::fs::PermissionsExt, path::Path};

use clap::{Args, ValueEnum};

use crate::{
    journal::{self, Store, event::Record},
    measure::{self, Assessment},
    report::{self as files, Extras, Report, Source},
    words::Lang,
};

use super::{ReportsArgs, error::CliError, exit, outputs::OutputArgs, summary as summary_view};

/// What `report` takes.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The run: its id, or an unambiguous part of it [default: the latest]
    run: Option<String>,
    /// The language of the readable files [default: as the deployment's file asks, else en]
    #[arg(long, value_name = "LANG")]
    lang: Option<Langs>,
    /// The assessment as JSON on stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reports: ReportsArgs,
    #[command(flatten)]
    outputs: OutputArgs,
}

/// The languages that someone asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Langs {
    /// English
    En,
    /// Korean
    Ko,
    /// Both; English prevails
    Both,
}

impl Langs {
    fn all(self) -> &'static [Lang] {
        match self {
            Langs::En => &[Lang::En],
            Langs::Ko => &[Lang::Ko],
            Langs::Both => &Lang::ALL,
        }
    }
}

/// Makes the files again and shows the summary; the exit code says only whether that worked.
pub(crate) async fn report(args: &ReportArgs) -> Result<u8, CliError> {
    let store = Store::new(&args.reports.reports);
    let folder =
        store.find(args.run.as_deref()).map_err(|why| CliError::broken("there is no such run", why))?;
    let made = make(&folder, args.lang.map_or(&[], Langs::all))?;
    summary_view::show(&made.assessment, &folder, args.json);
    args.outputs.send(&made.report).await;
    Ok(exit::PASSED)
}

/// A run, read and assessed.
pub(crate) struct Made {
    /// Its journal.
    pub(crate) records: Vec<Record>,
    /// What is to be said of it.
    pub(crate) assessment: Assessment,
    /// The same with everything that its files show.
    pub(crate) report: Report,
}

/// Writes the report files of the run in `folder`, in these languages; none: as the deployment asks.
pub(crate) fn make(folder: &Path, langs: &[Lang]) -> Result<Made, CliError> {
    let mut made = read(folder)?;
    if !langs.is_empty() {
        made.report.languages = langs.to_vec();
    }
    for (name, bytes) in files::files(&made.report) {
        let path = folder.join(name);
        write_whole(folder, &path, &bytes)
            .map_err(|why| CliError::broken(format!("could not write {}", path.display()), why))?;
    }
    Ok(made)
}

/// Reads the run in `folder`; writes nothing.
pub(crate) fn read(folder: &Path) -> Result<Made, CliError> {
    let unreadable = |why| CliError::broken("the run can not be read", why);
    let read = journal::read(folder).map_err(unreadable)?;
    let samples = journal::read_samples(folder).map_err(unreadable)?;
    let assessment = measure::assess(&read.records, &samples.samples)
        .map_err(|why| CliError::broken("the run can not be assessed", why))?;
    let head = read.head.to_string();
    let source = Source { run: &assessment, records: &read.records, samples: &samples.samples, head: &head };
    let report = files::report(&source, Extras::default()).ok_or_else(|| {
        CliError::Refused("the journal is not a run's, so there is nothing to report".into())
    })?;
    Ok(Made { records: read.records, assessment, report })
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
