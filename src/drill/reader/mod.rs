//! Reader: a drill's file and its deployment's file to a typed drill.
//! Invariant: every problem of both files is found in one reading; a drill comes out only if there is no error.
//! Not here: which keys there are (see `shapes`), how problems look (see `diagnostic::render`).
//! Used by: cli; the journal's replay, from the texts it kept.
//!
//! `disk` is the only part that touches files: everything else works on texts in memory.

mod disk;
mod lower;
mod sense;

use std::path::Path;

use sha2::{Digest, Sha256};

use super::{
    model::{Deployment, LoadedDrill, SourceText},
    shapes::{deployment::DEPLOYMENT, drill::DRILL, rule},
};
use crate::{
    diagnostic::{Diagnostic, FileId, Place, Problems, Severity, SourceFile, source::Unreadable, yaml},
    grammar::{record::Record, walk::Walk},
    text::hex,
};

/// What one reading gave.
#[derive(Debug)]
pub struct Reading {
    /// What the file is, if it has no error.
    pub content: Option<Content>,
    /// Errors and warnings.
    pub problems: Problems,
}

/// What a file is.
#[derive(Debug)]
pub enum Content {
    /// A drill, with its deployment.
    Drill(Box<LoadedDrill>),
    /// A deployment alone.
    Deployment(Box<Deployment>),
}

/// A file's text, or why there is none.
type Fetched = Result<SourceFile, NoText>;

/// Why a file gave no text.
#[derive(Debug)]
enum NoText {
    /// It could not be opened or read.
    Missing {
        /// The path tried.
        path: String,
        /// The system's reason.
        why: String,
        /// What is there instead.
        help: Option<String>,
    },
    /// It was read, and is no text.
    Unreadable(SourceFile, Unreadable),
}

/// Reads a drill from disk, with its deployment.
///
/// # Errors
/// Every problem, if any of them is an error. Warnings of a drill that is accepted are dropped here: [`open`]
/// gives them too.
pub fn load(path: &Path) -> Result<LoadedDrill, Problems> {
    only_drill(open(path))
}

/// Reads a drill or a deployment from disk, with its problems.
pub fn open(path: &Path) -> Reading {
    read(disk::fetch(path), &mut |reference| disk::fetch(&disk::deployment_path(path, reference)))
}

/// Reads a drill from texts in memory, the drill's first, then its deployment's: as a journal keeps them.
///
/// # Errors
/// Every problem, if any of them is an error.
pub fn load_text(files: &[SourceText]) -> Result<LoadedDrill, Problems> {
    only_drill(open_text(files))
}

/// Reads a drill or a deployment from texts in memory, the drill's first, then its deployment's.
pub fn open_text(files: &[SourceText]) -> Reading {
    let given = |index: usize| match files.get(index) {
        Some(file) => SourceFile::from_bytes(file.path.clone(), file.text.clone().into_bytes())
            .map_err(|(file, why)| NoText::Unreadable(file, why)),
        None => {
            let path = if index == 0 { "the drill" } else { "the deployment's file" };
            Err(NoText::Missing { path: path.to_owned(), why: "its text is not here".to_owned(), help: None })
        }
    };
    read(given(0), &mut |_| given(1))
}

fn only_drill(reading: Reading) -> Result<LoadedDrill, Problems> {
    let Reading { content, mut problems } = reading;
    match content {
        Some(Content::Drill(drill)) => Ok(*drill),
        Some(Content::Deployment(deployment)) => {
            let path = problems.files().first().map_or_else(String::new, |file| file.path.clone());
            let message = format!("{path} describes the deployment `{}`, not a drill", deployment.name);
            problems.push(
                Diagnostic::error("drill::not-a-drill", message)
                    .help("give the file that starts with `drill:`; it names its deployment"),
            );
            Err(problems)
        }
        None => Err(problems),
    }
}

