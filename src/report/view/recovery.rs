//! Recovery: what clients saw, how fast they were answered, what became of the data.
//! Used by: sections.

use std::time::Duration;

use super::{
    context::Context,
    page::{Block, Cell, Figure, Row, Section, Table, row},
};
use crate::{
    measure::series::{Latency, Part},
    report::model::result::Outage,
    words::Phrase,
};

pub(super) fn outages(context: Context) -> Section {
    let columns = vec![
        context.words("view.column.client"),
        context.words("view.column.during"),
        context.number("view.column.began"),
        context.number("view.column.lasted"),
        context.number("view.column.failed"),
        context.words("view.column.saw"),
        context.words("view.column.evidence"),
    ];
    let rows = context.report.outages.iter().map(|outage| outage_row(context, outage)).collect();
    let blocks = context.table_or(columns, rows, "view.no_outages");
    context.section("outages", "view.title.outages", Some("view.lead.outages"), blocks)
}

fn outage_row(context: Context, outage: &Outage) -> Row {
    let then =
        outage.then.as_ref().map(|then| context.phrase(&Phrase::new("view.then").with("seen", then.clone())));
    row([
        Cell::new(&outage.client)
            .below(Some(context.watch(&outage.client)).filter(|words| !words.is_empty())),
        Cell::new(context.phrase(&outage.during.words())),
        context.when(outage.began),
        context.took(outage.lasted, "view.not_ended"),
        Cell::new(outage.bad_looks.to_string()),
        Cell::new(context.phrase(&outage.why)).below(then),
        Cell::evidence(&outage.evidence),
    ])
}

pub(super) fn latency(context: Context) -> Option<Section> {
    let parts = &context.report.series.latency;
    if parts.is_empty() {
        return None;
    }
    let columns = vec![
        context.words("view.column.part"),
        context.number("view.column.looks"),
        context.number("view.column.failed"),
        context.number("view.column.unknown"),
        context.number("view.column.p50"),
        context.number("view.column.p95"),
        context.number("view.column.max"),
    ];
    let rows = parts.iter().map(|part| latency_row(context, part)).collect();
    let blocks = vec![Block::Figure(Figure::Latency), Block::Table(Table { columns, rows })];
    Some(context.section("latency", "view.title.latency", Some("view.lead.latency"), blocks))
}

fn latency_row(context: Context, part: &Latency) -> Row {
    let name = match part.part {
        Part::Before => "view.part.before",
        Part::Fault => "view.part.fault",
        Part::Standby => "view.part.standby",
        Part::Restoration => "view.part.restoration",
        Part::After => "view.part.after",
    };
    let took = |millis: Option<u64>| {
        let said = millis.map(|millis| context.duration(Duration::from_millis(millis)));
        Cell::new(said.unwrap_or_else(|| "–".to_owned()))
    };
    row([
        Cell::new(context.say(name)),
        Cell::new(part.looks.to_string()),
        Cell::new(part.failed.to_string()),
        Cell::new(part.unknown.to_string()),
        took(part.median),
        took(part.p95),
        took(part.greatest),
    ])
}

pub(super) fn data(context: Context) -> Section {
    let objective = &context.report.data_loss;
    let mut lines = vec![context.alone(&objective.method)];
    lines.extend(objective.note.as_ref().map(|note| context.alone(note)));
    if context.report.changed("rds.switchover-global-cluster") {
        lines.push(context.say("view.data.switchover"));
    }
    if context.report.changed("rds.failover-global-cluster") {
        lines.push(context.say("view.data.failover"));
    }
    if !context.report.series.lag.is_empty() {
        let greatest = context.report.series.lag.iter().map(|point| point.lag).max().unwrap_or_default();
        let greatest = Duration::from_millis(greatest);
        let said =
            Phrase::new("view.data.lag").with("lag", greatest).with("count", context.report.series.lag.len());
        lines.push(context.phrase(&said));
    }
    context.section("data", "view.title.data", None, vec![Block::List(lines)])
}
