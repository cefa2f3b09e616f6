//! Digest: SHA-256 in hex.
//! Used by: model, reading, saved.

use sha2::{Digest, Sha256};

use crate::text::hex;

/// Of these bytes.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
