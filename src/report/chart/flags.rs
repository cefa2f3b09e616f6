//! Flags: the moments that numbers are made of, each a link to its row in the table of moments.
//! Invariant: every mark that was seen has one; flags never lie on each other.
//! Used by: timeline.

use super::{
    scale::Scale,
    scene::Scene,
    sheet::{SMALL, Sheet, line, rect, width_of, words},
};
use crate::{
    report::{
        drawing::{Anchor, Look},
        view::anchor,
    },
    words::Phrase,
};

/// From one row of flags to the next.
const ROW: f64 = 18.0;
const HEIGHT: f64 = 15.0;
/// How high a letter of a flag is.
const LETTER: f64 = 10.0;

/// Draws a flag for each mark, in as many rows as they need, and moves the sheet; gives back where the lines of the most
/// important ones begin.
pub(super) fn draw(sheet: &mut Sheet, scene: &Scene, scale: &Scale) -> Vec<(f64, f64)> {
    let mut ends: Vec<f64> = Vec::new();
    let mut lines = Vec::new();
    let mut marks: Vec<_> = scene.report.marks.iter().collect();
    marks.sort_by_key(|mark| mark.when.t);
    for mark in marks {
        let at = mark.when.t.as_secs_f64();
        let Some(x) = scale.x(at) else { continue };
        let name = named(scene, &mark.id);
        let label = name.map_or_else(|| mark.id.clone(), |name| format!("{} {name}", mark.id));
        let width = width_of(&label, LETTER) + 10.0;
        let left = (x - 9.0).clamp(0.0, (sheet.format.right() - width).max(0.0));
        let row = ends.iter().position(|end| *end + 3.0 <= left).unwrap_or(ends.len());
        match ends.get_mut(row) {
            Some(end) => *end = left + width,
            None => ends.push(left + width),
        }
        let y = sheet.y + row as f64 * ROW;
        let told = format!("{}: {}, {}", mark.id, mark.title.say(scene.lang), scene.offset(at));
        let place = Some(anchor::moment(&mark.id));
        let pill = rect(left, y, width, HEIGHT, 3.0, Look::Moment).saying(told).leading_to(place);
        sheet.add(pill);
        let text = words(left + 5.0, y + HEIGHT - 4.0, Anchor::Start, LETTER, label, Look::Inside);
        sheet.add(text.leading_to(Some(anchor::moment(&mark.id))));
        if matches!(mark.id.as_str(), "F1" | "R1" | "B1" | "B4") {
            lines.push((x, y + HEIGHT));
        }
    }
    sheet.y += ends.len() as f64 * ROW + SMALL / 2.0;
    lines
}

/// Draws the lines of the most important ones down to the sheet's place.
pub(super) fn lines(sheet: &mut Sheet, lines: &[(f64, f64)]) {
    for (x, top) in lines {
        sheet.add(line(*x, *top, *x, sheet.y, Look::Flag));
    }
}

fn named(scene: &Scene, id: &str) -> Option<String> {
    let phrase = match id {
        "F1" => Phrase::new("chart.flag.fault"),
        "R1" => Phrase::new("chart.flag.recovered"),
        "B1" => Phrase::new("chart.flag.putting_back"),
        "B4" => Phrase::new("chart.flag.verified"),
        _ => return None,
    };
    Some(scene.say(phrase))
}
