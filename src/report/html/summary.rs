//! Summary: the first screen: verdict, the numbers that a reader came for, and what they do not show.
//! Used by: html.

use maud::{Markup, html};

use super::figures;
use crate::{
    report::{
        chart::Scene,
        view::{Card, Mood, Page},
    },
    words::Phrase,
};

/// The first screen; without a scene it has no gauges and names no run.
pub(super) fn first_screen(page: &Page, scene: Option<&Scene>) -> Markup {
    html! {
        header {
            p.kicker { (page.subtitle) @if let Some(scene) = scene { " · " (scene.report.run) } }
            h1 { (page.title) }
            (verdict(page))
        }
        (cards(page, scene))
        div.asides {
            @if !page.reasons.is_empty() { (aside(&Phrase::new("chart.page.why").say(page.lang), &page.reasons)) }
            @if !page.not_tested.1.is_empty() { (aside(&page.not_tested.0, &page.not_tested.1)) }
        }
    }
}

/// The same of a run that goes on: what it does now stands where the verdict will.
pub(super) fn so_far(page: &Page, scene: &Scene, now: &Option<(String, String)>) -> Markup {
    html! {
        header {
            p.kicker { (page.subtitle) " · " (scene.report.run) }
            h1 { (page.title) }
            @match now {
                Some((word, sentence)) => div.verdict { p { strong { (word) } " " span { (sentence) } } },
                None => (verdict(page)),
            }
        }
        (cards(page, Some(scene)))
    }
}

/// What identifies the run.
pub(super) fn facts(page: &Page) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in &page.facts {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

fn verdict(page: &Page) -> Markup {
    html! {
            div class=(format!("verdict {}", mood(page.verdict.mood))) {
                p { strong { (page.verdict.word) } " " span { (page.verdict.sentence) } }
                p.effect { b { (page.effect.word) } " " (page.effect.sentence) }
            }
    }
}

fn cards(page: &Page, scene: Option<&Scene>) -> Markup {
    let gauge = |place| scene.map(|scene| figures::gauge(scene, place)).unwrap_or_default();
    html! {
        ul.cards {
            @for (place, each) in page.cards.iter().enumerate() { (card(each, &gauge(place))) }
        }
    }
}

fn aside(title: &str, lines: &[String]) -> Markup {
    html! { div.aside { h2 { (title) } ul { @for line in lines { li { (line) } } } } }
}

fn card(card: &Card, gauge: &Markup) -> Markup {
    html! {
        li class=(format!("card {}", mood(card.mood))) {
            p.name { (card.name) }
            p.value { (card.value) }
            p.bounds { (card.bounds) }
            (gauge)
            p.limit { (card.limit) }
        }
    }
}

/// The class of a mood.
pub(super) fn mood(mood: Mood) -> &'static str {
    match mood {
        Mood::Plain => "plain",
        Mood::Good => "good",
        Mood::Bad => "poor",
        Mood::Unsure => "unsure",
    }
}
