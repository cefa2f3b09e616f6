//! Build: the parser's events to a tree.
//! Invariant: no recursion; stops at the first thing that would break a bound of the tree.
//! Not here: which characters a text may hold (see `yaml`).
//! Used by: `yaml::read`.

use std::{cell::Cell, collections::BTreeMap};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span as ParserSpan};

use super::{Found, Kind, MAX_DEPTH, Node};
use crate::diagnostic::source::Span;

/// The tree of a text; `None` if `found` holds what stops it.
pub(super) fn tree(text: &str, most: usize, found: &mut Vec<Found>) -> Option<Node> {
    let (lines, open) = (Lines::of(text), Vec::new());
    Builder { lines, found, open, root: None, nodes: 0, most, documents: 0 }.run(text)
}

/// A collection whose end has not been seen.
enum Open {
    List { span: Span, items: Vec<Node> },
    Map { span: Span, entries: Vec<(Node, Node)>, key: Option<Node>, seen: BTreeMap<String, Span> },
}

struct Builder<'a> {
    lines: Lines<'a>,
    found: &'a mut Vec<Found>,
    open: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
    most: usize,
    documents: usize,
}

/// Whether to go on reading.
enum Go {
    On,
    Stop,
}

impl Builder<'_> {
    fn run(mut self, text: &str) -> Option<Node> {
        let mut parser = Parser::new_from_str(text);
        while let Some(next) = parser.next_event() {
            let go = match next {
                Ok((event, span)) => self.event(event, self.lines.span(span)),
                Err(error) => self.not_yaml(&error),
            };
            if let Go::Stop = go {
                return None;
            }
        }
        if self.root.is_none() {
            self.report("yaml::empty", "the file says nothing", Span::default(), "", None);
        }
        self.root
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Go {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Go::On,
            Event::DocumentStart(_) => self.document(span),
            Event::Alias(_) => {
                let help = "write the value out: aliases are not read, so that no file can grow when read";
                self.report("yaml::alias", "an alias stands here", span, "alias", Some(help));
                self.close(Node { span, kind: Kind::Broken })
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.marks(anchor, tag.is_some(), span);
                let quoted = style != ScalarStyle::Plain;
                self.close(Node { span, kind: Kind::Scalar { text: text.into_owned(), quoted } })
            }
            Event::SequenceStart(anchor, tag) => {
                self.marks(anchor, tag.is_some(), span);
                self.begin(Open::List { span, items: Vec::new() }, span)
            }
            Event::MappingStart(anchor, tag) => {
                self.marks(anchor, tag.is_some(), span);
                let (entries, seen) = (Vec::new(), BTreeMap::new());
                self.begin(Open::Map { span, entries, key: None, seen }, span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
        }
    }

    fn document(&mut self, span: Span) -> Go {
        self.documents += 1;
        if self.documents < 2 {
            return Go::On;
        }
        let help =
            "keep one document in a file: delete `---` and what follows, or move it to a file of its own";
        self.report("yaml::second-document", "a second document starts here", span, "", Some(help));
        Go::Stop
    }

    fn marks(&mut self, anchor: usize, tagged: bool, span: Span) {
        let span = span.first_line(self.lines.text);
        if anchor != 0 {
            let help = "delete the `&name`: a value is written where it is used";
            self.report("yaml::anchor", "an anchor marks this value", span, "", Some(help));
        }
        if tagged {
            let help = "delete the `!...` before it: what a value is follows from its key";
            self.report("yaml::tag", "a tag marks this value", span, "", Some(help));
        }
    }

    fn begin(&mut self, open: Open, span: Span) -> Go {
        if self.open.len() == MAX_DEPTH {
            return self.too_deep(span.first_line(self.lines.text));
        }
        self.open.push(open);
        Go::On
    }

    fn too_deep(&mut self, span: Span) -> Go {
        let message = format!("nested more than {MAX_DEPTH} deep");
        self.report("yaml::too-deep", &message, span, "here", None);
        Go::Stop
    }

    fn end(&mut self, end: Span) -> Go {
        let node = match self.open.pop() {
            Some(Open::List { span, items }) => {
                let span = self.whole(span, end, items.last());
                Node { span, kind: Kind::List(items) }
            }
            Some(Open::Map { span, entries, .. }) => {
                let span = self.whole(span, end, entries.last().map(|(_, value)| value));
                Node { span, kind: Kind::Map(entries) }
            }
            None => return Go::On,
        };
        self.close(node)
    }

    /// A flow collection ends at its bracket; a block ends with its last value, not where the next thing starts.
    fn whole(&self, start: Span, end: Span, last: Option<&Node>) -> Span {
        let flow = self.lines.text[start.start..].starts_with(['{', '[']);
        match last {
            Some(last) if !flow => start.to(last.span),
            _ => start.to(end),
        }
    }

    /// Puts a finished node where it belongs.
    fn close(&mut self, node: Node) -> Go {
        self.nodes += 1;
        if self.nodes > self.most {
            let message = format!("more than {} values", self.most);
            self.report("yaml::too-many", &message, node.point().first_line(self.lines.text), "here", None);
            return Go::Stop;
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, seen, .. }) => match key.take() {
                None => *key = Some(node),
                Some(key) => match refused_key(&key, seen) {
                    None => entries.push((key, node)),
                    Some(found) => self.found.push(found),
                },
            },
        }
        Go::On
    }

    fn not_yaml(&mut self, error: &ScanError) -> Go {
        let at = self.lines.offset(*error.marker());
        let end =
            self.lines.text[at..].chars().next().filter(|c| *c != '\n').map_or(at, |c| at + c.len_utf8());
        // The parser looks ahead, so its own bound may speak first.
        if error.info().contains("recursion limit") {
            return self.too_deep(Span::new(at, end));
        }
        let message = format!("this is not YAML: {}", error.info());
        let help = "often a missing space after `:`, a bracket or quote that is not closed, or an indentation that \
                    does not match the lines above";
        self.report("yaml::syntax", &message, Span::new(at, end), "reading stopped here", Some(help));
        Go::Stop
    }

    fn report(&mut self, code: &'static str, message: &str, span: Span, label: &str, help: Option<&str>) {
        self.found.push(Found {
            code,
            message: message.to_owned(),
            span,
            label: label.to_owned(),
            help: help.map(str::to_owned),
            other: None,
        });
    }
}

