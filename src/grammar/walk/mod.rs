//! Walk: a tree against its shape, every problem at once.
//! Invariant: goes on after each problem; what fits is kept, what does not is reported exactly once.
//! Not here: what values mean together (see `reader`).
//! Used by: reader.

mod choice;
mod words;

use self::words::{a, gist, shown, wanted};
use super::{
    Field, Kind, Need, Shape,
    record::{Got, Item, Record, Value},
    rule::Rule,
    scalar::{self, Refusal, Written},
};
use crate::{
    diagnostic::{
        Diagnostic, FileId, Place, Problems, Span,
        yaml::{self, Node},
    },
    text::nearest,
};

/// Walks one file.
pub(crate) struct Walk<'a> {
    /// The file.
    pub file: FileId,
    /// Where problems go.
    pub problems: &'a mut Problems,
}

impl Walk<'_> {
    /// The tree as a record of that shape; `None` only if it is no map at all.
    pub(crate) fn record(&mut self, shape: &'static Shape, node: &Node) -> Option<Record> {
        let entries = self.entries(node, shape)?;
        let mut record = Record {
            shape,
            point: node.point(),
            fields: Vec::new(),
            refused: Vec::new(),
            has_unknown: false,
        };
        for (key, value) in entries {
            self.field(&mut record, key, value);
        }
        self.complete(&mut record);
        Some(record)
    }

    fn entries<'n>(&mut self, node: &'n Node, shape: &'static Shape) -> Option<&'n [(Node, Node)]> {
        match &node.kind {
            yaml::Kind::Map(entries) => Some(entries),
            yaml::Kind::Broken => None,
            yaml::Kind::Scalar { .. } | yaml::Kind::List(_) => {
                let message =
                    format!("{} is a map of keys and values, not {}", a(shape.name), node.describe());
                let help = shape.head().map(|head| {
                    format!("write it as keys with values, such as `{}: {}`", head.name, head.example)
                });
                self.report("file::type", message, node.point(), "", help);
                None
            }
        }
    }

    fn field(&mut self, record: &mut Record, key: &Node, value: &Node) {
        let name = key.text().unwrap_or_default();
        let Some(field) = record.shape.all().find(|field| field.name == name) else {
            return self.unknown_key(record, name, key.span);
        };
        match self.value(&field.kind, value, field) {
            Some(item) => record.fields.push(Got { name: field.name, key: key.span, written: true, item }),
            None => record.refused.push(field.name),
        }
    }

    fn unknown_key(&mut self, record: &mut Record, name: &str, span: Span) {
        let shape = record.shape;
        let names: Vec<&'static str> = shape.all().map(|field| field.name).collect();
        record.has_unknown = true;
        let help = match nearest(name, names.iter().copied()) {
            Some(near) => {
                // What is meant by this key is not missing as well.
                record.refused.extend(names.iter().find(|name| **name == near));
                format!("did you mean `{near}`?")
            }
            None => format!("the keys here are: {}", names.join(", ")),
        };
        let message = format!("`{}` is no key of {}", shown(name), a(shape.name));
        self.report("file::unknown-key", message, span, "unknown key", Some(help));
    }

    /// Reports what is missing and fills in what has a default.
    fn complete(&mut self, record: &mut Record) {
        let shape = record.shape;
        for field in shape.all().filter(|field| !field.name.is_empty()) {
            if record.mentions(field.name) {
                continue;
            }
            match field.need {
                Need::Optional => {}
                Need::Required => {
                    let message = format!("`{}` is missing in this {}", field.name, shape.name);
                    let help = format!("add `{}: {}` ({})", field.name, field.example, gist(field.doc));
                    self.report("file::missing-key", message, record.point, "", Some(help));
                    record.refused.push(field.name);
                }
                Need::Default(text) => {
                    if let Ok(value) = scalar::read(&field.kind, Written { text, quoted: false }) {
                        let item = Item { span: record.point, value };
                        record.fields.push(Got { name: field.name, key: record.point, written: false, item });
                    }
                }
            }
        }
        if !shape.any_of.is_empty()
            && !record.has_unknown
            && !shape.any_of.iter().any(|name| record.mentions(name))
        {
            let message = format!("nothing is given in {}", a(shape.name));
            let help = format!("give at least one of: {}", shape.any_of.join(", "));
            self.report("file::missing-key", message, record.point, "", Some(help));
        }
    }

    fn value(&mut self, kind: &'static Kind, node: &Node, field: &'static Field) -> Option<Item> {
        let span = node.point();
        let value = match (kind, &node.kind) {
            (_, yaml::Kind::Broken) => return None,
            (Kind::Record(shape), yaml::Kind::Map(_)) => Value::Record(self.record(shape, node)?),
            (Kind::Either(_, shape), yaml::Kind::Map(_)) => Value::Record(self.record(shape, node)?),
            (Kind::Choice(choice), yaml::Kind::Map(_)) => Value::Record(self.choice(choice, node)?),
            (Kind::Map(keys, inner), yaml::Kind::Map(entries)) => {
                Value::Map(self.map(keys, inner, entries, field))
            }
            (Kind::List(inner) | Kind::OneOrMany(inner), yaml::Kind::List(items)) => {
                Value::List(self.list(inner, items, node, field)?)
            }
            (kind, yaml::Kind::Scalar { text, quoted }) if !has_parts(kind) || node.is_empty_value() => {
                self.scalar(kind, node, text, *quoted, field)?
            }
            (Kind::Choice(choice), _) => {
                let message = format!("a {} is wanted here, not {}", choice.name, node.describe());
                let help = format!("it is a map with one of: {}", choice.heads().join(", "));
                self.report("file::type", message, span, "", Some(help));
                return None;
            }
            (kind, _) => {
                let message =
                    format!("{} is wanted for `{}`, not {}", wanted(kind), field.name, node.describe());
                let help = format!("write it as `{}: {}`", field.name, field.example);
                self.report("file::type", message, span, "", Some(help));
                return None;
            }
        };
        Some(Item { span, value })
    }

    /// Each entry on its own; one whose key does not follow the rule is reported and left out.
    fn map(
        &mut self,
        keys: &'static Rule,
        kind: &'static Kind,
        entries: &[(Node, Node)],
        field: &'static Field,
    ) -> Vec<(String, Span, Item)> {
        let mut read = Vec::new();
        for (key, value) in entries {
            let name = key.text().unwrap_or_default();
            if let Err(help) = (keys.check)(name) {
                let message =
                    format!("{} is wanted as a key of `{}`, not `{}`", keys.wants, field.name, shown(name));
                self.report("file::form", message, key.span, "", Some(help));
            } else if let Some(item) = self.value(kind, value, field) {
                read.push((name.to_owned(), key.span, item));
            }
        }
        read
    }

    /// Each element on its own, so that one bad element does not hide the others.
    fn list(
        &mut self,
        kind: &'static Kind,
        items: &[Node],
        node: &Node,
        field: &'static Field,
    ) -> Option<Vec<Item>> {
        if items.is_empty() {
            let help = match field.need {
                Need::Required => format!("write it as `{}: {}`", field.name, field.example),
                Need::Optional | Need::Default(_) => {
                    format!("write something in it, or leave `{}` out", field.name)
                }
            };
            self.report(
                "file::empty",
                format!("the list of `{}` is empty", field.name),
                node.span,
                "",
                Some(help),
            );
            return None;
        }
        let mut read = Vec::new();
        for item in items {
            read.extend(self.value(kind, item, field));
        }
        Some(read)
    }

    fn scalar(&mut self, kind: &Kind, node: &Node, text: &str, quoted: bool, field: &Field) -> Option<Value> {
        if node.is_empty_value() {
            let message = format!("nothing is written after `{}`", field.name);
            let help = format!("write it as `{}: {}`", field.name, field.example);
            self.report("file::empty", message, node.span, "", Some(help));
            return None;
        }
        if let Some(at) = text.find("${") {
            let name: String = text[at..].chars().take_while(|c| *c != '}').take(40).chain(['}']).collect();
            let help = "nothing is filled in when a file is read: write the value itself";
            self.report(
                "file::placeholder",
                format!("`{name}` is left in a value"),
                node.span,
                "",
                Some(help.to_owned()),
            );
            return None;
        }
        match scalar::read(kind, Written { text, quoted }) {
            Ok(value) => Some(value),
            Err(Refusal { code, wants, help }) => {
                let message = match wants {
                    Some(wants) => format!("{wants} is wanted for `{}`, not {}", field.name, node.describe()),
                    None => format!("{} is no value of `{}`", node.describe(), field.name),
                };
                self.report(code, message, node.span, "", Some(help));
                None
            }
        }
    }

    fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    fn report(&mut self, code: &'static str, message: String, span: Span, label: &str, help: Option<String>) {
        let place = self.place(span);
        self.problems.push(Diagnostic::error(code, message).at(place, label).maybe_help(help));
    }
}

/// Whether a value of this kind is never a single word.
fn has_parts(kind: &Kind) -> bool {
    matches!(kind, Kind::List(_) | Kind::Map(..) | Kind::Record(_) | Kind::Choice(_))
}
