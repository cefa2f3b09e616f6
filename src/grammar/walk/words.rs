//! Words: the parts of the walk's sentences.
//! Invariant: pure.
//! Used by: walk.

use crate::grammar::Kind;

/// What a head's kinds are called.
pub(super) fn noun(head: &str) -> &str {
    if head == "recover" { "recovery" } else { head }
}

/// The first part of a field's sentence, to go into another one.
pub(super) fn gist(doc: &str) -> String {
    let first = doc.split([':', ';']).next().unwrap_or_default().trim_end_matches('.');
    let mut letters = first.chars();
    let start = letters.next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
    // `AWS` keeps its capitals.
    if letters.as_str().starts_with(char::is_uppercase) { first.to_owned() } else { start + letters.as_str() }
}

/// The name with its article.
pub(super) fn a(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']);
    if name == "objectives" {
        "the objectives".to_owned()
    } else {
        format!("{} {name}", if vowel { "an" } else { "a" })
    }
}

/// A name, cut where no one would read on.
pub(super) fn shown(name: &str) -> String {
    name.chars().take(60).collect()
}

/// A kind, as what is wanted.
pub(super) fn wanted(kind: &Kind) -> String {
    match kind {
        Kind::Text => "a text".to_owned(),
        Kind::Plain => "a single value".to_owned(),
        Kind::Bool => "`true` or `false`".to_owned(),
        Kind::Whole(..) => "a whole number".to_owned(),
        Kind::Time(_) => "a time".to_owned(),
        Kind::Words(_) | Kind::WordsOrWhole(_) | Kind::Exactly(_) => "one word".to_owned(),
        Kind::Rule(rule) => rule.wants.to_owned(),
        Kind::List(_) => "a list".to_owned(),
        Kind::OneOrMany(inner) => format!("{} or a list", wanted(inner)),
        Kind::Record(_) | Kind::Map(..) => "a map".to_owned(),
        Kind::Either(inner, _) => format!("{} or a map", wanted(inner)),
        Kind::Choice(choice) => format!("a {}", choice.name),
    }
}
