//! Every ending of a run that a real process can have: what is left of the world, the exit code, and what is said.
//! Invariant: the last record names the code with which the process ends, in every one of them.

mod disk;
mod machine;
mod renewal;
mod signals;
mod stop;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    Finished, Lab, Process,
    drills::{self, CLOSE, block},
    firedrill, run,
    world::World,
};

/// The labs' speed: on a machine that is busy, a faster world's patience runs out before the machine's does.
const SPEED: u32 = 10;

/// Keeps users in Tokyo.
const HOLD_TRAFFIC: &str = "  - recover: route53.hold-traffic\n    to: standby\n    as: traffic-held\n";

/// A lab, a drill on it, and the world as it was.
struct Scene {
    lab: Lab,
    folder: TempDir,
    drill: PathBuf,
    before: World,
}

impl Scene {
    /// With a drill of these steps.
    fn with(seed: u32, steps: impl Fn(&Path) -> String) -> Scene {
        let lab = Lab::up(SPEED, seed);
        let folder = tempfile::tempdir().unwrap();
        let drill = drills::write(folder.path(), "endings", &steps(folder.path()));
        let before = World::of(&lab);
        Scene { lab, folder, drill, before }
    }

    /// With a drill that closes Seoul's port 80 and then waits for a file that no one makes.
    fn closed(seed: u32) -> Scene {
        Scene::with(seed, |folder| format!("{CLOSE}{}", block(folder)))
    }

    fn reports(&self) -> PathBuf {
        self.folder.path().join("reports")
    }

    fn verb(&self, words: &[&str]) -> std::process::Command {
        self.lab.firedrill(words, &self.reports())
    }

    fn run_command(&self) -> std::process::Command {
        self.verb(&["run", self.drill.to_str().unwrap(), "--yes", "--json"])
    }

    /// Starts the drill; returns while it waits for the file.
    fn until_rendezvous(&self) -> Process {
        let mut process = Process::start(&mut self.run_command());
        await_rendezvous(&mut process);
        process
    }

    fn status(&self) -> Value {
        let mut status = firedrill();
        let status = run(status.args(["status", "--json", "--reports"]).arg(self.reports()));
        serde_json::from_str(status.stdout.trim()).unwrap_or_else(|_| panic!("{status:?}"))
    }

    /// The world is as it was, the code is this, and the last record agrees.
    #[track_caller]
    fn restored(&self, finished: &Finished, code: i32) {
        finished.expect_code(code);
        assert_eq!(last_code(&self.reports()), Some(code), "the last record; stderr:\n{}", finished.stderr);
        assert_eq!(World::of(&self.lab), self.before);
    }
}

/// Says why a test proves nothing here, past the test harness, which swallows what a passing test prints.
fn skipped(why: &str) {
    let said = writeln!(std::io::stderr(), "SKIPPED: {why}");
    said.unwrap();
}

fn await_rendezvous(process: &mut Process) {
    await_event(process, |event| change_is(event, "rendezvous", "apply_started"));
}

/// Returns when a record with such an event has been shown.
#[track_caller]
fn await_event(process: &mut Process, wanted: impl Fn(&Value) -> bool) -> Value {
    let line = process.stdout_line(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["type"] == "record" && wanted(&line["record"]["event"])
    });
    serde_json::from_str::<Value>(&line).unwrap()["record"]["event"].clone()
}

fn change_is(event: &Value, change: &str, what: &str) -> bool {
    let it = &event["change"];
    it["change"] == change && (it["event"] == what || it["event"].get(what).is_some())
}

/// The records of the only run in the folder.
fn records(reports: &Path) -> Vec<Value> {
    let journals: Vec<PathBuf> = fs::read_dir(reports)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("journal.jsonl"))
        .filter(|path| path.is_file())
        .collect();
    assert_eq!(journals.len(), 1, "{journals:?}");
    let text = fs::read_to_string(&journals[0]).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The exit code that the last record names.
fn last_code(reports: &Path) -> Option<i32> {
    let code = records(reports).last()?["event"]["run_finished"]["exit_code"].as_i64();
    code.and_then(|code| i32::try_from(code).ok())
}

fn notes(reports: &Path) -> Vec<String> {
    let records = records(reports);
    let notes = records.iter().filter_map(|record| record["event"]["noted"]["note"].as_str());
    notes.map(str::to_owned).collect()
}
