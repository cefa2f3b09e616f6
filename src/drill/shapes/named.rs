//! Named: the keys that every step may have, whatever it does.
//! Invariant: data only.
//! Not here: what each kind of step has of its own (see `step`, `catalogue`).
//! Used by: step, catalogue.

use crate::grammar::{Field, Kind, rule::NAME};

/// The keys that every step may have.
pub(crate) const NAMED: &[Field] = &[
    Field::optional(
        "as",
        Kind::Rule(&NAME),
        "port-80-closed",
        "Its name; without one, `step-3` for the third.",
    ),
    Field::optional("title", Kind::Text, "Seoul closes port 80", "What a person reads while it runs."),
];
