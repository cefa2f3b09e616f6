use std::{fs, path::Path};

use clap::Parser;
use jiff::civil::Date;
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    cli::{CommandLine, error::CliError, perform},
    evidence::earlier::earlier,
    journal::{
        Journal, Store,
        followup::{self, FollowUp, Standing, date},
        testing::{at, run_started, whole_run},
    },
};

/// Three runs of one drill, an hour apart; the last has not ended.
const RUNS: [&str; 3] = ["20261122T125001Z-a-0001", "20261122T135001Z-a-0002", "20261122T145001Z-a-0003"];

fn reports() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (run, hour) in RUNS.into_iter().zip(0..) {
        let start = hour * 3_600_000;
        let (mut journal, _) = Journal::create(&root.path().join(run), run_started(run), at(start)).unwrap();
        let events = whole_run();
        let some = if hour == 2 { 2 } else { events.len() };
        for (event, second) in events.into_iter().take(some).zip(1..) {
            journal.append(at(start + second * 1000), event).unwrap();
        }
    }
    root
}

/// What is typed, without the reports folder.
fn typed(reports: &Path, words: &[&str]) -> Result<u8, String> {
    let folder = ["--reports", reports.to_str().unwrap()];
    let words = ["firedrill"].iter().chain(words).chain(&folder);
    let line = CommandLine::try_parse_from(words).map_err(|why| why.to_string())?;
    perform(line.verb).map_err(|why: CliError| format!("{}: {}", why.exit_code(), why.chain()))
}

fn add(reports: &Path, run: &str, due: &str) -> Result<u8, String> {
    let words = [
        "finding",
        "add",
        run,
        "--title",
        "TTL is 300 s",
        "--severity",
        "high",
        "--owner",
        "network",
        "--due",
        due,
    ];
    typed(reports, &words)
}

fn day(text: &str) -> Date {
    date(text).unwrap()
}

#[test]
fn a_note_and_a_finding_say_who_and_are_in_the_list_of_digests() {
    let root = reports();
    let run = RUNS[0];
    assert_eq!(typed(root.path(), &["report", run]), Ok(0));
    assert_eq!(typed(root.path(), &["verify", run]), Ok(0));
    assert_eq!(typed(root.path(), &["note", run, "slow"]), Ok(0));
    assert_eq!(add(root.path(), run, "2026-12-31"), Ok(0));
    assert_eq!(typed(root.path(), &["verify", run, "--rebuild"]), Ok(0), "the report was made again");
    let sums = fs::read_to_string(root.path().join(run).join("SHA256SUMS")).unwrap();
    assert!(sums.contains("followup.jsonl"), "{sums}");
    let read = followup::read(&root.path().join(run)).unwrap().unwrap();
    let FollowUp::Noted { by, .. } = &read.records[1].event else { panic!("{:?}", read.records) };
    assert_eq!(by.to_string(), crate::cli::machine::person());
    assert_eq!(read.all.findings[0].finding.id, "F1");
}

#[test]
fn a_run_without_a_report_gets_none_from_a_note() {
    let root = reports();
    assert_eq!(typed(root.path(), &["note", RUNS[2], "the bridge is staffed"]), Ok(0));
    let names: Vec<_> =
        fs::read_dir(root.path().join(RUNS[2])).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "journal, lock and follow-up: {names:?}");
    assert_eq!(typed(root.path(), &["verify", RUNS[2]]), Ok(1), "nothing says what it comes to");
}

#[test]
fn a_finding_is_closed_once_by_a_later_run_of_the_same_drill() {
    let root = reports();
    add(root.path(), RUNS[1], "2026-12-31").unwrap();
    let close = |retest: &str| typed(root.path(), &["finding", "close", RUNS[1], "F1", "--retest", retest]);
    let refused = |retest: &str, why: &str| {
        let said = close(retest).unwrap_err();
        assert!(
            said.starts_with("64: ") && said.contains(why) && said.contains("nothing was written down"),
            "{said}"
        );
    };
    refused(RUNS[1], "is the run that found it");
    refused(RUNS[0], "started before the run that found it");
    refused(RUNS[2], "has not ended");
    let wrong = typed(root.path(), &["finding", "close", RUNS[1], "F2", "--note", "x"]).unwrap_err();
    assert!(wrong.contains("did you mean F1?"), "{wrong}");
    add(root.path(), RUNS[0], "2026-12-31").unwrap();
    let close = ["finding", "close", RUNS[0], "F1", "--retest", RUNS[1], "--note", "TTL is 60 s now"];
    assert_eq!(typed(root.path(), &close), Ok(0));
    let again = typed(root.path(), &close).unwrap_err();
    assert!(again.contains("F1 is closed already, by "), "{again}");
}

