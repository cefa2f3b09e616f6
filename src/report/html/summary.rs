//! Summary: the first screen: verdict, the numbers that a reader came for, and what was run.
//! Used by: html.

use maud::{Markup, html};

use super::figures;
use crate::report::{
    chart::Scene,
    view::{Badge, Card, Mood, Page},
};

pub(super) fn first_screen(page: &Page, scene: &Scene) -> Markup {
    html! {
        header {
            p.kicker { (page.subtitle) }
            h1 { (page.title) }
            (verdict(&page.verdict))
        }
        ul.cards {
            @for (place, each) in page.cards.iter().enumerate() { (card(each, &figures::gauge(scene, place))) }
        }
        @if !page.reasons.is_empty() {
            div.asides {
                div.aside { ul { @for reason in &page.reasons { li { (reason) } } } }
            }
        }
        dl.facts {
            @for (name, value) in &page.facts {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

fn verdict(badge: &Badge) -> Markup {
    html! {
        p class=(format!("verdict {}", mood(badge.mood))) {
            strong { (badge.word) } " "
            span { (badge.sentence) }
        }
    }
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
