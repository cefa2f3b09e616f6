//! Year: every run of a time in one summary, for an audit that asks how often and how well.
//! Invariant: says what the reports of the runs say, and computes only counts and distances between them; a run that cannot be
//! read is listed as such; a rehearsal on a lab never counts as a drill of the deployment.
//! Not here: finding and reading the runs (see cli).
//! Used by: cli.

mod made;
mod model;
mod said;
#[cfg(test)]
mod tests;

pub use self::{
    made::summary,
    model::{Period, Run, SCHEMA, Unreadable, Year},
};
use super::{html, json, markdown};
use crate::words::Lang;

/// Every file of the summary: the end of its name, and its bytes.
pub fn files(year: &Year, langs: &[Lang]) -> Vec<(&'static str, Vec<u8>)> {
    let mut files = vec![(".json", json::bytes(year))];
    for lang in langs {
        let page = said::page(year, *lang);
        files.push((lang.pick(".md", ".ko.md"), markdown::of_page(&page)));
        files.push((lang.pick(".html", ".ko.html"), html::of_page(page)));
    }
    files
}
