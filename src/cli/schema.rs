//! `firedrill schema`: the JSON Schema of drills and deployments, or of worlds, for editors.
//! Invariant: the same text for the same version of the program.
//! Not here: the schemas themselves (see `drill::schema`, `lab::world::blueprint`).
//! Used by: main.

use crate::{drill::schema, lab::world::blueprint::read};

/// The schema as indented JSON, with a newline at its end.
pub(crate) fn text(world: bool) -> String {
    format!("{:#}\n", if world { read::schema() } else { schema::schema() })
}
