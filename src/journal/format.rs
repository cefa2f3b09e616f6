//! Format: how a record becomes a line that any tool can check, and back.
//! Invariant: a line's hash covers every byte before it, and the hash of the line before; nothing is re-serialised to
//! check it.
//! Not here: files (see `reader`, `writer`), what a record may say (see `state`).
//! Used by: reader, writer; chain, to examine a file that is not as it was written; followup, whose lines are the same.
//!
//! A journal is JSON Lines in UTF-8. Each line is one object and ends with one `\n`:
//!
//! ```text
//! {"seq":7,"mono_us":81250113,"wall":"2026-11-22T12:51:22Z","event":{…},"prev":"<64 hex>","hash":"<64 hex>"}
//! ```
//!
//! - `seq` counts from 0 without holes; `event` is an object with one key, the event's kind.
//! - `prev` is the `hash` of the line before; on the first line it is 64 zeros.
//! - `hash` is the SHA-256, in lower-case hex, of the line's bytes from its `{` up to, not with, `,"hash"`. It is always
//!   the last key, so those bytes are the line without its last 75 (`,"hash":"`, 64 digits, `"}`):
//!
//! ```sh
//! sed -n 8p journal.jsonl | tr -d '\n' | head -c -75 | sha256sum
//! ```
//!
//! The last line's hash thus stands for the whole journal. What the chain alone cannot show is that whole lines were taken
//! off its end: for that, keep the last hash elsewhere (`SHA256SUMS` beside a report does).
//!
//! The format has a version, `major.minor`, in the first record. A newer minor version may add events and keys: it can be
//! read and shown, never appended to. A newer major version is refused.

use std::{fmt, path::Path};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{clock::Stamp, id::Seq};

use super::{
    error::{JournalError, LineFault},
    event::Event,
    hash::LineHash,
};

/// The journal's name in a run's folder.
pub const JOURNAL_FILE: &str = "journal.jsonl";

/// The format this program writes.
pub const FORMAT: Version = Version { major: 1, minor: 0 };

/// `,"hash":"`, 64 digits, `"}`.
const HASH_KEY: &[u8] = br#","hash":""#;
const HASH_END: &[u8] = br#""}"#;
pub(crate) const TAIL: usize = HASH_KEY.len() + LineHash::DIGITS + HASH_END.len();

/// The version of a journal's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Another major version cannot be read.
    pub major: u32,
    /// A higher minor version can be read, not written.
    pub minor: u32,
}

impl Version {
    /// `1.0`.
    pub fn parse(text: &str) -> Option<Version> {
        let (major, minor) = text.split_once('.')?;
        Some(Version { major: major.parse().ok()?, minor: minor.parse().ok()? })
    }

    /// True if this program can read it; it writes `1.0` and there was none before.
    pub fn is_readable(self) -> bool {
        self.major == FORMAT.major
    }

    /// True if this program may append to it.
    pub fn is_appendable(self) -> bool {
        self.is_readable() && self <= FORMAT
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The version of a journal that says it has `format` and was written by `program`, if it can be read here.
pub fn check_readable(path: &Path, format: &str, program: &str) -> Result<Version, JournalError> {
    let version = Version::parse(format)
        .ok_or_else(|| JournalError::NoFormat { path: path.into(), format: format.to_owned() })?;
    match version.is_readable() {
        true => Ok(version),
        false => Err(newer(path, format, program, format!("reads format {}.x only", FORMAT.major))),
    }
}

/// The version of a journal that says it has `format` and was written by `program`, if it may be appended to here.
pub fn check_appendable(path: &Path, format: &str, program: &str) -> Result<Version, JournalError> {
    let version = check_readable(path, format, program)?;
    match version.is_appendable() {
        true => Ok(version),
        false => Err(newer(path, format, program, format!("appends only to formats up to {FORMAT}"))),
    }
}

fn newer(path: &Path, format: &str, program: &str, ability: String) -> JournalError {
    JournalError::Newer { path: path.into(), format: format.to_owned(), program: program.to_owned(), ability }
}

/// The place of a line among the others, by its own word.
#[derive(Deserialize)]
pub(super) struct Place {
    pub(super) seq: Seq,
    pub(super) prev: LineHash,
}

/// A record as it is written: the whole line with its `\n`, and the hash for the next one.
pub(crate) fn encode(
    record: &impl Serialize,
    prev: LineHash,
) -> Result<(Vec<u8>, LineHash), serde_json::Error> {
    serde_json::to_vec(record).map(|object| seal(object, prev))
}

/// A JSON object as a line: with its two links and its `\n`.
pub(crate) fn seal(object: Vec<u8>, prev: LineHash) -> (Vec<u8>, LineHash) {
    let mut line = object;
    line.pop(); // the closing brace: two more keys follow
    line.extend_from_slice(format!(r#","prev":"{prev}""#).as_bytes());
    let hash = LineHash::of(&line);
    line.extend_from_slice(HASH_KEY);
    line.extend_from_slice(hash.to_string().as_bytes());
    line.extend_from_slice(HASH_END);
    line.push(b'\n');
    (line, hash)
}

/// A line without its `\n`, and nothing else taken off: a space more would be a byte that no hash covers.
pub(crate) fn without_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}

/// One line, checked against its own hash.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line<E = Event> {
    pub(crate) seq: Seq,
    pub(crate) at: Stamp,
    pub(crate) content: Content<E>,
    pub(crate) prev: LineHash,
    pub(crate) hash: LineHash,
}

/// What a line records.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content<E = Event> {
    Known(E),
    /// An event that this program does not know, kept as it is for those who only look.
    Unknown(Value),
}

/// The keys of a line, but for its hash.
#[derive(Deserialize)]
struct Frame {
    seq: Seq,
    #[serde(flatten)]
    at: Stamp,
    event: Value,
    prev: LineHash,
}

/// A line of a journal without its `\n`, checked against its own hash.
pub(crate) fn decode(line: &[u8]) -> Result<Line, LineFault> {
    decode_as(line)
}

/// A line that records events of another kind, without its `\n`, checked against its own hash.
pub(crate) fn decode_as<E: DeserializeOwned>(line: &[u8]) -> Result<Line<E>, LineFault> {
    let (body, hash) = split_tail(line).ok_or(LineFault::NotARecord)?;
    if LineHash::of(body) != hash {
        return Err(LineFault::WrongHash);
    }
    let frame: Frame = serde_json::from_slice(line).map_err(|error| LineFault::NotJson(error.to_string()))?;
    let content = match E::deserialize(&frame.event) {
        Ok(event) => Content::Known(event),
        Err(_) => Content::Unknown(frame.event),
    };
    Ok(Line { seq: frame.seq, at: frame.at, content, prev: frame.prev, hash })
}

/// The bytes that were hashed, and the hash written after them.
pub(crate) fn split_tail(line: &[u8]) -> Option<(&[u8], LineHash)> {
    let (body, tail) = line.split_at_checked(line.len().checked_sub(TAIL)?)?;
    let digits = tail.strip_prefix(HASH_KEY)?.strip_suffix(HASH_END)?;
    Some((body, LineHash::parse(digits)?))
}

/// The kind of an event that is not known, as written: its one key.
pub(crate) fn kind_of(event: &Value) -> String {
    match event {
        Value::Object(map) => map.keys().next().cloned().unwrap_or_default(),
        Value::String(kind) => kind.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
