//! A run's folder as evidence: from the run that signs it to the next run, which shows what became of its findings.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::support::{Finished, drills, firedrill, run};

const PEOPLE: &str = "\
people:
  - { name: Kim Minji, role: director, organisation: Example Corp, attended: true }
  - { name: Lee Jun, role: operator, stand_in_for: Park Seojun }
  - { name: Park Seojun, role: operator, attended: false }
approver: Choi Yuna
ticket: CHG-1042
bia: { reference: BIA-2026-07, date: 2026-03-01 }
form: DR-F-03
classification: internal
";
const STEPS: &str = "  - approve: Is someone watching?\n  - hold: 5s\n";

struct Desk {
    folder: tempfile::TempDir,
    drill: PathBuf,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let drill = drills::write_with(folder.path(), "evidence", PEOPLE, STEPS);
        let deployment = folder.path().join("deployments/wordpress.yaml");
        let wishes = "report: { languages: [ko, en], time_zone: Asia/Seoul }\n";
        fs::write(&deployment, fs::read_to_string(&deployment).unwrap() + wishes).unwrap();
        Desk { folder, drill }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn typed(&self, words: &[&str]) -> Finished {
        run(firedrill()
            .args(words)
            .arg("--reports")
            .arg(self.path("reports"))
            .current_dir(self.folder.path()))
    }

    fn runs(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path("reports")).unwrap().map(|entry| entry.unwrap().path());
        let mut runs: Vec<PathBuf> = entries.filter(|path| path.join("journal.jsonl").is_file()).collect();
        runs.sort();
        runs
    }
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn a_signed_run_is_whole_until_somebody_touches_it_and_the_next_one_knows_its_findings() {
    let desk = Desk::new();
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "drills@example.com", "-f"])
        .arg(desk.path("key"))
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let public = fs::read_to_string(desk.path("key.pub")).unwrap();
    let signer = format!("drills@example.com namespaces=\"firedrill-evidence\" {public}");
    fs::write(desk.path("signers"), signer).unwrap();

    let drill = desk.drill.to_str().unwrap();
    let go = ["run", drill, "--lab", "--yes", "--speed", "20", "--sign", "key"];
    let first = desk.typed(&go);
    first.expect_code(0);
    assert!(!first.stderr.contains("findings of earlier runs"), "{}", first.stderr);
    let folder = desk.runs().remove(0);
    for name in ["report.html", "report.ko.html", "VERIFY.md", "VERIFY.ko.md", "SHA256SUMS.sig"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
    let report = json(&folder.join("report.json"));
    assert_eq!(report["languages"], serde_json::json!(["ko", "en"]));
    assert_eq!(report["people"][1]["stand_in_for"], "Park Seojun");
    assert_eq!(report["references"][1]["is"], "CHG-1042");
    assert!(report["approvals"][0]["by"].as_str().unwrap().contains('@'), "{}", report["approvals"]);
    let said = desk.typed(&["verify", "latest", "--rebuild", "--allowed-signers", "signers", "--json"]);
    said.expect_code(0);
    let said: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((&said["whole"], &said["signature"]["who"]), (&true.into(), &"drills@example.com".into()));
    assert_eq!(said["files"], report["integrity"]["files"]);
    let alone = desk.typed(&["verify"]);
    alone.expect_code(0);
    assert!(
        alone.stdout.contains("--allowed-signers FILE"),
        "it says what was not checked: {}",
        alone.stdout
    );

    let add =
        ["finding", "add", "latest", "--title", "TTL is 300 s", "--severity", "high", "--owner", "network"];
    desk.typed(&[&add[..], &["--due", "2099-12-31", "--evidence", "#3"]].concat()).expect_code(0);
    let stale = desk.typed(&["verify", "latest", "--allowed-signers", "signers"]);
    stale.expect_code(1);
    assert!(stale.stdout.contains("sign again with"), "{}", stale.stdout);
    desk.typed(&["report", "latest", "--sign", "key"]).expect_code(0);
    desk.typed(&["verify", "latest", "--rebuild", "--allowed-signers", "signers"]).expect_code(0);
    assert_eq!(json(&folder.join("report.json"))["findings"][0]["what"], "TTL is 300 s");

    let second = desk.typed(&go);
    second.expect_code(0);
    assert!(second.stderr.contains("findings of earlier runs: 1 open"), "{}", second.stderr);
    let runs = desk.runs();
    let id = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(json(&runs[1].join("report.json"))["earlier_findings"][0]["state"], "open");
    desk.typed(&["finding", "close", &id(&runs[0]), "F1", "--retest", &id(&runs[1])]).expect_code(0);
    desk.typed(&go).expect_code(0);
    let third = json(&desk.runs()[2].join("report.json"));
    assert_eq!(third["earlier_findings"][0]["state"], "fixed");
    assert_eq!(third["earlier_findings"][0]["retest"], id(&runs[1]));

    let page = fs::read_to_string(runs[0].join("report.html")).unwrap();
    fs::write(runs[0].join("report.html"), page.replace("TTL is 300\u{a0}s", "TTL is 30\u{a0}s")).unwrap();
    fs::write(runs[0].join("note.txt"), "x").unwrap();
    let touched = desk.typed(&["verify", &id(&runs[0]), "--rebuild"]);
    touched.expect_code(1);
    for wanted in ["report.html: it was altered", "report.html: made again", "note.txt: it was added"] {
        assert!(touched.stdout.contains(wanted), "{wanted}\n{}", touched.stdout);
    }
}

#[test]
fn what_cannot_be_checked_or_signed_is_refused_before_anything_is_done() {
    let desk = Desk::new();
    let drill = desk.drill.to_str().unwrap();
    let unsigned = desk.typed(&["run", drill, "--lab", "--yes", "--sign", "nowhere"]);
    unsigned.expect_code(64);
    assert!(unsigned.stderr.contains("there is no key at nowhere"), "{}", unsigned.stderr);
    assert!(!desk.path("reports").exists(), "no run is left behind");
    desk.typed(&["verify"]).expect_code(3);
    desk.typed(&["verify", "--identity", "x"]).expect_code(64);
    desk.typed(&["note", "latest", "x"]).expect_code(3);
}
