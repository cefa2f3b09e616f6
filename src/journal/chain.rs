//! Chain: a file of chained lines examined to its end, whatever was done to it.
//! Invariant: a file in which every line is as it was written, in its place, has no fault; any other has one that names the
//! line. Nothing is trusted but the bytes.
//! Not here: what the lines record (see `reader`), what the head and the length should be (see `evidence`).
//! Used by: evidence.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::Bound,
};

use super::{
    format::{self, Place},
    hash::LineHash,
    tail,
};

/// What a file of chained lines comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// How many whole lines it has.
    pub records: usize,
    /// The last whole line's hash, as it is written there; 64 zeros if there is none.
    pub head: String,
    /// How many bytes of a line that is not whole are at its end.
    pub torn: usize,
    /// What is wrong with it, in the order of its lines.
    pub faults: Vec<ChainFault>,
    hashes: Vec<Option<LineHash>>,
}

/// One thing that is wrong with a file of chained lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainFault {
    /// The line at which it shows, counted from 1.
    pub line: usize,
    /// The number of the record that it is about.
    pub record: u64,
    /// What.
    pub what: ChainBreak,
}

/// What can be wrong with one record of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainBreak {
    /// Its bytes are not those that were hashed.
    Altered,
    /// It is not there; nor are those that follow it up to this one.
    Missing {
        /// The last one that is not there.
        last: u64,
    },
    /// It stands after one that was written later.
    Moved,
    /// It is there already, further up.
    Twice,
    /// It is whole, but names another one as the one before it.
    Replaced,
}

impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ChainFault { line, record, what } = self;
        match what {
            ChainBreak::Altered => {
                write!(
                    f,
                    "record #{record} was altered: line {line} does not have the hash that is written in it"
                )
            }
            ChainBreak::Missing { last } if last == record => {
                write!(f, "record #{record} is missing: it belongs before line {line}")
            }
            ChainBreak::Missing { last } => {
                write!(f, "records #{record} to #{last} are missing: they belong before line {line}")
            }
            ChainBreak::Moved => write!(f, "record #{record} is out of order: it was moved to line {line}"),
            ChainBreak::Twice => write!(f, "record #{record} is there twice: line {line} was added"),
            ChainBreak::Replaced => write!(
                f,
                "record #{record}, line {line}, does not follow the record before it: one of the two was replaced or added"
            ),
        }
    }
}

/// One line, as far as it can be read.
struct Seen {
    /// Its number, if the line is as it was written.
    seq: Option<u64>,
    prev: Option<LineHash>,
    /// Its hash, if the line is as it was written.
    hash: Option<LineHash>,
}

/// Examines a file's bytes to the end.
pub fn examine(bytes: &[u8]) -> Chain {
    let (whole, torn) = tail::split_torn(bytes);
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').map(format::without_end).collect();
    let seen: Vec<Seen> = lines.iter().map(|line| look(line)).collect();
    let head =
        lines.last().and_then(|line| format::split_tail(line)).map_or(LineHash::NONE, |(_, head)| head);
    Chain {
        records: seen.len(),
        head: head.to_string(),
        torn,
        faults: faults(&seen),
        hashes: seen.iter().map(|line| line.hash).collect(),
    }
}

impl Chain {
    /// The hash that stands for the first `records` lines, if they are as they were written; 64 zeros for none.
    pub fn head_at(&self, records: usize) -> Option<String> {
        match records.checked_sub(1) {
            None => Some(LineHash::NONE.to_string()),
            Some(last) => self.hashes.get(last).copied().flatten().map(|hash| hash.to_string()),
        }
    }
}

fn look(line: &[u8]) -> Seen {
    let place: Option<Place> = serde_json::from_slice(line).ok();
    let (seq, prev) = place.map_or((None, None), |place| (Some(place.seq.0), Some(place.prev)));
    let hash = format::split_tail(line).and_then(|(body, hash)| (LineHash::of(body) == hash).then_some(hash));
    // A line with the right hash over what is no record was never written here; of any other, not even its number is
    // trusted.
    let hash = hash.filter(|_| seq.is_some());
    Seen { seq: seq.filter(|_| hash.is_some()), prev, hash }
}

fn faults(seen: &[Seen]) -> Vec<ChainFault> {
    let there: BTreeSet<u64> = seen.iter().filter_map(|line| line.seq).collect();
    let mut hashes: BTreeMap<u64, LineHash> = BTreeMap::new();
    for line in seen {
        if let (Some(seq), Some(hash)) = (line.seq, line.hash) {
            hashes.entry(seq).or_insert(hash);
        }
    }
    let mut met = BTreeSet::new();
    let mut next = 0;
    let mut faults = Vec::new();
    for (index, line) in seen.iter().enumerate() {
        let at = index + 1;
        let record = line.seq.unwrap_or(next);
        let mut say = |record, what| faults.push(ChainFault { line: at, record, what });
        if record > next {
            for (first, last) in holes(&there, next, record) {
                say(first, ChainBreak::Missing { last });
            }
        }
        if line.hash.is_none() {
            say(record, ChainBreak::Altered);
        } else if !met.insert(record) {
            say(record, ChainBreak::Twice);
        } else if record < next {
            say(record, ChainBreak::Moved);
        } else if !follows(line, record, &hashes) {
            say(record, ChainBreak::Replaced);
        }
        next = next.max(record.saturating_add(1));
    }
    faults
}

/// Whether a line names as its predecessor the one that has the number before its own, where that one can be told.
fn follows(line: &Seen, record: u64, hashes: &BTreeMap<u64, LineHash>) -> bool {
    let before = match record.checked_sub(1) {
        None => Some(LineHash::NONE),
        Some(before) => hashes.get(&before).copied(),
    };
    before.is_none_or(|before| line.prev == Some(before))
}

/// The numbers from `from` up to, not with, `to` that no line has, as first and last of each stretch.
fn holes(there: &BTreeSet<u64>, from: u64, to: u64) -> Vec<(u64, u64)> {
    let mut holes = Vec::new();
    let mut next = from;
    for &present in there.range((Bound::Included(from), Bound::Included(to))) {
        if present > next {
            holes.push((next, present - 1));
        }
        next = present.saturating_add(1);
    }
    holes
}

#[cfg(test)]
mod tests;
