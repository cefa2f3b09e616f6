//! Report: makes a run's report files from its journal and samples.
//! Invariant: the same journal and samples give the same bytes.
//! Not here: what is in them (see `report`).
//! Used by: cli, `finish`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use crate::{
    evidence::{self, VERIFY_FILES, signature, sums::SIGNATURE_FILE},
    journal::Store,
    report::{self as files, year::Period},
    words::Lang,
};

use super::{
    ReportsArgs,
    error::CliError,
    exit,
    output::{note, toned},
    outputs::OutputArgs,
    reading::{Made, read, write_whole},
    summary as summary_view,
    words::Tone,
    year,
};

/// What `report` takes.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The run: its id, or an unambiguous part of it [default: the latest]
    run: Option<String>,
    /// A summary of every run from this day on (UTC) instead, for an audit: 2026-01-01
    #[arg(long, value_name = "DATE", conflicts_with_all = ["run", "json"])]
    since: Option<Date>,
    /// Up to this day, itself included [default: today]
    #[arg(long, value_name = "DATE", requires = "since")]
    until: Option<Date>,
    /// Of this deployment alone
    #[arg(long, value_name = "NAME", requires = "since")]
    deployment: Option<String>,
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
    let langs = args.lang.map_or(&[][..], Langs::all);
    if let Some(since) = args.since {
        let until = args.until.unwrap_or_else(year::today);
        return year::write(&store, Period { since, until, deployment: args.deployment.clone() }, langs);
    }
    let folder =
        store.find(args.run.as_deref()).map_err(|why| CliError::broken("there is no such run", why))?;
    if let Some(key) = args.sign.as_deref() {
        key_is_there(key)?;
    }
    let made = make(&folder, langs)?;
    summary_view::show(&made.assessment, &folder, args.json);
    if let Some(key) = args.sign.as_deref() {
        sign(&folder, key)?;
    }
    args.outputs.send(&made.report).await;
    Ok(exit::PASSED)
}

/// A run's report files, made and not yet written.
struct Files {
    made: Made,
    /// Name and bytes.
    files: Vec<(String, Vec<u8>)>,
    /// Files that are not all that they should be, and why.
    short: Vec<String>,
    /// Files of languages that this report is not in.
    gone: Vec<&'static str>,
}

/// Writes the report files of the run in `folder`, in these languages, and the list of all its files; none: as the deployment
/// asks. Reports in other languages are taken away, for they would be of an earlier state.
pub(crate) fn make(folder: &Path, langs: &[Lang]) -> Result<Made, CliError> {
    let made = made(folder, langs)?;
    made.short.iter().for_each(|what| note(format!("{} {what}", toned(Tone::Busy, "warning:"))));
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
    Ok(made.made)
}

/// Writes them again in the languages that they are in.
pub(crate) fn make_again(folder: &Path) -> Result<Made, CliError> {
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

fn made(folder: &Path, langs: &[Lang]) -> Result<Files, CliError> {
    let mut made = read(folder)?;
    let report = &mut made.report;
    if !langs.is_empty() {
        report.languages = langs.to_vec();
    }
    let names = names(&report.languages);
    let gone = files::names(&Lang::ALL).into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>();
    let integrity = evidence::integrity(folder, &names, &gone)
        .map_err(|why| CliError::broken("the run's files can not be counted", why))?;
    report.integrity = Some(integrity.clone());
    let own =
        files::files(report).map_err(|why| CliError::broken("no file of the report was written", why))?;
    let short = own.iter().filter_map(|(name, file)| {
        file.short_of.as_ref().map(|what| format!("{name} is there, and falls short of {what}"))
    });
    let short = short.collect();
    let own = own.into_iter().map(|(name, file)| (name.to_owned(), file.bytes));
    let run = report.run.as_str();
    let verify = VERIFY_FILES
        .map(|(name, lang)| (name.to_owned(), evidence::instructions(run, &integrity, lang).into_bytes()));
    let files = own.chain(verify).collect();
    Ok(Files { made, files, short, gone })
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
