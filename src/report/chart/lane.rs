//! Lane: what one watch showed over the run, as bars; of a client, every look that failed.
//! Invariant: a failed look is a stroke of its own, and so is one that could not tell; nothing good hides it.
//! Not here: which lanes there are (see `groups`).
//! Used by: timeline.

use super::{
    scale::Scale,
    scene::Scene,
    sheet::{SMALL, Sheet, fitting, rect, words},
};
use crate::{
    drill::model::Side,
    measure::{
        series::{Failed, Looks},
        summary::Tone,
    },
    report::{
        drawing::{Anchor, Form, Look, Shape},
        model::watch::{Span, Watch},
    },
    words::Phrase,
};

/// Strokes that are nearer to each other than this are one: no eye tells them apart.
const TELL_APART: f64 = 0.25;
/// A stretch less wide than this is not seen by itself.
const NARROW: f64 = 1.5;

/// Draws a lane of this height at the sheet's place.
pub(super) fn draw(
    sheet: &mut Sheet,
    scene: &Scene,
    scale: &Scale,
    name: &str,
    view: &Watch,
    looks: Option<&Looks>,
    height: f64,
) {
    let top = sheet.y;
    for spans in together(scale, &view.spans) {
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else { continue };
        let Some((x, width)) = scale.bar(first.from.as_secs_f64(), last.to.as_secs_f64()) else { continue };
        let worst = spans.iter().max_by_key(|span| weight(span.tone)).unwrap_or(first);
        let look = look(worst.tone, worst.side, looks.is_some());
        let told = said(scene, name, worst, (first, last), looks);
        sheet.add(rect(x, top, width, height, 2.0, look).saying(told));
        let inside = if pale(look) { Look::InsidePale } else { Look::Inside };
        // Failed looks stand where the words would.
        let room = if looks.is_some() && worst.tone == Tone::Bad { 0.0 } else { width - 12.0 };
        if let Some(text) = fitting(&short(scene, worst), SMALL, room).filter(|_| spans.len() == 1) {
            sheet.add(words(x + 6.0, top + height / 2.0 + 4.0, Anchor::Start, SMALL, text, inside));
        }
    }
    let Some(looks) = looks else { return };
    for (those, look) in [(&looks.unknown, Look::UnknownSample), (&looks.failed, Look::FailedSample)] {
        let at = places(scale, those);
        if !at.is_empty() {
            sheet.add(Shape::new(Form::Strokes { at, y: top, height }, look));
        }
    }
}

/// Stretches as they can be drawn: those too narrow for the eye that follow each other are one, which looks like the worst.
fn together<'a>(scale: &Scale, spans: &'a [Span]) -> impl Iterator<Item = &'a [Span]> {
    let narrow = |span: &Span| scale.width(span.from.as_secs_f64(), span.to.as_secs_f64()) < NARROW;
    spans.chunk_by(move |one, next| narrow(one) && narrow(next))
}

/// What must not be hidden weighs most.
fn weight(tone: Tone) -> u8 {
    match tone {
        Tone::Good => 0,
        Tone::Busy => 1,
        Tone::Unknown => 2,
        Tone::Bad => 3,
    }
}

/// Where looks stand, those that no eye tells apart once.
fn places(scale: &Scale, looks: &[Failed]) -> Vec<f64> {
    let place = |look: &Failed| {
        let x = scale.x(look.at as f64 / 1000.0)?;
        Some((x / TELL_APART).round() * TELL_APART)
    };
    let mut places: Vec<f64> = looks.iter().filter_map(place).collect();
    places.dedup();
    places
}

fn look(tone: Tone, side: Option<Side>, client: bool) -> Look {
    match (tone, side) {
        (Tone::Good, Some(Side::Primary)) => Look::Primary,
        (Tone::Good, Some(Side::Standby)) => Look::Standby,
        (Tone::Good, None) => Look::Ok,
        (Tone::Busy, _) => Look::Busy,
        (Tone::Bad, _) if client => Look::BadGround,
        (Tone::Bad, _) => Look::Bad,
        (Tone::Unknown, _) => Look::Unknown,
    }
}

fn pale(look: Look) -> bool {
    matches!(look, Look::Ok | Look::Busy | Look::Unknown)
}

/// The span's words as a bar can show them: the region alone where the region is the message.
fn short(scene: &Scene, span: &Span) -> String {
    match (span.tone, span.side) {
        (Tone::Good, Some(side)) => scene.side(side),
        _ => span.words.say(scene.lang),
    }
}

/// What a reader who points at a bar is told.
fn said(scene: &Scene, name: &str, span: &Span, ends: (&Span, &Span), looks: Option<&Looks>) -> String {
    let (from, to) = (ends.0.from.as_secs_f64(), ends.1.to.as_secs_f64());
    let failed = looks.filter(|_| span.tone == Tone::Bad).map(|looks| {
        let within = |look: &&Failed| (from..to).contains(&(look.at as f64 / 1000.0));
        let count = looks.failed.iter().filter(within).count().max(1);
        scene.say(Phrase::new("chart.failed_looks").with("count", count))
    });
    let parts =
        [Some(format!("{name}: {}", span.words.say(scene.lang))), failed, Some(scene.stretch(from, to))];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}
