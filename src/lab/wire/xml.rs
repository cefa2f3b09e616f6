//! Xml: trees as XML, and XML as parameters.
//! Invariant: text is escaped; an empty list is an empty element; a document is read to a bounded depth.
//! Not here: roots and envelopes (see `envelope`).
//! Used by: `envelope`, `rest`.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::Timestamp;
use quick_xml::{
    Reader, Writer,
    escape::{escape, resolve_predefined_entity},
    events::{BytesDecl, BytesEnd, BytesRef, BytesStart, BytesText, Event},
};

use super::leaves::{Leaves, TOO_LARGE, TooLarge};
use crate::lab::world::call::{AwsFault, Tree};

/// Where XML is written; writing to memory cannot fail.
pub(super) type Out = Writer<Vec<u8>>;

/// A document with one root.
pub(super) fn document(root: &str, namespace: Option<&str>, content: impl FnOnce(&mut Out)) -> Vec<u8> {
    let mut out = Writer::new(Vec::with_capacity(1024));
    put(&mut out, Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    let mut start = BytesStart::new(root);
    if let Some(namespace) = namespace {
        start.push_attribute(("xmlns", namespace));
    }
    put(&mut out, Event::Start(start));
    content(&mut out);
    put(&mut out, Event::End(BytesEnd::new(root)));
    out.into_inner()
}

/// An element with content.
pub(super) fn element(out: &mut Out, name: &str, content: impl FnOnce(&mut Out)) {
    put(out, Event::Start(BytesStart::new(name)));
    content(out);
    put(out, Event::End(BytesEnd::new(name)));
}

/// An element with text.
pub(super) fn leaf(out: &mut Out, name: &str, text: &str) {
    element(out, name, |out| write(out, text));
}

/// Text, so that a strict reader gets it as it was: a carriage return bare would become a line feed. For what XML 1.0
/// cannot say at all, escaped or not, stands the sign of what is missing.
fn write(out: &mut Out, text: &str) {
    let unsaid = |c: char| c < ' ' && !matches!(c, '\t' | '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    let text = match text.contains(unsaid) {
        false => escape(text),
        true => {
            let said = text.replace(|c| c != '\r' && unsaid(c), "\u{fffd}");
            Cow::Owned(escape(said.as_str()).replace('\r', "&#13;"))
        }
    };
    put(out, Event::Text(BytesText::from_escaped(text)));
}

/// The members of a structure, without an element around them.
pub(super) fn members(out: &mut Out, tree: &Tree) {
    match tree {
        Tree::Map(members) => {
            for (name, value) in members {
                value_of(out, name, value);
            }
        }
        Tree::List(entry, items) => {
            for item in items {
                value_of(out, entry, item);
            }
        }
        Tree::Dict(entries) => {
            for (key, value) in entries {
                element(out, "entry", |out| {
                    leaf(out, "key", key);
                    value_of(out, "value", value);
                });
            }
        }
        _ => write(out, &scalar(tree)),
    }
}

fn value_of(out: &mut Out, name: &str, value: &Tree) {
    let empty = matches!(value, Tree::List(_, items) if items.is_empty())
        || matches!(value, Tree::Map(members) if members.is_empty());
    if empty {
        put(out, Event::Empty(BytesStart::new(name)));
    } else {
        element(out, name, |out| members(out, value));
    }
}

fn scalar(tree: &Tree) -> String {
    match tree {
        Tree::Text(text) => text.clone(),
        Tree::Int(number) => number.to_string(),
        Tree::Float(number) => number.to_string(),
        Tree::Bool(value) => value.to_string(),
        Tree::Time(at) => iso(*at),
        Tree::List(..) | Tree::Map(_) | Tree::Dict(_) => String::new(),
        Tree::Json(value) => value.to_string(),
    }
}

/// A moment as AWS's XML has it: `2026-11-22T13:07:39.123Z`.
pub(super) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

fn put(out: &mut Out, event: Event<'_>) {
    // A Vec takes every byte, so this cannot fail; an assertion in debug builds says so if it ever does.
    let written = out.write_event(event);
    debug_assert!(written.is_ok());
}

/// How deep a request body may nest; AWS's deepest is about eight.
const DEPTH: usize = 32;

/// The leaves of a document by path, below its root. `wraps(list, entry)` says that elements `entry` inside an
/// element `list` are a list's entries: they become the numbers 1, 2, 3 ….
pub(super) fn flatten(
    body: &[u8],
    wraps: impl Fn(&str, &str) -> bool,
) -> Result<Vec<(String, String)>, AwsFault> {
    let text = std::str::from_utf8(body).map_err(|_| malformed("it is not UTF-8"))?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Open> = Vec::new();
    let mut leaves = Leaves::new();
    loop {
        match reader.read_event().map_err(|e| malformed(&e.to_string()))? {
            Event::Start(start) => {
                if open.len() == DEPTH {
                    return Err(malformed("it nests too deeply"));
                }
                let next = Open::below(open.last_mut(), start.local_name().as_ref(), &wraps)?;
                open.push(next);
            }
            Event::Empty(start) => {
                Open::below(open.last_mut(), start.local_name().as_ref(), &wraps)?;
            }
            Event::Text(text) => add(&mut open, &text),
            Event::CData(text) => add(&mut open, &text),
            Event::GeneralRef(entity) => add(&mut open, &entity_text(&entity)?),
            Event::End(_) => {
                if let Some(closed) =
                    open.pop().filter(|closed| !closed.has_children && !closed.path.is_empty())
                {
                    leaves.push(closed.path, closed.text).map_err(too_large)?;
                }
            }
            Event::Eof if open.is_empty() => return Ok(leaves.all()),
            Event::Eof => return Err(malformed("it ends too early")),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
        }
    }
}

/// An element that has been opened and not closed.
struct Open {
    name: String,
    path: String,
    text: String,
    has_children: bool,
    entries: BTreeMap<String, u32>,
}

impl Open {
    fn below(
        parent: Option<&mut Open>,
        name: &str,
        wraps: &impl Fn(&str, &str) -> bool,
    ) -> Result<Open, AwsFault> {
        let path = match parent {
            None => String::new(),
            Some(parent) => {
                parent.has_children = true;
                let segment = if wraps(&parent.name, name) {
                    let count = parent.entries.entry(name.to_owned()).or_default();
                    *count += 1;
                    count.to_string()
                } else {
                    name.to_owned()
                };
                Leaves::below(&parent.path, &segment).map_err(too_large)?
            }
        };
        Ok(Open {
            name: name.to_owned(),
            path,
            text: String::new(),
            has_children: false,
            entries: BTreeMap::new(),
        })
    }
}

fn add(open: &mut [Open], text: &str) {
    if let Some(last) = open.last_mut() {
        last.text.push_str(text);
    }
}

fn entity_text(entity: &BytesRef<'_>) -> Result<String, AwsFault> {
    if let Some(character) = entity.resolve_char_ref().map_err(|e| malformed(&e.to_string()))? {
        return Ok(character.to_string());
    }
    let known = resolve_predefined_entity(entity);
    known.map(str::to_owned).ok_or_else(|| malformed("it has an entity that XML does not define"))
}

fn too_large(_: TooLarge) -> AwsFault {
    malformed(TOO_LARGE)
}

fn malformed(why: &str) -> AwsFault {
    AwsFault::new(400, "MalformedInput", format!("The XML of the request cannot be read: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_a_list_becomes_its_number_and_entities_become_text() {
        let body =
            br#"<R xmlns="x"><B><Changes><Change><A>x &amp; &#65;</A></Change><Change><A>y</A></Change>
            </Changes></B><Empty/></R>"#;
        let leaves = flatten(body, |list, entry| (list, entry) == ("Changes", "Change")).unwrap();
        let expected = [("B.Changes.1.A", "x & A"), ("B.Changes.2.A", "y")];
        assert_eq!(leaves, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }

    #[test]
    fn a_document_that_cannot_be_read_is_refused() {
        let deep = "<a>".repeat(100);
        for body in ["<a><b></a>", "<a>", "<a>&bomb;</a>", deep.as_str()] {
            assert_eq!(flatten(body.as_bytes(), |_, _| false).unwrap_err().code, "MalformedInput", "{body}");
        }
    }

    /// A client that reads strictly gets every answer, and a carriage return in it.
    #[test]
    fn what_xml_cannot_say_is_not_said() {
        let xml = document("R", None, |out| leaf(out, "a", "x\r\n<\u{0}\u{1b}\u{8}\u{ffff}>"));
        let xml = String::from_utf8(xml).unwrap();
        assert!(xml.ends_with("<a>x&#13;\n&lt;\u{fffd}\u{fffd}\u{fffd}\u{fffd}&gt;</a></R>"), "{xml:?}");
        assert_eq!(
            flatten(xml.as_bytes(), |_, _| false).unwrap()[0].1,
            "x\r\n<\u{fffd}\u{fffd}\u{fffd}\u{fffd}>"
        );
    }

    #[test]
    fn text_is_escaped_and_an_empty_list_is_an_empty_element() {
        let tree = Tree::map([("a", Tree::text("<&>")), ("l", Tree::list("item", []))]);
        let xml = String::from_utf8(document("R", None, |out| members(out, &tree))).unwrap();
        assert!(xml.ends_with("<R><a>&lt;&amp;&gt;</a><l/></R>"), "{xml}");
    }
}
