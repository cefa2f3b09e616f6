//! Timeline: the whole run on one time axis: moments, phases, and a lane for everything that was watched or changed.
//! Invariant: what is below each other happened at the same time.
//! Used by: chart.

use super::{
    axis, changes, checkers, curve, flags,
    groups::{self, Content, Group, Lane},
    lane, phases, records,
    scale::Scale,
    scene::Scene,
    sheet::{Format, Sheet, TEXT, fitting, line, words},
};
use crate::{
    report::drawing::{Anchor, Drawing, Look},
    words::Phrase,
};

/// The picture.
pub(crate) fn draw(scene: &Scene, format: Format) -> Drawing {
    let mut sheet = Sheet::new(format);
    let scale = scene.scale(format.left(), format.right());
    let lines = flags::draw(&mut sheet, scene, &scale);
    let top = sheet.y;
    if !scene.report.phases.is_empty() {
        heading(&mut sheet, &scene.say(Phrase::new("chart.phases")), false);
        phases::draw(&mut sheet, scene, &scale);
    }
    for group in groups::all(scene) {
        draw_group(&mut sheet, scene, &scale, &group);
    }
    sheet.y += 2.0;
    phases::shade(&mut sheet, scene, &scale, top);
    flags::lines(&mut sheet, &lines);
    axis::draw(&mut sheet, scene, &scale, top);
    let id = format.pick("timeline-wide", "timeline-narrow");
    sheet.finish(id, scene.say(Phrase::new("chart.timeline.title")), described(scene))
}

fn draw_group(sheet: &mut Sheet, scene: &Scene, scale: &Scale, group: &Group) {
    heading(sheet, &group.title, true);
    for one in &group.lanes {
        let height = height(sheet.format, &one.content);
        label(sheet, &one.name, height);
        draw_lane(sheet, scene, scale, one, height);
        sheet.y += height + 5.0;
    }
}

fn draw_lane(sheet: &mut Sheet, scene: &Scene, scale: &Scale, one: &Lane, height: f64) {
    match &one.content {
        Content::Watch { view, looks, .. } => {
            lane::draw(sheet, scene, scale, &one.name, view, *looks, height)
        }
        Content::Checkers(each) => checkers::draw(sheet, scene, scale, each),
        Content::Lag => curve::draw(sheet, scene, scale, height),
        Content::Records => records::draw(sheet, scene, scale, height),
        Content::Change(view) => changes::draw(sheet, scene, scale, view, height),
    }
}

fn height(format: Format, content: &Content) -> f64 {
    match content {
        Content::Watch { tall: true, .. } => format.pick(26.0, 24.0),
        Content::Watch { .. } | Content::Change(_) => 16.0,
        Content::Checkers(each) => checkers::height(each),
        Content::Lag => 38.0,
        Content::Records => 12.0,
    }
}

/// The name of a group, with a line above it between groups.
fn heading(sheet: &mut Sheet, title: &str, ruled: bool) {
    if ruled {
        sheet.y += 5.0;
        sheet.add(line(0.0, sheet.y, sheet.format.width(), sheet.y, Look::Rule));
        sheet.y += 1.0;
    }
    sheet.add(words(0.0, sheet.y + 15.0, Anchor::Start, TEXT, title, Look::Heading));
    sheet.y += 22.0;
}

/// The name of a lane: beside it, or above it where the paper is narrow.
fn label(sheet: &mut Sheet, name: &str, height: f64) {
    let format = sheet.format;
    let room = format.pick(format.left() - 10.0, format.right());
    let text = fitting(name, TEXT, room).unwrap_or_default();
    let y = format.pick(sheet.y + (height / 2.0).min(13.0) + 4.0, sheet.y + TEXT - 1.0);
    sheet.add(words(0.0, y, Anchor::Start, TEXT, text, Look::Label));
    sheet.y += format.above();
}

/// What can be seen, in words.
fn described(scene: &Scene) -> String {
    let lanes = groups::all(scene);
    let told: Vec<String> = lanes.iter().map(|group| group.title.clone()).collect();
    let outages = scene.report.outages.len();
    let phrase = Phrase::new("chart.timeline.description")
        .with("groups", told.join(", "))
        .with("outages", outages)
        .with("moments", scene.report.marks.len());
    scene.say(phrase)
}
