//! Doc: a document's tree, to be changed node by node and written as YAML or as JSON.
//! Invariant: a tree read from a text and written as YAML reads as the same tree.
//! Used by: targets whose inputs are trees.

use serde_json::Value;

use super::{mutate::ODD, rng::Rng};
use crate::diagnostic::yaml::{Kind, Node};

/// One node. Keys may stand twice.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Doc {
    /// A word as it is.
    Plain(String),
    /// Text in quotes.
    Quoted(String),
    /// A list.
    List(Vec<Doc>),
    /// A map.
    Map(Vec<(String, Doc)>),
}

impl From<&Node> for Doc {
    fn from(node: &Node) -> Doc {
        match &node.kind {
            // Between brackets the parser takes a lone sign for a word; in a block it begins a key or an entry.
            Kind::Scalar { text, quoted: false } if is_sign(text) => Doc::Quoted(text.clone()),
            Kind::Scalar { text, quoted: false } => Doc::Plain(text.clone()),
            Kind::Scalar { text, quoted: true } => Doc::Quoted(text.clone()),
            Kind::List(items) => Doc::List(items.iter().map(Doc::from).collect()),
            Kind::Map(entries) => {
                let key = |node: &Node| node.text().unwrap_or_default().to_owned();
                Doc::Map(entries.iter().map(|(name, value)| (key(name), Doc::from(value))).collect())
            }
            Kind::Broken => Doc::Plain(String::new()),
        }
    }
}

impl From<&Value> for Doc {
    fn from(value: &Value) -> Doc {
        match value {
            Value::String(text) => Doc::Quoted(text.clone()),
            Value::Array(items) => Doc::List(items.iter().map(Doc::from).collect()),
            Value::Object(members) => {
                Doc::Map(members.iter().map(|(name, value)| (name.clone(), Doc::from(value))).collect())
            }
            plain => Doc::Plain(plain.to_string()),
        }
    }
}

impl Doc {
    /// As JSON; a plain word that is no JSON makes a text that is none.
    pub(crate) fn json(&self) -> String {
        match self {
            Doc::Plain(text) => text.clone(),
            Doc::Quoted(text) => quoted(text),
            Doc::List(items) => format!("[{}]", joined(items.iter().map(Doc::json))),
            Doc::Map(entries) => {
                let entries =
                    entries.iter().map(|(name, value)| format!("{}:{}", quoted(name), value.json()));
                format!("{{{}}}", joined(entries))
            }
        }
    }

    /// As YAML in blocks.
    pub(crate) fn yaml(&self) -> String {
        let mut out = String::new();
        self.block(0, &mut out);
        out
    }

    fn block(&self, indent: usize, out: &mut String) {
        let margin = " ".repeat(indent);
        match self {
            Doc::Plain(text) => *out += &format!(" {text}\n"),
            Doc::Quoted(text) => *out += &format!(" {}\n", quoted(text)),
            Doc::List(items) if items.is_empty() => *out += " []\n",
            Doc::Map(entries) if entries.is_empty() => *out += " {}\n",
            Doc::List(items) => {
                *out += "\n";
                for item in items {
                    *out += &format!("{margin}-");
                    item.block(indent + 2, out);
                }
            }
            Doc::Map(entries) => {
                *out += "\n";
                for (name, value) in entries {
                    *out += &format!("{margin}{}:", quoted(name));
                    value.block(indent + 2, out);
                }
            }
        }
    }

    /// How many nodes it has.
    fn count(&self) -> usize {
        1 + match self {
            Doc::Plain(_) | Doc::Quoted(_) => 0,
            Doc::List(items) => items.iter().map(Doc::count).sum(),
            Doc::Map(entries) => entries.iter().map(|(_, value)| value.count()).sum(),
        }
    }

