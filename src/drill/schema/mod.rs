//! Schema: drills and deployments as JSON Schema, for editors.
//! Invariant: made of the same tables that the reader walks.
//! Used by: cli.

use serde_json::{Value, json};

use super::shapes::{deployment::DEPLOYMENT, drill::DRILL};
use crate::grammar::schema::Definitions;

/// The JSON Schema (draft 2020-12) of both kinds of file: a drill, told by its key `drill`, and a deployment.
pub fn schema() -> Value {
    let mut definitions = Definitions::default();
    let drill = definitions.shape(&DRILL);
    let deployment = definitions.shape(&DEPLOYMENT);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "firedrill: a drill or a deployment",
        "type": "object",
        "if": { "required": ["drill"] },
        "then": drill,
        "else": deployment,
        "$defs": definitions.0,
    })
}

#[cfg(test)]
mod tests;
