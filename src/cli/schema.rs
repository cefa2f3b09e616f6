//! `firedrill schema`: the JSON Schema of drills and deployments, for editors.
//! Invariant: the same text for the same version of the program.
//! Not here: the schema itself (see `drill::schema`).
//! Used by: main.

use crate::drill::schema;

/// The schema as indented JSON, with a newline at its end.
pub(crate) fn text() -> String {
    format!("{:#}\n", schema::schema())
}
