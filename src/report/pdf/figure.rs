//! Figure: a drawing as marks on a page, upright where it fits, else on a page of its own on its side.
//! Invariant: the drawing keeps its proportions; it is one figure, with its description, for those who cannot see it.
//! Not here: what is drawn (see `chart`), colours (see `ink`).
//! Used by: document.

use krilla::{
    geom::Rect,
    tagging::{BBox, Tag},
};

use super::{
    desk::Desk,
    flow::{Brick, Flow},
    fonts::Face,
    hatch::hatch,
    lines::Type,
    plain,
    sheet::{At, Form, Look, Mark, Put, drawn},
    structure::{Leaf, Node},
    style::{BOTTOM, LINE, PAPER, RUNNING, SIDE, SOFT, TOP},
};
use crate::report::{
    chart::Key,
    drawing::{self, Anchor, Drawing, Shape},
    ink,
};

/// Drawings are made for letters of this height on a screen; on paper they may get this small.
const LETTERS: f32 = 11.0;
const LEAST: f32 = 6.4;

/// Lays a drawing, with what its looks mean below it.
pub(super) fn figure(desk: &mut Desk, node: Node, drawing: &Drawing, keys: &[Key]) {
    let (width, height) = (drawing.width as f32, drawing.height as f32);
    if width <= 0.0 || height <= 0.0 {
        return;
    }
    // Room for what the looks mean.
    let below = if keys.is_empty() { 0.0 } else { 60.0 };
    let upright = (Flow::width() / width).min((Flow::most() - below) / height).min(1.0);
    let (size, scale) = match upright * LETTERS >= LEAST {
        true => (PAPER, upright),
        false => {
            let side = (PAPER.1, PAPER.0);
            let most = (side.0 - 2.0 * SIDE, side.1 - TOP - BOTTOM - below);
            (side, (most.0 / width).min(most.1 / height))
        }
    };
    let alt = plain::title(&format!("{}. {}", drawing.title, drawing.description), 4000);
    let node = desk.structure.add(node, Tag::Figure(Some(alt.clone())));
    let leaf = desk.structure.leaf(node);
    let mut brick = Brick { above: 14.0, height: height * scale, ..Brick::default() };
    brick.anchors.push((drawing.id.to_owned(), 0.0));
    for shape in &drawing.shapes {
        brick.puts.extend(marks(desk, shape, scale, leaf));
    }
    let all = if size == PAPER { Flow::width() } else { size.0 - 2.0 * SIDE };
    legend(desk, &mut brick, keys, leaf, all);
    let box_size = (width * scale, brick.height);
    match size == PAPER {
        true => desk.flow.lay(brick),
        false => desk.flow.alone(vec![brick], size),
    }
    if let Some(place) = desk.flow.find(drawing.id)
        && let Some(rect) = Rect::from_xywh(SIDE, place.y, box_size.0, box_size.1)
    {
        let tag = Tag::Figure(Some(alt)).with_bbox(Some(BBox::new(place.sheet, rect)));
        desk.structure.replace(node, tag);
    }
}

/// Swatches with words, in as many rows as they need.
fn legend(desk: &mut Desk, brick: &mut Brick, keys: &[Key], leaf: Leaf, width: f32) {
    const SWATCH: At = (11.0, 7.5);
    const GAP: f32 = 14.0;
    const ROW: f32 = 13.0;
    if keys.is_empty() {
        return;
    }
    let (mut x, mut y) = (0.0, brick.height + 12.0);
    for key in keys {
        let line = desk.shaper.line(&key.words, RUNNING);
        let wide = SWATCH.0 + 5.0 + line.width;
        if x > 0.0 && x + wide > width {
            (x, y) = (0.0, y + ROW);
        }
        let swatch = drawing::Form::Rect {
            x: 0.0,
            y: 0.0,
            width: SWATCH.0.into(),
            height: SWATCH.1.into(),
            round: 0.0,
        };
        let shape = Shape::new(swatch, key.look);
        brick.puts.extend(marks(desk, &shape, 1.0, leaf).into_iter().map(|put| put.moved((x, y))));
        let frame = Form::Rect { at: (x, y), size: SWATCH, round: 0.0 };
        brick.puts.push(Put::content(leaf, Mark::Form { form: frame, look: drawn(LINE, 0.4) }));
        let at = (x + SWATCH.0 + 5.0, y + SWATCH.1 - 0.9);
        let mark = Mark::Text { at, line, size: RUNNING.size, ink: SOFT };
        brick.puts.push(Put::content(leaf, mark));
        x += wide + GAP;
    }
    brick.height = y + SWATCH.1 + 2.0;
}

fn marks(desk: &mut Desk, shape: &Shape, scale: f32, leaf: Leaf) -> Vec<Put> {
    let ink = ink::of(shape.look);
    let at = |x: f64, y: f64| -> At { (x as f32 * scale, y as f32 * scale) };
    let fill = Look { ink: ink.colour, opacity: ink.opacity as f32, stroke: None, dashes: None };
    let dashes = ink.dashes.map(|(dash, gap)| (dash as f32 * scale, gap as f32 * scale));
    let line = Look { stroke: Some(ink.stroke as f32 * scale), dashes, ..fill };
    let put = |form: Form, look: Look| Put::content(leaf, Mark::Form { form, look });
    match &shape.form {
        drawing::Form::Rect { x, y, width, height, round } => {
            let (corner, size) = (at(*x, *y), at(*width, *height));
            let mut puts = vec![put(Form::Rect { at: corner, size, round: *round as f32 * scale }, fill)];
            if let Some(colour) = ink.hatch {
                let stripes = Look { ink: colour, stroke: Some(scale), ..fill };
                puts.push(put(Form::Lines(hatch(corner, size, 4.0 * scale)), stripes));
            }
            puts
        }
        drawing::Form::Line { from, to } => {
            vec![put(Form::Lines(vec![(at(from.x, from.y), at(to.x, to.y))]), line)]
        }
        drawing::Form::Path { points, closed } => {
            let points = points.iter().map(|point| at(point.x, point.y)).collect();
            vec![put(Form::Path { points, closed: *closed }, if *closed { fill } else { line })]
        }
        drawing::Form::Strokes { at: places, y, height } => {
            let strokes =
                strokes(places, scale).map(|x| ((x, *y as f32 * scale), (x, (*y + *height) as f32 * scale)));
            vec![put(Form::Lines(strokes.collect()), line)]
        }
        drawing::Form::Dot { at: middle, radius } => {
            vec![put(Form::Circle { at: at(middle.x, middle.y), radius: *radius as f32 * scale }, fill)]
        }
        drawing::Form::Words { at: place, anchor, size, text } => {
            let face = if ink.bold { Face::Strong } else { Face::Text };
            let size = *size as f32 * scale;
            let line = desk.shaper.line(text, Type { face, size });
            let share = match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => 0.5,
                Anchor::End => 1.0,
            };
            let (x, y) = at(place.x, place.y);
            let mark = Mark::Text { at: (x - line.width * share, y), line, size, ink: ink.colour };
            vec![Put::content(leaf, mark)]
        }
    }
}

/// Where strokes stand; those that no printer could tell apart are one.
fn strokes(places: &[f64], scale: f32) -> impl Iterator<Item = f32> {
    const APART: f32 = 0.06;
    let mut last = f32::NEG_INFINITY;
    places.iter().map(move |x| *x as f32 * scale).filter(move |x| {
        let is_apart = (*x - last).abs() >= APART;
        if is_apart {
            last = *x;
        }
        is_apart
    })
}
