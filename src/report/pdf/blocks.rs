//! Blocks: headings, paragraphs, lists and commands.
//! Invariant: what is shown is what `view` says, in its order.
//! Not here: tables (see `table`), the first page (see `summary`).
//! Used by: document, summary.

use krilla::tagging::Tag;

use super::{
    desk::Desk,
    flow::{Brick, Flow},
    lines::{Line, Type},
    sheet::{Form, Mark, Put, filled},
    structure::{Leaf, Node, heading, list},
    style::{self, BODY, CODE, HEADING, INK, SOFT, SUBHEADING},
};
use crate::report::ink::Rgb;

/// A paragraph of more lines than this may be parted between pages.
const WHOLE: usize = 8;
/// How far a list's words stand from its dots.
const INDENT: f32 = 11.0;

/// A section's heading, which links lead to; it stays with what follows.
pub(super) fn section_heading(desk: &mut Desk, node: Node, id: &str, title: &str) {
    let leaf = desk.structure.only(node, heading(2, title));
    let lines = desk.shaper.lines(title, HEADING, Flow::width());
    let mut brick =
        Brick { above: 24.0, keeps: true, anchors: vec![(id.to_owned(), 0.0)], ..Brick::default() };
    Desk::write(&mut brick, Some(leaf), lines, (HEADING, INK), (0.0, 0.0));
    brick.height += 3.0;
    desk.flow.lay(brick);
}

/// The quiet words below a heading.
pub(super) fn lead(desk: &mut Desk, node: Node, text: &str) {
    let leaf = desk.structure.only(node, Tag::P);
    let lines = desk.shaper.lines(text, BODY, Flow::width());
    let mut brick = Brick { keeps: true, ..Brick::default() };
    Desk::write(&mut brick, Some(leaf), lines, (BODY, SOFT), (0.0, 0.0));
    brick.height += 4.0;
    desk.flow.lay(brick);
}

/// A title within a section; it stays with what follows. No level may be left out on the way down to it.
pub(super) fn subheading(desk: &mut Desk, node: Node, level: u16, title: &str) {
    let leaf = desk.structure.only(node, heading(level, title));
    let lines = desk.shaper.lines(title, SUBHEADING, Flow::width());
    let mut brick = Brick { above: 13.0, keeps: true, ..Brick::default() };
    Desk::write(&mut brick, Some(leaf), lines, (SUBHEADING, INK), (0.0, 0.0));
    brick.height += 1.0;
    desk.flow.lay(brick);
}

/// A paragraph.
pub(super) fn paragraph(desk: &mut Desk, node: Node, text: &str, look: (Type, Rgb), above: f32) {
    let leaf = desk.structure.only(node, Tag::P);
    let lines = desk.shaper.lines(text, look.0, Flow::width());
    lay_lines(desk, leaf, lines, look, (0.0, above), Vec::new());
}

/// A paragraph that stays with what follows.
fn introduction(desk: &mut Desk, node: Node, text: &str, above: f32) {
    let leaf = desk.structure.only(node, Tag::P);
    let lines = desk.shaper.lines(text, BODY, Flow::width());
    let mut brick = Brick { above, keeps: true, ..Brick::default() };
    Desk::write(&mut brick, Some(leaf), lines, (BODY, INK), (0.0, 0.0));
    desk.flow.lay(brick);
}

/// A list with dots.
pub(super) fn bullets(desk: &mut Desk, node: Node, items: &[String]) {
    let list = desk.structure.add(node, list(true));
    for (n, item) in items.iter().enumerate() {
        let one = desk.structure.add(list, Tag::LI);
        let label = desk.structure.only(one, Tag::Lbl);
        let body = desk.structure.only(one, Tag::LBody);
        let dot = desk.shaper.line("•", BODY);
        let mark = Mark::Text { at: (1.0, style::baseline(BODY)), line: dot, size: BODY.size, ink: SOFT };
        let lines = desk.shaper.lines(item, BODY, Flow::width() - INDENT);
        let above = if n == 0 { 7.0 } else { 2.0 };
        lay_lines(desk, body, lines, (BODY, INK), (INDENT, above), vec![Put::content(label, mark)]);
    }
}

/// Lines of one leaf: a brick when they are few, else one for each line. `first` stands beside the first.
fn lay_lines(
    desk: &mut Desk,
    leaf: Leaf,
    lines: Vec<Line>,
    look: (Type, Rgb),
    (indent, above): (f32, f32),
    first: Vec<Put>,
) {
    let count = lines.len();
    let mut first = Some(first);
    let whole = count <= WHOLE;
    let groups: Vec<Vec<Line>> = match whole {
        true => vec![lines],
        false => lines.into_iter().map(|line| vec![line]).collect(),
    };
    for (n, group) in groups.into_iter().enumerate() {
        let above = if n == 0 { above } else { 0.0 };
        // Neither the first nor the last line stands alone on its page.
        let keeps = !whole && (n == 0 || n + 2 == count);
        let puts = first.take().unwrap_or_default();
        let mut brick = Brick { above, keeps, puts, ..Brick::default() };
        Desk::write(&mut brick, Some(leaf), group, look, (indent, 0.0));
        desk.flow.lay(brick);
    }
}

/// Commands to copy, with what they are for; a command that needs several lines goes on further in.
pub(super) fn commands(desk: &mut Desk, node: Node, why: &str, commands: &[String]) {
    const PAD: f32 = 8.0;
    const FURTHER: f32 = 14.0;
    introduction(desk, node, why, 10.0);
    let paragraph = desk.structure.add(node, Tag::P);
    let width = Flow::width();
    let rows: Vec<(Leaf, f32, Line)> = commands
        .iter()
        .flat_map(|command| command.lines())
        .flat_map(|command| {
            let leaf = desk.structure.only(paragraph, Tag::Code);
            let lines = desk.shaper.lines(command, CODE, width - 2.0 * PAD - FURTHER);
            lines
                .into_iter()
                .enumerate()
                .map(move |(n, line)| (leaf, if n == 0 { 0.0 } else { FURTHER }, line))
        })
        .collect();
    let count = rows.len();
    for (n, (leaf, further, line)) in rows.into_iter().enumerate() {
        let (top, end) = (if n == 0 { PAD } else { 0.0 }, if n + 1 == count { PAD } else { 0.0 });
        let height = top + style::leading(CODE) + end;
        let ground = Form::Rect { at: (0.0, 0.0), size: (width, height + 0.2), round: 0.0 };
        let mut brick =
            Brick { above: if n == 0 { 5.0 } else { 0.0 }, keeps: n == 0 && count > 1, ..Brick::default() };
        brick.puts.push(Put::form(ground, filled(style::FAINT)));
        Desk::write(&mut brick, Some(leaf), vec![line], (CODE, INK), (PAD + further, top));
        brick.height = height;
        desk.flow.lay(brick);
    }
}
