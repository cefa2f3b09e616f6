//! Output: the only place that prints.
//! Invariant: results go to stdout, everything about the work to stderr; colour only where a terminal wants it; a closed
//! pipe is not an error.
//! Not here: what is said (see the verbs).
//! Used by: every verb.

use std::io::{IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{Cell, ContentArrangement, LineStyle, Table, presets};

use super::words::Tone;
use crate::text;

/// The widest line a table may have.
const WIDEST: u16 = 100;

/// Writes `text` and a line end to stdout.
pub(crate) fn out(text: impl AsRef<str>) {
    // `anstream` drops the colours when stdout is no terminal or NO_COLOR is set.
    let _ = writeln!(anstream::stdout(), "{}", text.as_ref());
}

/// Stdout, for a verb that writes as it goes.
pub(crate) fn stdout() -> impl Write {
    anstream::stdout()
}

/// Writes `text` as it is to stdout.
pub(crate) fn out_exactly(text: &str) {
    let mut stdout = anstream::stdout();
    let _ = write!(stdout, "{text}").and_then(|()| stdout.flush());
}

/// Writes `text` and a line end to stderr.
pub(crate) fn note(text: impl AsRef<str>) {
    let _ = writeln!(anstream::stderr(), "{}", text.as_ref());
}

/// Writes `text` as it is to stderr.
pub(crate) fn note_exactly(text: &str) {
    let _ = write!(anstream::stderr(), "{text}");
}

/// True if a person watches stderr.
pub(crate) fn is_watched() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// `text` in the colour of `tone`; the streams above take it off again where no colour is wanted.
pub(crate) fn toned(tone: Tone, text: &str) -> String {
    let style = match tone {
        Tone::Good => AnsiColor::Green.on_default(),
        Tone::Bad => AnsiColor::Red.on_default(),
        Tone::Busy => AnsiColor::Yellow.on_default(),
        Tone::Plain => Style::new(),
    };
    format!("{style}{text}{style:#}")
}

/// `text` in bold.
pub(crate) fn strong(text: &str) -> String {
    let style = Style::new().bold();
    format!("{style}{text}{style:#}")
}

/// `text` dimmed.
pub(crate) fn faint(text: &str) -> String {
    let style = Style::new().dimmed();
    format!("{style}{text}{style:#}")
}

/// Writes `text` dimmed, in lines that are no longer than a table's.
pub(crate) fn aside(text: &str) {
    let width = width().into();
    text::wrapped(text, width, width).iter().for_each(|line| out(faint(line)));
}

/// As wide as the terminal is, within reason; 80 columns where there is none.
fn width() -> u16 {
    console::Term::stdout().size_checked().map_or(80, |(_, columns)| columns.clamp(60, WIDEST))
}

/// Writes a table, apart from what is above it.
pub(crate) fn section(header: &[&str], rows: Vec<Vec<Cell>>) {
    out("");
    out(table(header, rows));
}

/// A table that fits the terminal.
pub(crate) fn table(header: &[&str], rows: Vec<Vec<Cell>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width());
    if !header.is_empty() {
        table.set_header(header.iter().map(Cell::new).collect::<Vec<_>>());
    }
    table.add_rows(rows);
    if colours() {
        table.enforce_styling();
    }
    table.trim_fmt()
}

fn colours() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// A cell in the colour of `tone`.
pub(crate) fn cell(tone: Tone, text: impl ToString) -> Cell {
    let cell = Cell::new(text);
    match tone {
        Tone::Good => cell.fg(comfy_table::Color::Green),
        Tone::Bad => cell.fg(comfy_table::Color::Red),
        Tone::Busy => cell.fg(comfy_table::Color::Yellow),
        Tone::Plain => cell,
    }
}
