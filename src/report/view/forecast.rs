//! Forecast: what was expected before the run, beside what was measured.
//! Invariant: left out of runs that were not forecast; a number that was not measured is not compared.
//! Used by: sections.

use std::time::Duration;

use super::{
    context::Context,
    page::{Block, Cell, Mood, Row, Section, Table, row},
};
use crate::{
    report::model::{
        forecast::{Forecast, Range},
        moment::Took,
    },
    words::Phrase,
};

pub(super) fn forecast(context: Context) -> Option<Section> {
    let forecast = context.report.forecast.as_ref()?;
    let columns = vec![
        context.words("view.column.metric"),
        context.number("view.column.forecast"),
        context.number("view.column.middle"),
        context.number("view.column.measured"),
        context.words("view.column.result"),
    ];
    let mut blocks = vec![
        Block::Text(context.phrase(&Phrase::new("view.forecast.made").with("runs", forecast.runs))),
        Block::Table(Table { columns, rows: rows(context, forecast) }),
    ];
    let told = match (forecast.recovery_time, forecast.chance) {
        (None, _) => Some(Phrase::new("view.forecast.no_recovery")),
        (Some(_), chance) => chance.map(|chance| {
            Phrase::new("view.forecast.chance").with("percent", format!("{:.1}", chance * 100.0))
        }),
    };
    blocks.extend(lost(forecast).map(|phrase| Block::Text(context.phrase(&phrase))));
    blocks.extend(told.map(|phrase| Block::Text(context.phrase(&phrase))));
    Some(context.section("forecast", "view.title.forecast", None, blocks))
}

/// In how many of the runs users were interrupted and not served again, where there are others.
fn lost(forecast: &Forecast) -> Option<Phrase> {
    forecast.recovery_time?;
    let lost = forecast.interrupted?.checked_sub(forecast.recovered?).filter(|lost| *lost > 0)?;
    Some(Phrase::new("view.forecast.lost").with("count", lost).with("runs", forecast.runs))
}

/// The recovery time, and each phase that was expected and seen.
fn rows(context: Context, forecast: &Forecast) -> Vec<Row> {
    let report = context.report;
    let name = context.alone(&Phrase::new("measure.objective.recovery_time"));
    let mut rows: Vec<Row> = forecast
        .recovery_time
        .map(|range| one(context, name, range, report.recovery_time.took()))
        .into_iter()
        .collect();
    for phase in &forecast.phases {
        let seen = report.phases.iter().find(|seen| seen.name == phase.name);
        let Some(took) = seen.and_then(|seen| seen.took) else { continue };
        rows.push(one(context, context.phrase(&phase.name.title()), phase.took, Some(took)));
    }
    rows
}

fn one(context: Context, name: String, range: Range, took: Option<Took>) -> Row {
    let say = |time: Option<Duration>| match time {
        Some(time) => context.duration(time),
        None => context.say("view.forecast.never"),
    };
    let (words, mood) = match took {
        None => ("view.forecast.unmeasured", Mood::Unsure),
        Some(took) if range.holds(took.measured) => ("view.forecast.inside", Mood::Good),
        Some(took) if range.is_above(took.measured) => ("view.forecast.sooner", Mood::Plain),
        Some(_) => ("view.forecast.later", Mood::Unsure),
    };
    row([
        Cell::new(name),
        Cell::new(format!("{} – {}", say(range.p5), say(range.p95))),
        Cell::new(say(range.p50)),
        context.took(took, "view.not_measured"),
        Cell::new(context.say(words)).mood(mood),
    ])
}
