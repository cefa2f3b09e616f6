//! Many runs and pipelines: history and its gate, compare, and what a run's outcome is sent to.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    thread::{self, JoinHandle},
};

use firedrill::{
    clock::Clock,
    drill::reader,
    id::RunId,
    journal::{
        Journal,
        event::{Actor, Event, RunStarted, StopReason},
    },
};
use serde_json::Value;

use crate::support::{firedrill, root, run};

const SECRET: &str = "T00-very-secret";

/// A folder with runs of the rehearsal that began and were stopped before their first step.
struct Runs(tempfile::TempDir);

impl Runs {
    fn new(ids: &[&str]) -> Runs {
        let folder = tempfile::tempdir().unwrap();
        ids.iter().for_each(|id| stopped(&folder.path().join(id), id));
        Runs(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn firedrill(&self, words: &[&str]) -> Command {
        let mut command = firedrill();
        command.args(words).arg("--reports").arg(self.path().join("."));
        command
    }

    /// Every byte of every file.
    fn all(&self) -> Vec<u8> {
        fn walk(folder: &Path, into: &mut Vec<u8>) {
            for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                match entry.is_dir() {
                    true => walk(&entry, into),
                    false => into.extend(fs::read(entry).unwrap()),
                }
            }
        }
        let mut all = Vec::new();
        walk(self.path(), &mut all);
        all
    }
}

fn stopped(folder: &Path, id: &str) {
    let loaded = reader::load(&root().join("drills/rehearsal.yaml")).unwrap();
    let by = Actor { host: "box".into(), user: "ann".into(), pid: 1 };
    let began =
        format!("{}-{}-{}T{}:{}:{}Z", &id[..4], &id[4..6], &id[6..8], &id[9..11], &id[11..13], &id[13..15]);
    let clock = Clock::starting(began.parse().unwrap(), 1.0);
    let first = RunStarted::of(&RunId::from_text(id), &loaded, &by);
    let (mut journal, _) = Journal::create(folder, first, clock.now()).unwrap();
    let stop = Event::StopRequested { reason: StopReason::Interrupt, detail: "Ctrl-C".into() };
    journal.append(clock.now(), stop).unwrap();
    let end = Event::RunFinished { reason: StopReason::Interrupt, outstanding: vec![], exit_code: 5 };
    journal.append(clock.now(), end).unwrap();
}

/// A server on this machine that reads one request and gives this answer, or waits until the other side has gone.
fn server(answer: Option<&'static str>) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/services/{SECRET}", listener.local_addr().unwrap());
    let served = thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let (mut read, mut part) = (Vec::new(), [0; 4096]);
        loop {
            let count = socket.read(&mut part).unwrap_or(0);
            read.extend_from_slice(&part[..count]);
            let whole = whole(&read);
            match answer {
                Some(answer) if whole => {
                    let _ = socket.write_all(answer.as_bytes());
                    break;
                }
                _ if count == 0 => break,
                _ => {}
            }
        }
        String::from_utf8_lossy(&read).into_owned()
    });
    (address, served)
}

/// True once the head and as much of the body as it announces are there.
fn whole(read: &[u8]) -> bool {
    let text = String::from_utf8_lossy(read);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:").map(str::to_owned));
    length.is_none_or(|length| body.len() >= length.trim().parse::<usize>().unwrap())
}

