//! People: who took part, what the drill refers to, who said go; and where people sign.
//! Invariant: what nobody wrote down is said to be so.
//! Used by: sections.

use super::{
    context::Context,
    page::{Block, Cell, Section, Table, row},
};
use crate::words::Phrase;

pub(super) fn people(context: Context) -> Section {
    let report = context.report;
    let columns = vec![
        context.words("view.column.name"),
        context.words("view.column.role"),
        context.words("view.column.organisation"),
        context.words("view.column.attended"),
    ];
    let rows = report
        .people
        .iter()
        .map(|person| {
            let attended = match person.attended {
                Some(true) => "view.yes",
                Some(false) => "view.no",
                None => "view.unwritten",
            };
            row([
                Cell::new(&person.name).below(
                    person
                        .stand_in_for
                        .as_ref()
                        .map(|absent| context.phrase(&Phrase::new("people.stands_in").with("name", absent))),
                ),
                Cell::new(&person.role),
                Cell::new(person.organisation.clone().unwrap_or_default()),
                Cell::new(context.say(attended)),
            ])
        })
        .collect();
    let mut blocks = context.table_or(columns, rows, "view.no_people");
    let by = (context.say("view.fact.operator"), report.made_by.by.clone());
    let references = report.references.iter().map(|one| (context.phrase(&one.kind), one.is.clone()));
    blocks.push(Block::Facts(std::iter::once(by).chain(references).collect()));
    let columns = vec![
        context.words("view.column.step"),
        context.words("view.column.approved_by"),
        context.number("view.column.utc"),
        context.words("view.column.record"),
    ];
    let rows = report.approvals.iter().map(|approval| {
        row([
            Cell::new(&approval.step.0),
            Cell::new(&approval.by),
            context.time_of_day(approval.at),
            Cell::new(approval.record.to_string()),
        ])
    });
    blocks.extend(context.table_or(columns, rows.collect(), "view.no_approvals"));
    context.section("people", "view.title.people", None, blocks)
}

/// Left empty for pens.
pub(super) fn sign_off(context: Context) -> Section {
    let columns = [
        "view.column.part",
        "view.column.name",
        "view.column.role",
        "view.column.date",
        "view.column.signature",
    ];
    let parts = ["view.sign.prepared", "view.sign.reviewed", "view.sign.approved", "view.sign.auditor"];
    let rows = parts.map(|part| {
        row([
            Cell::new(context.say(part)),
            Cell::default(),
            Cell::default(),
            Cell::default(),
            Cell::default(),
        ])
    });
    let table = Table { columns: columns.map(|id| context.words(id)).into(), rows: rows.into() };
    context.section("sign-off", "view.title.sign_off", Some("view.lead.sign_off"), vec![Block::Table(table)])
}
