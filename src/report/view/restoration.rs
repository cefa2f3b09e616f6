//! Restoration: what was changed and how it was put back; what is outstanding with the commands that put it back.
//! Used by: sections.

use super::{
    context::Context,
    judged::change_mood,
    page::{Block, Cell, Row, Section, row},
};
use crate::{
    drill::model::Facts, journal::event::Reversibility, report::model::change::Change, words::Phrase,
};

pub(super) fn changes(context: Context) -> Section {
    let report = context.report;
    let columns = vec![
        context.words("view.column.change"),
        context.words("view.column.state"),
        context.number("view.column.applied"),
        context.number("view.column.restored"),
        context.number("view.column.verified"),
        context.words("view.column.way_back"),
        context.words("view.column.evidence"),
    ];
    let rows: Vec<Row> = report.changes.iter().map(|change| change_row(context, change)).collect();
    let mut blocks = context.table_or(columns, rows, "view.no_changes");
    for change in &report.changes {
        let details = details(context, change);
        if !details.is_empty() {
            blocks.push(Block::List(details));
        }
        if change.outstanding {
            let why =
                Phrase::new("view.put_back").with("change", &change.id.0).with("run", report.run.as_str());
            blocks.push(Block::Commands(context.phrase(&why), change.by_hand.clone()));
        }
    }
    context.section("changes", "view.title.changes", Some("view.lead.changes"), blocks)
}

fn change_row(context: Context, change: &Change) -> Row {
    let back = match change.reversibility {
        Reversibility::Exact => "view.back.exact",
        Reversibility::Failback => "view.back.failback",
        Reversibility::OneWay => "view.back.one_way",
    };
    row([
        Cell::new(change.id.to_string()).below(Some(format!("{} ({})", change.title, change.kind))),
        Cell::new(context.phrase(&change.state.words())).mood(change_mood(change.state)),
        context.noted(change.applied.or(change.apply_started)),
        context.noted(change.restored),
        context.noted(change.verified),
        Cell::new(context.say(back)),
        Cell::evidence(&change.evidence()),
    ])
}

fn details(context: Context, change: &Change) -> Vec<String> {
    let named = |id: &'static str, facts: &Facts| -> Vec<String> {
        let said = |(name, value): (&String, &String)| {
            let fact = Phrase::new(id).with("change", &change.id.0).with("name", name).with("value", value);
            context.phrase(&fact)
        };
        facts.iter().map(said).collect()
    };
    let mut lines = named("view.detail.applied", &change.applied_details);
    lines.extend(named("view.detail.restored", &change.restored_details));
    lines.extend(named("view.detail.verified", &change.verified_details));
    lines.extend(change.problems.iter().map(|problem| format!("{}: {}", change.id, context.phrase(problem))));
    lines.extend(change.differences.iter().map(|difference| {
        let said = Phrase::new("view.detail.differs").with("change", &change.id.0);
        context.phrase(&said.with("difference", difference))
    }));
    lines
}
