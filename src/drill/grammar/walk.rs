//! Walk: a tree against its shape, every problem at once.
//! Invariant: goes on after each problem; what fits is kept, what does not is reported exactly once.
//! Not here: what values mean together (see `reader`).
//! Used by: reader.

use super::{
    Choice, Field, Kind, Need, Shape,
    record::{Got, Item, Record, Value},
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
        let Some(entries) = self.entries(node, shape) else { return None };
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
                self.report("drill::type", message, node.point(), "", help);
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
            Some(item) => record.fields.push(Got { name: field.name, key: key.span, item }),
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
        self.report("drill::unknown-key", message, span, "unknown key", Some(help));
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
                    self.report("drill::missing-key", message, record.point, "", Some(help));
                    record.refused.push(field.name);
                }
                Need::Default(text) => {
                    if let Ok(value) = scalar::read(&field.kind, Written { text, quoted: false }) {
                        let item = Item { span: record.point, value };
                        record.fields.push(Got { name: field.name, key: record.point, item });
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
            self.report("drill::missing-key", message, record.point, "", Some(help));
        }
    }

    fn value(&mut self, kind: &'static Kind, node: &Node, field: &'static Field) -> Option<Item> {
        let span = node.point();
        let value = match (kind, &node.kind) {
            (_, yaml::Kind::Broken) => return None,
            (Kind::Record(shape), yaml::Kind::Map(_)) => Value::Record(self.record(shape, node)?),
            (Kind::Either(_, shape), yaml::Kind::Map(_)) => Value::Record(self.record(shape, node)?),
            (Kind::Choice(choice), yaml::Kind::Map(_)) => Value::Record(self.choice(choice, node)?),
            (Kind::List(inner) | Kind::OneOrMany(inner), yaml::Kind::List(items)) => {
                Value::List(self.list(inner, items, node, field)?)
            }
            (kind, yaml::Kind::Scalar { text, quoted }) if !has_parts(kind) || node.is_empty_value() => {
                self.scalar(kind, node, text, *quoted, field)?
            }
            (Kind::Choice(choice), _) => {
                let message = format!("a {} is wanted here, not {}", choice.name, node.describe());
                let help = format!("it is a map with one of: {}", choice.heads().join(", "));
                self.report("drill::type", message, span, "", Some(help));
                return None;
            }
            (kind, _) => {
                let message =
                    format!("{} is wanted for `{}`, not {}", wanted(kind), field.name, node.describe());
                let help = format!("write it as `{}: {}`", field.name, field.example);
                self.report("drill::type", message, span, "", Some(help));
                return None;
            }
        };
        Some(Item { span, value })
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
            let help = format!("write something in it, or leave `{}` out if it may be left out", field.name);
            self.report(
                "drill::empty",
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
            self.report("drill::empty", message, node.span, "", Some(help));
            return None;
        }
        if let Some(at) = text.find("${") {
            let name: String = text[at..].chars().take_while(|c| *c != '}').take(40).chain(['}']).collect();
            let help = "nothing is filled in when a file is read: write the value itself";
            self.report(
                "drill::placeholder",
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

    /// The variant whose head stands in the map.
    fn choice(&mut self, choice: &'static Choice, node: &Node) -> Option<Record> {
        let entries = node.entries()?;
        let present: Vec<&str> =
            choice.heads().into_iter().filter(|head| node.entry(head).is_some()).collect();
        // A head may also be a plain key of another variant (`hold` of an `await`): then it is that here.
        let plain_elsewhere = |head: &str| {
            choice.variants.iter().any(|variant| {
                let own = variant.head().map_or("", |field| field.name);
                own != head && present.contains(&own) && variant.all().any(|field| field.name == head)
            })
        };
        let heads: Vec<&str> = present.iter().copied().filter(|head| !plain_elsewhere(head)).collect();
        match heads.as_slice() {
            [head] => match self.variant(choice, head, node) {
                Some(shape) => self.record(shape, node),
                None => Some(self.fallback(choice, node)),
            },
            [] => {
                self.no_head(choice, entries, node);
                Some(self.fallback(choice, node))
            }
            [first, second, ..] => {
                let message = format!("one {} is one thing: `{first}` or `{second}`", choice.name);
                let at = |head: &str| node.entry(head).map_or(node.point(), |(key, _)| key.span);
                let help = "write two, each starting with `- ` on a line of its own";
                let diagnostic = Diagnostic::error("drill::two-heads", message)
                    .at(self.place(at(second)), "second")
                    .also(self.place(at(first)), "first")
                    .help(help);
                self.problems.push(diagnostic);
                Some(self.fallback(choice, node))
            }
        }
    }

    /// Among the variants with this head, the one that its value names.
    fn variant(&mut self, choice: &'static Choice, head: &str, node: &Node) -> Option<&'static Shape> {
        let of_head = |variant: &&&'static Shape| variant.head().is_some_and(|field| field.name == head);
        let variants: Vec<&'static Shape> = choice.variants.iter().filter(of_head).copied().collect();
        if let [only] = variants.as_slice() {
            return Some(only);
        }
        let (key, value) = node.entry(head)?;
        let Some(name) = value.text().filter(|_| !value.is_empty_value()) else {
            let help = format!("the kinds are: {}", kinds(&variants).join(", "));
            match value.is_empty_value() {
                true => self.report(
                    "drill::empty",
                    format!("nothing is written after `{head}`"),
                    key.span,
                    "",
                    Some(help),
                ),
                false => {
                    let message =
                        format!("the name of a {} is wanted here, not {}", noun(head), value.describe());
                    self.report("drill::type", message, value.point(), "", Some(help));
                }
            }
            return None;
        };
        if let Some(known) = variants.iter().find(|variant| kind_of(variant) == Some(name)) {
            return Some(known);
        }
        let elsewhere = choice.variants.iter().find(|variant| kind_of(variant) == Some(name));
        let (code, message, help) = match elsewhere.and_then(|variant| variant.head()) {
            Some(other) => (
                "drill::wrong-verb",
                format!("`{name}` is no {}", noun(head)),
                format!("write `{}: {name}`", other.name),
            ),
            None => (
                "drill::unknown-kind",
                format!("there is no {} called `{}`", noun(head), shown(name)),
                match nearest(name, kinds(&variants)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the kinds are: {}", kinds(&variants).join(", ")),
                },
            ),
        };
        self.report(code, message, value.span, "", Some(help));
        None
    }

    fn no_head(&mut self, choice: &'static Choice, entries: &[(Node, Node)], node: &Node) {
        let heads = choice.heads();
        let near = entries.iter().find_map(|(key, _)| {
            let near = nearest(key.text()?, heads.iter().copied())?;
            Some((key, near))
        });
        let first = entries.first().map(|(key, _)| key);
        let (span, help) = match near {
            Some((key, near)) => (key.span, format!("did you mean `{near}`?")),
            None => (
                first.map_or(node.span, |key| key.span),
                format!("a {} has one of: {}", choice.name, heads.join(", ")),
            ),
        };
        let name = near.map(|(key, _)| key).or(first).and_then(Node::text).unwrap_or_default();
        let message = match name {
            "" => format!("this {} says nothing", choice.name),
            name => format!("`{}` is no {}", shown(name), choice.name),
        };
        self.report("drill::unknown-key", message, span, "", Some(help));
    }

    /// What can still be read of a map that fits no variant, without a word about the rest.
    fn fallback(&mut self, choice: &'static Choice, node: &Node) -> Record {
        let shape = choice.fallback;
        let mut record = Record {
            shape,
            point: node.point(),
            fields: Vec::new(),
            refused: Vec::new(),
            has_unknown: false,
        };
        for (key, value) in node.entries().unwrap_or_default() {
            if shape.all().any(|field| key.text() == Some(field.name)) {
                self.field(&mut record, key, value);
            }
        }
        record
    }

    fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    fn report(&mut self, code: &'static str, message: String, span: Span, label: &str, help: Option<String>) {
        let place = self.place(span);
        self.problems.push(Diagnostic::error(code, message).at(place, label).maybe_help(help));
    }
}

/// The kind that a variant's head must say.
fn kind_of(shape: &Shape) -> Option<&'static str> {
    match shape.head()?.kind {
        Kind::Exactly(kind) => Some(kind),
        _ => None,
    }
}

fn kinds(variants: &[&'static Shape]) -> Vec<&'static str> {
    variants.iter().filter_map(|variant| kind_of(variant)).collect()
}

/// Whether a value of this kind is never a single word.
fn has_parts(kind: &Kind) -> bool {
    matches!(kind, Kind::List(_) | Kind::Record(_) | Kind::Choice(_))
}

/// What a head's kinds are called.
fn noun(head: &str) -> &str {
    if head == "recover" { "recovery" } else { head }
}

/// The first part of a field's sentence, to go into another one.
fn gist(doc: &str) -> String {
    let first = doc.split([':', ';']).next().unwrap_or_default().trim_end_matches('.');
    let mut letters = first.chars();
    let start = letters.next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
    // `AWS` keeps its capitals.
    if letters.as_str().starts_with(char::is_uppercase) { first.to_owned() } else { start + letters.as_str() }
}

/// The name with its article.
fn a(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']);
    if name == "objectives" {
        "the objectives".to_owned()
    } else {
        format!("{} {name}", if vowel { "an" } else { "a" })
    }
}

fn shown(name: &str) -> String {
    name.chars().take(60).collect()
}

fn wanted(kind: &Kind) -> String {
    match kind {
        Kind::Text => "a text".to_owned(),
        Kind::Bool => "`true` or `false`".to_owned(),
        Kind::Whole(..) => "a whole number".to_owned(),
        Kind::Time(_) => "a time".to_owned(),
        Kind::Words(_) | Kind::WordsOrWhole(_) | Kind::Exactly(_) => "one word".to_owned(),
        Kind::Rule(rule) => rule.wants.to_owned(),
        Kind::List(_) => "a list".to_owned(),
        Kind::OneOrMany(inner) => format!("{} or a list", wanted(inner)),
        Kind::Record(_) => "a map".to_owned(),
        Kind::Either(inner, _) => format!("{} or a map", wanted(inner)),
        Kind::Choice(choice) => format!("a {}", choice.name),
    }
}
