//! Page: the pieces that a readable report is made of.
//! Invariant: words only; a format decides how each piece looks.
//! Not here: which words (see `sections`, `appendix`).
//! Used by: this folder makes them; markdown and html show them.

use crate::measure::bounds::Trace;

/// A whole report.
pub(crate) struct Page {
    pub(crate) notice: Option<String>,
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) verdict: Badge,
    /// Why the verdict is what it is; empty for a plain pass.
    pub(crate) reasons: Vec<String>,
    /// The three or four numbers that a reader came for.
    pub(crate) cards: Vec<Card>,
    /// Name and value pairs that identify the run.
    pub(crate) facts: Vec<(String, String)>,
    pub(crate) sections: Vec<Section>,
}

/// A verdict in one word and one sentence.
pub(crate) struct Badge {
    pub(crate) word: String,
    pub(crate) mood: Mood,
    pub(crate) sentence: String,
}

/// One number, large.
pub(crate) struct Card {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) bounds: String,
    pub(crate) limit: String,
    pub(crate) mood: Mood,
}

/// How something is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Plain,
    Good,
    Bad,
    Unsure,
}

/// One part of the page.
pub(crate) struct Section {
    /// Stable, for links.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) lead: Option<String>,
    pub(crate) blocks: Vec<Block>,
}

/// A piece of a section.
pub(crate) enum Block {
    Table(Table),
    List(Vec<String>),
    /// Commands to copy, with what they are for.
    Commands(String, Vec<String>),
}

/// Rows under columns.
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
}

/// A column's title; numbers stand to the right.
pub(crate) struct Column {
    pub(crate) title: &'static str,
    pub(crate) numeric: bool,
}

/// One row, with the name that links lead to.
pub(crate) struct Row {
    pub(crate) anchor: Option<String>,
    pub(crate) cells: Vec<Cell>,
}

/// One cell.
#[derive(Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// A second, quieter line.
    pub(crate) below: Option<String>,
    pub(crate) mood: Option<Mood>,
    pub(crate) evidence: Option<Trace>,
}

impl Cell {
    pub(super) fn new(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), ..Cell::default() }
    }

    pub(super) fn below(mut self, text: Option<String>) -> Cell {
        self.below = text;
        self
    }

    pub(super) fn mood(mut self, mood: Mood) -> Cell {
        self.mood = Some(mood);
        self
    }

    pub(super) fn evidence(trace: &Trace) -> Cell {
        Cell { evidence: Some(trace.clone()), ..Cell::default() }
    }
}

pub(super) fn words(title: &'static str) -> Column {
    Column { title, numeric: false }
}

pub(super) fn number(title: &'static str) -> Column {
    Column { title, numeric: true }
}

pub(super) fn row(cells: impl IntoIterator<Item = Cell>) -> Row {
    Row { anchor: None, cells: cells.into_iter().collect() }
}

/// A table, or one line when it has no rows.
pub(super) fn table_or(columns: Vec<Column>, rows: Vec<Row>, none: &str) -> Vec<Block> {
    match rows.is_empty() {
        true => vec![Block::List(vec![none.to_owned()])],
        false => vec![Block::Table(Table { columns, rows })],
    }
}
