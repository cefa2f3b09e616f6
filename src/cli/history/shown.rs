//! Shown: the history as people read it: each drill with its trend, what is due, and its runs, the newest first.
//! Invariant: every run of the folder is in it once; a simulated number is never without the word.
//! Used by: history.

use std::time::Duration;

use comfy_table::Cell;
use jiff::Timestamp;

use super::{
    super::{
        output::{cell, faint, strong, table, toned},
        words::Tone,
    },
    History,
    read::{Entry, What},
    spark,
};
use crate::{
    measure::{
        history::{Drilled, Due, Place, Point, Series},
        summary::Verdict,
    },
    words::{
        Lang, Phrase,
        unit::{self, Round},
    },
};

/// As many bars as leave room for the words beside them.
const BARS: usize = 24;

/// All of it, block by block.
pub(super) fn all(history: &History, last: usize, lang: Lang) -> Vec<String> {
    let mut blocks: Vec<String> =
        history.drilled.iter().flat_map(|drilled| of_drill(drilled, last, history.now, lang)).collect();
    let others: Vec<Vec<Cell>> = history.entries.iter().filter_map(|entry| other(entry, lang)).collect();
    if !others.is_empty() {
        blocks.push(table(&[], others));
    }
    blocks
}

fn of_drill(drilled: &Drilled, last: usize, now: Timestamp, lang: Lang) -> Vec<String> {
    let named = |id: &'static str| {
        Phrase::new(id).with("drill", &drilled.drill).with("deployment", &drilled.deployment)
    };
    let mut due = drilled.due.map(|due| due_line(due, now, lang));
    let mut blocks = Vec::new();
    if drilled.series.is_empty() {
        blocks.push(strong(&named("history.never").say(lang)));
    }
    for series in &drilled.series {
        let id = match series.place {
            Some(Place::Aws) => "history.on_aws",
            Some(Place::Lab) => "history.on_lab",
            None => "history.on_any",
        };
        blocks.push(strong(&named(id).with("count", series.points.len()).say(lang)));
        blocks.push(trend_line(series, last, lang));
        blocks.extend(due.take());
        blocks.push(runs(series, lang));
    }
    blocks.extend(due);
    blocks
}

fn trend_line(series: &Series, last: usize, lang: Lang) -> String {
    let highs: Vec<Option<Duration>> = series.points.iter().map(|point| point.recovery_time.high()).collect();
    let trend = series.trend(last);
    let against = match (trend.latest, trend.median, trend.worse()) {
        (None, ..) => Phrase::new("history.trend.unmeasured"),
        (Some(latest), None, _) => Phrase::new("history.trend.first").with("latest", latest),
        (Some(latest), Some(median), worse) => {
            let id = match worse {
                Some(share) if share >= 0.005 => "history.trend.above",
                Some(share) if share <= -0.005 => "history.trend.below",
                Some(_) => "history.trend.same",
                None => "history.trend.from_zero",
            };
            let trend_of = Phrase::new(id).with("latest", latest).with("median", median);
            trend_of.with("count", trend.compared).with("share", percent(worse.unwrap_or_default().abs()))
        }
    };
    format!("  {}  {}", spark::line(&highs, BARS), against.say(lang))
}

/// `12 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn due_line(due: Due, now: Timestamp, lang: Lang) -> String {
    let (tone, phrase) = match (due.last, due.by) {
        (Some(last), Some(by)) => {
            let days = due.days(now).unwrap_or_default();
            let (tone, id) = if due.is_over(now) {
                (Tone::Bad, "history.due.over")
            } else {
                (Tone::Plain, "history.due.ahead")
            };
            let phrase = Phrase::new(id).with("date", date(by)).with("last", date(last));
            (tone, phrase.with("days", days.unsigned_abs()))
        }
        (Some(last), None) => (Tone::Plain, Phrase::new("history.due.beyond").with("last", date(last))),
        (None, _) => (Tone::Bad, Phrase::new("history.due.never")),
    };
    format!("  {}", toned(tone, &phrase.with("every", due.every.to_string()).say(lang)))
}

pub(super) fn date(at: Timestamp) -> String {
    at.strftime("%F").to_string()
}

fn runs(series: &Series, lang: Lang) -> String {
    let heads = [
        Phrase::new("history.column.run"),
        Phrase::new("history.column.verdict"),
        Phrase::new("history.column.recovery"),
        Phrase::new("history.column.between"),
        Phrase::new("history.column.limit"),
        Phrase::new("history.column.restored"),
    ];
    let heads: Vec<String> = heads.iter().map(|head| head.say(lang)).collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    table(&heads, series.points.iter().rev().map(|point| row(point, series.place.is_none(), lang)).collect())
}

fn row(point: &Point, mixed: bool, lang: Lang) -> Vec<Cell> {
    let time = &point.recovery_time;
    let lab =
        if mixed && point.place == Place::Lab { Phrase::new("history.lab").say(lang) } else { String::new() };
    let (tone, restored) = match point.verdict {
        Verdict::NotRestored => (Tone::Bad, Phrase::new("history.no")),
        _ => (Tone::Good, Phrase::new("history.yes")),
    };
    vec![
        Cell::new(format!("{} {}{lab}", point.started.strftime("%F %H:%M"), tail(point.run.as_str()))),
        cell(tone_of(point.verdict), point.verdict.title().say(lang)),
        Cell::new(time.measured.map_or_else(|| "–".into(), |it| unit::duration(it.measured, lang))),
        Cell::new(time.measured.map_or_else(String::new, |it| between(it.low, it.high, lang))),
        Cell::new(time.limit.map_or_else(|| "–".into(), |limit| unit::limit(limit, lang))),
        cell(tone, restored.say(lang)),
    ]
}

fn tone_of(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Pass => Tone::Good,
        Verdict::Unknown | Verdict::StoppedEarly => Tone::Busy,
        Verdict::Fail | Verdict::NotRestored => Tone::Bad,
    }
}

/// `210.4–211.1 s`: rounded outwards, so that bounds stay bounds.
fn between(low: Duration, high: Option<Duration>, lang: Lang) -> String {
    let (down, up) = (low.as_micros() / 100_000, high.map(|high| high.as_micros().div_ceil(100_000)));
    match up {
        Some(up) if up < 36_000 => {
            let unit = lang.pick(" s", "초");
            format!("{}.{}–{}.{}{unit}", down / 10, down % 10, up / 10, up % 10)
        }
        Some(_) => format!("{}–{}", unit::duration(low, lang), unit::duration(high.unwrap_or(low), lang)),
        None => format!("≥ {}", unit::tenths(low, Round::Down, lang)),
    }
}

/// The end of a run's id: enough of a name for every verb, where no other run has it too.
fn tail(run: &str) -> &str {
    run.rsplit('-').next().unwrap_or(run)
}

/// A run that is in no series.
fn other(entry: &Entry, lang: Lang) -> Option<Vec<Cell>> {
    let (tone, said) = match &entry.what {
        What::Ended(_) => return None,
        What::UnderWay { started, .. } => {
            let at = started.strftime("%F %H:%M UTC").to_string();
            (Tone::Busy, Phrase::new("history.under_way").with("at", at))
        }
        What::Unreadable { why } => (Tone::Bad, Phrase::new("history.unreadable").with("why", why)),
    };
    Some(vec![Cell::new(faint(entry.run.as_str())), cell(tone, said.say(lang))])
}
