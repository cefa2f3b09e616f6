//! Digest: SHA-256 in hex.
//! Used by: model, reading, saved.

use sha2::{Digest, Sha256};

/// Of these bytes.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
