//! Sheet: the paper that a picture is drawn on: its measures, and what fits where.
//! Invariant: the ground lies below all else, what leads somewhere above all else.
//! Not here: what is drawn.
//! Used by: every picture.

use crate::{
    report::drawing::{Anchor, Drawing, Form, Look, Point, Shape},
    text,
};

/// For which paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For screens.
    Wide,
    /// For upright paper: laid out as the wide one, on less room.
    Paper,
    /// For phones: names stand above what they name.
    Narrow,
}

/// The height of ordinary letters.
pub(super) const TEXT: f64 = 12.0;
/// And of smaller ones.
pub(super) const SMALL: f64 = 11.0;

impl Format {
    /// How wide the picture is.
    pub(super) fn width(self) -> f64 {
        match self {
            Format::Wide => 1120.0,
            Format::Paper => 740.0,
            Format::Narrow => 344.0,
        }
    }

    /// Where the plot begins.
    pub(super) fn left(self) -> f64 {
        match self {
            Format::Wide => 186.0,
            Format::Paper => 178.0,
            Format::Narrow => 0.0,
        }
    }

    /// Where it ends.
    pub(super) fn right(self) -> f64 {
        self.width() - 1.0
    }

    /// About so many ticks fit.
    pub(super) fn ticks(self) -> f64 {
        match self {
            Format::Wide => 12.0,
            Format::Paper => 8.0,
            Format::Narrow => 5.0,
        }
    }

    /// How much room above a bar its name needs.
    pub(super) fn above(self) -> f64 {
        match self {
            Format::Wide | Format::Paper => 0.0,
            Format::Narrow => 16.0,
        }
    }

    /// One of two.
    pub(super) fn pick<T>(self, wide: T, narrow: T) -> T {
        match self {
            Format::Wide | Format::Paper => wide,
            Format::Narrow => narrow,
        }
    }
}

/// The paper.
pub(super) struct Sheet {
    pub(super) format: Format,
    /// How far down it is drawn on.
    pub(super) y: f64,
    ground: Vec<Shape>,
    shapes: Vec<Shape>,
    links: Vec<Shape>,
}

impl Sheet {
    pub(super) fn new(format: Format) -> Sheet {
        Sheet { format, y: 0.0, ground: Vec::new(), shapes: Vec::new(), links: Vec::new() }
    }

    /// Draws below everything that was or will be drawn.
    pub(super) fn below(&mut self, shape: Shape) {
        self.ground.push(shape);
    }

    /// Draws on what was drawn.
    pub(super) fn add(&mut self, shape: Shape) {
        match shape.leads_to {
            Some(_) => self.links.push(shape),
            None => self.shapes.push(shape),
        }
    }

    /// The picture.
    pub(super) fn finish(self, id: &'static str, title: String, description: String) -> Drawing {
        let shapes = self.ground.into_iter().chain(self.shapes).chain(self.links).map(shown).collect();
        let (title, description) = (text::visible(&title), text::visible(&description));
        Drawing { id, width: self.format.width(), height: self.y, title, description, shapes }
    }
}

/// A shape whose texts hide nothing.
fn shown(mut shape: Shape) -> Shape {
    shape.says = shape.says.map(|says| text::visible(&says));
    if let Form::Words { text, .. } = &mut shape.form {
        *text = text::visible(text).replace('\n', " ");
    }
    shape
}

pub(super) fn rect(x: f64, y: f64, width: f64, height: f64, round: f64, look: Look) -> Shape {
    Shape::new(Form::Rect { x, y, width, height, round }, look)
}

pub(super) fn line(x1: f64, y1: f64, x2: f64, y2: f64, look: Look) -> Shape {
    Shape::new(Form::Line { from: Point { x: x1, y: y1 }, to: Point { x: x2, y: y2 } }, look)
}

pub(super) fn dot(x: f64, y: f64, radius: f64, look: Look) -> Shape {
    Shape::new(Form::Dot { at: Point { x, y }, radius }, look)
}

pub(super) fn path(points: Vec<Point>, closed: bool, look: Look) -> Shape {
    Shape::new(Form::Path { points, closed }, look)
}

pub(super) fn words(x: f64, y: f64, anchor: Anchor, size: f64, text: impl Into<String>, look: Look) -> Shape {
    Shape::new(Form::Words { at: Point { x, y }, anchor, size, text: text.into() }, look)
}

/// About how wide a text is: which font will be there is not known, so this is on the generous side.
pub(super) fn width_of(text: &str, size: f64) -> f64 {
    let letter = |c: char| match c {
        'i' | 'j' | 'l' | 't' | 'f' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' | '(' | ')' => 0.34,
        'm' | 'w' | 'M' | 'W' => 0.90,
        'A'..='Z' => 0.70,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{ff00}'..='\u{ffef}' => 1.0,
        _ => 0.58,
    };
    text.chars().map(letter).sum::<f64>() * size
}

/// As much of a text as fits, with `…` where some is left out; `None` where less than a few letters would fit.
pub(super) fn fitting(text: &str, size: f64, room: f64) -> Option<String> {
    if width_of(text, size) <= room {
        return Some(text.to_owned());
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if width_of(&kept, size) + width_of(&letter.to_string(), size) + size > room {
            break;
        }
        kept.push(letter);
    }
    (kept.chars().count() >= 5).then(|| format!("{}…", kept.trim_end()))
}
