//! Table: rows under columns, on as many pages as they need.
//! Invariant: every row has every cell, empty ones too; the head is told once to those who hear it read, and shown on every
//! page.
//! Not here: what stands in a cell (see `cell`).
//! Used by: document.

use std::rc::Rc;

use krilla::tagging::Tag;

use super::{
    cell::{self, Piece},
    columns::{self, Need},
    desk::Desk,
    flow::{Brick, Flow},
    lines::Line,
    sheet::{Form, Mark, Put, drawn},
    structure::{Leaf, Node, column_head},
    style::{self, Cells, DENSE, OPEN, SOFT},
};
use crate::{
    report::view::{Cell, Row, Table},
    words::Lang,
};

/// Between two columns.
const GUTTER: f32 = 10.0;

/// A column's edges.
type Edges = (f32, f32);

/// Lays a table.
pub(super) fn table(desk: &mut Desk, node: Node, table: &Table, lang: Lang) {
    // Rows that links lead to are looked up, not read.
    let cells = if table.rows.iter().any(|row| row.anchor.is_some()) { &DENSE } else { &OPEN };
    let edges = edges(desk, table, cells);
    let node = desk.structure.add(node, Tag::Table);
    let head = head(desk, node, table, &edges, cells);
    let body = desk.structure.add(node, Tag::TBody);
    for row in &table.rows {
        lay_row(desk, body, row, table, &edges, cells, &head, lang);
    }
}

fn edges(desk: &mut Desk, table: &Table, cells: &Cells) -> Vec<Edges> {
    let all = Flow::width() - GUTTER * table.columns.len().saturating_sub(1) as f32;
    let needs: Vec<Need> = table
        .columns
        .iter()
        .enumerate()
        .map(|(n, column)| {
            let (whole, widest) = desk.shaper.needs(&column.title, cells.head);
            let title = Need { least: widest, most: whole };
            let below = table.rows.iter().filter_map(|row| row.cells.get(n));
            below.fold(title, |need, cell| need.both(cell::need(desk, cell, n == 0, cells)))
        })
        .collect();
    let mut left = 0.0;
    columns::widths(&needs, all)
        .into_iter()
        .map(|width| {
            let edges = (left, left + width);
            left += width + GUTTER;
            edges
        })
        .collect()
}

/// Lays the head, and hands back what stands above the rows of further pages.
fn head(desk: &mut Desk, node: Node, table: &Table, edges: &[Edges], cells: &Cells) -> Rc<Brick> {
    let head = desk.structure.add(node, Tag::THead);
    let row = desk.structure.add(head, Tag::TR);
    let columns: Vec<(Leaf, Vec<Line>)> = table
        .columns
        .iter()
        .zip(edges)
        .map(|(column, (left, right))| {
            let leaf = desk.structure.only(row, column_head());
            (leaf, desk.shaper.lines(&column.title, cells.head, right - left))
        })
        .collect();
    let shown = head_brick(table, edges, cells, &columns, true);
    desk.flow.lay(Brick { above: 6.0, keeps: true, ..shown });
    Rc::new(head_brick(table, edges, cells, &columns, false))
}

fn head_brick(
    table: &Table,
    edges: &[Edges],
    cells: &Cells,
    columns: &[(Leaf, Vec<Line>)],
    is_content: bool,
) -> Brick {
    let step = style::leading(cells.head);
    let most = columns.iter().map(|(_, lines)| lines.len()).max().unwrap_or_default() as f32 * step;
    let mut brick = Brick { height: most + 5.0, ..Brick::default() };
    for ((column, (left, right)), (leaf, lines)) in table.columns.iter().zip(edges).zip(columns) {
        let top = most - lines.len() as f32 * step;
        for (n, line) in lines.iter().enumerate() {
            let x = if column.numeric { right - line.width } else { *left };
            let y = top + n as f32 * step + style::baseline(cells.head);
            let mark = Mark::Text { at: (x, y), line: line.clone(), size: cells.head.size, ink: SOFT };
            brick.puts.push(Put { mark, leaf: is_content.then_some(*leaf) });
        }
    }
    brick.puts.push(rule(brick.height, 0.9, style::RULE));
    brick
}

fn rule(y: f32, width: f32, ink: crate::report::ink::Rgb) -> Put {
    Put::form(Form::Lines(vec![((0.0, y), (Flow::width(), y))]), drawn(ink, width))
}

#[expect(clippy::too_many_arguments, reason = "a row needs all that its table knows")]
fn lay_row(
    desk: &mut Desk,
    body: Node,
    row: &Row,
    table: &Table,
    edges: &[Edges],
    cells: &Cells,
    head: &Rc<Brick>,
    lang: Lang,
) {
    let node = desk.structure.add(body, Tag::TR);
    let empty = Cell::default();
    let mut columns: Vec<(Node, Edges, bool, std::vec::IntoIter<Piece>)> = Vec::new();
    for (n, (column, (left, right))) in table.columns.iter().zip(edges).enumerate() {
        let cell = row.cells.get(n).unwrap_or(&empty);
        let pieces = cell::pieces(desk, cell, n == 0, cells, right - left, lang);
        columns.push((
            desk.structure.add(node, Tag::TD),
            (*left, *right),
            column.numeric,
            pieces.into_iter(),
        ));
    }
    let mut anchor = row.anchor.clone();
    // A row that is higher than a page goes on on the next.
    let most = Flow::most() - head.height - 2.0 * cells.pad;
    loop {
        let mut brick = Brick { height: 2.0 * cells.pad, head: Some(Rc::clone(head)), ..Brick::default() };
        brick.anchors.extend(anchor.take().map(|name| (name, 0.0)));
        for (node, edges, numeric, pieces) in &mut columns {
            let mut y = cells.pad;
            while pieces.as_slice().first().is_some_and(|piece| y - cells.pad + cell::height(piece) <= most) {
                let Some(piece) = pieces.next() else { break };
                let step = cell::height(&piece);
                brick.puts.extend(cell::put(desk, *node, piece, *edges, y, *numeric));
                y += step;
            }
            brick.height = brick.height.max(y + cells.pad);
        }
        let done = columns.iter().all(|(_, _, _, pieces)| pieces.as_slice().is_empty());
        brick.puts.push(rule(brick.height, 0.4, style::LINE));
        desk.flow.lay(brick);
        if done {
            return;
        }
    }
}
