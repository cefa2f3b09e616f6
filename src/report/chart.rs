//! Chart: the run on one time axis, as inline SVG: phases, what each watch showed, and the changes.
//! Invariant: drawn from spans, phases and marks of the assessment alone; colours are classes, so that the page's
//! light, dark and print styles decide them.
//! Not here: the words beside it (see `view`).
//! Used by: html.

mod scale;

use maud::{Markup, html};

use self::scale::{LEFT, RIGHT, Scale, WIDTH};
use super::format;
use crate::{
    clock::Stamp,
    drill::model::Side,
    journal::sample::WatchName,
    measure::summary::{Assessment, ChangeView, Span, Tone},
};

const HEAD: f64 = 34.0;
const BAR: f64 = 20.0;
const ROW: f64 = 28.0;
const PHASE_ROW: f64 = 20.0;
/// About the width of one letter in the labels inside bars.
const LETTER: f64 = 6.2;

/// The chart, or nothing for a run in which nothing was watched.
pub(super) fn draw(run: &Assessment) -> Markup {
    let scale = Scale::of(run);
    let lanes = lanes(run);
    let changes: Vec<&ChangeView> = run.changes.iter().filter(|view| view.apply_started.is_some()).collect();
    let phases_end = HEAD + run.phases.len() as f64 * PHASE_ROW + 10.0;
    let lanes_end = phases_end + lanes.len() as f64 * ROW + 6.0;
    let bottom = lanes_end + changes.len() as f64 * ROW + 4.0;
    html! {
        svg.chart viewBox=(format!("0 0 {WIDTH} {:.0}", bottom + 30.0)) role="img" aria-label="The run on one time axis" {
            defs {
                pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.hatch-back width="6" height="6" {}
                    rect.hatch-line width="2" height="6" {}
                }
            }
            (axis(&scale, run, bottom))
            (interruption(&scale, run, bottom))
            (phases(&scale, run))
            line.rule x1="0" x2=(WIDTH) y1=(px(phases_end - 4.0)) y2=(px(phases_end - 4.0)) {}
            @for (place, lane) in lanes.iter().enumerate() {
                (lane_bars(&scale, run, lane, phases_end + place as f64 * ROW))
            }
            @if !changes.is_empty() {
                line.rule x1="0" x2=(WIDTH) y1=(px(lanes_end - 4.0)) y2=(px(lanes_end - 4.0)) {}
            }
            @for (place, view) in changes.iter().enumerate() {
                (change_bar(&scale, run, view, lanes_end + place as f64 * ROW))
            }
            (flags(&scale, run, bottom))
        }
    }
}

/// What the colours mean, for the words below the chart.
pub(super) fn legend() -> [(&'static str, &'static str); 8] {
    [
        ("primary", "primary"),
        ("standby", "standby"),
        ("ok", "working"),
        ("busy", "changing"),
        ("bad", "failing"),
        ("unknown", "not known"),
        ("force", "change in force"),
        ("restoring", "being restored"),
    ]
}

struct Lane<'a> {
    label: String,
    spans: &'a [Span],
}

fn lanes(run: &Assessment) -> Vec<Lane<'_>> {
    let mut wanted = vec![
        (WatchName::site(), "Site".to_owned()),
        (WatchName::write(), "Writes".to_owned()),
        (WatchName::site_ttl(), "Client that keeps DNS".to_owned()),
        (WatchName::site_sticky(), "Client that stays connected".to_owned()),
        (WatchName::dns_authoritative(), "DNS, zone's servers".to_owned()),
        (WatchName::dns_resolver(), "DNS, resolver".to_owned()),
        (WatchName::database(), "Database writer".to_owned()),
    ];
    for side in Side::BOTH {
        let name = if side == Side::Primary { "Primary" } else { "Standby" };
        wanted.push((WatchName::site_fixed(side), format!("{name}: by address")));
        wanted.push((WatchName::health_check(side), format!("{name}: health check")));
        wanted.push((WatchName::targets(side), format!("{name}: targets")));
        wanted.push((WatchName::environment(side), format!("{name}: environment")));
    }
    let alarms = run.watches.iter().filter(|view| view.watch.0.starts_with("alarm."));
    wanted.extend(alarms.map(|view| (view.watch.clone(), view.watch.0.clone())));
    let lane = |(watch, label): (WatchName, String)| {
        let view = run.watches.iter().find(|view| view.watch == watch && !view.spans.is_empty())?;
        Some(Lane { label, spans: &view.spans })
    };
    wanted.into_iter().filter_map(lane).collect()
}

fn lane_bars(scale: &Scale, run: &Assessment, lane: &Lane, top: f64) -> Markup {
    html! {
        text.label x=(px(LEFT - 12.0)) y=(px(top + 14.0)) text-anchor="end" { (lane.label) }
        @for span in lane.spans {
            @if let Some((x, width)) = scale.bar(span.from, span.to) {
                rect class=(colour(span.tone, span.side)) x=(px(x)) y=(px(top)) width=(px(width)) height=(BAR) rx="2" {
                    title { (format!("{}: {}, {} to {}", lane.label, span.words, said(run, span.from), said(run, span.to))) }
                }
                @if let Some(words) = fitting(&short(span), width) {
                    text class=(format!("inside {}", colour(span.tone, span.side))) x=(px(x + 6.0)) y=(px(top + 14.0)) { (words) }
                }
            }
        }
    }
}

