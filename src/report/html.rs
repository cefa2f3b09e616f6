//! Html: `report.html`, for people: one file without scripts or anything fetched, for screen and paper.
//! Invariant: text from the world is escaped by construction; nothing here decides what is said.
//! Not here: words (see `view`), drawing (see `chart`).
//! Used by: report.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    Renderer,
    model::{Report, moment::Evidence},
    view::{self, Badge, Block, Card, Cell, Column, Mood, Page, Row, Section, Table, anchor},
};
use crate::words::Lang;

/// `report.html`.
pub(super) struct Html;

/// The page's looks; a constant of the program, so it needs no escaping.
const STYLE: &str = include_str!("html/style.css");

impl Renderer for Html {
    fn name(&self, lang: Lang) -> &'static str {
        lang.pick("report.html", "report.ko.html")
    }

    fn render(&self, report: &Report, lang: Lang) -> Vec<u8> {
        document(&view::page(report, lang)).into_string().into_bytes()
    }
}

fn document(page: &Page) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(page.lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (page.verdict.word) ": " (page.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                @if let Some(notice) = &page.notice {
                    p.notice { (notice) }
                }
                main {
                    (summary(page))
                    nav aria-label="Sections" {
                        @for section in &page.sections {
                            a href=(format!("#{}", section.id)) { (section.title) }
                        }
                    }
                    @for section in &page.sections {
                        (part(section))
                    }
                }
            }
        }
    }
}

fn summary(page: &Page) -> Markup {
    html! {
        header {
            p.kicker { (page.subtitle) }
            h1 { (page.title) }
            (badge(&page.verdict))
            p { strong { (page.effect.word) } " " (page.effect.sentence) }
            @if !page.reasons.is_empty() {
                ul.reasons {
                    @for reason in &page.reasons { li { (reason) } }
                }
            }
        }
        div.cards {
            @for each in &page.cards { (card(each)) }
        }
        h2 { (page.not_tested.0) }
        ul { @for line in &page.not_tested.1 { li { (line) } } }
        dl.facts {
            @for (name, value) in &page.facts {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

fn badge(badge: &Badge) -> Markup {
    html! {
        p.verdict {
            strong class=(mood(badge.mood)) { (badge.word) }
            span { (badge.sentence) }
        }
    }
}

fn card(card: &Card) -> Markup {
    html! {
        div class=(format!("card {}", mood(card.mood))) {
            p.name { (card.name) }
            p.value { (card.value) }
            p.bounds { (card.bounds) }
            p.limit { (card.limit) }
        }
    }
}

fn part(section: &Section) -> Markup {
    html! {
        section id=(section.id) {
            h2 { (section.title) }
            @if let Some(lead) = &section.lead { p.lead { (lead) } }
            @for block in &section.blocks { (piece(block)) }
        }
    }
}

fn piece(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Table(each) => (table(each)),
            Block::Figure(_) => {},
            Block::Text(text) => p { (text) },
            Block::Heading(text) => h3 { (text) },
            Block::Facts(facts) => dl.facts { @for (name, value) in facts { div { dt { (name) } dd { (value) } } } },
            Block::List(lines) => ul { @for line in lines { li { (line) } } },
            Block::Commands(why, commands) => div.commands { p { (why) } pre { (commands.join("\n")) } },
        }
    }
}

fn table(table: &Table) -> Markup {
    html! {
        div.scroll {
            table {
                thead { tr { @for column in &table.columns { th.num[column.numeric] scope="col" { (column.title) } } } }
                tbody { @for each in &table.rows { (row(each, &table.columns)) } }
            }
        }
    }
}

fn row(row: &Row, columns: &[Column]) -> Markup {
    html! {
        tr id=[row.anchor.as_deref()] {
            @for (each, column) in row.cells.iter().zip(columns) {
                td.num[column.numeric] { (cell(each)) }
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
fn evidence(trace: &Evidence) -> Markup {
    html! {
        span.evidence {
            @for seq in &trace.records {
                a href=(format!("#{}", anchor::record(*seq))) title=(format!("record {seq}")) { (seq) } " "
            }
            @for line in &trace.samples {
                a href=(format!("#{}", anchor::sample(*line))) title=(format!("line {line} of samples.jsonl")) { "s" (line) } " "
            }
        }
    }
}

fn mood(mood: Mood) -> &'static str {
    match mood {
        Mood::Plain => "plain",
        Mood::Good => "good",
        Mood::Bad => "poor",
        Mood::Unsure => "unsure",
    }
}
