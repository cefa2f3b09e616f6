//! Summary: the first page: what was done, the verdict, the numbers that a reader came for, and what identifies the run.
//! Invariant: in the order of the other formats.
//! Used by: document.

use krilla::tagging::Tag;

use super::{
    blocks,
    desk::Desk,
    flow::{Brick, Flow},
    icon::icon,
    lines::Type,
    sheet::{Form, Put, drawn, filled},
    structure::{Node, heading, list},
    style::{self, BODY, FIGURE, INK, LABEL, SMALL, SOFT, STRONG, TITLE, VERDICT, leading},
};
use crate::report::view::{Badge, Card, Mood, Page};

/// Lays everything that stands before the contents.
pub(super) fn summary(desk: &mut Desk, node: Node, page: &Page) {
    if let Some(notice) = &page.notice {
        banner(desk, node, notice);
    }
    let above = if page.notice.is_some() { 16.0 } else { 0.0 };
    blocks::paragraph(desk, node, &page.subtitle, (BODY, SOFT), above);
    title(desk, node, &page.title);
    verdict(desk, node, &page.verdict);
    effect(desk, node, &page.effect);
    if !page.reasons.is_empty() {
        blocks::bullets(desk, node, &page.reasons);
    }
    cards(desk, node, &page.cards);
    let (title, lines) = &page.not_tested;
    if !lines.is_empty() {
        blocks::subheading(desk, node, 2, title);
        blocks::bullets(desk, node, lines);
    }
    facts(desk, node, &page.facts, 18.0);
}

/// What must be known before anything else is read.
fn banner(desk: &mut Desk, node: Node, text: &str) {
    let (ink, ground) = style::colours(Mood::Unsure);
    let leaf = desk.structure.only(node, Tag::P);
    let lines = desk.shaper.lines(text, STRONG, Flow::width() - 32.0);
    let height = lines.len() as f32 * leading(STRONG) + 10.0;
    let mut brick = Brick { height, ..Brick::default() };
    let form = Form::Rect { at: (0.0, 0.0), size: (Flow::width(), height), round: 3.0 };
    brick.puts.push(Put::form(form, filled(ground)));
    brick.puts.extend(icon(Mood::Unsure, (13.0, 5.0 + leading(STRONG) / 2.0), 8.0));
    Desk::write(&mut brick, Some(leaf), lines, (STRONG, ink), (24.0, 5.0));
    brick.height = height;
    desk.flow.lay(brick);
}

fn title(desk: &mut Desk, node: Node, text: &str) {
    let leaf = desk.structure.only(node, heading(1, text));
    let kind = Type { size: if text.chars().count() > 60 { 18.0 } else { TITLE.size }, ..TITLE };
    let mut brick = Brick { above: 2.0, anchors: vec![("top".to_owned(), 0.0)], ..Brick::default() };
    let lines = desk.shaper.lines(text, kind, Flow::width());
    Desk::write(&mut brick, Some(leaf), lines, (kind, INK), (0.0, 0.0));
    desk.flow.lay(brick);
}

fn verdict(desk: &mut Desk, node: Node, badge: &Badge) {
    const PAD: f32 = 12.0;
    const SIGN: f32 = 11.0;
    let (ink, ground) = style::colours(badge.mood);
    let paragraph = desk.structure.add(node, Tag::P);
    let word = desk.structure.leaf(paragraph);
    let sentence = desk.structure.leaf(paragraph);
    let line = desk.shaper.line(&format!("{} ", badge.word), VERDICT);
    let sign = if badge.mood == Mood::Plain { 0.0 } else { SIGN + 6.0 };
    let wide = line.width + sign + 2.0 * PAD;
    let height = leading(VERDICT) + 8.0;
    let mut brick = Brick { above: 10.0, ..Brick::default() };
    let form = Form::Rect { at: (0.0, 0.0), size: (wide, height), round: height / 2.0 };
    brick.puts.push(Put::form(form, filled(ground)));
    brick.puts.extend(icon(badge.mood, (PAD + SIGN / 2.0, height / 2.0), SIGN));
    Desk::write(&mut brick, Some(word), vec![line], (VERDICT, ink), (PAD + sign, 4.0));
    // Beside the word while there is room for it, else below.
    let is_beside = Flow::width() - wide > 190.0;
    let left = if is_beside { wide + 12.0 } else { 0.0 };
    let lines = desk.shaper.lines(&badge.sentence, BODY, Flow::width() - left);
    let middle = ((height - lines.len() as f32 * leading(BODY)) / 2.0).max(0.0);
    let top = if is_beside { middle } else { height + 7.0 };
    Desk::write(&mut brick, Some(sentence), lines, (BODY, INK), (left, top));
    brick.height = brick.height.max(height);
    desk.flow.lay(brick);
}

