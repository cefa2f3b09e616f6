//! Page: the pieces that a readable report is made of.
//! Invariant: words only; a format decides how each piece looks.
//! Not here: which words (see the sections beside this file).
//! Used by: this folder makes them; markdown, html and pdf show them.

use crate::{
    report::model::moment::Evidence,
    text,
    words::{Lang, unit},
};

/// A whole report.
pub(crate) struct Page {
    pub(crate) lang: Lang,
    /// Set on a lab: must stand first.
    pub(crate) notice: Option<String>,
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) verdict: Badge,
    /// Whether the fault did what it was for: stands before any claim of success.
    pub(crate) effect: Badge,
    /// Why the verdict is what it is; empty for a plain pass.
    pub(crate) reasons: Vec<String>,
    /// The three or four numbers that a reader came for.
    pub(crate) cards: Vec<Card>,
    /// What the run does not show, with the words above it.
    pub(crate) not_tested: (String, Vec<String>),
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
    /// A paragraph.
    Text(String),
    /// A title within the section.
    Heading(String),
    Table(Table),
    List(Vec<String>),
    /// Names and values.
    Facts(Vec<(String, String)>),
    /// Commands to copy, with what they are for.
    Commands(String, Vec<String>),
    /// A picture; formats without pictures leave it out.
    Figure(Figure),
}

/// The pictures of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figure {
    /// What was measured beside its objective.
    Objectives,
    /// The run on one time axis.
    Timeline,
    /// How long answers took.
    Latency,
}

/// Rows under columns.
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
}

/// A column's title; numbers stand to the right.
pub(crate) struct Column {
    pub(crate) title: String,
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
    pub(crate) evidence: Option<Evidence>,
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

    pub(super) fn evidence(evidence: &Evidence) -> Cell {
        Cell { evidence: Some(evidence.clone()), ..Cell::default() }
    }
}

pub(super) fn row(cells: impl IntoIterator<Item = Cell>) -> Row {
    Row { anchor: None, cells: cells.into_iter().collect() }
}

impl Page {
    /// The same page with every text made visible: what could hide, turn round or break a line is shown by its number.
    pub(in crate::report) fn visible(mut self) -> Page {
        self.texts().into_iter().for_each(|text| *text = text::visible(text).replace('\n', " "));
        for block in self.sections.iter_mut().flat_map(|section| &mut section.blocks) {
            if let Block::Commands(why, commands) = block {
                std::iter::once(why).chain(commands).for_each(|text| *text = text::visible(text));
            }
        }
        self
    }

    /// The same page with figures and their units on one line; for formats that break lines themselves.
    pub(in crate::report) fn unbroken(mut self) -> Page {
        self.texts().into_iter().for_each(|text| *text = unit::kept_together(text));
        self
    }

    /// Every text but commands.
    fn texts(&mut self) -> Vec<&mut String> {
        let mut all: Vec<&mut String> = Vec::new();
        all.extend(self.notice.as_mut());
        all.extend([&mut self.title, &mut self.subtitle]);
        for badge in [&mut self.verdict, &mut self.effect] {
            all.extend([&mut badge.word, &mut badge.sentence]);
        }
        all.extend(&mut self.reasons);
        for card in &mut self.cards {
            all.extend([&mut card.name, &mut card.value, &mut card.bounds, &mut card.limit]);
        }
        all.push(&mut self.not_tested.0);
        all.extend(&mut self.not_tested.1);
        all.extend(self.facts.iter_mut().flat_map(|(name, value)| [name, value]));
        for section in &mut self.sections {
            all.push(&mut section.title);
            all.extend(section.lead.as_mut());
            section.blocks.iter_mut().for_each(|block| block.texts(&mut all));
        }
        all
    }
}

impl Block {
    fn texts<'a>(&'a mut self, all: &mut Vec<&'a mut String>) {
        match self {
            Block::Text(text) | Block::Heading(text) => all.push(text),
            Block::List(lines) => all.extend(lines),
            Block::Facts(facts) => all.extend(facts.iter_mut().flat_map(|(name, value)| [name, value])),
            Block::Commands(..) | Block::Figure(_) => {}
            Block::Table(table) => {
                all.extend(table.columns.iter_mut().map(|column| &mut column.title));
                for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
                    all.push(&mut cell.text);
                    all.extend(cell.below.as_mut());
                }
            }
        }
    }
}
