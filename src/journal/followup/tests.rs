use std::{fs, path::PathBuf};

use jiff::civil::Date;
use tempfile::TempDir;

use super::*;
use crate::{
    id::RunId,
    journal::{
        Journal, JournalError,
        error::LineFault,
        testing::{at, run_started, whole_run},
    },
};

fn author() -> Author {
    Author { user: "ann".into(), host: "desk".into() }
}

fn day(text: &str) -> Date {
    date(text).unwrap()
}

fn finding(id: &str) -> Finding {
    Finding {
        id: id.into(),
        title: "DNS answers are kept for five minutes".into(),
        severity: Severity::High,
        owner: "network team".into(),
        due: day("2026-12-31"),
        evidence: vec!["#12".into()],
        root_cause: None,
        action: Some("TTL 60".into()),
    }
}

fn note(text: &str) -> FollowUp {
    FollowUp::Noted { by: author(), text: text.into() }
}

fn close(id: &str, retest: Option<&str>, note: Option<&str>) -> FollowUp {
    let retest = retest.map(RunId::from_text);
    FollowUp::FindingClosed {
        by: author(),
        closing: Closing { id: id.into(), retest, note: note.map(Into::into) },
    }
}

/// A run that has ended.
fn run() -> (TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("run-a");
    let (mut journal, _) = Journal::create(&dir, run_started("run-a"), at(0)).unwrap();
    for (event, second) in whole_run().into_iter().zip(1..) {
        journal.append(at(second * 1000), event).unwrap();
    }
    (root, dir)
}

fn write(dir: &std::path::Path, event: FollowUp) -> Result<(), JournalError> {
    append(dir, at(90_000), |_| Ok(event)).map(drop)
}

