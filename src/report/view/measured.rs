//! Measured: every number with its formula, and every watch with how well it watched.
//! Used by: sections.

use super::{
    context::Context,
    page::{Cell, Mood, Row, Section, row},
};
use crate::report::model::{result::Metric, watch::Watch};

pub(super) fn metrics(context: Context) -> Section {
    let columns = vec![
        context.words("view.column.metric"),
        context.words("view.column.formula"),
        context.number("view.column.value"),
        context.words("view.column.evidence"),
    ];
    let rows = context.report.metrics.iter().map(|metric| metric_row(context, metric)).collect();
    let blocks = context.table_or(columns, rows, "view.no_metrics");
    context.section("metrics", "view.title.metrics", Some("view.lead.metrics"), blocks)
}

fn metric_row(context: Context, metric: &Metric) -> Row {
    row([
        Cell::new(context.alone(&metric.name)).below(metric.note.as_ref().map(|note| context.phrase(note))),
        Cell::new(format!("{}\u{a0}→\u{a0}{}", metric.from, metric.to)),
        context.took(metric.took, "view.not_seen"),
        Cell::evidence(&metric.evidence),
    ])
}

pub(super) fn measurement(context: Context) -> Section {
    let columns = vec![
        context.words("view.column.watch"),
        context.number("view.column.every"),
        context.number("view.column.good"),
        context.number("view.column.bad"),
        context.number("view.column.unknown"),
        context.number("view.column.latest"),
    ];
    let rows = context.report.watches.iter().map(|view| watch_row(context, view)).collect();
    let blocks = context.table_or(columns, rows, "view.no_watches");
    context.section("measurement", "view.title.measurement", Some("view.lead.measurement"), blocks)
}

fn watch_row(context: Context, view: &Watch) -> Row {
    let unsure = if view.unknown > 0 { Mood::Unsure } else { Mood::Plain };
    row([
        Cell::new(&view.watch).below(Some(context.watch(&view.watch)).filter(|words| !words.is_empty())),
        Cell::new(view.interval.map_or_else(String::new, |interval| context.duration(interval))),
        Cell::new(view.good.to_string()),
        Cell::new(view.bad.to_string()),
        Cell::new(view.unknown.to_string()).mood(unsure),
        Cell::new(context.duration(view.latest)),
    ])
}
