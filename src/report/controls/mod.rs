//! Controls: what the controls of each framework ask for, and which kinds of evidence a run may have for them, as data.
//! Invariant: says what a run is evidence for and what it is not; never that anyone complies with anything. Titles are the
//! frameworks' own where those may be quoted; every sentence is this project's.
//! Not here: how it is laid out (see `view::controls`).
//! Used by: report.
//!
//! Adding a framework: its file, its name in `FILES` and in `drill`'s list of frameworks. The kinds of evidence are
//! a closed list, `Kind`: a word that is not on it is an error, and the tests find it.

mod file;
mod found;
mod kind;
mod map;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use super::model::controls::Both;

pub(crate) use self::kind::Kind;
pub use self::map::map;

/// A framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Framework {
    /// As deployments name it.
    pub(crate) id: &'static str,
    pub(crate) name: Both,
    /// What a reader must know before citing it.
    pub(crate) caution: Option<Both>,
    pub(crate) controls: Vec<Control>,
}

/// One of its controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Control {
    /// Its number.
    pub(crate) id: String,
    pub(crate) title: Both,
    /// What it asks for, in our words; `None` where its text was not read.
    pub(crate) asks: Option<Both>,
    /// What in a run may be evidence for it; never empty.
    pub(crate) evidence: Vec<Kind>,
    /// What no run shows.
    pub(crate) not_covered: Both,
}

macro_rules! files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!($name, ".toml")))),*] };
}

/// Each framework's name and file.
const FILES: &[(&str, &str)] = files![
    "dora",
    "ffiec",
    "hipaa",
    "iso22301",
    "iso27001",
    "isms-p",
    "korea-electronic-finance",
    "nist-800-53",
    "pci-dss",
    "soc2",
];

/// Every framework whose file can be read: the tests hold that all can.
pub(crate) fn frameworks() -> &'static [Framework] {
    static READ: OnceLock<Vec<Framework>> = OnceLock::new();
    READ.get_or_init(|| FILES.iter().filter_map(|(id, text)| file::read(id, text).ok()).collect())
}

/// The framework of that name.
pub(crate) fn framework(id: &str) -> Option<&'static Framework> {
    frameworks().iter().find(|framework| framework.id == id)
}