fn change_bar(scale: &Scale, run: &Assessment, view: &ChangeView, top: f64) -> Markup {
    let end = view.verified.map_or(run.header.ended, |recorded| recorded.at);
    let began = view.apply_started.map_or(end, |recorded| recorded.at);
    let back = view.restore_started.map_or(end, |recorded| recorded.at);
    let stretches = [("in force", "force", began, back), ("being restored", "restoring", back, end)];
    html! {
        text.label x=(px(LEFT - 12.0)) y=(px(top + 14.0)) text-anchor="end" { (clip(&view.step.0, 28)) }
        @for (words, class, from, to) in stretches {
            @if let Some((x, width)) = scale.bar(from, to).filter(|_| to > from) {
                rect class=(class) x=(px(x)) y=(px(top + 4.0)) width=(px(width)) height=(BAR - 8.0) rx="2" {
                    title { (format!("{}: {words}, {} to {}", view.step, said(run, from), said(run, to))) }
                }
            }
        }
        @for (class, at) in [("applied", Some(began)), ("verified", view.verified.map(|recorded| recorded.at))] {
            @if let Some(x) = at.and_then(|at| scale.x(at)) {
                circle class=(format!("dot {class}")) cx=(px(x)) cy=(px(top + BAR / 2.0)) r="5" {
                    title { (format!("{}: {class}", view.step)) }
                }
            }
        }
    }
}

fn phases(scale: &Scale, run: &Assessment) -> Markup {
    html! {
        @for (place, phase) in run.phases.iter().enumerate() {
            @let top = HEAD + place as f64 * PHASE_ROW;
            @let stop = phase.stop.map_or(run.header.ended, |stop| stop.at).max(phase.start.at);
            text.label x=(px(LEFT - 12.0)) y=(px(top + 10.0)) text-anchor="end" { (phase.name.title()) }
            @if let Some((x, width)) = scale.bar(phase.start.at, stop) {
                rect class=(if phase.stop.is_some() { "phase" } else { "phase open" }) x=(px(x)) y=(px(top)) width=(px(width)) height="12" rx="2" {
                    title { (phase.name.meaning()) }
                }
                @let words = phase.took.map_or_else(|| "end not seen".to_owned(), |took| format::seconds(took.measured));
                @let after = x + width + 6.0;
                @let room = after + words.len() as f64 * LETTER < RIGHT;
                text.beside x=(px(if room { after } else { x - 6.0 })) y=(px(top + 10.0)) text-anchor=(if room { "start" } else { "end" }) {
                    (words)
                }
            }
        }
    }
}

/// From the interruption to the recovery: what the whole page is about.
fn interruption(scale: &Scale, run: &Assessment, bottom: f64) -> Markup {
    let from = run.mark("I0").map(|mark| mark.moment.at);
    let to = run.mark("R1").map_or(run.header.ended, |mark| mark.moment.at);
    html! {
        @if let Some((x, width)) = from.and_then(|from| scale.bar(from, to.max(from))) {
            rect.interruption x=(px(x)) y=(HEAD - 6.0) width=(px(width)) height=(px(bottom - HEAD + 6.0)) {}
        }
    }
}

/// The moments that are worth a line through the whole chart.
fn flags(scale: &Scale, run: &Assessment, bottom: f64) -> Markup {
    let named = [("F1", "fault"), ("R1", "recovered"), ("B1", "putting back"), ("B4", "verified")];
    let placed: Vec<(f64, &str)> =
        named.iter().filter_map(|(id, words)| Some((scale.x(run.mark(id)?.moment.at)?, *words))).collect();
    html! {
        @for (place, (x, words)) in placed.iter().enumerate() {
            @let crowded = placed.get(place + 1).is_some_and(|(next, _)| next - x < words.len() as f64 * LETTER + 20.0);
            line.flag x1=(px(*x)) x2=(px(*x)) y1="16" y2=(px(bottom)) {}
            text.flag-name x=(px(if crowded { x - 4.0 } else { x + 4.0 })) y="20" text-anchor=(if crowded { "end" } else { "start" }) {
                (words)
            }
        }
    }
}

fn axis(scale: &Scale, run: &Assessment, bottom: f64) -> Markup {
    html! {
        @for tick in scale.ticks(format::origin(run)) {
            line.grid x1=(px(tick.x)) x2=(px(tick.x)) y1=(HEAD - 6.0) y2=(px(bottom)) {}
            text.tick x=(px(tick.x)) y=(px(bottom + 16.0)) text-anchor="middle" { (tick.words) }
        }
        text.tick x=(px(LEFT - 12.0)) y=(px(bottom + 16.0)) text-anchor="end" { "time from the fault" }
    }
}

fn colour(tone: Tone, side: Option<Side>) -> &'static str {
    match (tone, side) {
        (Tone::Good, Some(Side::Primary)) => "primary",
        (Tone::Good, Some(Side::Standby)) => "standby",
        (Tone::Good, None) => "ok",
        (Tone::Busy, _) => "busy",
        (Tone::Bad, _) => "bad",
        (Tone::Unknown, _) => "unknown",
    }
}

/// The span's words as a bar can show them: the region alone where the region is the message.
fn short(span: &Span) -> String {
    match (span.tone, span.side) {
        (Tone::Good, Some(side)) => side.to_string(),
        _ => {
            let words = span.words.to_string();
            words.strip_prefix("no answer: ").unwrap_or(&words).to_owned()
        }
    }
}

fn fitting(words: &str, width: f64) -> Option<String> {
    let letters = ((width - 12.0) / LETTER) as usize;
    (letters >= words.chars().count().min(8)).then(|| clip(words, letters))
}

fn clip(words: &str, letters: usize) -> String {
    match words.chars().count() <= letters {
        true => words.to_owned(),
        false => words.chars().take(letters.saturating_sub(1)).chain(['…']).collect(),
    }
}

fn said(run: &Assessment, at: Stamp) -> String {
    format::offset(at, format::origin(run))
}

/// A coordinate with two decimals: enough for any screen, and the same on every machine.
fn px(value: f64) -> String {
    format!("{value:.2}")
}
