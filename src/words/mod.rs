//! Words: what the program says to people, in each language it knows.
//! Invariant: a sentence stands in one message file a language, never in code; both languages have the same sentences.
//! Not here: which sentence is said when (see `measure`, `report`), numbers that are not part of a sentence.
//! Used by: measure, report, evidence, cli.
//!
//! Adding a sentence: a line `topic.name = "text with {placeholder}"` in `en/topic.toml` and in `ko/topic.toml`, and a
//! [`Phrase`] that names it, as a literal, where it is said. Adding a topic: two files and one word in `catalogue`.

mod catalogue;
mod lang;
mod phrase;
mod template;
#[cfg(test)]
mod tests;
pub mod unit;

pub use self::{
    lang::{Lang, LangError},
    phrase::{Phrase, Value},
};
