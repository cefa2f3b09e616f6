//! Timeline: the picture, the phases and every moment, in UTC and local time.
//! Used by: sections.

use super::{
    anchor,
    context::Context,
    page::{Block, Cell, Figure, Row, Section, row},
};
use crate::{
    report::{
        format,
        model::result::{Mark, Phase},
    },
    words::Phrase,
};

pub(super) fn timeline(context: Context) -> Section {
    let mut blocks = vec![Block::Figure(Figure::Timeline), Block::Heading(context.say("view.title.phases"))];
    let columns = vec![
        context.words("view.column.phase"),
        context.number("view.column.began"),
        context.number("view.column.ended"),
        context.number("view.column.took"),
        context.words("view.column.from_to"),
        context.words("view.column.evidence"),
    ];
    let rows = context.report.phases.iter().map(|phase| phase_row(context, phase)).collect();
    blocks.extend(context.table_or(columns, rows, "view.no_phases"));
    blocks.push(Block::Heading(context.say("view.title.moments")));
    if let Some(zone) = &context.report.zone {
        let said = Phrase::new("view.zone").with("zone", &zone.name).with("words", format::zone_words(zone));
        blocks.push(Block::Text(context.phrase(&said)));
    }
    let columns = context.moments();
    blocks.extend(context.table_or(columns, moments(context), "view.no_moments"));
    context.section("timeline", "view.title.timeline", Some("view.lead.timeline"), blocks)
}

fn phase_row(context: Context, phase: &Phase) -> Row {
    row([
        Cell::new(context.phrase(&phase.name.title())).below(Some(context.phrase(&phase.name.meaning()))),
        Cell::new(context.offset(phase.start.t)),
        Cell::new(phase.stop.map_or_else(String::new, |stop| context.offset(stop.t))),
        context.took(phase.took, "view.end_unseen"),
        Cell::new(format!("{}\u{a0}→\u{a0}{}", phase.from, phase.to.as_deref().unwrap_or("?"))),
        Cell::evidence(&phase.evidence),
    ])
}

fn moments(context: Context) -> Vec<Row> {
    let report = context.report;
    let first = report.signals.first();
    let mut marks: Vec<(&Mark, String)> = report
        .marks
        .iter()
        .filter(|mark| mark.id != "D1" || first.is_none())
        .map(|mark| (mark, mark.id.clone()))
        .collect();
    let signals = report.signals.iter().enumerate();
    marks.extend(
        signals.map(|(place, mark)| {
            (mark, if place == 0 { "D1".to_owned() } else { context.say("view.signal") })
        }),
    );
    marks.sort_by_key(|(mark, _)| mark.when.t);
    marks
        .into_iter()
        .map(|(mark, id)| {
            let signal = id != mark.id && id != "D1";
            let anchor = (!signal).then(|| anchor::moment(&id));
            let cells = row([
                context.when(mark.when),
                context.time_of_day(mark.when.at),
                Cell::new(id),
                Cell::new(context.alone(&mark.title)),
                Cell::evidence(&mark.evidence),
            ]);
            Row { anchor, ..cells }
        })
        .collect()
}
