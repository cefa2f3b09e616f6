//! Problem: what is wrong, where, and what to type instead.
//! Invariant: problems keep the order in which they stand in their files when shown.
//! Not here: how they look (see `render`).
//! Used by: every reader of a user's file; cli.

use std::{error::Error, fmt};

use super::source::{FileId, MAX_BYTES, Place, SourceFile, Span, Unreadable, is_hidden};

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file is refused.
    Error,
    /// The file is accepted; the author should know.
    Warning,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable name, for example `drill::unknown-key`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence: what is wrong.
    pub message: String,
    /// Where, if it is in a file's text.
    pub place: Option<Place>,
    /// A few words under the caret; may be empty.
    pub label: String,
    /// What to type instead.
    pub help: Option<String>,
    /// Other places that explain it, each with a few words.
    pub others: Vec<(Place, String)>,
}

impl Diagnostic {
    /// A problem that refuses the file.
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Severity::Error, message.into())
    }

    /// A problem that the author should know.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Severity::Warning, message.into())
    }

    fn new(code: &'static str, severity: Severity, message: String) -> Diagnostic {
        Diagnostic {
            code,
            severity,
            message: visible(message),
            place: None,
            label: String::new(),
            help: None,
            others: Vec::new(),
        }
    }

    /// Why a file's bytes cannot be read as text.
    pub fn unreadable(why: Unreadable, file: FileId, path: &str) -> Diagnostic {
        match why {
            Unreadable::TooLarge => {
                Diagnostic::error("file::too-large", format!("{path} is larger than {} KB", MAX_BYTES / 1024))
                    .help("a file that a person wrote is a few KB: check that this is the file you mean")
            }
            Unreadable::NotUtf8 { at, byte } => {
                let shown = char::REPLACEMENT_CHARACTER.len_utf8();
                Diagnostic::error("file::not-utf8", "the file is not UTF-8 text".to_owned())
                    .at(
                        Place { file, span: Span::new(at, at + shown) },
                        format!("byte 0x{byte:02x} is no character"),
                    )
                    .help("save the file as UTF-8")
            }
        }
    }

    /// With its place and the words under the caret.
    pub fn at(mut self, place: Place, label: impl Into<String>) -> Diagnostic {
        self.place = Some(place);
        self.label = visible(label.into());
        self
    }

    /// With what to type instead.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(visible(help.into()));
        self
    }

    /// With a help only if there is one.
    pub fn maybe_help(mut self, help: Option<String>) -> Diagnostic {
        self.help = help.map(visible).or(self.help);
        self
    }

    /// With one more place that explains it.
    pub fn also(mut self, place: Place, label: impl Into<String>) -> Diagnostic {
        self.others.push((place, visible(label.into())));
        self
    }
}

/// Text that repeats what a file says, which may be a letter written as an escape: shown as it is, it could move the
/// cursor or turn the line around.
fn visible(text: String) -> String {
    let unseen = |c: char| is_hidden(c) || c == '\r';
    match text.contains(unseen) {
        false => text,
        true => {
            let shown =
                text.chars().map(|c| if unseen(c) { c.escape_unicode().to_string() } else { c.to_string() });
            shown.collect()
        }
    }
}

/// Every problem found, with the files they are in.
#[derive(Debug, Clone, Default)]
pub struct Problems {
    files: Vec<SourceFile>,
    list: Vec<Diagnostic>,
}

impl Problems {
    /// None yet.
    pub fn new() -> Problems {
        Problems::default()
    }

    /// Takes in a file, so that problems can point into it.
    pub fn add_file(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(self.files.len() - 1)
    }

    /// The file of an id given by [`Problems::add_file`] of this same value.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0]
    }

    /// Every file, in the order taken in.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// One more problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Drops all of another severity.
    pub fn keep(&mut self, severity: Severity) {
        self.list.retain(|diagnostic| diagnostic.severity == severity);
    }

    /// Whether any of them refuses a file.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Whether there is none at all.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// All, in the order in which they stand in the files.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut sorted: Vec<&Diagnostic> = self.list.iter().collect();
        let key =
            |d: &Diagnostic| d.place.map_or((FileId(0), Span::default()), |place| (place.file, place.span));
        sorted.sort_by_key(|diagnostic| key(diagnostic));
        sorted
    }
}

impl fmt::Display for Problems {
    /// One line for a chain of causes; `render::text` shows them all.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = crate::text::plural(self.count(Severity::Error), "error");
        match (self.files.first(), self.sorted().first()) {
            (Some(file), Some(first)) => write!(f, "{errors} in {}, the first: {}", file.path, first.message),
            (None, Some(first)) => f.write_str(&first.message),
            (_, None) => f.write_str("no problem"),
        }
    }
}

impl Error for Problems {}
