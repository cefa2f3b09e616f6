//! Yaml: text to a tree in which every node knows its place.
//! Invariant: a tree holds no anchors, aliases, tags or second documents; it is at most [`MAX_DEPTH`] deep and
//! [`MANY_NODES`] large, and no key stands twice in one map. Time and memory grow with the text alone.
//! Not here: what the words mean (see the reader that walks the tree).
//! Used by: drill; the lab's worlds.
//!
//! A plain scalar is kept as written: whether `10` is a number or `no` a boolean is for the reader to say, who
//! knows what is wanted there. Aliases are refused altogether, so no text can grow when read.

mod build;

use super::{
    problem::{Diagnostic, Problems},
    source::{FileId, Place, Span, is_hidden},
};

/// The deepest nesting that is read.
pub const MAX_DEPTH: usize = 32;
/// The most values that a file of a few pages holds.
pub const MAX_NODES: usize = 20_000;
/// The most values that a file which lists a whole account holds.
pub const MANY_NODES: usize = 200_000;

/// One value of the tree, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// All of it, from its first character to its last.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A word, number or sentence.
    Scalar {
        /// As written, quotes and escapes resolved.
        text: String,
        /// Whether it stood in quotes or in a block: then it is text and nothing else.
        quoted: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A map, in the order written.
    Map(Vec<(Node, Node)>),
    /// Something already reported as a problem; a reader passes over it in silence.
    Broken,
}

impl Node {
    /// The text, if this is a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            Kind::List(_) | Kind::Map(_) | Kind::Broken => None,
        }
    }

    /// The entries, if this is a map.
    pub fn entries(&self) -> Option<&[(Node, Node)]> {
        match &self.kind {
            Kind::Map(entries) => Some(entries),
            Kind::Scalar { .. } | Kind::List(_) | Kind::Broken => None,
        }
    }

    /// The key and value of `name`, if this is a map that has it.
    pub fn entry(&self, name: &str) -> Option<(&Node, &Node)> {
        let entries = self.entries()?;
        entries.iter().find(|(key, _)| key.text() == Some(name)).map(|(key, value)| (key, value))
    }

    /// Whether nothing is written here: `key:` alone, `~` or `null`.
    pub fn is_empty_value(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, quoted: false } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// What it is, for a sentence: `a list`, `the text "10m"`, `10`.
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Scalar { .. } if self.is_empty_value() => "nothing".to_owned(),
            Kind::Scalar { text, quoted: true } => format!("the text {:?}", shortened(text)),
            Kind::Scalar { text, quoted: false } => format!("`{}`", shortened(text)),
            Kind::List(_) => "a list".to_owned(),
            Kind::Map(_) => "a map".to_owned(),
            Kind::Broken => "something that could not be read".to_owned(),
        }
    }

    /// The part worth a caret: all of a scalar or of a flow collection, the first entry of a block.
    pub fn point(&self) -> Span {
        match &self.kind {
            Kind::Map(entries) => entries.first().map_or(self.span, |(key, _)| {
                if key.span.start == self.span.start { key.span } else { self.span }
            }),
            Kind::List(items) => items.first().map_or(self.span, |item| {
                if item.span.start == self.span.start { item.point() } else { self.span }
            }),
            Kind::Scalar { .. } | Kind::Broken => self.span,
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((cut, _)) => format!("{}...", &text[..cut]),
        None => text.to_owned(),
    }
}

/// The tree of a file's text, or `None` when it cannot be read at all; problems say why. Even with a tree there
/// may be problems (a key that stands twice, an anchor).
pub fn read(file: FileId, problems: &mut Problems) -> Option<Node> {
    read_up_to(MAX_NODES, file, problems)
}

/// As [`read`], with at most so many values.
pub fn read_up_to(most: usize, file: FileId, problems: &mut Problems) -> Option<Node> {
    let text = problems.file(file).text.clone();
    let mut found = Vec::new();
    let tree = if refuse_characters(&text, &mut found) { None } else { build::tree(&text, most, &mut found) };
    for Found { code, message, span, label, help, other } in found {
        let mut diagnostic =
            Diagnostic::error(code, message).at(Place { file, span }, label).maybe_help(help);
        if let Some((span, label)) = other {
            diagnostic = diagnostic.also(Place { file, span }, label);
        }
        problems.push(diagnostic);
    }
    tree
}

/// A problem in the one text being read.
#[derive(Debug, Default)]
struct Found {
    code: &'static str,
    message: String,
    span: Span,
    label: String,
    help: Option<String>,
    other: Option<(Span, String)>,
}

/// Tabs that indent and characters that cannot be seen would only give messages that no one understands later.
fn refuse_characters(text: &str, found: &mut Vec<Found>) -> bool {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line[..indent].find('\t').filter(|_| !line.trim().is_empty()) {
            found.push(Found {
                code: "yaml::tab",
                message: "a tab indents this line".to_owned(),
                span: Span::new(start + tab, start + tab + 1),
                label: "tab".to_owned(),
                help: Some("indent with spaces: YAML allows no tabs here".to_owned()),
                other: None,
            });
        }
        for (at, hidden) in line.char_indices().filter(|(_, c)| is_hidden(*c)).take(1) {
            found.push(Found {
                code: "yaml::hidden-character",
                message: "a character that cannot be seen".to_owned(),
                span: Span::new(start + at, start + at + hidden.len_utf8()),
                label: format!("U+{:04X}", u32::from(hidden)),
                help: Some("delete it: it may make the file say something else than it shows".to_owned()),
                other: None,
            });
        }
        start += line.len();
    }
    !found.is_empty()
}

#[cfg(test)]
mod tests;
