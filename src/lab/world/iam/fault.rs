//! Fault: IAM's errors, in its words.
//! Used by: every part of `iam`.

use super::{
    model::Kind,
    policy::{Malformed, Policy, Use},
};
use crate::lab::world::{
    call::{AwsFault, Params},
    refusal,
};

/// `NoSuchEntity`, 404.
pub(super) fn absent(message: impl Into<String>) -> AwsFault {
    AwsFault::new(404, "NoSuchEntity", message)
}

/// There is no such user, group or role.
pub(super) fn nobody(kind: Kind, name: &str) -> AwsFault {
    absent(format!("The {} with name {name} cannot be found.", kind.word()))
}

/// `EntityAlreadyExists`, 409.
pub(super) fn exists(message: impl Into<String>) -> AwsFault {
    AwsFault::new(409, "EntityAlreadyExists", message)
}

/// `DeleteConflict`, 409.
pub(super) fn conflict(message: &str) -> AwsFault {
    AwsFault::new(409, "DeleteConflict", message)
}

/// `LimitExceeded`, 409.
pub(super) fn limit(message: impl Into<String>) -> AwsFault {
    AwsFault::new(409, "LimitExceeded", message)
}

/// `ValidationError`, 400.
pub(super) fn invalid(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "ValidationError", message)
}

/// A parameter that must be there.
pub(super) fn need<'a>(params: &'a Params, name: &str) -> Result<&'a str, AwsFault> {
    params.text(name).filter(|text| !text.is_empty()).ok_or_else(|| invalid(refusal::null(name)))
}

/// A document for a use; `MalformedPolicyDocument`, 400, if it is none.
pub(in crate::lab) fn read(text: &str, used: Use) -> Result<Policy, AwsFault> {
    Policy::parse(text, used).map_err(|Malformed(why)| AwsFault::new(400, "MalformedPolicyDocument", why))
}
