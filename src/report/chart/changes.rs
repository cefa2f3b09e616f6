//! Changes: how long a change was in force, and how long it took to be put back.
//! Invariant: a change that was not verified runs to the end of the picture.
//! Used by: timeline.

use super::{
    scale::Scale,
    scene::Scene,
    sheet::{SMALL, Sheet, dot, fitting, rect, words},
};
use crate::{
    report::{
        drawing::{Anchor, Look},
        model::{change::Change, moment::Noted},
    },
    words::Phrase,
};

/// Draws one at the sheet's place.
pub(super) fn draw(sheet: &mut Sheet, scene: &Scene, scale: &Scale, view: &Change, height: f64) {
    let at = |noted: Noted| noted.t.as_secs_f64();
    let Some(began) = view.apply_started.map(at) else { return };
    let end = view.verified.map_or(scene.end(), at);
    let back = view.restore_started.map_or(end, at);
    let (top, thin) = (sheet.y + 2.0, height - 4.0);
    let stretches = [
        (Phrase::new("chart.in_force"), Look::Force, Look::Inside, began, back),
        (Phrase::new("chart.being_restored"), Look::Restoring, Look::InsidePale, back, end),
    ];
    for (phrase, look, inside, from, to) in stretches.into_iter().filter(|(.., from, to)| to > from) {
        let Some((x, width)) = scale.bar(from, to) else { continue };
        let said = scene.say(phrase);
        let told = format!("{}\n{said}\n{}", view.title, scene.stretch(from, to));
        sheet.add(rect(x, top, width, thin, 2.0, look).saying(told));
        if let Some(text) = fitting(&said, SMALL, width - 22.0) {
            sheet.add(words(x + 10.0, top + thin / 2.0 + 4.0, Anchor::Start, SMALL, text, inside));
        }
    }
    let ends = [
        (Phrase::new("chart.applied"), Look::Applied, Some(began)),
        (Phrase::new("chart.verified"), Look::Verified, view.verified.map(at)),
    ];
    for (phrase, look, at) in ends {
        if let Some((at, x)) = at.and_then(|at| Some((at, scale.x(at)?))) {
            let told = format!("{}: {} {}", view.id, scene.say(phrase), scene.offset(at));
            sheet.add(dot(x, sheet.y + height / 2.0, 5.0, look).saying(told));
        }
    }
}
