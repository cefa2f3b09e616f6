//! Figures: the pictures with what belongs to them, each wide for screens and paper and narrow for phones.
//! Invariant: both variants show the same; the page's style shows one of them.
//! Used by: html, live.

use maud::{Markup, html};

use crate::{
    report::{
        chart::{self, Format, Scene},
        drawing::Drawing,
        svg,
    },
    words::Phrase,
};

/// The whole run on one time axis.
pub(super) fn timeline(scene: &Scene) -> Markup {
    let pictures = [Format::Wide, Format::Narrow].map(|format| chart::timeline(scene, format));
    html! {
        figure #picture aria-label=(Phrase::new("chart.timeline.title").say(scene.lang)) {
            (both(&pictures))
            figcaption {
                @for key in chart::legend(scene) {
                    span.key { i class=(svg::class(key.look)) {} (key.words) }
                }
            }
        }
    }
}

/// What was measured against the limits.
pub(super) fn objectives(scene: &Scene) -> Markup {
    figure(|format| chart::objectives(scene, format), None)
}

/// How long answers took.
pub(super) fn latency(scene: &Scene) -> Markup {
    let words = Phrase::new("chart.latency.description").say(scene.lang);
    figure(|format| chart::latency(scene, format), Some(words))
}

/// One objective, for the card at this place.
pub(super) fn gauge(scene: &Scene, place: usize) -> Markup {
    let ids = ["gauge-recovery-time", "gauge-detection", "gauge-data-loss"];
    let objectives = scene.report.objectives();
    let drawing = ids.get(place).zip(objectives.get(place));
    let drawing = drawing.and_then(|(id, (name, objective))| chart::gauge(scene, id, name, objective));
    html! { @if let Some(drawing) = drawing { p.gauge { (svg::draw(&drawing, "")) } } }
}

fn figure(draw: impl Fn(Format) -> Option<Drawing>, words: Option<String>) -> Markup {
    let pictures: Vec<Drawing> = [Format::Wide, Format::Narrow].into_iter().filter_map(draw).collect();
    html! {
        @if let Some(first) = pictures.first() {
            figure aria-label=(first.title) {
                (both(&pictures))
                @if let Some(words) = words { figcaption { p { (words) } } }
            }
        }
    }
}

fn both(pictures: &[Drawing]) -> Markup {
    html! { @for (picture, class) in pictures.iter().zip(["wide", "narrow"]) { (svg::draw(picture, class)) } }
}