    /// The node with this number, in the order of the text.
    fn at(&mut self, number: &mut usize) -> Option<&mut Doc> {
        if *number == 0 {
            return Some(self);
        }
        *number -= 1;
        match self {
            Doc::Plain(_) | Doc::Quoted(_) => None,
            Doc::List(items) => items.iter_mut().find_map(|item| item.at(number)),
            Doc::Map(entries) => entries.iter_mut().find_map(|(_, value)| value.at(number)),
        }
    }

    fn any(&mut self, rng: &mut Rng) -> &mut Doc {
        let mut number = rng.below(self.count());
        // The number is below the count, so there is such a node; the borrow checker wants the question asked twice.
        if self.clone().at(&mut number.clone()).is_none() {
            return self;
        }
        self.at(&mut number).expect("a node with a number below the count")
    }

    /// One to a few changes; `other` is where foreign nodes come from.
    pub(crate) fn mutate(&mut self, rng: &mut Rng, other: &Doc) {
        for _ in 0..=rng.below(4) {
            let foreign = match rng.below(3) {
                0 => self.clone().any(rng).clone(),
                1 => other.clone().any(rng).clone(),
                _ => odd(rng),
            };
            self.any(rng).change(rng, foreign);
        }
    }

    fn change(&mut self, rng: &mut Rng, foreign: Doc) {
        let how = rng.below(8);
        match self {
            Doc::List(items) if !items.is_empty() && how < 6 => {
                let (at, to) = (rng.below(items.len()), rng.below(items.len()));
                match how {
                    0 => drop(items.remove(at)),
                    1 => items.insert(to, items[at].clone()),
                    2 => items.swap(at, to),
                    3 => items.insert(at, foreign),
                    4 => items.truncate(at),
                    _ => items[at] = foreign,
                }
            }
            Doc::Map(entries) if !entries.is_empty() && how < 7 => {
                let (at, to) = (rng.below(entries.len()), rng.below(entries.len()));
                match how {
                    0 => drop(entries.remove(at)),
                    1 => entries.insert(to, entries[at].clone()),
                    2 => entries.swap(at, to),
                    3 => entries[at].0 = entries[to].0.clone() + if rng.once_in(2) { "" } else { "s" },
                    4 => entries[at].1 = entries[to].1.clone(),
                    5 => entries.push((foreign.word(), foreign)),
                    _ => entries[at].1 = foreign,
                }
            }
            _ if how == 7 && rng.once_in(10) => {
                (0..rng.below(150)).for_each(|_| {
                    *self = Doc::List(vec![std::mem::replace(self, Doc::Plain(String::new()))])
                });
            }
            Doc::Plain(text) if how == 6 => *self = Doc::Quoted(std::mem::take(text)),
            Doc::Quoted(text) if how == 6 => *self = Doc::Plain(std::mem::take(text)),
            _ => *self = foreign,
        }
    }

    fn word(&self) -> String {
        match self {
            Doc::Plain(text) | Doc::Quoted(text) => text.clone(),
            Doc::List(_) => "of".to_owned(),
            Doc::Map(entries) => entries.first().map_or_else(|| "as".to_owned(), |(name, _)| name.clone()),
        }
    }
}

fn odd(rng: &mut Rng) -> Doc {
    let word = (*rng.one(&ODD)).to_owned();
    match rng.below(5) {
        0 => Doc::List(vec![Doc::Quoted(word)]),
        1 => Doc::Map(vec![(word.clone(), Doc::Plain(word))]),
        2 => Doc::Plain(word),
        3 => Doc::Quoted(word),
        _ => Doc::Quoted(word.repeat(rng.below(100))),
    }
}

fn is_sign(text: &str) -> bool {
    let mut letters = text.chars();
    match letters.next() {
        Some('|' | '>') => true,
        Some('?' | '-' | ':') => letters.next().is_none_or(|next| next == ' '),
        _ => false,
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

/// Both JSON and YAML read it; what cannot be seen is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            // Of letters beyond the first plane JSON has two escapes and YAML one: neither reads the other's.
            ' '..='~' | '\u{10000}'.. => out.push(letter),
            other => other.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out += &format!("\\u{unit:04x}")),
        }
    }
    out + "\""
}