#[test]
fn a_webhook_gets_the_outcome_and_its_address_is_written_nowhere() {
    for (answer, warned) in [
        (Some("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"), None),
        (Some("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n"), Some("the answer was 500")),
        (
            Some("HTTP/1.1 302 No\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n"),
            Some("redirects"),
        ),
        (None, Some("nobody answered within 5 s")),
    ] {
        let runs = Runs::new(&["20261122T120000Z-rehearsal-aaaa"]);
        let (address, served) = server(answer);
        let finished = run(runs.firedrill(&["report", "--webhook-env", "CHAT"]).env("CHAT", &address));
        finished.expect_code(0);
        let asked = served.join().unwrap();
        let body: Value = serde_json::from_str(asked.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert!(body["text"].as_str().unwrap().contains("Stopped early: rehearsal on wordpress"), "{body}");
        let said = finished.stdout + &finished.stderr;
        assert_eq!(said.contains("warning:"), warned.is_some(), "{said}");
        assert!(warned.is_none_or(|words| said.contains(words)), "{said}");
        let written = String::from_utf8_lossy(&runs.all()).into_owned();
        for secret in [SECRET, "/services/", &address] {
            assert!(!said.contains(secret) && !written.contains(secret), "{secret}: {said}");
        }
        assert!(written.contains("rehearsal"), "what was searched is not empty");
    }
}

#[test]
fn an_address_that_is_not_there_or_not_safe_is_a_warning() {
    let runs = Runs::new(&["20261122T120000Z-rehearsal-aaaa"]);
    for (address, words) in [
        (None, "the variable is not set"),
        (Some("http://chat.example.com/T00-very-secret"), "a secret is not sent in the clear"),
        (Some("T00-very-secret"), "it holds no address"),
    ] {
        let mut command = runs.firedrill(&["report", "--webhook-env", "CHAT"]);
        command.env_remove("CHAT");
        address.map(|address| command.env("CHAT", address));
        let finished = run(&mut command);
        finished.expect_code(0);
        assert!(finished.stderr.contains(words) && !finished.stderr.contains(SECRET), "{}", finished.stderr);
    }
}

#[test]
fn a_job_is_annotated_and_its_summary_goes_on_and_gauges_are_replaced() {
    let runs = Runs::new(&["20261122T120000Z-rehearsal-aaaa"]);
    let (summary, gauges): (PathBuf, PathBuf) =
        (runs.path().join("summary.md"), runs.path().join("firedrill.prom"));
    fs::write(&summary, "# before\n").unwrap();
    fs::write(&gauges, "old\n").unwrap();
    let finished = run(runs
        .firedrill(&["report", "--github", "--json"])
        .arg(format!("--prometheus={}", gauges.display()))
        .env("GITHUB_STEP_SUMMARY", &summary));
    finished.expect_code(0);
    let annotation = finished.stderr.lines().next().unwrap();
    assert!(
        annotation.starts_with("::warning title=rehearsal on wordpress%3A Stopped early::"),
        "{annotation}"
    );
    let _: Value = serde_json::from_str(&finished.stdout).expect("stdout is JSON alone");
    let summary = fs::read_to_string(&summary).unwrap();
    assert!(summary.starts_with("# before\n## Stopped early: rehearsal on wordpress\n"), "{summary}");
    let gauges = fs::read_to_string(&gauges).unwrap();
    assert!(
        gauges.starts_with("# HELP firedrill_") && gauges.contains("verdict=\"stopped_early\"} 1\n"),
        "{gauges}"
    );
    assert!(!gauges.contains("old"));
    let left: Vec<_> = fs::read_dir(runs.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "nothing is left beside: {left:?}");
    let folder = runs.path().join("20261122T120000Z-rehearsal-aaaa");
    assert!(fs::read_to_string(folder.join("junit.xml")).unwrap().contains("<skipped message="));
}

#[test]
fn a_file_that_can_not_be_written_changes_no_exit_code() {
    let runs = Runs::new(&["20261122T120000Z-rehearsal-aaaa"]);
    let finished = run(&mut runs.firedrill(&["report", "--prometheus", "/nonexistent/x.prom"]));
    finished.expect_code(0);
    assert!(
        finished.stderr.contains("warning: /nonexistent/x.prom could not be written"),
        "{}",
        finished.stderr
    );
}

#[test]
fn the_gate_shuts_on_a_drill_that_was_stopped_or_is_overdue() {
    let runs = Runs::new(&["20261122T120000Z-rehearsal-aaaa", "20261122T130000Z-rehearsal-bbbb"]);
    run(&mut runs.firedrill(&["history"])).expect_code(0);
    let shut = run(&mut runs.firedrill(&["history", "--gate"]));
    shut.expect_code(1);
    assert!(shut.stdout.contains("run 20261122T130000Z-rehearsal-bbbb: Stopped early"), "{}", shut.stdout);
    assert!(!shut.stdout.contains("aaaa"), "an older run is not judged: {}", shut.stdout);
    run(&mut runs.firedrill(&["history", "--gate", "--on", "lab"])).expect_code(2);
    let drill = runs.path().join("yearly.yaml");
    let text = fs::read_to_string(root().join("drills/rehearsal.yaml")).unwrap();
    let deployment = root().join("drills/deployments/wordpress.yaml");
    let named = format!("deployment: {}\nevery: 1y\n", deployment.display());
    let text = text.replacen("deployment: wordpress\n", &named, 1);
    fs::write(&drill, text).unwrap();
    let due = run(runs.firedrill(&["history", "--gate"]).arg(&drill));
    due.expect_code(1);
    assert!(
        due.stdout.contains("it is to be run every 1y, and no run went through all its steps yet"),
        "{}",
        due.stdout
    );
}

#[test]
fn two_runs_are_compared_in_both_formats() {
    let runs = Runs::new(&["20261122T120000Z-rehearsal-aaaa", "20261122T130000Z-rehearsal-bbbb"]);
    let shown = run(&mut runs.firedrill(&["compare", "aaaa"]));
    shown.expect_code(0);
    assert!(shown.stdout.contains("Stopped early") && shown.stdout.contains("the same"), "{}", shown.stdout);
    let json = run(&mut runs.firedrill(&["compare", "aaaa", "bbbb", "--json"]));
    let json: Value = serde_json::from_str(&json.expect_code(0).stdout).unwrap();
    assert_eq!(json["verdicts"][1], "stopped_early");
    assert!(json["settings"].as_array().unwrap().is_empty(), "{json:#}");
    let none = run(&mut runs.firedrill(&["compare", "cccc", "bbbb"]));
    none.expect_code(3);
    assert!(none.stderr.contains("there is no such run"), "{}", none.stderr);
}
