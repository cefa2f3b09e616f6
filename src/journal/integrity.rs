//! Integrity: what `report.json` says of the folder it lies in.
//! Invariant: holds no digest of a file that holds it.
//! Used by: evidence makes it, cli hands it to the report, evidence reads it back from there.

use serde::{Deserialize, Serialize};

/// What stands for a run's folder in its report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integrity {
    /// How many files `SHA256SUMS` covers.
    pub files: usize,
    /// The hash of the journal's last record.
    pub chain_head: String,
    /// How many records the journal has.
    pub chain_length: usize,
    /// How many lines `samples.jsonl` has.
    pub samples: usize,
    /// The same of what was written down afterwards; none if nobody wrote anything.
    #[serde(default)]
    pub followup: Option<Chained>,
}

/// What stands for a file of chained records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chained {
    /// The hash of its last record.
    pub chain_head: String,
    /// How many records it has.
    pub chain_length: usize,
}
