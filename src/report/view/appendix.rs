//! Appendix: the samples and records that the numbers rest on, so that a reader can follow each one back.
//! Invariant: every sample and record that the body cites is listed, with the name that links lead to.
//! Used by: sections.

use super::{
    anchor,
    context::Context,
    judged::tone_mood,
    page::{Block, Cell, Row, Section, Table},
};

pub(super) fn samples(context: Context) -> Section {
    let columns = vec![
        context.words("view.column.line"),
        context.words("view.column.watch"),
        context.number("view.column.began"),
        context.number("view.column.took"),
        context.words("view.column.saw"),
    ];
    let rows = context.report.samples.iter().map(|sample| Row {
        anchor: Some(anchor::sample(sample.line)),
        cells: vec![
            Cell::new(sample.line.to_string()),
            Cell::new(&sample.watch),
            Cell::new(context.offset(sample.t)),
            Cell::new(context.duration(sample.took)),
            Cell::new(context.phrase(&sample.saw)).mood(tone_mood(sample.tone)),
        ],
    });
    let blocks = context.table_or(columns, rows.collect(), "view.no_samples");
    context.section("samples", "view.title.samples", Some("view.lead.samples"), blocks)
}

pub(super) fn records(context: Context) -> Section {
    let columns = vec![
        context.words("view.column.record"),
        context.number("view.column.offset"),
        context.number("view.column.utc"),
        context.words("view.column.what"),
    ];
    let rows = context.report.records.iter().map(|told| Row {
        anchor: Some(anchor::record(told.record)),
        cells: vec![
            Cell::new(told.record.to_string()),
            Cell::new(context.offset(told.t)),
            context.time_of_day(told.at),
            Cell::new(context.phrase(&told.what)),
        ],
    });
    let table = Table { columns, rows: rows.collect() };
    context.section("journal", "view.title.journal", Some("view.lead.journal"), vec![Block::Table(table)])
}
