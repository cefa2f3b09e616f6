//! Sheet: a page as marks at their places, before any PDF is written.
//! Invariant: every mark is either content of a leaf of the structure or decoration (no leaf).
//! Not here: where marks come from (see `blocks`, `table`), how they are written (see `paint`).
//! Used by: flow, and everything that makes marks; paint.

use super::{
    lines::{Line, Type},
    structure::Leaf,
};
use crate::report::ink::Rgb;

/// A place, in points from the left and the top.
pub(super) type At = (f32, f32);

/// One mark.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    /// A line of text; `at` is on its baseline.
    Text { at: At, line: Line, size: f32, ink: Rgb },
    /// A form that is filled, or drawn as a line.
    Form { form: Form, look: Look },
    /// The number of the page on which an anchor stands; `at` is its right end, on its baseline.
    PageOf { anchor: String, at: At, kind: Type, ink: Rgb },
    /// A place that leads to an anchor; `says` is for those who cannot see where.
    Link { at: At, size: At, anchor: String, says: String },
}

/// A form.
#[derive(Debug, Clone)]
pub(super) enum Form {
    Rect {
        at: At,
        size: At,
        round: f32,
    },
    /// Points joined in their order.
    Path {
        points: Vec<At>,
        closed: bool,
    },
    /// Lines that do not touch.
    Lines(Vec<(At, At)>),
    Circle {
        at: At,
        radius: f32,
    },
}

/// How a form looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) ink: Rgb,
    pub(super) opacity: f32,
    /// The width of its line; `None`: it is filled.
    pub(super) stroke: Option<f32>,
    /// Length of dashes and gaps.
    pub(super) dashes: Option<(f32, f32)>,
}

/// Filled with a colour.
pub(super) fn filled(ink: Rgb) -> Look {
    Look { ink, opacity: 1.0, stroke: None, dashes: None }
}

/// Drawn as a line.
pub(super) fn drawn(ink: Rgb, width: f32) -> Look {
    Look { stroke: Some(width), ..filled(ink) }
}

/// A mark and what it belongs to; `None`: decoration.
#[derive(Debug, Clone)]
pub(super) struct Put {
    pub(super) mark: Mark,
    pub(super) leaf: Option<Leaf>,
}

/// A page.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) size: At,
    pub(super) puts: Vec<Put>,
}

/// A place that links lead to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// Counted from zero.
    pub(super) sheet: usize,
    pub(super) y: f32,
}

impl Put {
    pub(super) fn content(leaf: Leaf, mark: Mark) -> Put {
        Put { mark, leaf: Some(leaf) }
    }

    pub(super) fn decoration(mark: Mark) -> Put {
        Put { mark, leaf: None }
    }

    /// A form that is decoration.
    pub(super) fn form(form: Form, look: Look) -> Put {
        Put::decoration(Mark::Form { form, look })
    }

    /// The same, further down and to the right.
    pub(super) fn moved(mut self, by: At) -> Put {
        let shift = |at: &mut At| *at = (at.0 + by.0, at.1 + by.1);
        match &mut self.mark {
            Mark::Text { at, .. } | Mark::PageOf { at, .. } | Mark::Link { at, .. } => shift(at),
            Mark::Form { form, .. } => match form {
                Form::Rect { at, .. } | Form::Circle { at, .. } => shift(at),
                Form::Path { points, .. } => points.iter_mut().for_each(shift),
                Form::Lines(lines) => lines.iter_mut().for_each(|(from, to)| {
                    shift(from);
                    shift(to);
                }),
            },
        }
        self
    }
}
