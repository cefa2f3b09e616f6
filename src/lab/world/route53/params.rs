//! Params: how Route 53's requests name things, and how its answers count.
//! Invariant: pure reading.
//! Used by: the operations of `route53`.

use crate::lab::world::call::{Params, Tree};

/// A parameter by the name that AWS's model has for it, or by the one that it has in a URL.
pub(super) fn either<'a>(params: &'a Params, member: &str, query: &str) -> Option<&'a str> {
    params.text(member).or_else(|| params.text(query))
}

/// A whole number.
pub(super) fn count(number: usize) -> Tree {
    Tree::Int(i64::try_from(number).unwrap_or(i64::MAX))
}
