//! Fits: whether a file's tree fits a JSON Schema, for the tests of the schemas.
//! Invariant: a word of JSON Schema that it does not know fails the test.
//! Used by: the tests of whoever makes a schema.

use serde_json::{Value, json};

use crate::diagnostic::yaml::{Kind as NodeKind, Node};

/// The part of JSON Schema that `schema` uses, but for patterns: the tests of rules and times hold those.
pub(crate) fn fits(value: &Value, schema: &Value, root: &Value) -> bool {
    let Some(schema) = schema.as_object() else { return false };
    schema.iter().all(|(word, says)| match word.as_str() {
        "$ref" => {
            let name =
                says.as_str().and_then(|path| path.strip_prefix("#/$defs/")).expect("a local reference");
            fits(value, &root["$defs"][name], root)
        }
        "type" if says.is_array() => !value.is_object() && !value.is_array(),
        "type" => match says.as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("boolean") => value.is_boolean(),
            Some("integer") => value.is_u64(),
            other => panic!("type {other:?}"),
        },
        "properties" => value.as_object().is_none_or(|map| {
            map.iter().all(|(key, value)| says.get(key).is_none_or(|schema| fits(value, schema, root)))
        }),
        "additionalProperties" => value.as_object().is_none_or(|map| match says {
            Value::Bool(_) => map.keys().all(|key| schema["properties"].get(key).is_some()),
            says => map.values().all(|value| fits(value, says, root)),
        }),
        "required" => says.as_array().is_some_and(|keys| {
            keys.iter().all(|key| key.as_str().is_some_and(|key| value.get(key).is_some()))
        }),
        "items" => value.as_array().is_none_or(|items| items.iter().all(|item| fits(item, says, root))),
        "minItems" => value.as_array().is_none_or(|items| !items.is_empty()),
        "minLength" => value.as_str().is_none_or(|text| !text.is_empty()),
        "minimum" => value.as_u64() >= says.as_u64(),
        "maximum" => value.as_u64() <= says.as_u64(),
        "enum" => says.as_array().is_some_and(|words| words.contains(value)),
        "const" => value == says,
        "allOf" => says.as_array().is_some_and(|all| all.iter().all(|schema| fits(value, schema, root))),
        "anyOf" => says.as_array().is_some_and(|any| any.iter().any(|schema| fits(value, schema, root))),
        "oneOf" => says
            .as_array()
            .is_some_and(|one| one.iter().filter(|schema| fits(value, schema, root)).count() == 1),
        "if" => {
            let branch = if fits(value, says, root) { "then" } else { "else" };
            fits(value, &schema[branch], root)
        }
        "then" | "else" | "$schema" | "$defs" | "title" | "description" | "default" | "pattern"
        | "propertyNames" => true,
        other => panic!("this test does not know `{other}`"),
    })
}

/// A tree as a YAML reader of an editor sees it.
pub(crate) fn json_of(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Scalar { text, quoted: true } => json!(text),
        NodeKind::Scalar { text, quoted: false } => match text.as_str() {
            "true" => json!(true),
            "false" => json!(false),
            "" | "~" | "null" => Value::Null,
            text => text.parse::<u64>().map_or_else(|_| json!(text), |number| json!(number)),
        },
        NodeKind::List(items) => items.iter().map(json_of).collect(),
        NodeKind::Map(entries) => entries
            .iter()
            .map(|(key, value)| (key.text().unwrap_or_default().to_owned(), json_of(value)))
            .collect(),
        NodeKind::Broken => Value::Null,
    }
}
