//! Objectives: what was measured against its limit, with the bounds.
//! Invariant: the limit stands at the same place in every row; what is beyond the paper ends in an arrow, never at a place
//! that would be a lie.
//! Not here: the judgement (see `measure::objectives`).
//! Used by: chart.

use std::time::Duration;

use super::{
    scene::Scene,
    sheet::{Format, SMALL, Sheet, TEXT, line, path, rect, words},
};
use crate::{
    measure::summary::Judged,
    report::{
        drawing::{Anchor, Drawing, Look, Point},
        model::{moment::Took, result::Objective},
    },
    words::{
        Phrase,
        unit::{self, Round},
    },
};

/// The limit stands at this share of the row.
const LIMIT: f64 = 0.75;

/// All three; `None` when nothing was measured and nothing asked for.
pub(crate) fn draw(scene: &Scene, format: Format) -> Option<Drawing> {
    let rows: Vec<(String, &Objective)> = scene
        .report
        .objectives()
        .into_iter()
        .filter(|(_, one)| one.limit.is_some())
        .map(|(name, one)| (scene.alone(&name), one))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let mut sheet = Sheet::new(format);
    for (name, one) in &rows {
        row(&mut sheet, scene, name, one);
    }
    shares(&mut sheet, scene);
    let id = format.pick("objectives-wide", "objectives-narrow");
    let told: Vec<String> = rows.iter().map(|(name, one)| described(scene, name, one)).collect();
    Some(sheet.finish(id, scene.say(Phrase::new("chart.objectives.title")), told.join("; ")))
}

/// One objective without words, for a card; `None` without a limit.
pub(crate) fn gauge(
    scene: &Scene,
    id: &'static str,
    name: &Phrase,
    objective: &Objective,
) -> Option<Drawing> {
    let limit = objective.limit?;
    let name = scene.alone(name);
    let mut sheet = Sheet::new(Format::Narrow);
    bar(&mut sheet, Row { left: 2.0, right: sheet_right(), top: 4.0, height: 8.0 }, limit, objective);
    sheet.y = 16.0;
    let told = described(scene, &name, objective);
    Some(sheet.finish(id, name, told))
}

fn sheet_right() -> f64 {
    Format::Narrow.right()
}

/// Where a row lies.
#[derive(Clone, Copy)]
struct Row {
    left: f64,
    right: f64,
    top: f64,
    height: f64,
}

impl Row {
    /// Where a share of the limit is; at most the row's end.
    fn x(self, share: f64) -> f64 {
        self.left + (share * LIMIT).min(1.0) * (self.right - self.left)
    }
}

fn row(sheet: &mut Sheet, scene: &Scene, name: &str, objective: &Objective) {
    let Some(limit) = objective.limit else { return };
    let format = sheet.format;
    let value = match objective.measured {
        Some(measured) => unit::tenths(measured, Round::Nearest, scene.lang),
        None => scene.say(Phrase::new("chart.not_measured")),
    };
    let against =
        Phrase::new("chart.against").with("measured", value).with("limit", unit::limit(limit, scene.lang));
    let against = scene.say(against);
    let (left, right) =
        (format.pick(format.left(), 1.0), format.pick(format.right() - 190.0, format.right()));
    let y = sheet.y + format.pick(16.0, TEXT);
    sheet.add(words(0.0, y, Anchor::Start, TEXT, name, Look::Label));
    sheet.add(words(format.right(), y, Anchor::End, TEXT, against, Look::Beside));
    let top = sheet.y + format.pick(5.0, 18.0);
    bar(sheet, Row { left, right, top, height: 14.0 }, limit, objective);
    sheet.y = top + format.pick(29.0, 26.0);
}

/// Track, what was measured, its bounds, and the limit.
fn bar(sheet: &mut Sheet, row: Row, limit: Duration, objective: &Objective) {
    let Row { left, right, top, height } = row;
    sheet.add(rect(left, top, right - left, height, 2.0, Look::Track));
    if let Some(took) = objective.took() {
        let look = match objective.verdict {
            Some(Judged::Pass) => Look::Met,
            Some(Judged::Fail) => Look::Missed,
            Some(Judged::Unknown) | None => Look::Unsure,
        };
        let share = |value: Duration| value.as_secs_f64() / limit.as_secs_f64().max(f64::MIN_POSITIVE);
        let width = (row.x(share(took.measured)) - left).max(1.5);
        sheet.add(rect(left, top, width, height, 2.0, look));
        doubt(sheet, row, took, share);
    }
    let x = row.x(1.0);
    sheet.add(line(x, top - 4.0, x, top + height + 4.0, Look::Limit));
}

/// From the lower to the upper bound; an arrow where the upper one is unknown or off the paper.
fn doubt(sheet: &mut Sheet, row: Row, took: Took, share: impl Fn(Duration) -> f64) {
    let middle = row.top + row.height / 2.0;
    let low = row.x(share(took.low));
    let high = took.high.map(&share).filter(|high| *high * LIMIT <= 1.0).map(|high| row.x(high));
    let end = high.unwrap_or(row.right);
    sheet.add(line(low, middle, end, middle, Look::Doubt));
    let cap = |x: f64| line(x, middle - 3.0, x, middle + 3.0, Look::Doubt);
    sheet.add(cap(low));
    match high {
        Some(high) => sheet.add(cap(high)),
        None => {
            let at = |x: f64, y: f64| Point { x: end + x, y: middle + y };
            sheet.add(path(vec![at(-5.0, -4.0), at(0.0, 0.0), at(-5.0, 4.0)], false, Look::Doubt));
        }
    }
}

/// The axis below the rows: shares of the limit.
fn shares(sheet: &mut Sheet, scene: &Scene) {
    let format = sheet.format;
    let (left, right) =
        (format.pick(format.left(), 1.0), format.pick(format.right() - 190.0, format.right()));
    let row = Row { left, right, top: 0.0, height: 0.0 };
    for percent in [0_u8, 25, 50, 75, 100] {
        let x = row.x(f64::from(percent) / 100.0);
        sheet.below(line(x, 0.0, x, sheet.y, Look::Grid));
        let anchor = if percent == 0 { Anchor::Start } else { Anchor::Middle };
        let text = match percent {
            100 => scene.say(Phrase::new("chart.limit")),
            _ => format!("{percent} %"),
        };
        sheet.add(words(x, sheet.y + SMALL + 2.0, anchor, SMALL, text, Look::Tick));
    }
    sheet.y += SMALL + 8.0;
}

fn described(scene: &Scene, name: &str, objective: &Objective) -> String {
    let measured = match objective.took() {
        None => scene.say(Phrase::new("chart.not_measured")),
        Some(Took { measured, low, high }) => {
            let said = |value, round| unit::tenths(value, round, scene.lang);
            let phrase = match high {
                Some(high) => Phrase::new("chart.between").with("high", said(high, Round::Up)),
                None => Phrase::new("chart.at_least"),
            };
            let phrase = phrase.with("low", said(low, Round::Down));
            scene.say(phrase.with("measured", said(measured, Round::Nearest)))
        }
    };
    let limit = objective.limit.map(|limit| unit::limit(limit, scene.lang)).unwrap_or_default();
    format!(
        "{name}: {}",
        scene.say(Phrase::new("chart.against").with("measured", measured).with("limit", limit))
    )
}
