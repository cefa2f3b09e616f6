//! Contents: the table of contents, with page numbers that are known when all pages are.
//! Invariant: every section is in it, and every line of it leads there.
//! Used by: document.

use krilla::tagging::Tag;

use super::{
    desk::Desk,
    flow::{Brick, Flow},
    sheet::{Form, Look, Mark, Put, drawn},
    structure::{Node, heading},
    style::{self, BODY, INK, SOFT, STRONG},
};

/// Room for a page's number.
const NUMBER: f32 = 26.0;

/// Lays the contents: the name and the title of each section. All on one page where that is possible; on the first page
/// only if nothing must make room for it.
pub(super) fn contents(desk: &mut Desk, node: Node, title: &str, sections: &[(&str, &str)]) {
    let needed = (sections.len() + 2) as f32 * (style::leading(BODY) + 2.5) + 30.0;
    if desk.flow.room() < needed && needed < Flow::most() {
        desk.flow.turn();
    }
    let leaf = desk.structure.only(node, heading(2, title));
    let lines = desk.shaper.lines(title, STRONG, Flow::width());
    let mut brick = Brick { above: 22.0, keeps: true, ..Brick::default() };
    Desk::write(&mut brick, Some(leaf), lines, (STRONG, SOFT), (0.0, 0.0));
    brick.height += 4.0;
    let rule = Form::Lines(vec![((0.0, brick.height), (Flow::width(), brick.height))]);
    brick.puts.push(Put::form(rule, drawn(style::RULE, 0.9)));
    brick.height += 3.0;
    desk.flow.lay(brick);
    let list = desk.structure.add(node, Tag::TOC);
    for (id, title) in sections {
        entry(desk, list, id, title);
    }
}

fn entry(desk: &mut Desk, list: Node, id: &str, title: &str) {
    let item = desk.structure.add(list, Tag::TOCI);
    let reference = desk.structure.add(item, Tag::Reference);
    let link = desk.structure.add(reference, Tag::Link);
    let words = desk.structure.leaf(link);
    let number = desk.structure.leaf(link);
    let area = desk.structure.leaf(link);
    let width = Flow::width();
    let lines = desk.shaper.lines(title, BODY, width - 2.0 * NUMBER);
    let (last, count) = (lines.last().map_or(0.0, |line| line.width), lines.len().max(1));
    let mut brick = Brick { above: 2.5, ..Brick::default() };
    Desk::write(&mut brick, Some(words), lines, (BODY, INK), (0.0, 0.0));
    let base = (count - 1) as f32 * style::leading(BODY) + style::baseline(BODY);
    let dots = Form::Lines(vec![((last + 6.0, base), (width - NUMBER, base))]);
    let look = Look { dashes: Some((0.7, 2.6)), ..drawn(style::RULE, 0.7) };
    brick.puts.push(Put::form(dots, look));
    let anchor = id.to_owned();
    let page = Mark::PageOf { anchor: anchor.clone(), at: (width, base), kind: BODY, ink: INK };
    brick.puts.push(Put::content(number, page));
    let says = super::plain::title(title, 200);
    let mark = Mark::Link { at: (0.0, 0.0), size: (width, brick.height), anchor, says };
    brick.puts.push(Put::content(area, mark));
    desk.flow.lay(brick);
}
