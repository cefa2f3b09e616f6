//! Icon: the small sign before a verdict, so that its colour is never alone.
//! Invariant: each mood but the plain one has its own form.
//! Used by: summary, cell.

use super::{
    sheet::{At, Form, Look, Put, drawn},
    style,
};
use crate::report::view::Mood;

/// The sign for a mood, in a square of that size whose middle is `at`; none for the plain one.
pub(super) fn icon(mood: Mood, at: At, size: f32) -> Vec<Put> {
    let half = size / 2.0;
    let on = |x: f32, y: f32| (at.0 + x * half, at.1 + y * half);
    let look = Look { ..drawn(style::colours(mood).0, size * 0.17) };
    let form = match mood {
        Mood::Plain => return Vec::new(),
        Mood::Good => {
            Form::Path { points: vec![on(-0.9, 0.05), on(-0.25, 0.7), on(0.9, -0.7)], closed: false }
        }
        Mood::Bad => Form::Lines(vec![(on(-0.7, -0.7), on(0.7, 0.7)), (on(-0.7, 0.7), on(0.7, -0.7))]),
        Mood::Unsure => Form::Path {
            points: vec![
                on(-0.55, -0.45),
                on(-0.3, -0.8),
                on(0.2, -0.85),
                on(0.55, -0.5),
                on(0.45, -0.1),
                on(0.0, 0.15),
                on(0.0, 0.4),
            ],
            closed: false,
        },
    };
    let mut puts = vec![Put::form(form, look)];
    if mood == Mood::Unsure {
        puts.push(Put::form(
            Form::Circle { at: on(0.0, 0.8), radius: size * 0.09 },
            super::sheet::filled(look.ink),
        ));
    }
    puts
}
