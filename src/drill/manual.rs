//! Manual: the language's kinds of changes and conditions as a reader of a manual wants them, from the tables that the
//! reader itself goes by.
//! Invariant: pure; a key that a file may have is here, with the tables' own words.
//! Not here: what a change does to the world (see `change`), who is asked of a condition (see `measure`).
//! Used by: catalog.

use serde::Serialize;

use super::{
    catalogue::{self, Verb},
    shapes::{condition::CONDITION, step::RUN},
};
use crate::grammar::{Field, Kind, Need, Shape};

/// One kind of change or condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// The key of a step that names it; of a condition the name itself.
    pub written: &'static str,
    /// What it does, or looks at.
    pub what: &'static str,
    /// Its own keys.
    pub keys: Vec<Key>,
    /// As one would write its value; of a change nothing.
    pub example: &'static str,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it may be.
    pub values: String,
    /// `required`, `optional`, or the value that holds without it.
    pub need: String,
    /// What it is for.
    pub what: &'static str,
    /// A value as one would write it.
    pub example: &'static str,
}

/// Every kind of change.
pub fn changes() -> Vec<Entry> {
    let kinds = catalogue::ENTRIES.iter().map(|entry| Entry {
        name: entry.kind,
        written: if entry.verb == Verb::Fault { "fault" } else { "recover" },
        what: entry.doc(),
        keys: entry.fields().map(key).collect(),
        example: "",
    });
    kinds.chain([run()]).collect()
}

/// A command of the user's own is a change too, though its step is written another way.
fn run() -> Entry {
    let own = RUN.fields.first().into_iter().flat_map(|group| group.iter().skip(1));
    Entry { name: "run", written: "run", what: RUN.doc, keys: own.map(key).collect(), example: "" }
}

/// Every kind of condition.
pub fn conditions() -> Vec<Entry> {
    CONDITION.variants.iter().filter_map(|variant| condition(variant)).collect()
}

fn condition(variant: &'static Shape) -> Option<Entry> {
    let head = variant.head()?;
    let keys = match head.kind {
        Kind::Record(claim) => claim.all().map(key).collect(),
        _ => Vec::new(),
    };
    Some(Entry { name: head.name, written: head.name, what: variant.doc, keys, example: head.example })
}

fn key(field: &'static Field) -> Key {
    let need = match field.need {
        Need::Required => "required".to_owned(),
        Need::Optional => "optional".to_owned(),
        Need::Default(value) => format!("{value} without it"),
    };
    Key { name: field.name, values: values(&field.kind), need, what: field.doc, example: field.example }
}

fn values(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "true or false".to_owned(),
        Kind::Whole(least, most) => format!("{least} to {most}"),
        Kind::Time(_) => "a time, as 30s".to_owned(),
        Kind::Words(words) => words.join(", "),
        Kind::WordsOrWhole(words) => format!("{}, or a number", words.join(", ")),
        Kind::Exactly(word) => (*word).to_owned(),
        Kind::List(_) => "a list".to_owned(),
        Kind::OneOrMany(inner) => format!("one or many of {}", values(inner)),
        Kind::Text | Kind::Plain | Kind::Rule(_) => "a text".to_owned(),
        Kind::Map(..) | Kind::Record(_) | Kind::Either(..) | Kind::Choice(_) => "a map".to_owned(),
    }
}
