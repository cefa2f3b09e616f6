//! Phases: the drill's phases one below the other, and those that matter to users shaded through all lanes.
//! Invariant: a phase whose end was not seen runs to the end of the picture and looks open.
//! Used by: timeline, latency.

use super::{
    scale::Scale,
    scene::Scene,
    sheet::{Format, SMALL, Sheet, TEXT, rect, width_of, words},
};
use crate::{
    report::drawing::{Anchor, Look},
    words::{
        Phrase,
        unit::{self, Round},
    },
};

/// Draws the phases from the sheet's place on, and moves it.
pub(super) fn draw(sheet: &mut Sheet, scene: &Scene, scale: &Scale) {
    let (bar, gap) = (10.0, sheet.format.pick(7.0, 6.0));
    for phase in &scene.report.phases {
        let name = scene.say(phase.name.title());
        let from = phase.start.t.as_secs_f64();
        let to = phase.stop.map_or(scene.end(), |stop| stop.t.as_secs_f64()).max(from);
        let took = match phase.took {
            Some(took) => unit::tenths(took.measured, Round::Nearest, scene.lang),
            None => scene.say(Phrase::new("chart.end_not_seen")),
        };
        let below = sheet.format.above();
        sheet.add(words(
            0.0,
            sheet.y + sheet.format.pick(bar - 0.5, TEXT),
            Anchor::Start,
            TEXT,
            &name,
            Look::Label,
        ));
        sheet.y += below;
        if let Some((x, width)) = scale.bar(from, to) {
            let look = if phase.stop.is_some() { Look::Phase } else { Look::PhaseOpen };
            sheet.add(
                rect(x, sheet.y, width, bar, 2.0, look)
                    .saying(format!("{name}: {took}\n{}", scene.stretch(from, to))),
            );
            beside(sheet, x, width, bar, &took);
        }
        sheet.y += bar + gap;
    }
}

/// How long it took, where there is room: after the bar, else before it; on phones beside the name.
fn beside(sheet: &mut Sheet, x: f64, width: f64, bar: f64, took: &str) {
    let right = sheet.format.right();
    let (at, y, anchor) = match sheet.format {
        Format::Narrow => (right, sheet.y - 4.0, Anchor::End),
        Format::Wide | Format::Paper if x + width + 8.0 + width_of(took, SMALL) < right => {
            (x + width + 6.0, sheet.y + bar - 1.0, Anchor::Start)
        }
        Format::Wide | Format::Paper => (x - 6.0, sheet.y + bar - 1.0, Anchor::End),
    };
    sheet.add(words(at, y, anchor, SMALL, took, Look::Beside));
}

/// Shades the times that matter to users, from `top` to the sheet's place.
pub(super) fn shade(sheet: &mut Sheet, scene: &Scene, scale: &Scale, top: f64) {
    let end = scene.end();
    let begins = |id: &str| scene.marked(id);
    let stretches = [
        (Look::Interruption, begins("I0"), begins("R1").or(begins("B1")).unwrap_or(end)),
        (Look::Soak, begins("R1"), begins("B1").unwrap_or(end)),
        (Look::Restoration, begins("B1"), begins("B4").unwrap_or(end)),
    ];
    for (look, from, to) in stretches {
        if let Some((x, width)) = from.filter(|from| *from < to).and_then(|from| scale.bar(from, to)) {
            sheet.below(rect(x, top, width, sheet.y - top, 0.0, look));
        }
    }
}
