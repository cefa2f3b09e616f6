//! Body: what stands within the page's frame: the first screen, the timeline, and the sections.
//! Invariant: the timeline stands right after the first screen, wherever the sections name it.
//! Used by: html, live.

use maud::{Markup, html};

use super::{figures, summary, tables};
use crate::{
    report::{
        chart::Scene,
        view::{Block, Figure, Page, Section},
    },
    words::Phrase,
};

/// The whole of it; without a scene there are no pictures.
pub(super) fn body(page: &Page, scene: Option<&Scene>) -> Markup {
    // The first screen is the executive verdict.
    let sections = || page.sections.iter().filter(|section| section.id != "verdict");
    html! {
        (summary::first_screen(page, scene))
        @if let Some(scene) = scene { (figures::timeline(scene)) }
        (summary::facts(page))
        nav aria-label=(Phrase::new("chart.page.sections").say(page.lang)) {
            @for section in sections() {
                a href=(format!("#{}", section.id)) { (section.title) }
            }
        }
        @for section in sections() { (part(section, scene)) }
    }
}

fn part(section: &Section, scene: Option<&Scene>) -> Markup {
    let heading = format!("{}-heading", section.id);
    let appendix = matches!(section.id, "samples" | "records" | "journal");
    html! {
        section.appendix[appendix] id=(section.id) aria-labelledby=(heading) {
            h2 id=(heading) { (section.title) }
            @if let Some(lead) = &section.lead { p.lead { (lead) } }
            (blocks(section, scene))
        }
    }
}

fn blocks(section: &Section, scene: Option<&Scene>) -> Markup {
    let mut title = section.title.as_str();
    html! {
        @for block in &section.blocks {
            @match block {
                Block::Figure(which) => { @if let Some(scene) = scene { (figure(*which, scene)) } },
                Block::Heading(words) => {
                    @let () = title = words;
                    h3 { (words) }
                }
                other => (tables::piece(other, title)),
            }
        }
    }
}

fn figure(which: Figure, scene: &Scene) -> Markup {
    match which {
        Figure::Timeline => html! {
            p { a href="#picture" { (Phrase::new("chart.page.picture").say(scene.lang)) } }
        },
        Figure::Objectives => figures::objectives(scene),
        Figure::Latency => figures::latency(scene),
    }
}
