//! Mutate: a real input made a little wrong, by bytes, by words or by lines.
//! Invariant: an input grows at most by a few hundred bytes a time, but for the rare long run.
//! Not here: trees (see `doc`).
//! Used by: every target.

use super::rng::Rng;

/// Words that readers trip over.
pub(crate) const ODD: [&str; 40] = [
    "",
    "0",
    "-1",
    "1",
    "00",
    "0x10",
    "1e999",
    "-0.0",
    "NaN",
    "255",
    "256",
    "65536",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "1e308",
    "0.1",
    "null",
    "~",
    "true",
    "no",
    "9999999h",
    "1ns",
    "10 m",
    "-5s",
    "0.0.0.0/0",
    "::/0",
    "*",
    "?",
    "${x}",
    "\u{0}",
    "\u{1b}[2J",
    "\u{feff}",
    "\u{202e}",
    "\u{85}",
    "도쿄",
    "😀",
    "\r",
];

/// A few changes to bytes; `other` is where foreign pieces come from.
pub(crate) fn bytes(rng: &mut Rng, text: &mut Vec<u8>, other: &[u8]) {
    let at = rng.below(text.len() + 1);
    let end = (at + rng.below(40)).min(text.len());
    match rng.below(10) {
        0 => drop(text.drain(at..end)),
        1 => drop(text.splice(at..at, text[at..end].to_vec())),
        2 | 3 if at < text.len() => text[at] ^= 1 << rng.below(8),
        4 if at < text.len() => text[at] = rng.next() as u8,
        5 => drop(text.splice(at..end, piece(rng, other))),
        6 => drop(text.splice(at..at, rng.one(&ODD).bytes())),
        7 => text.truncate(at),
        8 if rng.once_in(40) => {
            let byte = *rng.one(b"[{(<-:, \n\"'a0\\&*!%/.\xff\x00\x9f\x81");
            drop(text.splice(at..at, std::iter::repeat_n(byte, rng.below(20_000))));
        }
        _ => {
            let byte = *rng.one(b"[]{}()<>-:, \n\r\t\"'\\&*!%@`|#?=+/.;0aZ\xff\x00");
            text.insert(at, byte);
        }
    }
}

fn piece(rng: &mut Rng, of: &[u8]) -> Vec<u8> {
    let at = rng.below(of.len() + 1);
    of[at..(at + rng.below(60)).min(of.len())].to_vec()
}

/// Where each word and each sign of a text begins and ends.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut in_word = false;
    for (at, letter) in text.char_indices() {
        let is_word = letter.is_alphanumeric() || letter == '_';
        match found.last_mut() {
            Some(last) if is_word && in_word => last.1 = at + letter.len_utf8(),
            _ => found.push((at, at + letter.len_utf8())),
        }
        in_word = is_word;
    }
    found
}

/// A change by words: one taken out, doubled, or in another's place. Bytes that are no text stay as they are.
pub(crate) fn tokens(rng: &mut Rng, bytes: &mut Vec<u8>, other: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let own = words(text);
    if own.is_empty() {
        return;
    }
    let (start, end) = *rng.one(&own);
    let with: Vec<u8> = match rng.below(6) {
        0 => Vec::new(),
        1 => bytes[start..end].repeat(2),
        2 => rng.one(&ODD).as_bytes().to_vec(),
        3 => {
            let (start, end) = *rng.one(&own);
            bytes[start..end].to_vec()
        }
        _ => {
            let other = std::str::from_utf8(other).unwrap_or_default();
            let words = words(other);
            if words.is_empty() { Vec::new() } else { other[range(*rng.one(&words))].as_bytes().to_vec() }
        }
    };
    drop(bytes.splice(start..end, with));
}

fn range((start, end): (usize, usize)) -> std::ops::Range<usize> {
    start..end
}

/// A change by lines: gone, doubled, moved, moved in or out, or one of another text's.
pub(crate) fn lines(rng: &mut Rng, bytes: &mut Vec<u8>, other: &[u8]) {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    if lines.is_empty() {
        return;
    }
    let (at, to) = (rng.below(lines.len()), rng.below(lines.len()));
    let end = (at + 1 + rng.below(4)).min(lines.len());
    match rng.below(8) {
        0 => drop(lines.drain(at..end)),
        1 => drop(lines.splice(to..to, lines[at..end].to_vec())),
        2 => lines.swap(at, to),
        3 => lines.iter_mut().take(end).skip(at).for_each(|line| drop(line.splice(0..0, *b"  "))),
        4 => lines.iter_mut().take(end).skip(at).for_each(|line| drop(line.drain(..line.len().min(2)))),
        5 => {
            let foreign: Vec<Vec<u8>> =
                other.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            if !foreign.is_empty() {
                lines.insert(at, rng.one(&foreign).clone());
            }
        }
        6 if rng.once_in(20) => {
            let many = lines[at..end].to_vec();
            (0..rng.below(100)).for_each(|_| drop(lines.splice(at..at, many.clone())));
        }
        _ => {
            let line = lines.remove(at);
            let to = to.min(lines.len());
            lines.insert(to, line);
        }
    }
    *bytes = lines.concat();
}

/// One to a few changes of any kind.
pub(crate) fn any(rng: &mut Rng, text: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..=rng.below(5) {
        match rng.below(3) {
            0 => bytes(rng, text, other),
            1 => tokens(rng, text, other),
            _ => lines(rng, text, other),
        }
    }
}
