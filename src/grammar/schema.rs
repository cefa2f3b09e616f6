//! Schema: the grammar as JSON Schema, so that editors complete and underline.
//! Invariant: says no more and no less than the tables; what a schema cannot say (`restore` names an earlier step)
//! only the reader checks.
//! Not here: the tables (see `drill::shapes` and the lab's world file).
//! Used by: whoever reads a kind of file.

use serde_json::{Map, Value, json};

use super::{
    Choice, Field, Kind, Need, Shape,
    scalar::{self, TIME_PATTERN, Written},
};

/// The shapes met so far, by name: the `$defs` of a schema.
#[derive(Default)]
pub(crate) struct Definitions(pub(crate) Map<String, Value>);

impl Definitions {
    /// A reference to the shape.
    pub(crate) fn shape(&mut self, shape: &'static Shape) -> Value {
        self.named(shape.name, |all| {
            let mut properties = Map::new();
            for field in shape.all() {
                properties.insert(field.name.to_owned(), all.field(field));
            }
            let required: Vec<&str> =
                shape.all().filter(|field| field.need == Need::Required).map(|field| field.name).collect();
            let mut schema = json!({
                "description": shape.doc,
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            });
            if !shape.any_of.is_empty() {
                schema["anyOf"] = shape.any_of.iter().map(|name| json!({ "required": [name] })).collect();
            }
            schema
        })
    }

    fn choice(&mut self, choice: &'static Choice) -> Value {
        self.named(choice.name, |all| {
            let variants: Vec<Value> = choice.variants.iter().map(|variant| all.shape(variant)).collect();
            json!({ "description": choice.doc, "oneOf": variants })
        })
    }

    /// A reference to the definition of that name, made once; shapes may refer to themselves.
    fn named(&mut self, name: &str, make: impl FnOnce(&mut Definitions) -> Value) -> Value {
        let key = name.replace(' ', "-");
        if !self.0.contains_key(&key) {
            self.0.insert(key.clone(), Value::Null);
            let made = make(self);
            self.0.insert(key.clone(), made);
        }
        json!({ "$ref": format!("#/$defs/{key}") })
    }

    /// One key's value.
    pub(crate) fn field(&mut self, field: &'static Field) -> Value {
        let mut schema = self.kind(&field.kind);
        schema["description"] = json!(field.doc);
        if let Need::Default(text) = field.need {
            schema["default"] = written(&field.kind, text);
        }
        schema
    }

    fn kind(&mut self, kind: &'static Kind) -> Value {
        match kind {
            Kind::Text => json!({ "type": "string", "minLength": 1 }),
            Kind::Plain => json!({ "type": ["string", "number", "boolean"] }),
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::Whole(min, max) => json!({ "type": "integer", "minimum": min, "maximum": max }),
            Kind::Time(_) => json!({ "type": "string", "pattern": TIME_PATTERN }),
            Kind::Words(words) => json!({ "enum": words }),
            Kind::WordsOrWhole(words) => {
                json!({ "anyOf": [{ "enum": words }, { "type": "integer", "minimum": 1 }] })
            }
            Kind::Exactly(word) => json!({ "const": word }),
            // A form that digits fit is written without quotes too, and then an editor sees a number.
            Kind::Rule(rule) if (rule.check)("1").is_ok() => {
                json!({ "type": ["string", "number"], "pattern": rule.pattern })
            }
            Kind::Rule(rule) => json!({ "type": "string", "pattern": rule.pattern }),
            Kind::List(inner) => json!({ "type": "array", "minItems": 1, "items": self.kind(inner) }),
            Kind::OneOrMany(inner) => {
                let one = self.kind(inner);
                json!({ "anyOf": [one, { "type": "array", "minItems": 1, "items": one }] })
            }
            Kind::Map(keys, inner) => json!({
                "type": "object",
                "propertyNames": { "pattern": keys.pattern },
                "additionalProperties": self.kind(inner),
            }),
            Kind::Record(shape) => self.shape(shape),
            Kind::Either(inner, shape) => {
                let one = self.kind(inner);
                json!({ "anyOf": [one, self.shape(shape)] })
            }
            Kind::Choice(choice) => self.choice(choice),
        }
    }
}

/// A default as it would be written, as JSON.
fn written(kind: &Kind, text: &str) -> Value {
    match scalar::read(kind, Written { text, quoted: false }) {
        Ok(value) if !matches!(kind, Kind::Time(_)) => value.json(),
        _ => json!(text),
    }
}