/// Whether the fault did what it was for.
fn effect(desk: &mut Desk, node: Node, badge: &Badge) {
    let ink = style::colours(badge.mood).0;
    let paragraph = desk.structure.add(node, Tag::P);
    let word = desk.structure.leaf(paragraph);
    let sentence = desk.structure.leaf(paragraph);
    let sign = if badge.mood == Mood::Plain { 0.0 } else { 12.0 };
    let line = desk.shaper.line(&format!("{} ", badge.word), STRONG);
    let left = sign + line.width + 7.0;
    let mut brick = Brick { above: 8.0, ..Brick::default() };
    brick.puts.extend(icon(badge.mood, (4.0, style::baseline(STRONG) - 3.2), 7.0));
    Desk::write(&mut brick, Some(word), vec![line], (STRONG, ink), (sign, 0.0));
    let lines = desk.shaper.lines(&badge.sentence, BODY, Flow::width() - left);
    Desk::write(&mut brick, Some(sentence), lines, (BODY, INK), (left, 0.0));
    desk.flow.lay(brick);
}

/// The numbers, beside each other, each in its own frame.
fn cards(desk: &mut Desk, node: Node, cards: &[Card]) {
    const GAP: f32 = 9.0;
    const PER_ROW: usize = 4;
    let all = desk.structure.add(node, list(false));
    let columns = cards.len().clamp(1, PER_ROW);
    let width = (Flow::width() - GAP * (columns - 1) as f32) / columns as f32;
    for (n, row) in cards.chunks(PER_ROW).enumerate() {
        let mut brick = Brick { above: if n == 0 { 18.0 } else { GAP }, ..Brick::default() };
        for (n, each) in row.iter().enumerate() {
            card(desk, &mut brick, all, each, (n as f32 * (width + GAP), width));
        }
        let height = brick.height;
        for (n, each) in row.iter().enumerate() {
            brick.puts.extend(frame(each.mood, (n as f32 * (width + GAP), width), height));
        }
        desk.flow.lay(brick);
    }
}

fn card(desk: &mut Desk, brick: &mut Brick, all: Node, card: &Card, (left, width): (f32, f32)) {
    const PAD: f32 = 9.0;
    let one = desk.structure.add(all, Tag::LI);
    let label = desk.structure.only(one, Tag::Lbl);
    let body = desk.structure.add(one, Tag::LBody);
    let ink = style::colours(card.mood).0;
    let room = width - 2.0 * PAD;
    let mut y = 9.0;
    let sign = if card.mood == Mood::Plain { 0.0 } else { 10.0 };
    let lines = [
        (&card.name, LABEL, SOFT, 0.0, Some(label)),
        (&card.value, FIGURE, INK, 0.0, None),
        (&card.bounds, SMALL, SOFT, 0.0, None),
        (&card.limit, LABEL, ink, sign, None),
    ];
    for (n, (text, kind, ink, indent, leaf)) in lines.into_iter().enumerate() {
        if text.is_empty() {
            continue;
        }
        let leaf = leaf.unwrap_or_else(|| desk.structure.only(body, Tag::P));
        let kind = fitted(desk, text, kind, room);
        let lines = desk.shaper.lines(text, kind, room - indent);
        if n == 3 {
            y += 3.0;
            brick.puts.extend(icon(card.mood, (left + PAD + 3.2, y + style::baseline(kind) - 2.8), 6.0));
        }
        let step = lines.len() as f32 * leading(kind);
        Desk::write(brick, Some(leaf), lines, (kind, ink), (left + PAD + indent, y));
        y += step;
    }
    brick.height = brick.height.max(y + 8.0);
}

/// A number that would not fit on its line is set smaller rather than broken.
fn fitted(desk: &mut Desk, text: &str, kind: Type, room: f32) -> Type {
    const LEAST: f32 = 11.0;
    let (whole, _) = desk.shaper.needs(text, kind);
    match kind == FIGURE && whole > room {
        true => Type { size: (kind.size * room / whole).max(LEAST), ..kind },
        false => kind,
    }
}

fn frame(mood: Mood, (left, width): (f32, f32), height: f32) -> Vec<Put> {
    let edge = if mood == Mood::Plain { style::RULE } else { style::colours(mood).0 };
    let rect = Form::Rect { at: (left, 0.0), size: (width, height), round: 2.5 };
    let top = Form::Rect { at: (left, 0.0), size: (width, 2.4), round: 0.0 };
    vec![Put::form(rect, drawn(style::LINE, 0.6)), Put::form(top, filled(edge))]
}

/// Names above values, three beside each other.
pub(super) fn facts(desk: &mut Desk, node: Node, facts: &[(String, String)], above: f32) {
    const PER_ROW: usize = 3;
    const GAP: f32 = 16.0;
    let kind = Type { size: 8.5, ..STRONG };
    let all = desk.structure.add(node, list(false));
    let width = (Flow::width() - GAP * (PER_ROW - 1) as f32) / PER_ROW as f32;
    for (n, row) in facts.chunks(PER_ROW).enumerate() {
        let mut brick = Brick { above: if n == 0 { above } else { 7.0 }, ..Brick::default() };
        for (n, (name, value)) in row.iter().enumerate() {
            let one = desk.structure.add(all, Tag::LI);
            let label = desk.structure.only(one, Tag::Lbl);
            let body = desk.structure.only(one, Tag::LBody);
            let left = n as f32 * (width + GAP);
            let names = desk.shaper.lines(name, SMALL, width);
            let below = names.len() as f32 * leading(SMALL);
            let values = desk.shaper.lines(value, kind, width);
            Desk::write(&mut brick, Some(label), names, (SMALL, SOFT), (left, 0.0));
            Desk::write(&mut brick, Some(body), values, (kind, INK), (left, below));
        }
        desk.flow.lay(brick);
    }
}
