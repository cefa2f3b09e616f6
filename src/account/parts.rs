//! Parts: a text cut to the size of a parameter, and put together again.
//! Invariant: what is put together is whole and of one writing, or it is not put together: each part names its run, its
//! writing, its place in it and the digest of all.
//! Not here: where the parts are (see `crumbs`).
//! Used by: crumbs.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::{id::RunId, text::hex};

/// AWS: what a standard parameter holds.
const PARAMETER: usize = 4096;
/// Of it, what is left to the text.
const ROOM: usize = PARAMETER - 256;
/// Parts of one writing: 37 KB compressed, of which a change takes less than one.
const MOST: usize = 10;
/// The first word of every part: what it is, and how it is cut.
const MARK: &str = "firedrill-breadcrumb/1";

/// Which writing a part belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Writing {
    /// Counts up with every writing of a run.
    pub(super) serial: u64,
    /// The run.
    pub(super) run: RunId,
    /// SHA-256 over the whole text, hex.
    digest: String,
    /// How many parts it has.
    count: usize,
}

/// The text does not fit.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the breadcrumb has {bytes} bytes, and {} fit", MOST * ROOM)]
pub(super) struct TooLarge {
    bytes: usize,
}

/// Cuts a text into parts, the first first.
pub(super) fn cut(run: &RunId, serial: u64, text: &str) -> Result<Vec<String>, TooLarge> {
    let chunks: Vec<&[u8]> = text.as_bytes().chunks(ROOM).collect();
    if chunks.len() > MOST {
        return Err(TooLarge { bytes: text.len() });
    }
    let (digest, count) = (digest(text), chunks.len());
    let parts = chunks.iter().enumerate().map(|(index, chunk)| {
        let chunk = String::from_utf8_lossy(chunk);
        format!("{MARK} {run} {serial} {}/{count} {digest} {chunk}", index + 1)
    });
    Ok(parts.collect())
}

/// The writing of a part, its number and its text.
pub(super) fn read(part: &str) -> Option<(Writing, usize, String)> {
    let mut words = part.splitn(6, ' ');
    if words.next()? != MARK {
        return None;
    }
    let run = RunId::from_text(words.next()?);
    let serial = words.next()?.parse().ok()?;
    let (number, count) = words.next()?.split_once('/')?;
    let (number, count) = (number.parse().ok()?, count.parse().ok()?);
    let writing = Writing { serial, run, digest: words.next()?.to_owned(), count };
    Some((writing, number, words.next()?.to_owned()))
}

/// The newest writing of which every part is there and unchanged, with its text.
pub(super) fn newest_whole<'a>(parts: impl Iterator<Item = &'a str>) -> Option<(Writing, String)> {
    let mut writings: BTreeMap<Writing, BTreeMap<usize, String>> = BTreeMap::new();
    for (writing, number, text) in parts.filter_map(read) {
        writings.entry(writing).or_default().insert(number, text);
    }
    writings.into_iter().rev().find_map(|(writing, texts)| {
        let whole = texts.keys().copied().eq(1..=writing.count);
        let text: String = texts.into_values().collect();
        (whole && digest(&text) == writing.digest).then_some((writing, text))
    })
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> RunId {
        RunId::from_text("20261122T125001Z-seoul-outage-3f9a")
    }

    fn whole(parts: &[String]) -> Option<(u64, String)> {
        newest_whole(parts.iter().map(String::as_str)).map(|(writing, text)| (writing.serial, text))
    }

    #[test]
    fn every_size_comes_back_and_every_part_fits() {
        for size in [1, ROOM - 1, ROOM, ROOM + 1, 3 * ROOM, MOST * ROOM] {
            let text = "x".repeat(size);
            let mut parts = cut(&run(), 7, &text).unwrap();
            assert!(parts.iter().all(|part| part.len() <= PARAMETER), "{size}");
            parts.reverse();
            assert_eq!(whole(&parts), Some((7, text)));
        }
        assert!(cut(&run(), 7, &"x".repeat(MOST * ROOM + 1)).is_err());
    }

    #[test]
    fn a_mixture_is_noticed_and_the_last_whole_writing_stands() {
        let old = cut(&run(), 1, &"o".repeat(2 * ROOM)).unwrap();
        let new = cut(&run(), 2, &"n".repeat(2 * ROOM)).unwrap();
        let both = [old[0].clone(), old[1].clone(), new[0].clone()];
        assert_eq!(whole(&both), Some((1, "o".repeat(2 * ROOM))), "the new one is not whole yet");
        assert_eq!(whole(&[old[0].clone(), new[1].clone()]), None);
        let changed = [new[0].replace('n', "m"), new[1].clone()];
        assert_eq!(whole(&changed), None, "the digest covers every byte");
    }
}
