//! Report: a run as files that people and programs read.
//! Invariant: bytes out and nothing else; the same report gives the same bytes, so every file can be deleted and rebuilt, and
//! a rendering of a report that was read back from `report.json` is the rendering of the run.
//! Not here: any number of its own (see `measure`), writing files (see `journal::store`).
//! Used by: engine, at the end of a run; cli.
//!
//! Adding a format: its own file with a [`Renderer`], and one line in [`RENDERERS`]. What is said, and in which
//! words, is in `view`; a format only decides how it looks.

pub(crate) mod chart;
pub mod ci;
pub mod compare;
pub mod controls;
pub(crate) mod drawing;
pub(crate) mod format;
mod html;
pub(crate) mod ink;
mod json;
pub mod make;
mod markdown;
pub mod model;
mod pdf;
mod svg;
#[cfg(test)]
mod tests;
pub(crate) mod view;
pub mod year;

pub(crate) use self::html::{fragment, frame};
pub use self::{
    make::{Source, extras, report},
    model::{Extras, Report},
};
use crate::words::Lang;

/// One format.
pub trait Renderer: Sync {
    /// The file's name in the run's folder; a format without words has one name for every language.
    fn name(&self, lang: Lang) -> &'static str;

    /// The file. Must depend on the report and the language alone.
    ///
    /// # Errors
    /// Why it cannot be made at all.
    fn render(&self, report: &Report, lang: Lang) -> Result<Rendered, String>;
}

/// A file of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it is not, though it should be; `None`: it is all that it should be.
    pub short_of: Option<String>,
}

impl From<Vec<u8>> for Rendered {
    fn from(bytes: Vec<u8>) -> Rendered {
        Rendered { bytes, short_of: None }
    }
}

/// A file that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} can not be made: {why}")]
pub struct Unmade {
    /// Which.
    pub file: &'static str,
    /// Why.
    pub why: String,
}

/// Every format, in the order in which files are written.
pub const RENDERERS: [&dyn Renderer; 5] =
    [&json::Json, &markdown::Markdown, &html::Html, &pdf::Pdf, &ci::junit::Junit];

/// The name of every file of a report in these languages, in the order in which they are written.
pub fn names(languages: &[Lang]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for lang in languages {
        for renderer in RENDERERS {
            let name = renderer.name(*lang);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// Every file of a run's report in the report's languages, by name.
///
/// # Errors
/// The first file that cannot be made.
pub fn files(report: &Report) -> Result<Vec<(&'static str, Rendered)>, Unmade> {
    files_by(report, &RENDERERS)
}

/// The files of these formats.
fn files_by(report: &Report, renderers: &[&dyn Renderer]) -> Result<Vec<(&'static str, Rendered)>, Unmade> {
    let mut files: Vec<(&'static str, Rendered)> = Vec::new();
    for lang in &report.languages {
        for renderer in renderers {
            let name = renderer.name(*lang);
            if !files.iter().any(|(known, _)| *known == name) {
                let made = renderer.render(report, *lang).map_err(|why| Unmade { file: name, why })?;
                files.push((name, made));
            }
        }
    }
    Ok(files)
}
