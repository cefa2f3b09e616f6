//! Records: every record of the journal, each a link to its row in the table of records.
//! Invariant: none is left out; records at one place lie on each other, the table tells them apart.
//! Used by: timeline.

use super::{
    scale::Scale,
    scene::Scene,
    sheet::{Sheet, dot, rect},
};
use crate::report::{drawing::Look, view::anchor};

/// Draws them in a lane of this height at the sheet's place.
pub(super) fn draw(sheet: &mut Sheet, scene: &Scene, scale: &Scale, height: f64) {
    if let Some((x, width)) = scale.bar(0.0, scene.end()) {
        sheet.add(rect(x, sheet.y, width, height, 2.0, Look::Track));
    }
    for told in &scene.report.records {
        let at = told.t.as_secs_f64();
        let Some(x) = scale.x(at) else { continue };
        let says = format!("{} {}\n{}", told.record, told.what.say(scene.lang), scene.offset(at));
        let place = Some(anchor::record(told.record));
        sheet.add(dot(x, sheet.y + height / 2.0, 3.5, Look::Moment).saying(says).leading_to(place));
    }
}
