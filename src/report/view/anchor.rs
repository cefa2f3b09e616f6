//! Anchor: the names that links within a page lead to.
//! Used by: appendix, and every format that has links.

use crate::id::Seq;

/// The name that links to a record lead to.
pub(in crate::report) fn record(seq: Seq) -> String {
    format!("record-{}", seq.0)
}

/// How the names of moments begin.
pub(in crate::report) const MOMENT: &str = "moment-";

/// The name that links to a moment lead to, by its mark.
pub(in crate::report) fn moment(id: &str) -> String {
    format!("{MOMENT}{id}")
}

/// The name that links to a sample lead to, by its line.
pub(in crate::report) fn sample(line: usize) -> String {
    format!("sample-{line}")
}
