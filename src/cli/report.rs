//! Report: makes a run's report files from its journal and samples.
//! Invariant: the same journal and samples give the same bytes.
//! Not here: what is in them (see `report`).
//! Used by: cli, `finish`.

use std::{
    fs::Permissions,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use clap::Args;

use crate::{
    evidence::{self, VERIFY_FILES, signature, sums::SIGNATURE_FILE},
    journal::{self, Store},
    measure::{self, Assessment},
    report as files,
};

use super::{
    ReportsArgs,
    error::CliError,
    exit,
    output::{note, toned},
    summary as summary_view,
    words::Tone,
};

/// What `report` takes.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The run: its id, or an unambiguous part of it [default: the latest]
    run: Option<String>,
    /// The assessment as JSON on stdout
    #[arg(long)]
    json: bool,
    /// Sign SHA256SUMS: a private SSH key, or the public key of one that the agent holds
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,
    #[command(flatten)]
    reports: ReportsArgs,
}

/// Makes the files again and shows the summary; the exit code says only whether that worked.
pub(crate) fn report(args: &ReportArgs) -> Result<u8, CliError> {
    let store = Store::new(&args.reports.reports);
    let folder =
        store.find(args.run.as_deref()).map_err(|why| CliError::broken("there is no such run", why))?;
    if let Some(key) = args.sign.as_deref() {
        key_is_there(key)?;
    }
    let assessment = make(&folder)?;
    summary_view::show(&assessment, &folder, args.json);
    if let Some(key) = args.sign.as_deref() {
        sign(&folder, key)?;
    }
    Ok(exit::PASSED)
}

/// A run's report, made and not yet written.
struct Made {
    assessment: Assessment,
    files: Vec<(String, Vec<u8>)>,
}

/// Writes the report files of the run in `folder`, and the list of all its files.
pub(crate) fn make(folder: &Path) -> Result<Assessment, CliError> {
    let made = made(folder)?;
    for (name, bytes) in &made.files {
        let path = folder.join(name);
        write_whole(folder, &path, bytes)
            .map_err(|why| CliError::broken(format!("could not write {}", path.display()), why))?;
    }
    let sealed = evidence::seal(folder)
        .map_err(|why| CliError::broken(format!("could not list the files of {}", folder.display()), why))?;
    if sealed.stale_signature {
        let stale = toned(Tone::Busy, "the signature is of an earlier state of this run;");
        note(format!("{stale} sign it again with: firedrill report RUN --sign KEY"));
    }
    Ok(made.assessment)
}

/// The report files as they are when they are made again, by name; nothing is written.
pub(crate) fn made_again(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, CliError> {
    made(folder).map(|made| made.files)
}

fn made(folder: &Path) -> Result<Made, CliError> {
    let unreadable = |why| CliError::broken("the run can not be read", why);
    let read = journal::read(folder).map_err(unreadable)?;
    let samples = journal::read_samples(folder).map_err(unreadable)?;
    let assessment = measure::assess(&read.records, &samples.samples)
        .map_err(|why| CliError::broken("the run can not be assessed", why))?;
    let names = files::RENDERERS.iter().map(|renderer| renderer.name());
    let integrity = evidence::integrity(folder, names.chain(VERIFY_FILES.map(|(name, _)| name)))
        .map_err(|why| CliError::broken("the run can not be read", why))?;
    let mut all: Vec<(String, Vec<u8>)> = files::files(&assessment, &read.records, &samples.samples)
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .collect();
    let run = read.started().run.as_str();
    let verify = VERIFY_FILES
        .map(|(name, lang)| (name.to_owned(), evidence::instructions(run, &integrity, lang).into_bytes()));
    all.extend(verify);
    Ok(Made { assessment, files: all })
}

/// Refuses a key that is not there before anything is done for it.
pub(crate) fn key_is_there(key: &Path) -> Result<(), CliError> {
    match key.is_file() {
        true => Ok(()),
        false => Err(CliError::Usage(format!(
            "there is no key at {}: --sign takes a private SSH key, or the public key of one that the agent holds",
            key.display()
        ))),
    }
}

/// Signs the list of the run's files.
pub(crate) fn sign(folder: &Path, key: &Path) -> Result<(), CliError> {
    signature::sign(folder, key)
        .map_err(|why| CliError::broken("the report is there and not signed", why))?;
    note(format!("signed: {}", folder.join(SIGNATURE_FILE).display()));
    Ok(())
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
