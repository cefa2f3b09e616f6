//! Controls: for which controls the run is evidence, by record; what it does not show, and what no run does.
//! Invariant: a control of which nothing is shown stands here like any other; nothing says that one is fulfilled.
//! Used by: sections.

use super::{
    context::Context,
    page::{Block, Cell, Mood, Row, Section, Table, row},
};
use crate::{report::model::controls::Control, words::Phrase};

/// The section, where a framework was chosen.
pub(super) fn controls(context: Context) -> Option<Section> {
    let frameworks = &context.report.controls;
    if frameworks.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    if context.report.made_by.lab.is_some() {
        blocks.push(Block::Text(context.say("controls.lab")));
    }
    for framework in frameworks {
        blocks.push(Block::Heading(framework.name.say(context.lang).to_owned()));
        blocks.extend(
            framework.caution.iter().map(|caution| Block::Text(caution.say(context.lang).to_owned())),
        );
        let columns = ["view.column.control", "view.column.shows", "view.column.evidence"];
        blocks.push(Block::Table(Table {
            columns: columns.map(|id| context.words(id)).into(),
            rows: framework.controls.iter().flat_map(|control| rows(context, control)).collect(),
        }));
    }
    Some(context.section("controls", "view.title.controls", Some("view.lead.controls"), blocks))
}

/// A row for each piece of evidence, for each that is missing, and for what no run covers; each names the control.
fn rows(context: Context, control: &Control) -> Vec<Row> {
    let mut rows: Vec<[Cell; 2]> = Vec::new();
    if control.shows.is_empty() {
        rows.push([Cell::new(context.say("controls.nothing")).mood(Mood::Unsure), Cell::default()]);
    }
    rows.extend(
        control
            .shows
            .iter()
            .map(|shown| [Cell::new(context.alone(&shown.what)), Cell::evidence(&shown.evidence)]),
    );
    rows.extend(control.lacks.iter().map(|lacking| {
        let why = Phrase::new("controls.lacking").with("why", lacking.why.clone());
        [Cell::new(context.phrase(&why)).mood(Mood::Unsure), Cell::default()]
    }));
    let not_covered = control.not_covered.say(context.lang);
    let not_covered = Phrase::new("controls.not_covered").with("what", not_covered);
    rows.push([Cell::new(context.phrase(&not_covered)), Cell::default()]);
    let named = |place: usize| match place {
        0 => {
            let asks = control.asks.as_ref().map(|asks| format!(": {}", asks.say(context.lang)));
            let title = format!("{}{}", control.title.say(context.lang), asks.unwrap_or_default());
            Cell::new(&control.id).below(Some(title))
        }
        _ => Cell::new(&control.id),
    };
    rows.into_iter()
        .enumerate()
        .map(|(place, [what, evidence])| row([named(place), what, evidence]))
        .collect()
}
