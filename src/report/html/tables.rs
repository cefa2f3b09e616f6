//! Tables: the blocks of a section.
//! Invariant: every table has a caption and headers for its columns and rows; what is wider than the screen scrolls in its
//! own box, which the keyboard can reach.
//! Used by: html.

use maud::{Markup, html};

use super::summary::mood;
use crate::{
    measure::bounds::Trace,
    report::{
        format,
        view::{
            Block, Cell, Column, Row, Table,
            appendix::{record_anchor, sample_anchor},
        },
    },
};

/// Tables of up to so many columns fit a phone.
const FEW: usize = 3;

pub(super) fn piece(block: &Block, title: &str) -> Markup {
    html! {
        @match block {
            Block::Table(each) => (table(each, title)),
            Block::List(lines) => ul { @for line in lines { li { (line) } } },
            Block::Commands(why, commands) => div.commands { p { (why) } pre tabindex="0" { (commands.join("\n")) } },
        }
    }
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
                    th.num[column.numeric] scope="row" { (cell(each)) }
                } @else {
                    td.num[column.numeric] { (cell(each)) }
                }
            }
        }
    }
}

fn cell(cell: &Cell) -> Markup {
    html! {
        @match (&cell.evidence, cell.mood) {
            (Some(trace), _) => (evidence(trace)),
            (None, Some(kind)) => span class=(format!("mood {}", mood(kind))) { (cell.text) },
            (None, None) => (cell.text),
        }
        @if let Some(below) = &cell.below { span.below { (below) } }
    }
}

/// Links to the records and samples below.
fn evidence(trace: &Trace) -> Markup {
    html! {
        span.evidence {
            @for seq in &trace.records {
                a href=(format!("#{}", record_anchor(*seq))) title=(format!("record {seq}")) { (seq) } " "
            }
            @for place in &trace.samples {
                @let line = format::line(*place);
                a href=(format!("#{}", sample_anchor(*place))) title=(format!("line {line} of samples.jsonl")) { "s" (line) } " "
            }
        }
    }
}
