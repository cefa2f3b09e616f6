//! Catalogue: every sentence, by language and name, from the message files that the program is built with.
//! Invariant: read once; the tests of `words` hold that every line can be read and that both languages say the same.
//! Used by: phrase.
//!
//! A message file is the flat part of TOML: lines of `name = "text"`, comments and empty lines.

use std::{collections::HashMap, sync::OnceLock};

use super::{lang::Lang, template::Template};

/// One pair of message files.
pub(super) struct Topic {
    /// Every name in them begins with this and a point.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests hold the names to it"))]
    pub(super) name: &'static str,
    texts: [&'static str; 2],
}

impl Topic {
    pub(super) fn text(&self, lang: Lang) -> &'static str {
        lang.pick(self.texts[0], self.texts[1])
    }
}

macro_rules! topics {
    ($($name:literal),* $(,)?) => {
        &[$(Topic {
            name: $name,
            texts: [
                include_str!(concat!("en/", $name, ".toml")),
                include_str!(concat!("ko/", $name, ".toml")),
            ],
        }),*]
    };
}

/// Every pair, each for one part of the program.
pub(super) const TOPICS: &[Topic] = topics![
    "chart", "controls", "glossary", "history", "live", "measure", "pdf", "people", "plain", "record",
    "seen", "verify", "view", "year",
];

/// The sentence of that name.
pub(super) fn template(lang: Lang, id: &str) -> Option<&'static Template> {
    static READ: OnceLock<[HashMap<&'static str, Template>; 2]> = OnceLock::new();
    let [en, ko] = READ.get_or_init(|| Lang::ALL.map(all));
    lang.pick(en, ko).get(id)
}

fn all(lang: Lang) -> HashMap<&'static str, Template> {
    TOPICS.iter().flat_map(|topic| lines(topic.text(lang))).filter_map(Result::ok).collect()
}

/// Each sentence of a message file; a line that is none as it stands.
pub(super) fn lines(text: &'static str) -> Vec<Result<(&'static str, Template), &'static str>> {
    let said = |line: &&str| !line.is_empty() && !line.starts_with('#');
    text.lines().map(str::trim).filter(said).map(|line| sentence(line).ok_or(line)).collect()
}

fn sentence(line: &'static str) -> Option<(&'static str, Template)> {
    let (name, value) = line.split_once('=')?;
    let quoted = value.trim().strip_prefix('"')?.strip_suffix('"')?;
    Some((name.trim(), Template::parse(&unescaped(quoted)?)?))
}

/// The text between quotes; `None` for an escape that TOML does not know, or a quote too many.
fn unescaped(quoted: &str) -> Option<String> {
    let mut out = String::with_capacity(quoted.len());
    let mut letters = quoted.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.push(match letters.next()? {
                'n' => '\n',
                known @ ('"' | '\\') => known,
                _ => return None,
            }),
            '"' => return None,
            plain => out.push(plain),
        }
    }
    Some(out)
}
