//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Used by: the agenda; this service.

/// What this service does by itself, later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {}
