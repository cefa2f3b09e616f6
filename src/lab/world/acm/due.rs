//! Due: what happens in this service by itself, later.
//! Invariant: names and values alone, so that the agenda knows no service's workings.
//! Not here: what an entry does (see `validate`).
//! Used by: the agenda; this service.

/// What happens by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// The validation records of this certificate are looked for.
    Look(String),
    /// This certificate is issued.
    Issue(String),
}
