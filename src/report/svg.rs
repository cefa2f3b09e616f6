//! Svg: a drawing as inline SVG of an HTML page.
//! Invariant: text is escaped by construction; colours are classes, so that the page's light, dark and print styles decide
//! them; what leads nowhere is one picture with a title and a description, what leads somewhere is a link of its own.
//! Not here: what is drawn (see `chart`), the styles (see `html/chart.css`).
//! Used by: html, live.

use std::fmt::Write;

use maud::{Markup, html};

use super::drawing::{Anchor, Drawing, Form, Look, Shape};

/// The drawing; `class` tells the page's style which variant it is.
pub(super) fn draw(drawing: &Drawing, class: &str) -> Markup {
    let (title, described) = (format!("{}-title", drawing.id), format!("{}-desc", drawing.id));
    let (links, picture): (Vec<&Shape>, Vec<&Shape>) =
        drawing.shapes.iter().partition(|shape| shape.leads_to.is_some());
    // A picture with links in it is a group: what is in an `img` cannot be reached.
    let role = if links.is_empty() { "img" } else { "group" };
    html! {
        svg class=(format!("drawing {class}")) viewBox=(format!("0 0 {} {}", px(drawing.width), px(drawing.height)))
            role=(role) aria-labelledby=(title) aria-describedby=(described) {
            title id=(title) { (drawing.title) }
            desc id=(described) { (drawing.description) }
            @if drawing.shapes.iter().any(|shape| shape.look == Look::Unknown) { (hatch(drawing.id)) }
            g aria-hidden="true" { @for shape in picture { (piece(shape, drawing.id)) } }
            @for linked in links.chunk_by(|one, next| one.leads_to == next.leads_to) { (link(linked, drawing.id)) }
        }
    }
}

/// Stripes for what is not known; each drawing has its own, as one that is not shown cannot lend it.
fn hatch(id: &str) -> Markup {
    html! {
        defs {
            pattern id=(format!("{id}-hatch")) width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                rect.hatch-back width="6" height="6" {}
                rect.hatch-line width="2" height="6" {}
            }
        }
    }
}

/// Shapes that lead to one place, as one link.
fn link(shapes: &[&Shape], id: &str) -> Markup {
    let anchor = shapes.first().and_then(|shape| shape.leads_to.as_deref()).unwrap_or_default();
    let passed_by = passed_by(shapes);
    // A link with words on it is called by them.
    let says = shapes.iter().find_map(|shape| shape.says.as_deref()).filter(|_| passed_by);
    html! {
        a href=(format!("#{anchor}")) aria-label=[says] tabindex=[passed_by.then_some("-1")] { @for shape in shapes { (piece(shape, id)) } }
    }
}

/// The keyboard passes by links without a name on them, of which there are many: their table is its way to the same places.
fn passed_by(shapes: &[&Shape]) -> bool {
    !shapes.iter().any(|shape| matches!(shape.form, Form::Words { .. }))
}

fn piece(shape: &Shape, id: &str) -> Markup {
    let class = class(shape.look);
    let fill = (shape.look == Look::Unknown).then(|| format!("url(#{id}-hatch)"));
    html! {
        @match &shape.form {
            Form::Rect { x, y, width, height, round } => {
                rect class=(class) fill=[fill] x=(px(*x)) y=(px(*y)) width=(px(*width)) height=(px(*height))
                    rx=[(*round > 0.0).then(|| px(*round))] { (told(shape)) }
            }
            Form::Line { from, to } => {
                line class=(class) x1=(px(from.x)) y1=(px(from.y)) x2=(px(to.x)) y2=(px(to.y)) { (told(shape)) }
            }
            Form::Path { points, closed } => {
                path class=(if *closed { format!("{class} area") } else { format!("{class} line") })
                    d=(outline(points.iter().map(|point| (point.x, point.y)), *closed)) { (told(shape)) }
            }
            Form::Strokes { at, y, height } => path class=(class) d=(strokes(at, *y, *height)) { (told(shape)) },
            Form::Dot { at, radius } => {
                circle class=(class) cx=(px(at.x)) cy=(px(at.y)) r=(px(*radius)) { (told(shape)) }
            }
            Form::Words { at, anchor, size, text } => {
                text class=(class) x=(px(at.x)) y=(px(at.y)) font-size=(px(*size)) text-anchor=[anchored(*anchor)] { (text) }
            }
        }
    }
}

