//! Document: a report's page of words as a bound document: first page, contents, figures, sections, appendix.
//! Invariant: the same content as the other formats, in their order.
//! Not here: how anything looks (see `style`) or is written (see `file`).
//! Used by: pdf.

use std::collections::{HashMap, HashSet};

use krilla::tagging::Tag;

use super::{
    blocks,
    contents::contents,
    desk::Desk,
    figure::figure,
    file::{self, Bound},
    furniture::{Running, furniture},
    meta::Meta,
    paint::Ready,
    shape::Shaper,
    sheet::{Mark, Place, Put, Sheet},
    style::{BODY, INK, SMALL, SOFT},
    summary::{facts, summary},
    table::table,
};
use crate::{
    report::{
        Rendered,
        chart::Key,
        drawing::Drawing,
        view::{Block, Figure, Page, Section, Table},
    },
    words::{Lang, Phrase},
};

/// The pictures, drawn for paper.
#[derive(Default)]
pub(super) struct Pictures {
    /// Stands before all sections.
    pub(super) timeline: Option<(Drawing, Vec<Key>)>,
    pub(super) objectives: Option<Drawing>,
    pub(super) latency: Option<Drawing>,
}

impl Pictures {
    /// Those that a section shows where it names them.
    fn of(&self, which: Figure) -> Option<&Drawing> {
        match which {
            Figure::Timeline => None,
            Figure::Objectives => self.objectives.as_ref(),
            Figure::Latency => self.latency.as_ref(),
        }
    }
}

/// The document.
///
/// # Errors
/// Why it cannot be written.
pub(super) fn document(page: &Page, pictures: &Pictures, meta: &Meta) -> Result<Rendered, String> {
    let mut desk = Desk::new(anchors(page));
    body(&mut desk, page, pictures, meta);
    let Desk { mut shaper, structure, flow, .. } = desk;
    let (sheets, places) = flow.finish();
    let running = Running {
        title: &page.title,
        notice: page.notice.as_deref(),
        run: meta.run,
        digest: &format!("{} {}", Phrase::new("pdf.chain_head").say(meta.lang), meta.digest),
    };
    let of = sheets.len();
    let numbered = sheets.into_iter().zip(1..);
    let pages = numbered
        .map(|(sheet, number)| {
            let (header, footer) = furniture(&mut shaper, &running, sheet.size, number, of);
            Ready { sheet: resolved(&mut shaper, sheet, &places), header, footer }
        })
        .collect();
    file::write(&Bound { meta, pages, places, structure, bookmarks: bookmarks(page, meta) })
}

fn body(desk: &mut Desk, page: &Page, pictures: &Pictures, meta: &Meta) {
    let top = desk.structure.root(Tag::Section);
    summary(desk, top, page);
    let titles: Vec<(&str, &str)> =
        page.sections.iter().map(|section| (section.id, &*section.title)).collect();
    contents(desk, top, &Phrase::new("pdf.contents").say(meta.lang), &titles);
    blocks::paragraph(desk, top, &Phrase::new("pdf.colophon").say(meta.lang), (SMALL, SOFT), 16.0);
    desk.flow.turn();
    if let Some((drawing, keys)) = &pictures.timeline {
        figure(desk, top, drawing, keys);
    }
    for each in &page.sections {
        section(desk, each, pictures, meta.lang);
    }
}

fn section(desk: &mut Desk, section: &Section, pictures: &Pictures, lang: Lang) {
    let node = desk.structure.root(Tag::Section);
    blocks::section_heading(desk, node, section.id, &section.title);
    if let Some(lead) = &section.lead {
        blocks::lead(desk, node, lead);
    }
    for block in &section.blocks {
        match block {
            Block::Text(text) => blocks::paragraph(desk, node, text, (BODY, INK), 5.0),
            Block::Heading(title) => blocks::subheading(desk, node, 3, title),
            Block::Facts(pairs) => facts(desk, node, pairs, 8.0),
            Block::Table(each) => table(desk, node, each, lang),
            Block::List(items) => blocks::bullets(desk, node, items),
            Block::Commands(why, commands) => blocks::commands(desk, node, why, commands),
            Block::Figure(which) => {
                pictures.of(*which).into_iter().for_each(|drawing| figure(desk, node, drawing, &[]));
            }
        }
    }
}

fn tables(section: &Section) -> impl Iterator<Item = &Table> {
    section.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    })
}

fn anchors(page: &Page) -> HashSet<String> {
    let rows = page.sections.iter().flat_map(tables).flat_map(|table| &table.rows);
    rows.filter_map(|row| row.anchor.clone()).collect()
}

fn bookmarks(page: &Page, meta: &Meta) -> Vec<(String, String)> {
    let first = (meta.title.to_owned(), "top".to_owned());
    let sections = page.sections.iter().map(|section| (section.title.clone(), section.id.to_owned()));
    std::iter::once(first).chain(sections).collect()
}

/// The sheet with the page numbers that were not known before.
fn resolved(shaper: &mut Shaper, sheet: Sheet, places: &HashMap<String, Place>) -> Sheet {
    let puts = sheet.puts.into_iter().map(|put| match put.mark {
        Mark::PageOf { anchor, at, kind, ink } => {
            let number = places.get(&anchor).map(|place| (place.sheet + 1).to_string()).unwrap_or_default();
            let line = shaper.line(&number, kind);
            let at = (at.0 - line.width, at.1);
            Put { mark: Mark::Text { at, line, size: kind.size, ink }, leaf: put.leaf }
        }
        mark => Put { mark, leaf: put.leaf },
    });
    Sheet { size: sheet.size, puts: puts.collect() }
}
