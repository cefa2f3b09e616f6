//! Source: the text of a file, and places in it.
//! Invariant: a [`SourceFile`]'s text is UTF-8 of at most [`MAX_BYTES`], or lossily decoded only to show a problem.
//! Not here: reading from disk (see `drill::reader::disk`).
//! Used by: this floor and every reader of a user's file.

/// The largest file that is read; anything larger was not written by a person.
pub const MAX_BYTES: usize = 256 * 1024;

/// One file, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as given, for people.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A range of bytes in a text, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// Which of the files of a [`super::Problems`] is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(pub(super) usize);

/// A span in one of several files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Where in it.
    pub span: Span,
}

/// A position as editors count: both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineColumn {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Span {
    /// From `start` up to and without `end`.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end: end.max(start) }
    }

    /// From the start of `self` to the end of `last`.
    pub fn to(self, last: Span) -> Span {
        Span::new(self.start, last.end.max(self.end))
    }

    /// The part of this span on its first line of `text`, without trailing blanks: what a caret can underline.
    pub fn first_line(self, text: &str) -> Span {
        let part = text.get(self.start..self.end).unwrap_or_default();
        let line = part.split(['\n', '\r']).next().unwrap_or_default();
        Span::new(self.start, self.start + line.trim_end().len())
    }
}

impl SourceFile {
    /// A file from its bytes. On a problem the file comes back as far as it can be shown.
    pub fn from_bytes(path: String, bytes: Vec<u8>) -> Result<SourceFile, (SourceFile, Unreadable)> {
        if bytes.len() > MAX_BYTES {
            return Err((SourceFile { path, text: String::new() }, Unreadable::TooLarge));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(SourceFile { path, text }),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let byte = error.as_bytes().get(at).copied().unwrap_or_default();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                Err((SourceFile { path, text }, Unreadable::NotUtf8 { at, byte }))
            }
        }
    }

    /// Line and column of a byte of the text.
    pub fn line_column(&self, at: usize) -> LineColumn {
        Walker::default().to(&self.text, at)
    }
}

/// Finds positions of one text one after the other: going on from the last keeps many of them linear.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walker {
    at: usize,
    position: LineColumn,
}

impl Default for Walker {
    fn default() -> Walker {
        Walker { at: 0, position: LineColumn { line: 1, column: 1 } }
    }
}

impl Walker {
    /// The position of a byte of the text.
    pub(super) fn to(&mut self, text: &str, at: usize) -> LineColumn {
        if at < self.at {
            *self = Walker::default();
        }
        let passed = text.get(self.at..at).or_else(|| text.get(self.at..)).unwrap_or_default();
        self.at += passed.len();
        for letter in passed.chars() {
            self.position = match letter {
                '\n' => LineColumn { line: self.position.line + 1, column: 1 },
                _ => LineColumn { column: self.position.column + 1, ..self.position },
            };
        }
        self.position
    }
}

/// Control characters other than tab and line ends, direction marks, and a space of no width.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Why bytes are no text that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Over [`MAX_BYTES`].
    TooLarge,
    /// The byte at this offset belongs to no character.
    NotUtf8 {
        /// Its offset.
        at: usize,
        /// Its value.
        byte: u8,
    },
}
