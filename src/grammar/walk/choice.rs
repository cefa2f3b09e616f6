//! Choice: which of several shapes a map has, told by its head key.
//! Invariant: a map that fits none still gives what other parts may refer to.
//! Not here: the shapes themselves (see `shapes`).
//! Used by: walk.

use super::{
    Walk,
    words::{noun, shown},
};
use crate::{
    diagnostic::{Diagnostic, yaml::Node},
    grammar::{Choice, Kind, Shape, record::Record},
    text::nearest,
};

impl Walk<'_> {
    /// The variant whose head stands in the map.
    pub(super) fn choice(&mut self, choice: &'static Choice, node: &Node) -> Option<Record> {
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
                let diagnostic = Diagnostic::error("file::two-heads", message)
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
                    "file::empty",
                    format!("nothing is written after `{head}`"),
                    key.span,
                    "",
                    Some(help),
                ),
                false => {
                    let message =
                        format!("the name of a {} is wanted here, not {}", noun(head), value.describe());
                    self.report("file::type", message, value.point(), "", Some(help));
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
                "file::wrong-verb",
                format!("`{name}` is no {}", noun(head)),
                format!("write `{}: {name}`", other.name),
            ),
            None => (
                "file::unknown-kind",
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
        self.report("file::unknown-key", message, span, "", Some(help));
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
