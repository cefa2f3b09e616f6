//! Grammar: how a file is described, once, as data.
//! Invariant: what the walk accepts and what the schema says come from the same tables.
//! Not here: which keys there are (see `drill::shapes` and the lab's world file), what they mean together.
//! Used by: every reader of a kind of file.

pub(crate) mod described;
#[cfg(test)]
pub(crate) mod fits;
pub(crate) mod record;
pub(crate) mod rule;
mod scalar;
pub(crate) mod schema;
pub(crate) mod walk;

use self::rule::Rule;

/// A map with known keys.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Its name, in messages (`unknown key in a NAME`) and in the schema.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Its keys, in groups so that shapes can share some. The first one of all is the head in a [`Choice`].
    pub fields: &'static [&'static [Field]],
    /// At least one of these must be given; empty: no such demand.
    pub any_of: &'static [&'static str],
}

/// One key of a map.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    /// The key.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// Whether it must be there.
    pub need: Need,
    /// A value as one would write it.
    pub example: &'static str,
}

/// Whether a key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It must.
    Required,
    /// It may.
    Optional,
    /// It may; without it this value holds, written as in a file.
    Default(&'static str),
}

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Any text but an empty one.
    Text,
    /// A single value of any kind: `true`, a number or a text, as YAML reads it.
    Plain,
    /// `true` or `false`.
    Bool,
    /// A whole number in these bounds.
    Whole(u64, u64),
    /// A time with units, at least so many milliseconds.
    Time(u64),
    /// One of these words.
    Words(&'static [&'static str]),
    /// One of these words, or a whole number from 1.
    WordsOrWhole(&'static [&'static str]),
    /// This word: what tells a choice's variants with the same head apart.
    Exactly(&'static str),
    /// A text that follows a rule.
    Rule(&'static Rule),
    /// A list with at least one element.
    List(&'static Kind),
    /// One value, or a list of them.
    OneOrMany(&'static Kind),
    /// A map whose keys are the writer's own and follow a rule.
    Map(&'static Rule, &'static Kind),
    /// A map.
    Record(&'static Shape),
    /// A single value, or a map for those who need to say more.
    Either(&'static Kind, &'static Shape),
    /// A map whose head key tells which shape it has.
    Choice(&'static Choice),
}

/// Several shapes, told apart by their heads.
#[derive(Debug)]
pub(crate) struct Choice {
    /// What one of them is called: `step`, `condition`.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// The shapes; each one's first field is its head.
    pub variants: &'static [&'static Shape],
    /// What is still read when no variant fits, so that other parts can refer to it.
    pub fallback: &'static Shape,
}

impl Shape {
    /// Every key.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.fields.iter().flat_map(|group| group.iter())
    }

    /// The first key: in a choice, the head.
    pub(crate) fn head(&self) -> Option<&'static Field> {
        self.all().next()
    }
}

impl Choice {
    /// The heads, each once.
    pub(crate) fn heads(&self) -> Vec<&'static str> {
        let mut heads: Vec<&'static str> = Vec::new();
        for name in self.variants.iter().filter_map(|variant| variant.head()).map(|field| field.name) {
            if !heads.contains(&name) {
                heads.push(name);
            }
        }
        heads
    }
}

impl Field {
    /// A key that must be there.
    pub(crate) const fn required(
        name: &'static str,
        kind: Kind,
        example: &'static str,
        doc: &'static str,
    ) -> Field {
        Field { name, doc, kind, need: Need::Required, example }
    }

    /// A key that may be there.
    pub(crate) const fn optional(
        name: &'static str,
        kind: Kind,
        example: &'static str,
        doc: &'static str,
    ) -> Field {
        Field { name, doc, kind, need: Need::Optional, example }
    }

    /// A key with a value when it is not there.
    pub(crate) const fn or(
        name: &'static str,
        kind: Kind,
        default: &'static str,
        example: &'static str,
        doc: &'static str,
    ) -> Field {
        Field { name, doc, kind, need: Need::Default(default), example }
    }
}
