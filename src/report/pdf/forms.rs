//! Forms: rectangles, lines and circles as PDF paths.
//! Invariant: a form that has no extent, or whose place is not a number, draws nothing.
//! Used by: paint.

use krilla::{
    color::rgb,
    geom::{Path, PathBuilder, Rect},
    num::NormalizedF32,
    paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash},
    surface::Surface,
};

use super::sheet::{At, Form, Look};
use crate::report::ink::Rgb;

/// How far a curve's handles are from its ends to look like a quarter of a circle, in shares of the radius.
const ROUND: f32 = 0.552_285;

/// Draws a form.
pub(super) fn draw(surface: &mut Surface, form: &Form, look: Look) {
    let Some(path) = path(form) else { return };
    match look.stroke {
        Some(width) => {
            surface.set_fill(None);
            surface.set_stroke(Some(stroke(look, width)));
        }
        None => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(look.ink, look.opacity)));
        }
    }
    surface.draw_path(&path);
}

/// A colour to fill with.
pub(super) fn fill(ink: Rgb, opacity: f32) -> Fill {
    Fill { paint: colour(ink).into(), opacity: share(opacity), rule: FillRule::NonZero }
}

fn stroke(look: Look, width: f32) -> Stroke {
    Stroke {
        paint: colour(look.ink).into(),
        width: width.max(0.05),
        miter_limit: 10.0,
        line_cap: LineCap::Butt,
        line_join: LineJoin::Round,
        opacity: share(look.opacity),
        dash: look.dashes.map(|(dash, gap)| StrokeDash { array: vec![dash, gap], offset: 0.0 }),
    }
}

fn colour([red, green, blue]: Rgb) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn share(opacity: f32) -> NormalizedF32 {
    NormalizedF32::new(opacity.clamp(0.0, 1.0)).unwrap_or(NormalizedF32::ONE)
}

fn path(form: &Form) -> Option<Path> {
    let mut path = PathBuilder::new();
    match form {
        Form::Rect { at, size, round } if *round > 0.0 => rounded(&mut path, *at, *size, *round),
        Form::Rect { at, size, .. } => path.push_rect(Rect::from_xywh(at.0, at.1, size.0, size.1)?),
        Form::Path { points, closed } => {
            let (first, rest) = points.split_first().filter(|(_, rest)| !rest.is_empty())?;
            path.move_to(first.0, first.1);
            rest.iter().for_each(|(x, y)| path.line_to(*x, *y));
            if *closed {
                path.close();
            }
        }
        Form::Lines(lines) => {
            for ((x1, y1), (x2, y2)) in lines {
                path.move_to(*x1, *y1);
                path.line_to(*x2, *y2);
            }
        }
        Form::Circle { at, radius } => {
            let corner = (at.0 - radius, at.1 - radius);
            rounded(&mut path, corner, (2.0 * radius, 2.0 * radius), *radius);
        }
    }
    path.finish()
}

fn rounded(path: &mut PathBuilder, at: At, size: At, round: f32) {
    let round = round.min(size.0 / 2.0).min(size.1 / 2.0);
    let handle = round * (1.0 - ROUND);
    let (left, top, right, bottom) = (at.0, at.1, at.0 + size.0, at.1 + size.1);
    path.move_to(left + round, top);
    path.line_to(right - round, top);
    path.cubic_to(right - handle, top, right, top + handle, right, top + round);
    path.line_to(right, bottom - round);
    path.cubic_to(right, bottom - handle, right - handle, bottom, right - round, bottom);
    path.line_to(left + round, bottom);
    path.cubic_to(left + handle, bottom, left, bottom - handle, left, bottom - round);
    path.line_to(left, top + round);
    path.cubic_to(left, top + handle, left + handle, top, left + round, top);
    path.close();
}
