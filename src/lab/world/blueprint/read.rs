//! Read: a world file's text to a blueprint.
//! Invariant: every problem of the file is found in one reading; a blueprint comes out only if there is no error.
//! Not here: files on disk (see `cli`), which keys there are (see beside this file).
//! Used by: `World::reference`, cli.

use std::sync::{Arc, LazyLock};

use serde_json::Value as Json;

use super::{BLUEPRINT, Blueprint, sense};
use crate::{
    diagnostic::{Diagnostic, Problems, Severity, SourceFile, yaml},
    grammar::{schema::Definitions, walk::Walk},
};

/// The reference deployment's world file.
pub const REFERENCE: &str = include_str!("../../worlds/wordpress.yaml");

/// Reads a world file.
///
/// # Errors
/// Every problem, if any of them is an error.
pub fn read(file: SourceFile) -> Result<Blueprint, Problems> {
    let mut problems = Problems::new();
    let file = problems.add_file(file);
    let blueprint = yaml::read_up_to(yaml::MANY_NODES, file, &mut problems).and_then(|tree| {
        let record = Walk { file, problems: &mut problems }.record(&BLUEPRINT, &tree)?;
        sense::check(&record, file, &mut problems);
        let json = record.fields.iter().map(|got| (got.name.to_owned(), got.item.value.json()));
        match serde_json::from_value(Json::Object(json.collect())) {
            Ok(blueprint) => Some(blueprint),
            // What was refused above is missing here: that is no problem of its own.
            Err(_) if problems.has_errors() => None,
            Err(error) => {
                let message = format!("this file fits its grammar and still cannot be understood: {error}");
                problems.push(Diagnostic::error("world::bug", message).help("this is a bug of firedrill"));
                None
            }
        }
    });
    match blueprint {
        Some(blueprint) if !problems.has_errors() => Ok(blueprint),
        _ => {
            problems.keep(Severity::Error);
            Err(problems)
        }
    }
}

/// Reads a world from a text; `path` is what problems call it.
///
/// # Errors
/// Every problem, if any of them is an error.
pub fn read_text(path: &str, text: &str) -> Result<Blueprint, Problems> {
    match SourceFile::from_bytes(path.to_owned(), text.as_bytes().to_vec()) {
        Ok(file) => read(file),
        Err((file, why)) => {
            let mut problems = Problems::new();
            let id = problems.add_file(file);
            problems.push(Diagnostic::unreadable(why, id, path));
            Err(problems)
        }
    }
}

/// The JSON Schema (draft 2020-12) of a world file.
pub fn schema() -> Json {
    let mut definitions = Definitions::default();
    let world = definitions.shape(&BLUEPRINT);
    serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "firedrill: a world of the lab",
        "allOf": [world],
        "$defs": definitions.0,
    })
}

impl Blueprint {
    /// The reference deployment.
    ///
    /// # Panics
    /// Never: the file is part of the program, and a test reads it.
    pub fn reference() -> Arc<Blueprint> {
        static READ: LazyLock<Arc<Blueprint>> = LazyLock::new(|| {
            let read = read_text("wordpress.yaml", REFERENCE);
            Arc::new(
                read.unwrap_or_else(|problems| unreachable!("the program's own world file: {problems:?}")),
            )
        });
        Arc::clone(&READ)
    }
}
