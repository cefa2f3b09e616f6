//! The verb as its users type it: what it writes, what it leaves alone, and that what it wrote runs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::support::{Finished, Lab, firedrill, run};

const SITE: &str = "https://www.example.com/";

/// `discover` of the lab, with these words, into a folder.
fn discover(lab: &Lab, out: &Path, more: &[&str]) -> Finished {
    run(&mut typed(lab, out, more))
}

fn typed(lab: &Lab, out: &Path, more: &[&str]) -> Command {
    let mut command = firedrill();
    command.arg("discover");
    if !more.contains(&"--site") {
        command.args(["--site", SITE]);
    }
    command.args(["--primary", "ap-northeast-2", "--standby", "ap-northeast-1"]);
    command.arg("--lab-at").arg(lab.file()).arg("--out").arg(out).args(more).env("COLUMNS", "80");
    command
}

fn files(out: &Path) -> [PathBuf; 2] {
    [out.join("deployments/wordpress.yaml"), out.join("wordpress-outage.yaml")]
}

/// The main proof: from the domain alone to a drill that passes, with nothing typed in between.
#[test]
fn what_discover_writes_passes_check_and_runs_unchanged() {
    let lab = Lab::up(10, 21);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("drills");
    // Over plain HTTP, so that a test's processor is left for the drill.
    let (site, write) = ("http://www.example.com/", "http://www.example.com/write-check");
    let found = discover(&lab, &out, &["--site", site, "--write-check", write]);
    found.expect_code(0);
    assert!(found.stdout.contains("├─ primary  ap-northeast-2"), "{}", found.stdout);
    assert!(found.stdout.contains("written    "), "{}", found.stdout);
    let [deployment, drill] = files(&out);
    let checked = run(firedrill().arg("check").args([&drill, &deployment]));
    checked.expect_code(0);
    assert_eq!(checked.stderr, "", "accepted without a warning");
    let reports = folder.path().join("reports");
    let passed = run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--yes"], &reports));
    passed.expect_code(0);
    assert_eq!(passed.stdout.matches("restored, verified").count(), 3, "{}", passed.stdout);
    let mut folders = fs::read_dir(&reports).unwrap().map(|entry| entry.unwrap().path().join("report.json"));
    let report = fs::read_to_string(folders.find(|path| path.exists()).expect("a report")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["verdict"], "pass", "{report:#}");
}

#[test]
fn files_that_are_there_are_left_alone_unless_told() {
    let lab = Lab::up(40, 22);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("drills");
    discover(&lab, &out, &[]).expect_code(0);
    let [deployment, drill] = files(&out);
    let texts = [&deployment, &drill].map(|path| fs::read_to_string(path).unwrap());
    let checked = run(firedrill().arg("check").args([&drill, &deployment]));
    checked.expect_code(0);
    assert_eq!(checked.stderr, "", "without a write check they are accepted as well");

    let again = discover(&lab, &out, &[]);
    again.expect_code(0);
    assert_eq!(again.stdout.matches("unchanged  ").count(), 2, "the same world gives the same files");

    fs::write(&deployment, "mine: yes\n").unwrap();
    fs::remove_file(&drill).unwrap();
    let refused = discover(&lab, &out, &[]);
    refused.expect_code(3);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&deployment).unwrap(), "mine: yes\n");
    assert!(!drill.exists(), "either both or none");

    discover(&lab, &out, &["--force"]).expect_code(0);
    assert_eq!([&deployment, &drill].map(|path| fs::read_to_string(path).unwrap()), texts);
    let named = discover(&lab, &out, &["--name", "shop"]);
    named.expect_code(0);
    assert!(out.join("deployments/shop.yaml").exists() && out.join("shop-outage.yaml").exists());
}