fn read(main: Fetched, deployment: &mut dyn FnMut(&str) -> Fetched) -> Reading {
    let mut problems = Problems::new();
    let content = match take(main, &mut problems, None) {
        Some(file) => content(file, &mut problems, deployment),
        None => None,
    };
    let content = content.filter(|_| !problems.has_errors());
    if problems.has_errors() {
        // A warning is about a file that can be used.
        problems.keep(Severity::Error);
    }
    Reading { content, problems }
}

fn content(file: FileId, problems: &mut Problems, fetch: &mut dyn FnMut(&str) -> Fetched) -> Option<Content> {
    let tree = yaml::read(file, problems)?;
    if tree.entry("drill").is_none() && tree.entry("deployment").is_some() && tree.entry("steps").is_none() {
        let record = Walk { file, problems }.record(&DEPLOYMENT, &tree)?;
        sense::deployment(&record, file, problems);
        return lower::deployment(&record).map(|deployment| Content::Deployment(Box::new(deployment)));
    }
    let drill = Walk { file, problems }.record(&DRILL, &tree)?;
    let found = named_deployment(&drill, file, problems, fetch);
    let (record, home) = found.as_ref().map_or((None, None), |(record, id)| (Some(record), Some(*id)));
    sense::drill(sense::Given { drill: &drill, file, deployment: record }, problems);
    let mut deployment = lower::deployment(record?)?;
    deployment.freeze = deployment.freeze.beside(&problems.file(home?).path);
    let files: Vec<SourceText> = [file, home?]
        .into_iter()
        .map(|id| problems.file(id))
        .map(|file| SourceText { path: file.path.clone(), text: file.text.clone() })
        .collect();
    let drill = lower::drill(&drill, deployment)?;
    let digest = digest(&files);
    Some(Content::Drill(Box::new(LoadedDrill { drill, files, digest })))
}

/// The deployment's file that the drill names.
fn named_deployment(
    drill: &Record,
    file: FileId,
    problems: &mut Problems,
    fetch: &mut dyn FnMut(&str) -> Fetched,
) -> Option<(Record, FileId)> {
    let reference = drill.item("deployment")?;
    let name = reference.value.text()?;
    let place = Place { file, span: reference.span };
    let home = take(fetch(name), problems, Some(place))?;
    let tree = yaml::read(home, problems)?;
    let record = Walk { file: home, problems }.record(&DEPLOYMENT, &tree)?;
    sense::deployment(&record, home, problems);
    if let (Some(own), false) = (record.item("deployment"), rule::is_path(name))
        && own.value.text() != Some(name)
    {
        let message = format!("this file is found as `{name}` and says another name");
        problems.push(
            Diagnostic::error("deployment::other-name", message)
                .at(Place { file: home, span: own.span }, "")
                .also(place, "named here")
                .help("a deployment's file has the deployment's name: the lock on a deployment goes by it"),
        );
    }
    Some((record, home))
}

/// Takes a file in, or reports why there is none; `named` is where a drill names it.
fn take(fetched: Fetched, problems: &mut Problems, named: Option<Place>) -> Option<FileId> {
    match fetched {
        Ok(file) => Some(problems.add_file(file)),
        Err(NoText::Unreadable(file, why)) => {
            let path = file.path.clone();
            let id = problems.add_file(file);
            problems.push(Diagnostic::unreadable(why, id, &path));
            None
        }
        Err(NoText::Missing { path, why, help }) => {
            let mut diagnostic = Diagnostic::error("file::unreadable", format!("cannot read {path}: {why}"));
            if let Some(place) = named {
                diagnostic = diagnostic.at(place, "named here");
            }
            let rule = || "`deployment: NAME` is the file deployments/NAME.yaml beside the drill".to_owned();
            problems.push(diagnostic.maybe_help(help.or_else(|| named.map(|_| rule()))));
            None
        }
    }
}

/// SHA-256 over the texts, each with its length before it; paths are left out, since they differ by where a
/// program was started.
fn digest(files: &[SourceText]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        hash.update((file.text.len() as u64).to_le_bytes());
        hash.update(file.text.as_bytes());
    }
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests;
