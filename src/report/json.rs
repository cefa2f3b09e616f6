//! Json: `report.json`, for programs, and the source of every other rendering. Its schema is `reports/report.schema.json`.
//! Invariant: what is read back is equal to what was written; letters that hide or turn text round are written by number.
//! Not here: what is in it (see `model`).
//! Used by: report.
//!
//! The first two levels stand on lines of their own, what is deeper on one line: so the file is small, and a difference of two
//! files names what differs.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

use super::{Rendered, Renderer, model::Report};
use crate::{text::is_hidden, words::Lang};

/// So deep every value has a line of its own.
const LINES: usize = 2;

/// `report.json`.
pub(super) struct Json;

impl Renderer for Json {
    fn name(&self, _: Lang) -> &'static str {
        "report.json"
    }

    fn render(&self, report: &Report, _: Lang) -> Result<Rendered, String> {
        Ok(bytes(report).into())
    }
}

/// A tree of strings and numbers as a file.
pub(super) fn bytes(tree: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Lines::default());
    // Such a tree always serialises; were that ever untrue, the file says so.
    if let Err(error) = tree.serialize(&mut serializer) {
        bytes = format!("{{\"error\": \"{error}\"}}").into_bytes();
    }
    bytes.push(b'\n');
    bytes
}

/// Writes the first levels line by line.
#[derive(Default)]
struct Lines {
    depth: usize,
    filled: bool,
}

impl Lines {
    fn open<W: ?Sized + Write>(&mut self, out: &mut W, brace: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        out.write_all(brace)
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, brace: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.filled && self.depth < LINES {
            line(out, self.depth)?;
        }
        self.filled = true;
        out.write_all(brace)
    }

    fn item<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        match self.depth <= LINES {
            true => line(out, self.depth),
            false if !first => out.write_all(b" "),
            false => Ok(()),
        }
    }
}

fn line<W: ?Sized + Write>(out: &mut W, depth: usize) -> io::Result<()> {
    out.write_all(b"\n")?;
    (0..depth).try_for_each(|_| out.write_all(b"  "))
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, letter)) = rest.char_indices().find(|(_, letter)| is_hidden(*letter)) {
            out.write_all(&rest.as_bytes()[..at])?;
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + letter.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }
}
