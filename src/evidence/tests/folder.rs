//! A run's folder as a run leaves it, for tests to tamper with.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::json;
use tempfile::TempDir;

use crate::{
    evidence::{Asked, VERIFY_FILES, Verification, instructions, integrity, seal, verify},
    journal::{
        Journal, SampleWriter,
        followup::{self, Author, FOLLOWUP_FILE, FollowUp},
        testing::{at, run_started, whole_run},
    },
    measure::fixture::seed::SeedRun,
};

/// The derived files beside `report.json`; what is in them does not matter here.
const PAGES: [&str; 2] = ["report.html", "report.md"];

pub(super) struct Folder {
    _root: TempDir,
    pub(super) dir: PathBuf,
}

impl Folder {
    /// A run that ended, with two notes, reported and sealed.
    pub(super) fn new() -> Folder {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("run-a");
        let (mut journal, _) = Journal::create(&dir, run_started("run-a"), at(0)).unwrap();
        for (event, second) in whole_run().into_iter().zip(1..) {
            journal.append(at(second * 1000), event).unwrap();
        }
        let mut samples = SampleWriter::open(&dir).unwrap();
        SeedRun::new().samples.iter().take(40).for_each(|sample| samples.write(sample).unwrap());
        samples.finish().unwrap();
        let folder = Folder { _root: root, dir };
        folder.note("the load balancer was slow");
        folder.note("Tokyo took over");
        folder.report();
        folder
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub(super) fn outside(&self, name: &str) -> PathBuf {
        self.dir.parent().unwrap().join(name)
    }

    pub(super) fn note(&self, text: &str) {
        let by = Author { user: "ann".into(), host: "desk".into() };
        followup::append(&self.dir, at(90_000), |_| Ok(FollowUp::Noted { by, text: text.into() })).unwrap();
    }

    /// Makes the derived files and the list, as `report` does.
    pub(super) fn report(&self) {
        let pages = PAGES.iter().copied();
        let made = ["report.json"].into_iter().chain(pages.clone()).chain(VERIFY_FILES.map(|(name, _)| name));
        let integrity = integrity(&self.dir, &made.collect::<Vec<_>>(), &[]).unwrap();
        let report = json!({ "schema": "firedrill.report/2", "run": "run-a", "integrity": integrity });
        fs::write(self.path("report.json"), serde_json::to_string_pretty(&report).unwrap() + "\n").unwrap();
        pages.for_each(|name| fs::write(self.path(name), name).unwrap());
        for (name, lang) in VERIFY_FILES {
            fs::write(self.path(name), instructions("run-a", &integrity, lang)).unwrap();
        }
        seal(&self.dir).unwrap();
    }

    pub(super) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.dir).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(super) fn change(&self, name: &str, change: impl FnOnce(String) -> String) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        let changed = change(text.clone());
        assert_ne!(changed, text, "the test must change something");
        fs::write(self.path(name), changed).unwrap();
    }

    pub(super) fn lines(&self, name: &str, change: impl FnOnce(&mut Vec<String>)) {
        self.change(name, |text| {
            let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
            change(&mut lines);
            lines.concat()
        });
    }

    pub(super) fn verify(&self) -> Verification {
        verify(&self.dir, &Asked::default()).unwrap()
    }

    /// What is wrong, a line each.
    pub(super) fn said(&self) -> Vec<String> {
        self.verify().troubles.iter().map(ToString::to_string).collect()
    }

    #[track_caller]
    pub(super) fn says(&self, wanted: &str) {
        let said = self.said();
        assert!(
            said.iter().any(|line| line.contains(wanted)),
            "nothing says {wanted:?}:\n{}",
            said.join("\n")
        );
    }

    /// What the system's own tool makes of the list.
    pub(super) fn sha256sum(&self) -> Output {
        sh(&self.dir, "sha256sum -c --strict SHA256SUMS")
    }
}

pub(super) fn sh(dir: &Path, script: &str) -> Output {
    Command::new("sh").args(["-c", script]).current_dir(dir).output().unwrap()
}

pub(super) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

/// Every bit of a small file, and some of each part of a larger one.
pub(super) fn bits(length: usize) -> impl Iterator<Item = usize> {
    let step = (length * 8 / 60).max(1);
    (0..length * 8).step_by(step)
}

pub(super) const CHAINED: [&str; 2] = ["journal.jsonl", FOLLOWUP_FILE];
