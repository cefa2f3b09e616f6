//! People: who takes part, what is referred to, how reports are to be.
//! Invariant: as in `lower`.
//! Used by: lower.

use crate::{
    drill::people::{Bia, Person, References, ReportWishes},
    grammar::record::{Record, Value},
    words::Lang,
};

pub(super) fn people(record: &Record) -> Option<Vec<Person>> {
    record.records("people").map(person).collect()
}

fn person(record: &Record) -> Option<Person> {
    Some(Person {
        name: record.text("name")?.to_owned(),
        role: record.text("role")?.to_owned(),
        organisation: text(record, "organisation"),
        attended: record.bool("attended"),
        stand_in_for: text(record, "stand_in_for"),
    })
}

pub(super) fn references(record: &Record) -> Option<References> {
    let bia = match record.item("bia").map(|item| &item.value) {
        None => None,
        Some(Value::Record(bia)) => Some(Bia {
            reference: bia.text("reference")?.to_owned(),
            date: bia.text("date").and_then(|text| text.parse().ok()),
        }),
        Some(value) => Some(Bia { reference: value.text()?.to_owned(), date: None }),
    };
    Some(References {
        approver: text(record, "approver"),
        ticket: text(record, "ticket"),
        bia,
        form: text(record, "form"),
        classification: text(record, "classification"),
    })
}

pub(super) fn report(record: &Record) -> ReportWishes {
    let Some(report) = record.record("report") else { return ReportWishes::default() };
    let lang = |text: &str| text.parse::<Lang>().ok();
    ReportWishes {
        languages: report.texts("languages").iter().filter_map(|text| lang(text)).collect(),
        prevails: report.text("prevails").and_then(lang),
        controls: report.texts("controls"),
        time_zone: text(report, "time_zone"),
    }
}

fn text(record: &Record, name: &str) -> Option<String> {
    record.text(name).map(str::to_owned)
}
