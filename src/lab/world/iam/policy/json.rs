//! Json: a policy document as text with places, so that a statement can be pointed at.
//! Invariant: strict JSON (RFC 8259), read to a bounded depth; a name that comes twice in an object is refused.
//! Not here: what the members mean (see `parse`).
//! Used by: `parse`.

use std::collections::BTreeSet;

/// How deep a document may nest; a policy needs five.
const DEPTH: usize = 24;

/// A value and the bytes it takes: from `start` up to, without, `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A JSON value. Numbers keep their text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The texts of a text or of a list of texts; `None` if it is anything else.
    pub(super) fn texts(&self) -> Option<Vec<String>> {
        match &self.value {
            Value::Text(text) => Some(vec![text.clone()]),
            Value::List(items) => items.iter().map(|item| item.text().map(str::to_owned)).collect(),
            _ => None,
        }
    }

    /// The same, where numbers and booleans stand for their text, as condition values may.
    pub(super) fn scalars(&self) -> Option<Vec<String>> {
        let one = |node: &Node| match &node.value {
            Value::Text(text) | Value::Number(text) => Some(text.clone()),
            Value::Bool(value) => Some(value.to_string()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        };
        if let Value::List(items) = &self.value {
            items.iter().map(one).collect()
        } else {
            Some(vec![one(self)?])
        }
    }
}

/// Reads one value that takes the whole text; `None` if it is no JSON.
pub(super) fn read(text: &str) -> Option<Node> {
    let mut reader = Reader { text, at: 0 };
    let node = reader.node(DEPTH)?;
    reader.blank();
    (reader.at == text.len()).then_some(node)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.blank();
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn node(&mut self, depth: usize) -> Option<Node> {
        let depth = depth.checked_sub(1)?;
        self.blank();
        let start = self.at;
        let value = match self.peek()? {
            b'{' => self.map(depth)?,
            b'[' => self.list(depth)?,
            b'"' => Value::Text(self.string()?),
            _ => self.bare()?,
        };
        Some(Node { value, start, end: self.at })
    }

    fn map(&mut self, depth: usize) -> Option<Value> {
        self.take(b'{')?;
        let mut members: Vec<(String, Node)> = Vec::new();
        let mut names = BTreeSet::new();
        if self.take(b'}').is_some() {
            return Some(Value::Map(members));
        }
        loop {
            self.blank();
            let name = self.string()?;
            self.take(b':')?;
            let node = self.node(depth)?;
            if !names.insert(name.clone()) {
                return None;
            }
            members.push((name, node));
            if self.take(b'}').is_some() {
                return Some(Value::Map(members));
            }
            self.take(b',')?;
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        self.take(b'[')?;
        let mut items = Vec::new();
        if self.take(b']').is_some() {
            return Some(Value::List(items));
        }
        loop {
            items.push(self.node(depth)?);
            if self.take(b']').is_some() {
                return Some(Value::List(items));
            }
            self.take(b',')?;
        }
    }

    /// A string token; its escapes are serde_json's business.
    fn string(&mut self) -> Option<String> {
        let start = self.at;
        (self.peek()? == b'"').then_some(())?;
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        serde_json::from_str(self.text.get(start..self.at)?).ok()
    }

    /// A number, `true`, `false` or `null`.
    fn bare(&mut self) -> Option<Value> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')) {
            self.at += 1;
        }
        let token = self.text.get(start..self.at)?;
        match serde_json::from_str(token).ok()? {
            serde_json::Value::Null => Some(Value::Null),
            serde_json::Value::Bool(value) => Some(Value::Bool(value)),
            serde_json::Value::Number(_) => Some(Value::Number(token.to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_know_their_places() {
        let node = read(" {\"a\": [1, \"x\\n\"], \"b\": {}}").unwrap();
        let Value::Map(members) = &node.value else { panic!("{node:?}") };
        assert_eq!((node.start, members[0].1.start, members[1].1.end), (1, 7, 26));
        assert_eq!(members[0].1.scalars().unwrap(), ["1", "x\n"]);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        let deep = "[".repeat(100);
        for text in ["", "{", "{\"a\":1,}", "[1 2]", "{\"a\":1,\"a\":2}", "'x'", "{} x", "01", deep.as_str()]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_serde_json_reads_it(text in "[\\[\\]{}:,\"a1 \\\\tf.-]{0,24}") {
            let strict = serde_json::from_str::<serde_json::Value>(&text).is_ok();
            // Names that come twice are the one difference.
            prop_assert!(read(&text).is_none() || strict);
        }
    }
}
