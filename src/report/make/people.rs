//! People: who took part, what the drill refers to, and what was written down about the run afterwards.
//! Invariant: as it was written; how a finding stands is told without asking what day it is, so that the report is the same
//! whenever it is made.
//! Used by: report's users, through `make`.

use crate::{
    drill::people::References,
    journal::{
        event::RunStarted,
        followup::{FindingView, FollowUps},
    },
    report::model::{
        Extras,
        people::{Finding, Note, Reference},
    },
    words::Phrase,
};

/// What the drill's file says for people, and what people wrote down since.
pub fn extras(start: &RunStarted, followups: Option<&FollowUps>) -> Extras {
    let all = followups.cloned().unwrap_or_default();
    let note = |note: crate::journal::followup::Note| Note {
        at: note.at.wall,
        by: note.by.to_string(),
        text: note.text,
    };
    Extras {
        people: start.drill.people.clone(),
        references: references(&start.drill.references),
        findings: all.findings.iter().map(finding).collect(),
        notes_of_people: all.notes.into_iter().map(note).collect(),
        ..Extras::default()
    }
}

fn references(all: &References) -> Vec<Reference> {
    let bia = all.bia.as_ref().map(|bia| match bia.date {
        Some(date) => format!("{} ({date})", bia.reference),
        None => bia.reference.clone(),
    });
    let named = [
        (Phrase::new("people.ref.approver"), all.approver.clone()),
        (Phrase::new("people.ref.ticket"), all.ticket.clone()),
        (Phrase::new("people.ref.bia"), bia),
        (Phrase::new("people.ref.form"), all.form.clone()),
        (Phrase::new("people.ref.classification"), all.classification.clone()),
    ];
    named.into_iter().filter_map(|(kind, is)| Some(Reference { kind, is: is? })).collect()
}

fn finding(view: &FindingView) -> Finding {
    let it = view.finding.clone();
    let closing = view.closed.as_ref().map(|closed| &closed.closing);
    let closed = view.closed.as_ref().map(|closed| {
        let on = closed.at.wall.strftime("%F");
        let note = closed.closing.note.as_deref().map(|note| format!(": {note}"));
        format!("{on}, {}{}", closed.by, note.unwrap_or_default())
    });
    Finding {
        id: it.id,
        what: it.title,
        severity: it.severity,
        owner: Some(it.owner),
        due: Some(it.due),
        evidence: it.evidence,
        root_cause: it.root_cause,
        action: it.action,
        by: view.by.to_string(),
        at: view.at.wall,
        retest: closing.and_then(|it| it.retest.as_ref()).map(ToString::to_string),
        closed,
    }
}
