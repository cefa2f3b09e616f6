//! Lines: what can be told of a `samples.jsonl` that is not as it was left.
//! Invariant: samples hold no hashes of their own, so this names a line only where the line itself shows that it is wrong.
//! Used by: verify, once a digest has shown that something is.

use super::trouble::{Kind, Trouble};
use crate::journal::{sample::Sample, samples::SAMPLES_FILE};

/// The most lines that are named.
const NAMED: usize = 10;

/// What can be told, given how many lines the report counted.
pub(super) fn troubles(bytes: &[u8], stated: Option<usize>) -> Vec<Trouble> {
    let lines = || bytes.split_inclusive(|byte| *byte == b'\n').zip(1..);
    let odd = lines().filter(|(line, _)| serde_json::from_slice::<Sample>(line).is_err());
    let named = odd.take(NAMED).map(|(_, number)| {
        Trouble::of(SAMPLES_FILE, Kind::Altered, format!("line {number} is not a sample")).at(None, number)
    });
    let mut all: Vec<Trouble> = named.collect();
    let count = lines().filter(|(line, _)| line.ends_with(b"\n")).count();
    if let Some(stated) = stated.filter(|stated| *stated != count) {
        let kind = if count < stated { Kind::Missing } else { Kind::Added };
        let what = format!("it has {count} lines, and report.json counted {stated}");
        all.push(Trouble::of(SAMPLES_FILE, kind, what));
    }
    all
}
