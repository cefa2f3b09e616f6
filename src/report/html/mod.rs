//! Html: `report.html`, for people: one file without scripts or anything fetched, for screen and paper.
//! Invariant: text from the world is escaped by construction; nothing here decides what is said; nothing is loaded, and the
//! page forbids itself to.
//! Not here: words (see `view`), pictures (see `chart`, `svg`).
//! Used by: report, live.

mod figures;
mod summary;
mod tables;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    Input, Renderer,
    chart::Scene,
    view::{self, Page, Section},
};
use crate::{
    measure::series,
    words::{Lang, Phrase},
};

/// `report.html`.
pub(super) struct Html;

/// The page's looks; constants of the program, so they need no escaping.
const STYLE: &str = include_str!("style.css");
const CHART_STYLE: &str = include_str!("chart.css");
/// What the page forbids itself: everything but its own style.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

impl Renderer for Html {
    fn name(&self) -> &'static str {
        "report.html"
    }

    fn render(&self, input: &Input) -> Vec<u8> {
        let lang = Lang::En;
        let page = view::page(input);
        let series = series::of(input.run, input.samples);
        let scene = Scene { run: input.run, series: &series, lang };
        document(&page, &scene).into_string().into_bytes()
    }
}

fn document(page: &Page, scene: &Scene) -> Markup {
    let lang = scene.lang;
    html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (page.verdict.word) ": " (page.title) }
                style { (PreEscaped(STYLE)) (PreEscaped(CHART_STYLE)) }
            }
            body {
                @if let Some(notice) = &page.notice {
                    p.notice { (notice) }
                }
                a.skip href="#report" { (Phrase::new("chart.page.skip").say(lang)) }
                main #report tabindex="-1" { (body(page, scene)) }
            }
        }
    }
}

/// What is between the page's frame: the same in a report and while a run goes on.
fn body(page: &Page, scene: &Scene) -> Markup {
    html! {
        (summary::first_screen(page, scene))
        (figures::timeline(scene))
        nav aria-label=(Phrase::new("chart.page.sections").say(scene.lang)) {
            @for section in &page.sections {
                a href=(format!("#{}", section.id)) { (section.title) }
            }
        }
        @for section in &page.sections { (part(section, scene)) }
    }
}

fn part(section: &Section, scene: &Scene) -> Markup {
    let heading = format!("{}-heading", section.id);
    let appendix = matches!(section.id, "samples" | "journal");
    html! {
        section.appendix[appendix] id=(section.id) aria-labelledby=(heading) {
            h2 id=(heading) { (section.title) }
            @if let Some(lead) = &section.lead { p.lead { (lead) } }
            @if section.id == "objectives" { (figures::objectives(scene)) }
            @for block in &section.blocks { (tables::piece(block, &section.title)) }
            @if section.id == "outages" { (figures::latency(scene)) }
        }
    }
}