/// Why this cannot be a key of a map that has the keys `seen`.
fn refused_key(key: &Node, seen: &mut BTreeMap<String, Span>) -> Option<Found> {
    let Some(name) = key.text().filter(|_| !key.is_empty_value()) else {
        return Some(Found {
            code: "yaml::key",
            message: format!("{} stands where a key is wanted", key.describe()),
            span: key.point(),
            label: "a key is a word".to_owned(),
            ..Found::default()
        });
    };
    let first = *seen.entry(name.to_owned()).or_insert(key.span);
    (first != key.span).then(|| Found {
        code: "yaml::duplicate-key",
        message: format!("`{name}` stands twice in one map"),
        span: key.span,
        label: "second".to_owned(),
        help: Some("keep one of them".to_owned()),
        other: Some((first, "first".to_owned())),
    })
}

/// The parser's marks to bytes. It counts lines and, within a line, characters; its running index is not used,
/// since it counts some stretches in bytes and others in characters.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// Line, column and byte of the mark seen last.
    last: Cell<(usize, usize, usize)>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Lines<'a> {
        let bytes = text.as_bytes();
        let breaks = (0..bytes.len())
            .filter(|at| bytes[*at] == b'\n' || bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        let starts = std::iter::once(0).chain(breaks.map(|at| at + 1)).collect();
        Lines { text, starts, last: Cell::new((0, 0, 0)) }
    }

    fn offset(&self, mark: Marker) -> usize {
        let Some(start) = self.starts.get(mark.line().saturating_sub(1)).copied() else {
            return self.text.len();
        };
        let (line, column, at) = self.last.get();
        // Marks come nearly in order: going on from the last one keeps a file of one long line linear.
        let (column, from) =
            if line == mark.line() && column <= mark.col() { (column, at) } else { (0, start) };
        let rest = &self.text[from..];
        let ahead = rest.char_indices().nth(mark.col() - column).map_or(rest.len(), |(at, _)| at);
        self.last.set((mark.line(), mark.col(), from + ahead));
        from + ahead
    }

    fn span(&self, span: ParserSpan) -> Span {
        Span::new(self.offset(span.start), self.offset(span.end))
    }
}
