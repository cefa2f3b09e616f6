//! Tables: the blocks of a section.
//! Invariant: every table has a caption and headers for its columns and rows; what is wider than the screen scrolls in its
//! own box, which the keyboard can reach.
//! Used by: html.

use maud::{Markup, html};

use super::summary::mood;
use crate::report::{
    model::moment::Evidence,
    view::{Block, Cell, Column, Row, Table, anchor},
};

/// More facts than this stand one below the other, and more short lines than this in columns.
const MANY: usize = 16;
/// A line is short up to so many letters.
const SHORT: usize = 48;
/// Tables of up to so many columns fit a phone.
const FEW: usize = 3;

pub(super) fn piece(block: &Block, title: &str) -> Markup {
    html! {
        @match block {
            Block::Text(text) => p.text { (text) },
            Block::Heading(words) => h3 { (words) },
            Block::Facts(facts) => dl.facts.pairs[facts.len() > MANY] { @for (name, value) in facts { div { dt { (name) } dd { (value) } } } },
            Block::Figure(_) => {},
            Block::Table(each) => (table(each, title)),
            Block::List(lines) => ul.many[short(lines)] { @for line in lines { li { (line) } } },
            Block::Commands(why, commands) => div.commands { p { (why) } pre tabindex="0" { (commands.join("\n")) } },
        }
    }
}

fn short(lines: &[String]) -> bool {
    lines.len() > MANY && lines.iter().all(|line| line.chars().count() <= SHORT)
}

fn table(table: &Table, title: &str) -> Markup {
    let few = table.columns.len() <= FEW;
    html! {
        div.scroll tabindex="0" role="group" aria-label=(title) {
            table.few[few] {
                caption.unseen { (title) }
                thead { tr { @for column in &table.columns { th.num[column.numeric] scope="col" { (column.title) } } } }
                tbody { @for each in &table.rows { (row(each, &table.columns)) } }
            }
        }
    }
}

fn row(row: &Row, columns: &[Column]) -> Markup {
    html! {
        tr id=[row.anchor.as_deref()] {
            @for (place, (each, column)) in row.cells.iter().zip(columns).enumerate() {
                @if place == 0 {
                    th.num[column.numeric] scope="row" { (named(row, each)) }
                } @else {
                    td.num[column.numeric] { (cell(each)) }
                }
            }
        }
    }
}

/// The first cell of a row; of a moment, a link back to the picture.
fn named(row: &Row, first: &Cell) -> Markup {
    let moment = row.anchor.as_deref().is_some_and(|name| name.starts_with(anchor::MOMENT));
    html! { @if moment { a href="#picture" { (cell(first)) } } @else { (cell(first)) } }
}

fn cell(cell: &Cell) -> Markup {
    html! {
        @match (&cell.evidence, cell.mood) {
            (Some(each), _) => (evidence(each)),
            (None, Some(kind)) => span class=(format!("mood {}", mood(kind))) { (cell.text) },
            (None, None) => (cell.text),
        }
        @if let Some(below) = &cell.below { span.below { (below) } }
    }
}

/// Links to the records and samples below.
fn evidence(evidence: &Evidence) -> Markup {
    html! {
        span.evidence {
            @for seq in &evidence.records {
                a href=(format!("#{}", anchor::record(*seq))) { (seq) } " "
            }
            @for line in &evidence.samples {
                a href=(format!("#{}", anchor::sample(*line))) { "s" (line) } " "
            }
        }
    }
}
