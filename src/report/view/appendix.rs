//! Appendix: the samples and records that the numbers rest on, so that a reader can follow each one back.
//! Invariant: every sample and record that the body cites is listed, with the name that links lead to.
//! Not here: the body (see `sections`).
//! Used by: view.

use std::collections::BTreeSet;

use super::{
    super::{Input, format, journal},
    page::{Block, Cell, Row, Section, Table, number, table_or, words},
};
use crate::{
    measure::{bounds::Trace, seen, summary::Assessment},
    text,
};

pub(super) fn all(input: &Input) -> Vec<Section> {
    vec![samples(input), records(input)]
}

/// The name that links to a record lead to.
pub(in crate::report) fn record_anchor(seq: crate::id::Seq) -> String {
    format!("record-{}", seq.0)
}

/// The name that links to a sample lead to.
pub(in crate::report) fn sample_anchor(place: usize) -> String {
    format!("sample-{}", format::line(place))
}

fn cited(run: &Assessment) -> BTreeSet<usize> {
    let results = &run.results;
    let objectives = [&results.recovery_time.trace, &results.detection.trace, &results.data_loss.trace];
    let traces: Vec<&Trace> = objectives
        .into_iter()
        .chain(run.marks.iter().chain(&run.signals).map(|mark| &mark.trace))
        .chain(run.phases.iter().map(|phase| &phase.trace))
        .chain(run.outages.iter().map(|client| &client.outage.trace))
        .collect();
    traces.into_iter().flat_map(|trace| trace.samples.iter().copied()).collect()
}

fn samples(input: &Input) -> Section {
    let origin = format::origin(input.run);
    let columns = vec![words("Line"), words("Watch"), number("Began"), number("Took"), words("Saw")];
    let rows = cited(input.run)
        .into_iter()
        .filter_map(|place| Some((place, input.samples.get(place)?)))
        .map(|(place, sample)| Row {
            anchor: Some(sample_anchor(place)),
            cells: vec![
                Cell::new(format::line(place).to_string()),
                Cell::new(&sample.watch.0),
                Cell::new(format::offset(sample.started, origin)),
                Cell::new(text::duration(sample.took())),
                Cell::new(seen::words(sample)),
            ],
        })
        .collect();
    let lead = "The samples that numbers above rest on, by their line in samples.jsonl.";
    Section {
        id: "samples",
        title: "Samples cited".into(),
        lead: Some(lead.into()),
        blocks: table_or(columns, rows, "No number rests on a sample."),
    }
}

fn records(input: &Input) -> Section {
    let origin = format::origin(input.run);
    let columns = vec![words("Record"), number("T+"), number("UTC"), words("What")];
    let rows = input
        .records
        .iter()
        .map(|record| Row {
            anchor: Some(record_anchor(record.seq)),
            cells: vec![
                Cell::new(record.seq.to_string()),
                Cell::new(format::offset(record.at, origin)),
                Cell::new(format::time_of_day(record.at.wall)),
                Cell::new(journal::words(&record.event)),
            ],
        })
        .collect();
    Section {
        id: "journal",
        title: "Journal".into(),
        lead: Some("Every record of the run, by its number in journal.jsonl.".into()),
        blocks: vec![Block::Table(Table { columns, rows })],
    }
}
