//! Ids: the form that EC2's ids have.
//! Invariant: an id is a prefix and 8 or 17 hexadecimal digits.
//! Used by: everything that takes an id and has a code for a malformed one.

use crate::lab::world::call::AwsFault;

/// Refuses, with `code`, what is not an id of this kind (AWS: EC2 API reference, "Error codes").
pub(super) fn formed(id: &str, prefix: &str, code: &'static str) -> Result<(), AwsFault> {
    let digits = id.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-')).unwrap_or_default();
    if matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    Err(AwsFault::new(400, code, format!("Invalid id: \"{id}\" (expecting \"{prefix}-...\")")))
}