fn refusal(result: Result<(), JournalError>) -> String {
    match result {
        Err(JournalError::Refused { source, .. }) => source.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_written_is_read_and_opens_with_the_run_and_its_journal() {
    let (_root, dir) = run();
    assert_eq!(read(&dir).unwrap(), None, "before anybody wrote");
    let journal = fs::read(dir.join("journal.jsonl")).unwrap();
    write(&dir, note("the load balancer was slow")).unwrap();
    append(&dir, at(91_000), |all| {
        Ok(FollowUp::FindingAdded { by: author(), finding: finding(&all.next_id()) })
    })
    .unwrap();
    write(&dir, close("f1", Some("run-b"), None)).unwrap();

    let read = read(&dir).unwrap().unwrap();
    assert_eq!((read.lines, read.records.len(), read.warnings.len()), (4, 4, 0));
    let verified = crate::journal::verify(&dir).unwrap();
    let FollowUp::Opened { run, journal_records, journal_head, .. } = &read.records[0].event else {
        panic!("{:?}", read.records[0])
    };
    assert_eq!(
        (run.as_str(), *journal_records as usize, journal_head.to_string()),
        ("run-a", verified.records, verified.head)
    );
    assert_eq!(read.all.notes[0].text, "the load balancer was slow");
    let found = read.all.find("F1").unwrap();
    assert_eq!(found.finding, finding("F1"));
    assert_eq!(found.standing(day("2027-01-01")), Standing::Fixed { retest: RunId::from_text("run-b") });
    assert_eq!(fs::read(dir.join("journal.jsonl")).unwrap(), journal, "the run is what it was");

    let bytes = fs::read(dir.join(FOLLOWUP_FILE)).unwrap();
    let chain = crate::journal::chain::examine(&bytes);
    assert_eq!(
        (chain.faults.len(), chain.records, chain.head),
        (0, 4, read.head),
        "a chain like the journal's"
    );
}

#[test]
fn a_finding_is_open_then_overdue_then_fixed_or_closed() {
    let (_root, dir) = run();
    write(&dir, FollowUp::FindingAdded { by: author(), finding: finding("F1") }).unwrap();
    let standing = |on: &str| read(&dir).unwrap().unwrap().all.findings[0].standing(day(on));
    assert_eq!(standing("2026-12-31"), Standing::Open);
    assert_eq!(standing("2027-01-01"), Standing::Overdue);
    write(&dir, close("F1", None, Some("the site was given up"))).unwrap();
    assert_eq!(standing("2027-01-01"), Standing::Closed);
}

#[test]
fn what_may_not_be_written_is_refused_and_leaves_the_file_as_it_was() {
    let (_root, dir) = run();
    assert_eq!(
        refusal(write(&dir, close("F1", None, Some("x")))),
        "there is no finding \"F1\": this run has none; add one with `firedrill finding add`"
    );
    assert!(!dir.join(FOLLOWUP_FILE).exists(), "refused before anything was written: there is no file");
    write(&dir, FollowUp::FindingAdded { by: author(), finding: finding("F1") }).unwrap();
    let before = fs::read(dir.join(FOLLOWUP_FILE)).unwrap();
    let mut odd = finding("F2");
    odd.title = "two\nlines".into();
    let cases = [
        (close("F12", None, Some("x")), "there is no finding \"F12\": did you mean F1?"),
        (close("finding", None, Some("x")), "there is no finding \"finding\": there are F1"),
        (
            close("F1", None, None),
            "say what closes F1: --retest RUN names the run that showed it fixed, --note says what was done or why nothing is",
        ),
        (FollowUp::FindingAdded { by: author(), finding: finding("F1") }, "there is a finding F1 already"),
        (FollowUp::FindingAdded { by: author(), finding: odd }, "the title must be one line"),
        (note("  \n"), "the note says nothing"),
        (note("a\u{1b}[31m"), "the note holds a control character"),
        (note(&"x".repeat(4001)), "the note is longer than 4000 characters"),
        (
            note("it used AKIAIOSFODNN7EXAMPLE then"),
            "the note holds what reads like an access key (AKIAIOSF…): what is written here is evidence for years",
        ),
    ];
    for (event, wanted) in cases {
        assert_eq!(refusal(write(&dir, event)), wanted);
    }
    assert_eq!(fs::read(dir.join(FOLLOWUP_FILE)).unwrap(), before);
    write(&dir, close("F1", None, Some("done"))).unwrap();
    let twice = refusal(write(&dir, close("F1", None, Some("done"))));
    assert_eq!(
        twice,
        "F1 is closed already, by ann@desk on 2026-11-22: add a new finding if it is there again"
    );
}

#[test]
fn a_torn_end_is_left_out_and_cut_off_by_whoever_writes_next() {
    let (_root, dir) = run();
    write(&dir, note("one")).unwrap();
    let whole = fs::read(dir.join(FOLLOWUP_FILE)).unwrap();
    write(&dir, note("two")).unwrap();
    let both = fs::read(dir.join(FOLLOWUP_FILE)).unwrap();
    for length in whole.len() + 1..both.len() {
        fs::write(dir.join(FOLLOWUP_FILE), &both[..length]).unwrap();
        let torn = read(&dir).unwrap().unwrap();
        assert_eq!((torn.all.notes.len(), torn.warnings.len()), (1, 1), "cut at {length}");
    }
    write(&dir, note("two")).unwrap();
    assert_eq!(fs::read(dir.join(FOLLOWUP_FILE)).unwrap(), both);
}

#[test]
fn a_damaged_one_is_not_gone_on_with() {
    let (_root, dir) = run();
    write(&dir, note("one")).unwrap();
    write(&dir, note("two")).unwrap();
    let text = fs::read_to_string(dir.join(FOLLOWUP_FILE)).unwrap();
    fs::write(dir.join(FOLLOWUP_FILE), text.replace("one", "won")).unwrap();
    for broken in [read(&dir).map(drop), write(&dir, note("three"))] {
        assert!(
            matches!(broken, Err(JournalError::BrokenFollowUp { line: 2, fault: LineFault::WrongHash, .. })),
            "{broken:?}"
        );
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    fs::write(dir.join(FOLLOWUP_FILE), lines[1..].concat()).unwrap();
    assert!(matches!(read(&dir), Err(JournalError::BrokenFollowUp { fault: LineFault::WrongLink, .. })));
}

#[test]
fn two_who_write_at_once_write_one_after_the_other() {
    let (_root, dir) = run();
    let writers: Vec<_> = (0..8)
        .map(|n| {
            let dir = dir.clone();
            std::thread::spawn(move || write(&dir, note(&format!("note {n}"))).unwrap())
        })
        .collect();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    assert_eq!(read(&dir).unwrap().unwrap().all.notes.len(), 8);
}
