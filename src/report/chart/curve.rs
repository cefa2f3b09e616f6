//! Curve: replication lag over the run.
//! Invariant: points are those of the metric; between them is a line and no claim.
//! Used by: timeline.

use super::{
    scale::Scale,
    scene::Scene,
    sheet::{SMALL, Sheet, dot, line, path, rect, words},
};
use crate::{
    report::drawing::{Anchor, Look, Point},
    words::Phrase,
};

/// What stays free above the curve, for the words that say how high it goes.
const ABOVE: f64 = SMALL + 4.0;

/// Draws the lag in a lane of this height at the sheet's place.
pub(super) fn draw(sheet: &mut Sheet, scene: &Scene, scale: &Scale, height: f64) {
    let top = sheet.y;
    let points: Vec<(f64, u64)> =
        scene.report.series.lag.iter().map(|point| (point.at as f64 / 1000.0, point.lag)).collect();
    let most = points.iter().map(|(_, lag)| *lag).max().unwrap_or_default().max(1);
    let base = top + height;
    if let Some((x, width)) = scale.bar(0.0, scene.end()) {
        sheet.add(rect(x, top, width, height, 2.0, Look::Track));
        sheet.add(line(x, base, x + width, base, Look::Grid));
    }
    let place = |(at, lag): &(f64, u64)| {
        let share = *lag as f64 / most as f64;
        Some(Point { x: scale.x(*at)?, y: base - share * (height - ABOVE) })
    };
    let placed: Vec<Point> = points.iter().filter_map(place).collect();
    if let (Some(first), Some(last)) = (placed.first(), placed.last()) {
        let foot = |x: f64| Point { x, y: base };
        let area = [foot(first.x)].into_iter().chain(placed.iter().copied()).chain([foot(last.x)]).collect();
        sheet.add(path(area, true, Look::Spread));
        sheet.add(path(placed.clone(), false, Look::Curve));
    }
    for (at, lag) in &points {
        let Some(point) = place(&(*at, *lag)) else { continue };
        let told = Phrase::new("chart.lag_point").with("lag", duration(*lag)).with("at", scene.offset(*at));
        sheet.add(dot(point.x, point.y, 1.8, Look::Moment).saying(scene.say(told)));
    }
    let at_most = scene.say(Phrase::new("chart.at_most").with("most", duration(most)));
    let right = sheet.format.right() - 6.0;
    sheet.add(words(right, top + SMALL, Anchor::End, SMALL, at_most, Look::Beside));
}

fn duration(millis: u64) -> std::time::Duration {
    std::time::Duration::from_millis(millis)
}
