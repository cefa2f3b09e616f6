//! Phrase: a sentence by name, with what is to stand in it: said in a language only when it is shown.
//! Invariant: saying never fails; a name that is not in the catalogue is said as it is, with its values.
//! Not here: the sentences (see the message files), how values look (see `unit`).
//! Used by: measure and report make them; every view says them.

use std::{borrow::Cow, collections::BTreeMap, fmt, time::Duration};

use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};

use super::{
    catalogue,
    lang::Lang,
    template::{Piece, Template},
    unit,
};

/// A sentence, or a part of one.
///
/// Written as JSON it carries its English text too, for readers without the message files; reading ignores that.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Phrase {
    id: Cow<'static, str>,
    #[serde(default)]
    with: BTreeMap<Cow<'static, str>, Value>,
}

/// What stands in the place of a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Text as it is, the same in every language: names, what AWS said, what the journal recorded.
    Text(String),
    /// How many.
    Count(u64),
    /// How long.
    #[serde(rename = "duration_us", with = "crate::clock::micros")]
    Duration(Duration),
    /// Another sentence or word.
    Phrase(Phrase),
    /// Several.
    List(Vec<Value>),
}

impl Phrase {
    /// The sentence of that name.
    pub fn new(id: &'static str) -> Phrase {
        Phrase { id: Cow::Borrowed(id), with: BTreeMap::new() }
    }

    /// Text that is the same in every language.
    pub fn verbatim(text: impl Into<String>) -> Phrase {
        Phrase::new("plain.verbatim").with("text", text.into())
    }

    /// The same sentence with this in the place of `name`.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Phrase {
        self.with.insert(Cow::Borrowed(name), value.into());
        self
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What stands in the place of `name`.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.with.get(name)
    }

    /// In a language.
    pub fn say(&self, lang: Lang) -> String {
        let mut out = String::new();
        self.say_into(&mut out, lang);
        out
    }

    fn say_into(&self, out: &mut String, lang: Lang) {
        match catalogue::template(lang, &self.id) {
            Some(template) => self.fill(out, template, lang),
            None => {
                out.push_str(&self.id);
                for value in self.with.values() {
                    out.push(' ');
                    value.say_into(out, lang);
                }
            }
        }
    }

    fn fill(&self, out: &mut String, template: &Template, lang: Lang) {
        for piece in template.pieces() {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Slot(name) => match self.with.get(name.as_str()) {
                    Some(value) => value.say_into(out, lang),
                    None => out.push_str(&format!("{{{name}}}")),
                },
                Piece::Either { name, one, many } => {
                    let single = self.with.get(name.as_str()) == Some(&Value::Count(1));
                    out.push_str(if single { one } else { many });
                }
            }
        }
    }
}

impl Value {
    fn say_into(&self, out: &mut String, lang: Lang) {
        match self {
            Value::Text(text) => out.push_str(text),
            Value::Count(count) => out.push_str(&count.to_string()),
            Value::Duration(value) => out.push_str(&unit::duration(*value, lang)),
            Value::Phrase(phrase) => phrase.say_into(out, lang),
            Value::List(values) => {
                for (place, value) in values.iter().enumerate() {
                    if place > 0 {
                        out.push_str(", ");
                    }
                    value.say_into(out, lang);
                }
            }
        }
    }
}

/// English: what terminals, logs and errors say.
impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl Serialize for Phrase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Phrase", 3)?;
        fields.serialize_field("id", &self.id)?;
        match self.with.is_empty() {
            true => fields.skip_field("with")?,
            false => fields.serialize_field("with", &self.with)?,
        }
        fields.serialize_field("text", &self.say(Lang::En))?;
        fields.end()
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        Value::Text(text.clone())
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Value {
        Value::Count(u64::try_from(count).unwrap_or(u64::MAX))
    }
}

impl From<u64> for Value {
    fn from(count: u64) -> Value {
        Value::Count(count)
    }
}

impl From<u32> for Value {
    fn from(count: u32) -> Value {
        Value::Count(count.into())
    }
}

impl From<Duration> for Value {
    fn from(value: Duration) -> Value {
        Value::Duration(value)
    }
}

impl From<Phrase> for Value {
    fn from(phrase: Phrase) -> Value {
        Value::Phrase(phrase)
    }
}

impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Value {
        Value::List(values.into_iter().map(Into::into).collect())
    }
}
