//! Latency: how long the site took to answer over the run; what failed stands in a row of its own above.
//! Invariant: between the fastest and the slowest of each stretch everything lies that was answered; no failed look has a
//! latency.
//! Not here: the numbers by part of the run (see `view`).
//! Used by: chart.

use super::{
    axis, phases,
    scale::Scale,
    scene::Scene,
    sheet::{Format, SMALL, Sheet, TEXT, line, path, rect, words},
};
use crate::{
    measure::series::{Answered, Looks},
    report::drawing::{Anchor, Drawing, Form, Look, Point, Shape},
    words::Phrase,
};

/// Good looks that are further apart than so many milliseconds are not joined.
const GAP: u64 = 30_000;
/// Where the latency axis has its lines, in milliseconds.
const LINES: [u64; 10] = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000];

/// The picture; `None` for a run in which the site was never looked at.
pub(crate) fn draw(scene: &Scene, format: Format) -> Option<Drawing> {
    let looks = scene.report.series.clients.first().filter(|looks| !looks.answered.is_empty())?;
    let mut sheet = Sheet::new(format);
    let scale = scene.scale(format.left(), format.right());
    failed(&mut sheet, scene, &scale, looks);
    let top = sheet.y;
    let height = format.pick(150.0, 130.0);
    let ladder = Ladder::of(&looks.answered, top, height);
    sheet.y = top + height;
    ladder.draw(&mut sheet);
    for stretch in looks.answered.chunk_by(|one, next| next.from.saturating_sub(one.to) <= GAP) {
        curve(&mut sheet, &scale, &ladder, stretch);
    }
    phases::shade(&mut sheet, scene, &scale, 0.0);
    axis::draw(&mut sheet, scene, &scale, 0.0);
    let id = format.pick("latency-wide", "latency-narrow");
    let title = scene.say(Phrase::new("chart.latency.title"));
    Some(sheet.finish(id, title, scene.say(Phrase::new("chart.latency.description"))))
}

/// The row of failed looks.
fn failed(sheet: &mut Sheet, scene: &Scene, scale: &Scale, looks: &Looks) {
    let format = sheet.format;
    let name = scene.say(Phrase::new("chart.latency.failed"));
    sheet.add(words(0.0, format.pick(sheet.y + 13.0, TEXT - 1.0), Anchor::Start, TEXT, name, Look::Label));
    sheet.y += format.above();
    if let Some((x, width)) = scale.bar(0.0, scene.end()) {
        sheet.add(rect(x, sheet.y, width, 16.0, 2.0, Look::Track));
    }
    let mut at: Vec<f64> = looks
        .failed
        .iter()
        .filter_map(|look| scale.x(look.at as f64 / 1000.0))
        .map(|x| (x * 4.0).round() / 4.0)
        .collect();
    at.dedup();
    if !at.is_empty() {
        sheet.add(Shape::new(Form::Strokes { at, y: sheet.y, height: 16.0 }, Look::FailedSample));
    }
    sheet.y += 24.0;
    if format == Format::Narrow {
        let name = scene.say(Phrase::new("chart.latency.answered"));
        sheet.add(words(0.0, sheet.y + TEXT - 1.0, Anchor::Start, TEXT, name, Look::Label));
        sheet.y += format.above();
    } else {
        let name = scene.say(Phrase::new("chart.latency.answered"));
        sheet.add(words(0.0, sheet.y + 13.0, Anchor::Start, TEXT, name, Look::Label));
    }
}

/// A logarithmic axis.
struct Ladder {
    least: f64,
    greatest: f64,
    top: f64,
    height: f64,
}

impl Ladder {
    fn of(answered: &[Answered], top: f64, height: f64) -> Ladder {
        let least = answered.iter().map(|one| one.least).min().unwrap_or(1).max(1);
        let greatest = answered.iter().map(|one| one.greatest).max().unwrap_or(1).max(least);
        let below = LINES.into_iter().rev().find(|line| *line <= least).unwrap_or(LINES[0]);
        let above = LINES.into_iter().find(|line| *line >= greatest && *line > below).unwrap_or(greatest + 1);
        Ladder { least: (below as f64).ln(), greatest: (above as f64).ln(), top, height }
    }

    fn y(&self, millis: u64) -> f64 {
        let share = ((millis.max(1) as f64).ln() - self.least) / (self.greatest - self.least);
        self.top + self.height * (1.0 - share.clamp(0.0, 1.0))
    }

    fn draw(&self, sheet: &mut Sheet) {
        let (left, right) = (sheet.format.left(), sheet.format.right());
        for millis in LINES {
            let log = (millis as f64).ln();
            if !(self.least - 1e-9..=self.greatest + 1e-9).contains(&log) {
                continue;
            }
            let y = self.y(millis);
            sheet.below(line(left, y, right, y, Look::Grid));
            let text = if millis < 1_000 { format!("{millis} ms") } else { format!("{} s", millis / 1_000) };
            match sheet.format {
                Format::Wide | Format::Paper => {
                    sheet.add(words(left - 8.0, y + 4.0, Anchor::End, SMALL, text, Look::Tick));
                }
                Format::Narrow => sheet.add(words(2.0, y - 3.0, Anchor::Start, SMALL, text, Look::Tick)),
            }
        }
    }
}

/// The band from the fastest to the slowest, and the line of those in the middle.
fn curve(sheet: &mut Sheet, scale: &Scale, ladder: &Ladder, stretch: &[Answered]) {
    let x = |one: &Answered| scale.x((one.from + one.to) as f64 / 2000.0);
    let points = |value: fn(&Answered) -> u64| -> Vec<Point> {
        stretch.iter().filter_map(|one| Some(Point { x: x(one)?, y: ladder.y(value(one)) })).collect()
    };
    let (slowest, mut fastest) = (points(|one| one.greatest), points(|one| one.least));
    if let ([point], Some(one)) = (slowest.as_slice(), stretch.first()) {
        // A single stretch has no width: it is drawn as a bar of one pixel and a half.
        let y = ladder.y(one.greatest);
        let height = (ladder.y(one.least) - y).max(1.5);
        sheet.add(rect(point.x, y, 1.5, height, 0.0, Look::Curve));
        return;
    }
    fastest.reverse();
    sheet.add(path(slowest.into_iter().chain(fastest).collect(), true, Look::Spread));
    sheet.add(path(points(|one| one.median), false, Look::Curve));
}
