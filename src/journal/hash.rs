//! Hash: what stands for one line and, by its link, for all before it.
//! Invariant: one spelling: 64 lower-case hex digits.
//! Not here: which bytes are hashed (see `format`).
//! Used by: this folder.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The hash of one line, and the link of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LineHash([u8; 32]);

impl LineHash {
    /// What the first line has for a line before it.
    pub const NONE: LineHash = LineHash([0; 32]);
    pub(super) const DIGITS: usize = 64;

    pub(super) fn of(bytes: &[u8]) -> LineHash {
        LineHash(Sha256::digest(bytes).into())
    }

    /// From exactly 64 lower-case hex digits.
    pub(super) fn parse(hex: &[u8]) -> Option<LineHash> {
        if hex.len() != Self::DIGITS {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Some(LineHash(bytes))
    }
}

/// Upper case is not accepted: a line has one spelling.
fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for LineHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl TryFrom<String> for LineHash {
    type Error = &'static str;

    fn try_from(hex: String) -> Result<LineHash, Self::Error> {
        LineHash::parse(hex.as_bytes()).ok_or("not 64 lower-case hex digits")
    }
}

impl From<LineHash> for String {
    fn from(hash: LineHash) -> String {
        hash.to_string()
    }
}
