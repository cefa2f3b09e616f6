//! Checkers: each checker of a health check that reported a failure, as a thin row.
//! Invariant: rows are told apart by name alone, in its order; a checker without a row never reported a failure.
//! Used by: timeline.

use super::{
    scale::Scale,
    scene::Scene,
    sheet::{Sheet, rect},
};
use crate::{measure::series::Checkers, report::drawing::Look};

/// From one row to the next.
const ROW: f64 = 3.0;

/// How high the rows are.
pub(super) fn height(checkers: &Checkers) -> f64 {
    (checkers.failing.len() as f64 * ROW).max(8.0)
}

/// Draws them at the sheet's place.
pub(super) fn draw(sheet: &mut Sheet, scene: &Scene, scale: &Scale, checkers: &Checkers) {
    let top = sheet.y;
    if let Some((x, width)) = scale.bar(0.0, scene.end()) {
        sheet.add(rect(x, top, width, height(checkers), 2.0, Look::Track));
    }
    for (place, checker) in checkers.failing.iter().enumerate() {
        let y = top + place as f64 * ROW;
        for (from, to) in &checker.stretches {
            let (from, to) = (*from as f64 / 1000.0, *to as f64 / 1000.0);
            if let Some((x, width)) = scale.bar(from, to) {
                let told = format!("{}\n{}", checker.name, scene.stretch(from, to));
                sheet.add(rect(x, y + 0.4, width, ROW - 0.8, 0.0, Look::Bad).saying(told));
            }
        }
    }
}
