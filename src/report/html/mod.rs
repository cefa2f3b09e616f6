//! Html: `report.html`, for people: one file without scripts or anything fetched, for screen and paper.
//! Invariant: text from the world is escaped by construction; nothing here decides what is said; nothing is loaded, and the
//! page forbids itself to.
//! Not here: words (see `view`), pictures (see `chart`, `svg`).
//! Used by: report, live.

mod body;
mod figures;
mod live;
mod summary;
mod tables;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub(crate) use self::live::{fragment, frame};
use super::{
    Rendered, Renderer,
    chart::Scene,
    model::Report,
    view::{self, Page},
};
use crate::words::{Lang, Phrase};

/// `report.html`.
pub(super) struct Html;

/// The page's looks; constants of the program, so they need no escaping.
const STYLE: &str = concat!(include_str!("style.css"), include_str!("chart.css"));
/// What the page forbids itself: everything but its own style.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

impl Renderer for Html {
    fn name(&self, lang: Lang) -> &'static str {
        lang.pick("report.html", "report.ko.html")
    }

    fn render(&self, report: &Report, lang: Lang) -> Result<Rendered, String> {
        let page = view::page(report, lang).unbroken();
        Ok(document(&page, Some(&Scene { report, lang })).into_string().into_bytes().into())
    }
}

/// A page that has no pictures.
pub(super) fn of_page(page: Page) -> Vec<u8> {
    document(&page.unbroken(), None).into_string().into_bytes()
}

fn document(page: &Page, scene: Option<&Scene>) -> Markup {
    let lang = page.lang;
    html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (page.verdict.word) " · " (page.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                @if let Some(notice) = &page.notice {
                    aside.notice { (notice) }
                }
                a.skip href="#report" { (Phrase::new("chart.page.skip").say(lang)) }
                main #report tabindex="-1" { (body::body(page, scene)) }
            }
        }
    }
}