#[test]
fn a_finding_is_refused_whose_date_or_record_or_words_cannot_be() {
    let root = reports();
    let refused = |result: Result<u8, String>, why: &str| {
        let said = result.unwrap_err();
        assert!(said.contains(why), "{why}:\n{said}");
    };
    refused(add(root.path(), RUNS[0], "2026-13-31"), "a date reads like 2026-12-31");
    refused(add(root.path(), RUNS[0], "31.12.2026"), "a date reads like 2026-12-31");
    refused(add(root.path(), RUNS[0], "2026-11-21"), "before the run itself (2026-11-22)");
    refused(add(root.path(), "20991231", "2026-12-31"), "no run");
    let with = |name: &str, text: &str| {
        let words = [
            "finding",
            "add",
            RUNS[0],
            "--title",
            "x",
            "--severity",
            "low",
            "--owner",
            "y",
            "--due",
            "2026-12-31",
        ];
        typed(root.path(), &[&words[..], &[name, text]].concat())
    };
    refused(with("--evidence", "#33"), "there is no record #33: the journal has #0 to #32");
    refused(with("--root-cause", "key AKIAIOSFODNN7EXAMPLE"), "reads like an access key");
    refused(with("--action", " "), "the action says nothing");
    let severity = [
        "finding",
        "add",
        RUNS[0],
        "--title",
        "x",
        "--severity",
        "hihg",
        "--owner",
        "y",
        "--due",
        "2026-12-31",
    ];
    refused(typed(root.path(), &severity), "high");
    assert!(!root.path().join(RUNS[0]).join("followup.jsonl").exists());
    assert_eq!(with("--evidence", "#32"), Ok(0));
}

#[test]
fn the_next_run_is_told_what_is_open_overdue_or_fixed() {
    let root = reports();
    let store = Store::new(root.path());
    let found = |today: &str| earlier(&store, "a", "wordpress", day(today)).unwrap();
    assert!(found("2026-12-01").warnings().is_empty());
    add(root.path(), RUNS[0], "2026-12-31").unwrap();
    add(root.path(), RUNS[1], "2026-12-15").unwrap();
    assert_eq!(found("2026-12-20").line(), "1 overdue, 1 open");
    assert!(found("2026-12-20").warnings()[0].contains("firedrill finding list"));
    typed(root.path(), &["finding", "close", RUNS[0], "F1", "--retest", RUNS[1]]).unwrap();
    let now = found("2026-12-20");
    let standings: Vec<_> = now.findings.iter().map(|it| (it.run.as_str(), it.standing.as_str())).collect();
    assert_eq!(standings, [(RUNS[0], "fixed"), (RUNS[1], "overdue")]);
    assert!(matches!(&now.findings[0].standing, Standing::Fixed { retest } if retest.as_str() == RUNS[1]));
    assert!(earlier(&store, "another", "wordpress", day("2026-12-20")).unwrap().findings.is_empty());
    fs::write(root.path().join(RUNS[0]).join("followup.jsonl"), "noise\nnoise\n").unwrap();
    let warnings = found("2026-12-20").warnings();
    assert!(warnings.iter().any(|it| it.contains(RUNS[0]) && it.contains("can not be told")), "{warnings:?}");
}

/// What is journalled of an earlier finding reads back, and an older journal has none.
#[test]
fn earlier_findings_are_a_part_of_the_first_record() {
    let root = reports();
    add(root.path(), RUNS[0], "2026-12-31").unwrap();
    let mut first = run_started("run-b");
    let bare = serde_json::to_value(&first).unwrap();
    assert!(bare.get("earlier_findings").is_none());
    first.earlier_findings =
        earlier(&Store::new(root.path()), "a", "wordpress", day("2026-12-20")).unwrap().findings;
    let written = serde_json::to_value(&first).unwrap();
    assert_eq!(written["earlier_findings"][0]["state"], Value::from("open"));
    assert_eq!(serde_json::from_value::<crate::journal::event::RunStarted>(written).unwrap(), first);
}
