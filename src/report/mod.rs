//! Report: an assessment as files that people and programs read.
//! Invariant: bytes out and nothing else; the same run gives the same bytes, so every file can be deleted and rebuilt.
//! Not here: any number of its own (see `measure`), writing files (see `journal::store`).
//! Used by: engine, at the end of a run; cli.
//!
//! Adding a format: its own file with a [`Renderer`], and one line in [`RENDERERS`]. What is said, and in which
//! words, is in `view`; a format only decides how it looks.

mod chart;
#[allow(dead_code, reason = "html and pdf draw with it next")]
pub(crate) mod drawing;
pub(crate) mod format;
mod html;
#[allow(dead_code, reason = "pdf paints with it next")]
pub(crate) mod ink;
mod journal;
mod json;
mod markdown;
mod pdf;
#[cfg(test)]
mod tests;
pub(crate) mod view;

use crate::{
    journal::{event::Record, sample::Sample},
    measure::Assessment,
};

/// What a renderer may read.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The one view.
    pub run: &'a Assessment,
    /// The journal, for the appendix.
    pub records: &'a [Record],
    /// The samples, for those that numbers rest on.
    pub samples: &'a [Sample],
}

/// One format.
pub trait Renderer: Sync {
    /// The file's name in the run's folder.
    fn name(&self) -> &'static str;

    /// The file's bytes. Must depend on the input alone.
    fn render(&self, input: &Input) -> Vec<u8>;
}

/// Every format, in the order in which files are written.
pub const RENDERERS: [&dyn Renderer; 4] =
    [&json::Json, &markdown::Markdown, &html::Html, &pdf::Pdf];

/// Every file of a run's report: name and bytes.
pub fn files(run: &Assessment, records: &[Record], samples: &[Sample]) -> Vec<(&'static str, Vec<u8>)> {
    let input = Input { run, records, samples };
    RENDERERS.iter().map(|renderer| (renderer.name(), renderer.render(&input))).collect()
}
