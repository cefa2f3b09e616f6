//! Report: makes a run's report files from its journal and samples.
//! Invariant: the same journal and samples give the same bytes.
//! Not here: what is in them (see `report`).
//! Used by: cli, `finish`.

use std::{
    fs::{self, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};

use crate::{
    evidence::{self, VERIFY_FILES, signature, sums::SIGNATURE_FILE},
    journal::{self, Store, event::Record, followup},
    measure::{self, Assessment},
    report::{self as files, Report, Source},
    words::Lang,
};

use super::{
    ReportsArgs,
    error::CliError,
    exit,
    output::{note, toned},
    outputs::OutputArgs,
    summary as summary_view,
    words::Tone,
};

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
    /// Sign SHA256SUMS: a private SSH key, or the public key of one that the agent holds
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,
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
    if let Some(key) = args.sign.as_deref() {
        key_is_there(key)?;
    }
    let told = make(&folder, args.lang.map_or(&[], Langs::all))?;
    summary_view::show(&told.assessment, &folder, args.json);
    if let Some(key) = args.sign.as_deref() {
        sign(&folder, key)?;
    }
    args.outputs.send(&told.report).await;
    Ok(exit::PASSED)
}

/// A run, read and assessed.
pub(crate) struct Told {
    /// Its journal.
    pub(crate) records: Vec<Record>,
    /// What is to be said of it.
    pub(crate) assessment: Assessment,
    /// The same with everything that its files show.
    pub(crate) report: Report,
}

/// A run's report, made and not yet written.
struct Made {
    told: Told,
    /// Name and bytes.
    files: Vec<(String, Vec<u8>)>,
    /// Files of languages that this report is not in.
    gone: Vec<&'static str>,
}

/// Writes the report files of the run in `folder`, in these languages, and the list of all its files; none: as the deployment
/// asks. Reports in other languages are taken away, for they would be of an earlier state.
pub(crate) fn make(folder: &Path, langs: &[Lang]) -> Result<Told, CliError> {
    let made = made(folder, langs)?;
    for (name, bytes) in &made.files {
        let path = folder.join(name);
        write_whole(folder, &path, bytes)
            .map_err(|why| CliError::broken(format!("could not write {}", path.display()), why))?;
    }
    for path in made.gone.iter().map(|name| folder.join(name)).filter(|path| path.is_file()) {
        fs::remove_file(&path)
            .map_err(|why| CliError::broken(format!("could not take {} away", path.display()), why))?;
    }
    let sealed = evidence::seal(folder)
        .map_err(|why| CliError::broken(format!("could not list the files of {}", folder.display()), why))?;
    if sealed.stale_signature {
        let stale = toned(Tone::Busy, "the signature is of an earlier state of this run;");
        note(format!("{stale} sign it again with: firedrill report RUN --sign KEY"));
    }
    Ok(made.told)
}

/// Writes them again in the languages that they are in.
pub(crate) fn make_again(folder: &Path) -> Result<Told, CliError> {
    make(folder, &languages_there(folder))
}

/// The report files as they are when they are made again in the languages that they are in; nothing is written.
pub(crate) fn made_again(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, CliError> {
    made(folder, &languages_there(folder)).map(|made| made.files)
}

/// The languages of the report that is there; none if there is none that says so.
fn languages_there(folder: &Path) -> Vec<Lang> {
    #[derive(serde::Deserialize)]
    struct Said {
        languages: Vec<Lang>,
    }
    let bytes = fs::read(folder.join("report.json")).unwrap_or_default();
    serde_json::from_slice::<Said>(&bytes).map(|said| said.languages).unwrap_or_default()
}

/// Reads the run in `folder`; writes nothing.
pub(crate) fn read(folder: &Path) -> Result<Told, CliError> {
    let unreadable = |why| CliError::broken("the run can not be read", why);
    let read = journal::read(folder).map_err(unreadable)?;
    let samples = journal::read_samples(folder).map_err(unreadable)?;
    let followup = followup::read(folder).map_err(unreadable)?;
    let assessment = measure::assess(&read.records, &samples.samples)
        .map_err(|why| CliError::broken("the run can not be assessed", why))?;
    let head = read.head.to_string();
    let source = Source { run: &assessment, records: &read.records, samples: &samples.samples, head: &head };
    let extras = files::extras(read.started(), followup.as_ref().map(|it| &it.all));
    let report = files::report(&source, extras).ok_or_else(|| {
        CliError::Refused("the journal is not a run's, so there is nothing to report".into())
    })?;
    Ok(Told { records: read.records, assessment, report })
}

fn made(folder: &Path, langs: &[Lang]) -> Result<Made, CliError> {
    let mut told = read(folder)?;
    let report = &mut told.report;
    if !langs.is_empty() {
        report.languages = langs.to_vec();
    }
    let names = names(&report.languages);
    let gone = files::names(&Lang::ALL).into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>();
    let integrity = evidence::integrity(folder, &names, &gone)
        .map_err(|why| CliError::broken("the run's files can not be counted", why))?;
    report.integrity = Some(integrity.clone());
    let own = files::files(report).into_iter().map(|(name, bytes)| (name.to_owned(), bytes));
    let run = report.run.as_str();
    let verify = VERIFY_FILES
        .map(|(name, lang)| (name.to_owned(), evidence::instructions(run, &integrity, lang).into_bytes()));
    let files = own.chain(verify).collect();
    Ok(Made { told, files, gone })
}

/// Every file that is made of a run in these languages.
fn names(langs: &[Lang]) -> Vec<&'static str> {
    let mut names = files::names(langs);
    names.extend(VERIFY_FILES.map(|(name, _)| name));
    names
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
