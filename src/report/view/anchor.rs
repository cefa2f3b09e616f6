//! Anchor: the names that links within a page lead to.
//! Used by: appendix, and every format that has links.

use crate::id::Seq;

/// The name that links to a record lead to.
pub(in crate::report) fn record(seq: Seq) -> String {
    format!("record-{}", seq.0)
}

/// The name that links to a sample lead to, by its line.
pub(in crate::report) fn sample(line: usize) -> String {
    format!("sample-{line}")
}
