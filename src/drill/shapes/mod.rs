//! Shapes: every key of a drill and of a deployment, with its kind and what it is for.
//! Invariant: data only; a key that is not here does not exist.
//! Not here: the parameters of changes (see `catalogue`).
//! Used by: reader; the schema.

pub(crate) mod condition;
pub(crate) mod deployment;
pub(crate) mod drill;
pub(crate) mod guards;
pub(crate) mod named;
pub(crate) mod people;
pub(crate) mod rule;
pub(crate) mod step;
pub(crate) mod when;

/// The two regions, by role.
pub(crate) const SIDES: &[&str] = &["primary", "standby"];