#[test]
fn the_site_may_be_typed_in_any_way() {
    let lab = Lab::up(40, 23);
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        ("https://WWW.Example.COM/", "https://www.example.com/"),
        ("https://www.example.com./", "https://www.example.com/"),
        ("http://www.example.com:8080", "http://www.example.com:8080/"),
    ];
    for (at, (typed, written)) in cases.into_iter().enumerate() {
        let out = folder.path().join(at.to_string());
        let found = discover(&lab, &out, &["--site", typed, "--json"]);
        found.expect_code(0);
        let answer: Value = serde_json::from_str(&found.stdout).unwrap();
        assert_eq!(answer["site"], written);
        assert_eq!((&answer["exit"], &answer["verdict"]), (&0.into(), &"complete".into()));
        assert_eq!(answer["files"][0]["state"], "written");
        let text = fs::read_to_string(&files(&out)[0]).unwrap();
        assert!(text.contains(&format!("site: {written}")), "{text}");
    }
    for (words, said) in [
        (["--site", "www.example.com", "--name", "x"], "https://www.example.com"),
        (["--name", "My Shop", "--out", "x"], "my-shop"),
        (["--name", "a-name-of-fifty-four-letters-is-too-long-for-the-drill-x", "--out", "x"], "53 letters"),
        (["--environment", "seoul=x", "--out", "x"], "primary=NAME"),
        (["--no-database", "--global-cluster", "x", "--force"], "cannot be used with"),
    ] {
        let refused = discover(&lab, folder.path(), &words);
        refused.expect_code(64);
        assert!(refused.stderr.contains(said), "{words:?}: {}", refused.stderr);
    }
    let mut same = firedrill();
    same.args(["discover", "--site", SITE, "--primary", "eu-west-1", "--standby", "eu-west-1", "--lab"]);
    run(&mut same).expect_code(64);
}

/// With `--ready` no question is asked twice: everything is found and judged with sixty calls at most.
#[test]
fn discovered_and_judged_in_one_look_with_few_calls() {
    let lab = Lab::up(10, 24);
    let folder = tempfile::tempdir().unwrap();
    let found = discover(&lab, folder.path(), &["--ready", "--json"]);
    found.expect_code(0);
    let answer: Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!((&answer["verdict"], &answer["ready"]["verdict"]), (&"complete".into(), &"pass".into()));
    let state = run(firedrill().args(["lab", "do", "state", "--json", "--at"]).arg(lab.file()));
    let state: Value = serde_json::from_str(&state.stdout).unwrap();
    let calls = state["calls"].as_array().unwrap();
    let count: u64 = calls.iter().map(|call| call["calls"].as_u64().unwrap()).sum();
    assert!(count <= 60, "{count} calls: {calls:#?}");
    // Apart, they say the same.
    let apart = run(firedrill()
        .arg("ready")
        .arg(&files(folder.path())[1])
        .arg("--lab-at")
        .arg(lab.file())
        .arg("--json"));
    apart.expect_code(0);
    let apart: Value = serde_json::from_str(&apart.stdout).unwrap();
    assert_eq!(apart["counts"], answer["ready"]["counts"]);
}

/// What AWS does not let this key ask is unknown, and the exit code says so; a pipe gets no colours.
#[test]
fn what_is_not_known_has_an_exit_code_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = firedrill();
    command.args(["discover", "--site", SITE, "--primary", "ap-northeast-2", "--standby", "ap-northeast-1"]);
    command
        .args(["--lab", "--misbehave", "wafv2:GetWebACLForResource denied"])
        .arg("--out")
        .arg(folder.path());
    let found = run(&mut command);
    found.expect_code(2);
    assert!(
        found.stdout.contains("web ACL  unknown: wafv2:GetWebACLForResource failed (denied)"),
        "{}",
        found.stdout
    );
    assert!(found.stdout.contains("Not known, for nobody answered:"), "{}", found.stdout);
    assert!(files(folder.path()).iter().all(|path| path.exists()), "no drill needs a web ACL");
    assert!(!found.stdout.contains('\u{1b}'));
    fits(&found, folder.path());
}

/// No line is wider than a terminal, but for commands and paths, which are to be copied.
#[track_caller]
fn fits(found: &Finished, folder: &Path) {
    let folder = folder.to_string_lossy().replace('\\', "/");
    let whole = |line: &str| line.trim_start().starts_with("aws ") || line.contains(&folder);
    let wide = found.stdout.lines().find(|line| line.chars().count() > 80 && !whole(line));
    assert_eq!(wide, None, "{}", found.stdout);
}

/// Where much is missing every line fits as well, and what was asked for and not done is said.
#[test]
fn without_a_deployment_readiness_is_said_not_to_be_judged() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = firedrill();
    command.args(["discover", "--site", SITE, "--primary", "ap-northeast-2", "--standby", "us-west-2"]);
    let found = run(command.args(["--lab", "--ready", "--out"]).arg(folder.path()));
    found.expect_code(1);
    assert!(found.stdout.contains("readiness was not judged: there is no deployment"), "{}", found.stdout);
    fits(&found, folder.path());
}
