//! Template: a sentence of a message file, taken apart.
//! Invariant: what is not a placeholder stays as it is written.
//! Used by: catalogue makes them, phrase fills them.
//!
//! `{name}` stands for a value; `{name|record|records}` for the first word if the value is the count 1, else the second.

/// A sentence with places to fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Slot(String),
    Either { name: String, one: String, many: String },
}

impl Template {
    /// Takes a sentence apart; `None`: a brace is left open, or a placeholder is not one.
    pub(super) fn parse(text: &str) -> Option<Template> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, behind) = after.split_once('}')?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(placeholder(inside)?);
            rest = behind;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Some(Template(pieces))
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.0
    }
}

fn placeholder(inside: &str) -> Option<Piece> {
    let parts: Vec<&str> = inside.split('|').collect();
    let named = parts[0]
        .chars()
        .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    if parts[0].is_empty() || !named {
        return None;
    }
    match parts[..] {
        [name] => Some(Piece::Slot(name.to_owned())),
        [name, one, many] => {
            Some(Piece::Either { name: name.to_owned(), one: one.to_owned(), many: many.to_owned() })
        }
        _ => None,
    }
}
