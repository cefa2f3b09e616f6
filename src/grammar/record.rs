//! Record: a map that fits its shape, value by value, each with its place.
//! Invariant: a field that is here has the kind that its shape says.
//! Not here: how it got here (see `walk`).
//! Used by: reader.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::Shape;
use crate::diagnostic::Span;

/// A map that fits its shape. Fields that were refused are known by name only.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// What it fits.
    pub shape: &'static Shape,
    /// A short stretch that stands for all of it.
    pub point: Span,
    /// What was read, defaults included.
    pub fields: Vec<Got>,
    /// What was written but refused, or probably meant by an unknown key.
    pub refused: Vec<&'static str>,
    /// Whether a key was unknown: then something may only seem to be missing.
    pub has_unknown: bool,
}

/// One field.
#[derive(Debug, Clone)]
pub(crate) struct Got {
    /// Its key's name.
    pub name: &'static str,
    /// Where the key stands; for a default, the record's point.
    pub key: Span,
    /// Whether it stands in the file; a default does not.
    pub written: bool,
    /// Its value.
    pub item: Item,
}

/// A value with its place.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// A short stretch that stands for all of it.
    pub span: Span,
    /// The value.
    pub value: Value,
}

/// A value of a known kind.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// A text, word or ruled text.
    Text(String),
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Whole(u64),
    /// A number that is not whole, or below zero.
    Number(f64),
    /// A time.
    Time(Duration),
    /// A list.
    List(Vec<Item>),
    /// A map.
    Record(Record),
    /// A map with keys of the writer's own, in the order written; each key has its place.
    Map(Vec<(String, Span, Item)>),
}

impl Record {
    /// The field of that name.
    pub(crate) fn got(&self, name: &str) -> Option<&Got> {
        self.fields.iter().find(|got| got.name == name)
    }

    /// The value of that name.
    pub(crate) fn item(&self, name: &str) -> Option<&Item> {
        self.got(name).map(|got| &got.item)
    }

    /// Whether it is there or was there and refused: then its absence is no problem of its own.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        self.got(name).is_some() || self.refused.contains(&name)
    }

    /// The text of that name.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.item(name)?.value.text()
    }

    /// The boolean of that name.
    pub(crate) fn bool(&self, name: &str) -> Option<bool> {
        match self.item(name)?.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number of that name.
    pub(crate) fn whole(&self, name: &str) -> Option<u64> {
        match self.item(name)?.value {
            Value::Whole(value) => Some(value),
            _ => None,
        }
    }

    /// The time of that name.
    pub(crate) fn time(&self, name: &str) -> Option<Duration> {
        match self.item(name)?.value {
            Value::Time(value) => Some(value),
            _ => None,
        }
    }

    /// The map of that name.
    pub(crate) fn record(&self, name: &str) -> Option<&Record> {
        self.item(name)?.value.record()
    }

    /// The elements of the list of that name, or the one value that stands for a list; none if it is absent.
    pub(crate) fn items(&self, name: &str) -> &[Item] {
        match self.item(name) {
            Some(Item { value: Value::List(items), .. }) => items,
            Some(item) => std::slice::from_ref(item),
            None => &[],
        }
    }

    /// The maps of the list of that name.
    pub(crate) fn records(&self, name: &str) -> impl Iterator<Item = &Record> {
        self.items(name).iter().filter_map(|item| item.value.record())
    }

    /// The texts of the list of that name.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.items(name).iter().filter_map(|item| item.value.text()).map(str::to_owned).collect()
    }

    /// The head key's name: what a step or condition is.
    pub(crate) fn head(&self) -> &'static str {
        self.shape.head().map_or("", |field| field.name)
    }

    /// The word that says what it is: the head's value (`ec2.revoke-ingress`), or its key if that says more.
    pub(crate) fn head_span(&self) -> Span {
        self.got(self.head()).map_or(self.point, |got| match got.item.value {
            Value::Record(_) | Value::List(_) | Value::Map(_) => got.key,
            _ => got.item.span,
        })
    }
}

impl Value {
    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The map, if it is one.
    pub(crate) fn record(&self) -> Option<&Record> {
        match self {
            Value::Record(record) => Some(record),
            _ => None,
        }
    }

    /// The value as JSON: for a change's parameters and the schema's defaults. A time is its milliseconds.
    pub(crate) fn json(&self) -> Json {
        match self {
            Value::Text(text) => json!(text),
            Value::Bool(value) => json!(value),
            Value::Whole(value) => json!(value),
            Value::Number(value) => json!(value),
            Value::Time(value) => json!(u64::try_from(value.as_millis()).unwrap_or(u64::MAX)),
            Value::List(items) => items.iter().map(|item| item.value.json()).collect(),
            Value::Map(entries) => {
                entries.iter().map(|(key, _, item)| (key.clone(), item.value.json())).collect()
            }
            Value::Record(record) => {
                record.fields.iter().map(|got| (got.name.to_owned(), got.item.value.json())).collect()
            }
        }
    }
}
