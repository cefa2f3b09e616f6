//! Differ: two trees of values, and each place where they differ.
//! Invariant: what is equal is never told; what differs is told once, at the deepest place that holds it.
//! Used by: compare.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

/// One place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// `drill.steps[2].within`.
    pub path: String,
    /// What stood there; `None`: nothing.
    pub before: Option<Value>,
    /// What stands there.
    pub after: Option<Value>,
}

/// Every place, in the order of the paths.
pub(super) fn between(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(String::new(), Some(before), Some(after), &mut found);
    found
}

fn walk(path: String, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Difference>) {
    match (before, after) {
        (Some(one), Some(other)) if one == other => {}
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(path, one.get(key), other.get(key), found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => {
            for place in 0..one.len().max(other.len()) {
                walk(format!("{path}[{place}]"), one.get(place), other.get(place), found);
            }
        }
        _ => found.push(Difference { path, before: before.cloned(), after: after.cloned() }),
    }
}
