use std::error::Error as _;

use super::*;
use crate::{id::RunId, journal::testing::actor};

fn path() -> PathBuf {
    "reports/run-a/journal.jsonl".into()
}

fn program() -> String {
    "firedrill 9.9.9".into()
}

/// Every kind of error, with what a person then does.
fn errors() -> Vec<(JournalError, &'static str)> {
    use JournalError as E;
    let json = || serde_json::from_str::<u8>("x").unwrap_err();
    let holder = Holder { run: RunId::from_text("run-b"), by: actor(7) };
    let illegal = || IllegalEvent::NotOneWay { change: "port".into() };
    let names = || vec!["run-a".to_owned(), "run-b".to_owned()];
    vec![
        (E::io("write to", path())(io::Error::other("disk gone")), "cannot write to"),
        (E::Exists { path: path() }, "start the run again"),
        (E::Missing { path: path() }, "firedrill history"),
        (E::NeverBegan { path: path() }, "can be deleted"),
        (E::Broken { path: path(), line: 7, fault: LineFault::WrongHash }, "by_hand"),
        (E::Contradicts { path: path(), line: 7, source: illegal() }, "by_hand"),
        (E::Illegal { path: path(), source: illegal() }, "does not admit kept"),
        (
            E::Newer { path: path(), format: "2.0".into(), program: program(), ability: "reads 1.x".into() },
            "install firedrill 9.9.9",
        ),
        (E::NoFormat { path: path(), format: "one".into() }, "\"one\""),
        (
            E::NotUnderstood { path: path(), line: 7, kind: "teleported".into(), program: program() },
            "install",
        ),
        (E::Poisoned { path: path() }, "firedrill restore"),
        (E::Encode { path: path(), source: json() }, "cannot be written"),
        (E::BadSample { path: path(), line: 7, source: json() }, "line 7"),
        (
            E::Locked {
                what: "run run-b".into(),
                holder: Some(Box::new(holder)),
                path: path(),
                next: "wait".into(),
            },
            "run run-b is in use by process 7 of ann on desk, for run run-b (reports/run-a/journal.jsonl); wait",
        ),
        (E::NoRuns { path: path() }, "firedrill run DRILL"),
        (
            E::UnknownRun { path: path(), selector: "x".into(), candidates: names() },
            "name one of: run-a, run-b",
        ),
        (
            E::AmbiguousRun { path: path(), selector: "run".into(), candidates: names() },
            "name one of: run-a, run-b",
        ),
    ]
}

#[test]
fn every_error_names_its_place_and_what_to_do_and_leaves_its_cause_to_the_chain() {
    for (error, part) in errors() {
        let text = error.to_string();
        assert!(text.contains("reports/run-a/journal.jsonl"), "{text}");
        assert!(text.contains(part), "{text}");
        assert!(!text.contains("  ") && !text.ends_with('.'), "{text}");
        if let Some(cause) = error.source() {
            assert!(!text.contains(&cause.to_string()), "{text}");
        }
    }
}
