use super::*;
use crate::{
    drill::people::{Bia, Person, References},
    id::{RunId, Seq},
    journal::followup::{
        Author, Closed, Closing, EarlierFinding, Finding, FindingView, FollowUps, Note, Severity, Standing,
        date,
    },
    measure::fixture::at,
};

/// A run whose drill names people, with a note, a finding that is open, one that is closed, and one of an earlier run.
pub(super) fn followed() -> Report {
    let mut run = SeedRun::new();
    let Some(Event::RunStarted(start)) = run.records.first_mut().map(|record| &mut record.event) else {
        panic!("a run begins with its start")
    };
    let person = |name: &str, stand_in_for: Option<&str>| Person {
        name: name.into(),
        role: "operator".into(),
        organisation: None,
        attended: None,
        stand_in_for: stand_in_for.map(Into::into),
    };
    start.drill.people = vec![person("Kim Minji", None), person("Lee Jun", Some("Park Seojun"))];
    let bia = Bia { reference: "BIA-7".into(), date: date("2026-03-01") };
    start.drill.references =
        References { ticket: Some("CHG-1042".into()), bia: Some(bia), ..References::default() };
    start.earlier_findings = vec![EarlierFinding {
        run: RunId::from_text("20261001T000000Z-a-0001"),
        id: "F3".into(),
        title: "the runbook is old".into(),
        severity: Severity::Low,
        owner: "operations".into(),
        due: date("2026-11-01").unwrap(),
        standing: Standing::Overdue,
    }];
    let followups = followups();
    let start = (**start).clone();
    let assessed = assess(&run.records, &run.samples).unwrap();
    let source =
        Source { run: &assessed, records: &run.records, samples: &run.samples, head: &"ab".repeat(32) };
    let extras = extras(&start, Some(&followups));
    Report { languages: Lang::ALL.to_vec(), ..report(&source, extras).unwrap() }
}

fn followups() -> FollowUps {
    let by = Author { user: "ann".into(), host: "desk".into() };
    let view = |id: &str, closed: Option<Closed>| FindingView {
        seq: Seq(2),
        at: at(700.0),
        by: by.clone(),
        finding: Finding {
            id: id.into(),
            title: format!("{id}: <b>DNS</b> is slow"),
            severity: Severity::High,
            owner: "network".into(),
            due: date("2026-12-31").unwrap(),
            evidence: vec!["#12".into()],
            root_cause: Some("TTL 300".into()),
            action: None,
        },
        closed,
    };
    let closing =
        Closing { id: "F2".into(), retest: Some(RunId::from_text("run-b")), note: Some("done".into()) };
    let closed = Closed { seq: Seq(4), at: at(800.0), by: by.clone(), closing };
    FollowUps {
        notes: vec![Note { seq: Seq(1), at: at(650.0), by: by.clone(), text: "four on the bridge".into() }],
        findings: vec![view("F1", None), view("F2", Some(closed))],
    }
}

#[test]
fn people_references_findings_and_notes_are_said_in_both_languages() {
    let report = followed();
    let page = |name: &str| {
        let files = texts(&report);
        String::from_utf8(files.into_iter().find(|(file, _)| *file == name).unwrap().1).unwrap()
    };
    for (name, words) in [
        (
            "report.md",
            ["standing in for Park Seojun", "Change ticket", "overdue", "Cause: TTL 300", "Severity"],
        ),
        (
            "report.ko.md",
            ["Park Seojun 대리 참여", "변경 요청 번호", "기한 경과", "근본 원인: TTL 300", "심각도"],
        ),
    ] {
        let text = page(name);
        for word in words.iter().chain(&[
            "CHG-1042",
            "BIA-7 (2026-03-01)",
            "four on the bridge",
            "the runbook is old",
        ]) {
            assert!(text.contains(word), "{name} does not say {word:?}");
        }
    }
    assert!(!page("report.html").contains("<b>DNS</b>"), "what people wrote is text, never markup");
    let read: Report = serde_json::from_str(&page("report.json")).unwrap();
    assert_eq!(read, report);
}

#[test]
fn a_finding_that_is_open_stands_in_the_conclusion() {
    let json = serde_json::to_value(followed()).unwrap();
    assert_eq!(json["conclusion"], "met_with_findings");
    assert_eq!(json["findings"][1]["retest"], "run-b");
    assert!(json["findings"][0]["closed"].is_null());
}
