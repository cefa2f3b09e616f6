//! Axis: the time axis: from the fault, and the time of day.
//! Used by: timeline, latency.

use super::{
    scale::Scale,
    scene::Scene,
    sheet::{Format, SMALL, Sheet, line, width_of, words},
};
use crate::{
    report::drawing::{Anchor, Look},
    words::Phrase,
};

/// Draws grid lines from `top` to the sheet's place and the times below them, and moves the sheet.
pub(super) fn draw(sheet: &mut Sheet, scene: &Scene, scale: &Scale, top: f64) {
    let format = sheet.format;
    let bottom = sheet.y;
    let mut last = f64::NEG_INFINITY;
    for tick in scale.ticks(scene.origin(), format.ticks()) {
        sheet.below(line(tick.x, top, tick.x, bottom, Look::Grid));
        let clock = scene.wall(tick.at).strftime("%H:%M:%S").to_string();
        let half = width_of(&clock, SMALL) / 2.0;
        let x = tick.x.clamp(format.left().max(0.0) + half.min(20.0), format.right() - half);
        if x - half > last {
            sheet.add(words(x, bottom + 16.0, Anchor::Middle, SMALL, tick.words, Look::Tick));
            sheet.add(words(x, bottom + 31.0, Anchor::Middle, SMALL, clock, Look::Tick));
            last = x + half + 6.0;
        }
    }
    sheet.y = bottom + 38.0;
    let names = [Phrase::new("chart.axis.offset"), Phrase::new("chart.axis.utc")].map(|name| scene.say(name));
    match format {
        Format::Wide | Format::Paper => {
            for (name, y) in names.into_iter().zip([16.0, 31.0]) {
                sheet.add(words(0.0, bottom + y, Anchor::Start, SMALL, name, Look::Tick));
            }
        }
        Format::Narrow => {
            sheet.add(words(0.0, sheet.y + 10.0, Anchor::Start, SMALL, names.join(" · "), Look::Tick));
            sheet.y += 16.0;
        }
    }
}