fn told(shape: &Shape) -> Markup {
    html! { @if let Some(says) = &shape.says { title { (says) } } }
}

fn anchored(anchor: Anchor) -> Option<&'static str> {
    match anchor {
        Anchor::Start => None,
        Anchor::Middle => Some("middle"),
        Anchor::End => Some("end"),
    }
}

fn outline(points: impl Iterator<Item = (f64, f64)>, closed: bool) -> String {
    let mut path = String::new();
    for (place, (x, y)) in points.enumerate() {
        path.push(if place == 0 { 'M' } else { 'L' });
        path.push_str(&px(x));
        path.push(' ');
        path.push_str(&px(y));
    }
    if closed {
        path.push('Z');
    }
    path
}

fn strokes(at: &[f64], y: f64, height: f64) -> String {
    let mut path = String::new();
    for x in at {
        let _ = write!(path, "M{} {}v{}", px(*x), px(y), px(height));
    }
    path
}

/// A coordinate with at most two decimals: enough for any screen, and the same on every machine.
fn px(value: f64) -> String {
    let mut text = format!("{value:.2}");
    let kept = text.trim_end_matches('0').trim_end_matches('.').len();
    text.truncate(kept);
    if text == "-0" { "0".to_owned() } else { text }
}

/// The class that a look has in the page's style.
pub(super) fn class(look: Look) -> &'static str {
    match look {
        Look::Primary => "primary",
        Look::Standby => "standby",
        Look::Ok => "ok",
        Look::Busy => "busy",
        Look::Bad => "bad",
        Look::Unknown => "unknown",
        Look::Force => "force",
        Look::Restoring => "restoring",
        Look::Track => "track",
        Look::BadGround => "bad-ground",
        Look::Phase => "phase",
        Look::PhaseOpen => "phase-open",
        Look::Interruption => "interruption",
        Look::Soak => "soak",
        Look::Restoration => "restoration",
        Look::FailedSample => "bad-look",
        Look::UnknownSample => "unknown-look",
        Look::Curve => "curve",
        Look::Spread => "spread",
        Look::Met => "met",
        Look::Missed => "missed",
        Look::Unsure => "unsure",
        Look::Doubt => "doubt",
        Look::Limit => "limit",
        Look::Flag => "flag",
        Look::Moment => "moment",
        Look::Applied => "applied",
        Look::Verified => "verified",
        Look::Grid => "grid",
        Look::Rule => "rule",
        Look::Label => "label",
        Look::Heading => "heading",
        Look::Tick => "tick",
        Look::Beside => "beside",
        Look::Inside => "inside",
        Look::InsidePale => "inside-pale",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::drawing::Point;

    fn words(text: &str) -> Shape {
        let at = Point { x: 1.0, y: 2.0 };
        Shape::new(Form::Words { at, anchor: Anchor::Start, size: 12.0, text: text.into() }, Look::Label)
    }

    fn drawing(shapes: Vec<Shape>) -> Drawing {
        Drawing {
            id: "it",
            width: 10.0,
            height: 5.5,
            title: "<t>".into(),
            description: "\"d\"".into(),
            shapes,
        }
    }

    #[test]
    fn what_the_world_says_stays_text() {
        let hostile = "</text><script>alert(1)</script>";
        let shape = words(hostile).saying(hostile).leading_to(Some("\"><script>".into()));
        let svg = draw(&drawing(vec![words(hostile), shape]), "wide").into_string();
        assert!(!svg.contains("<script"), "{svg}");
        assert!(svg.contains("&lt;script&gt;"));
    }

    #[test]
    fn a_picture_is_an_image_and_one_with_links_a_group() {
        let svg = |shape| draw(&drawing(vec![shape]), "wide").into_string();
        assert!(svg(words("a")).contains("role=\"img\""));
        let dot = Form::Dot { at: Point { x: 1.0, y: 2.0 }, radius: 1.0 };
        let linked = svg(Shape::new(dot, Look::Moment).saying("to b").leading_to(Some("b".into())));
        assert!(linked.contains("role=\"group\""));
        assert!(linked.contains("<a href=\"#b\" aria-label=\"to b\""), "{linked}");
    }

    #[test]
    fn coordinates_are_short() {
        assert_eq!([12.0, 12.5, 12.346, -0.001, 100.0].map(px), ["12", "12.5", "12.35", "0", "100"]);
        assert_eq!(strokes(&[1.0, 2.25], 4.0, 16.0), "M1 4v16M2.25 4v16");
    }
}
