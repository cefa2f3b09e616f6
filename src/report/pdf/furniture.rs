//! Furniture: what stands at the top and the bottom of every page: which run this is, how its journal ends, which page.
//! Invariant: decoration to those who hear the pages read; the digest is whole, so that one page alone can be checked.
//! Used by: document.

use super::{
    lines::Type,
    shape::Shaper,
    sheet::{At, Form, Mark, Put, drawn},
    style::{self, DIGEST, INK, RUNNING, SIDE, SOFT},
};
use crate::report::{ink::Rgb, view::Mood};

/// What every page says.
pub(super) struct Running<'a> {
    /// At the top, from the second page on.
    pub(super) title: &'a str,
    /// And beside it, when no number is AWS's.
    pub(super) notice: Option<&'a str>,
    pub(super) run: &'a str,
    /// The digest, with its name.
    pub(super) digest: &'a str,
}

/// What stands above and below a page of that size.
pub(super) fn furniture(
    shaper: &mut Shaper,
    running: &Running,
    size: At,
    number: usize,
    of: usize,
) -> (Vec<Put>, Vec<Put>) {
    let header = if number > 1 { header(shaper, running, size) } else { Vec::new() };
    (header, footer(shaper, running, size, &format!("{number} / {of}")))
}

fn header(shaper: &mut Shaper, running: &Running, size: At) -> Vec<Put> {
    let (left, right, y) = (SIDE, size.0 - SIDE, 36.0);
    let unsure = style::colours(Mood::Unsure).0;
    let notice = running.notice.map(|text| text_end(shaper, text, RUNNING, unsure, right, y));
    let room = right - left - notice.as_ref().map_or(0.0, |(_, width)| width + 16.0);
    let mut puts = vec![text_start(shaper, running.title, RUNNING, SOFT, (left, y), room)];
    puts.extend(notice.map(|(put, _)| put));
    puts.push(line(left, right, y + 7.0));
    puts
}

fn footer(shaper: &mut Shaper, running: &Running, size: At, page: &str) -> Vec<Put> {
    let (left, right, y) = (SIDE, size.0 - SIDE, size.1 - 32.0);
    let (page, wide) = text_end(shaper, page, RUNNING, INK, right, y);
    let room = right - left - wide - 16.0;
    vec![
        line(left, right, y - 11.0),
        text_start(shaper, running.run, DIGEST, SOFT, (left, y - 2.2), room),
        text_start(shaper, running.digest, DIGEST, SOFT, (left, y + 6.2), room),
        page,
    ]
}

fn line(left: f32, right: f32, y: f32) -> Put {
    Put::form(Form::Lines(vec![((left, y), (right, y))]), drawn(style::LINE, 0.5))
}

/// As much of the text as fits on a line.
fn text_start(shaper: &mut Shaper, text: &str, kind: Type, ink: Rgb, at: At, room: f32) -> Put {
    let line = shaper.lines(text, kind, room).into_iter().next().unwrap_or_default();
    Put::decoration(Mark::Text { at, line, size: kind.size, ink })
}

fn text_end(shaper: &mut Shaper, text: &str, kind: Type, ink: Rgb, right: f32, y: f32) -> (Put, f32) {
    let line = shaper.line(text, kind);
    let width = line.width;
    (Put::decoration(Mark::Text { at: (right - width, y), line, size: kind.size, ink }), width)
}
