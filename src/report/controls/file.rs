//! File: a framework's file, read.
//! Invariant: a key, a word or a line that is not known is an error with its line's number; nothing is guessed.
//! Not here: which frameworks there are (see the module above).
//! Used by: controls.
//!
//! The files are the part of TOML that they need: `key = "text"`, `key = ["word", "word"]` on one line, `[[control]]`,
//! comments.

use std::collections::BTreeMap;

use super::{Both, Control, Framework, Kind};
use crate::text::nearest;

/// The keys before the first `[[control]]`, and after it; `_ko` follows each that is said in both languages.
const HEAD: [&str; 2] = ["name", "caution"];
const BODY: [&str; 3] = ["title", "asks", "not_covered"];

/// What is wrong with a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileError {
    /// Counted from 1.
    pub(super) line: usize,
    pub(super) why: String,
}

/// A value with the line that it stands on.
enum Value {
    Text(String),
    List(Vec<String>),
}

/// A table: its first line, and what it holds.
struct Table {
    line: usize,
    values: BTreeMap<String, (usize, Value)>,
}

/// The framework `id`, as its file says.
pub(super) fn read(id: &'static str, text: &str) -> Result<Framework, FileError> {
    let mut tables = tables(text)?.into_iter();
    let mut head = tables.next().unwrap_or(Table { line: 1, values: BTreeMap::new() });
    let name = head.both(HEAD[0])?;
    let caution = head.maybe_both(HEAD[1])?;
    head.nothing_else(&HEAD)?;
    let controls = tables.map(control).collect::<Result<Vec<Control>, FileError>>()?;
    match controls.is_empty() {
        true => Err(error(1, "it names no control")),
        false => Ok(Framework { id, name, caution, controls }),
    }
}

fn control(mut table: Table) -> Result<Control, FileError> {
    let line = table.line;
    let control = Control {
        id: table.text("id")?,
        title: table.both(BODY[0])?,
        asks: table.maybe_both(BODY[1])?,
        evidence: table.evidence()?,
        not_covered: table.both(BODY[2])?,
    };
    table.nothing_else(&BODY)?;
    match control.evidence.is_empty() {
        true => Err(error(line, "a control names at least one kind of evidence")),
        false => Ok(control),
    }
}

fn tables(text: &str) -> Result<Vec<Table>, FileError> {
    let mut tables = vec![Table { line: 1, values: BTreeMap::new() }];
    for (place, line) in text.lines().enumerate().map(|(place, line)| (place + 1, line.trim())) {
        match line {
            "[[control]]" => tables.push(Table { line: place, values: BTreeMap::new() }),
            _ if line.is_empty() || line.starts_with('#') => {}
            _ => {
                let (key, value) =
                    line.split_once('=').ok_or_else(|| error(place, "this is no `key = value`"))?;
                let value =
                    value_of(value.trim()).ok_or_else(|| error(place, "this is no text and no list"))?;
                let table = tables.last_mut().ok_or_else(|| error(place, "there is no table"))?;
                if table.values.insert(key.trim().to_owned(), (place, value)).is_some() {
                    return Err(error(place, "this key stands twice"));
                }
            }
        }
    }
    Ok(tables)
}

fn value_of(written: &str) -> Option<Value> {
    match written.strip_prefix('[') {
        None => quoted(written).map(Value::Text),
        Some(rest) => {
            let words = rest.strip_suffix(']')?.split(',').map(str::trim).filter(|word| !word.is_empty());
            words.map(quoted).collect::<Option<Vec<String>>>().map(Value::List)
        }
    }
}

fn quoted(written: &str) -> Option<String> {
    let inside = written.strip_prefix('"')?.strip_suffix('"')?;
    (!inside.is_empty() && !inside.contains(['"', '\\'])).then(|| inside.to_owned())
}

impl Table {
    fn text(&mut self, key: &str) -> Result<String, FileError> {
        match self.values.remove(key) {
            Some((_, Value::Text(text))) => Ok(text),
            Some((line, Value::List(_))) => Err(error(line, format!("`{key}` is a text"))),
            None => Err(error(self.line, format!("`{key}` is missing"))),
        }
    }

    fn both(&mut self, key: &str) -> Result<Both, FileError> {
        Ok(Both { en: self.text(key)?, ko: self.text(&format!("{key}_ko"))? })
    }

    fn maybe_both(&mut self, key: &str) -> Result<Option<Both>, FileError> {
        match self.values.contains_key(key) {
            true => self.both(key).map(Some),
            false => Ok(None),
        }
    }

    fn evidence(&mut self) -> Result<Vec<Kind>, FileError> {
        let Some((line, Value::List(words))) = self.values.remove("evidence") else {
            return Err(error(self.line, "`evidence` is missing, or is no list"));
        };
        let known = |word: &String| Kind::ALL.iter().copied().find(|kind| kind.word() == word);
        words.iter().map(|word| known(word).ok_or_else(|| error(line, unknown(word)))).collect()
    }

    /// What was not taken is not known.
    fn nothing_else(self, known: &[&str]) -> Result<(), FileError> {
        match self.values.into_iter().next() {
            None => Ok(()),
            Some((key, (line, _))) => {
                let known = known.iter().copied().chain(["id", "evidence"]);
                Err(error(line, meant(format!("`{key}` is no key"), &key, known)))
            }
        }
    }
}

fn unknown(word: &str) -> String {
    meant(format!("`{word}` is no kind of evidence"), word, Kind::ALL.iter().map(|kind| kind.word()))
}

fn meant<'a>(why: String, word: &str, known: impl Iterator<Item = &'a str>) -> String {
    match nearest(word, known) {
        Some(near) => format!("{why}; did you mean `{near}`?"),
        None => why,
    }
}

fn error(line: usize, why: impl Into<String>) -> FileError {
    FileError { line, why: why.into() }
}
