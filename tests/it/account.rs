//! What a run keeps in the account: who else may not begin, what restores it when its machine is lost, what stops it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use firedrill::lab::world::call::Service;
use serde_json::Value;

use crate::support::{
    Finished, Lab, Process,
    drills::{self, CLOSE, block},
    firedrill,
    open_lab::OpenLab,
    run,
    world::World,
};

/// Where the deployment of a test's drill is described.
fn deployment(folder: &Path) -> PathBuf {
    folder.join("deployments/wordpress.yaml")
}

/// Starts a drill and returns once it waits with its faults applied.
fn start_until_it_waits(lab: &Lab, reports: &Path, drill: &Path) -> Process {
    let mut process =
        Process::start(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--yes", "--json"], reports));
    process.stdout_line(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        let it = &line["record"]["event"]["change"];
        it["change"] == "rendezvous" && it["event"] == "apply_started"
    });
    process
}

/// `firedrill VERB … FILE --lab-at LAB`, for the verbs that look at the account alone.
fn of_account(lab: &Path, words: &[&str], file: &Path) -> Command {
    let mut command = firedrill();
    command.args(words).arg(file).arg("--lab-at").arg(lab);
    command
}

/// Neither lock nor breadcrumb is left in the account.
#[track_caller]
fn is_left_as_found(lab: &Lab, file: &Path) {
    let unlocked = run(&mut of_account(&lab.file(), &["unlock"], file));
    unlocked.expect_code(0);
    assert!(unlocked.stdout.contains("it is not locked"), "{}", unlocked.stdout);
    let restored = run(&mut of_account(&lab.file(), &["restore", "--from-account"], file));
    restored.expect_code(0);
    assert!(restored.stdout.contains("nothing is outstanding"), "{}", restored.stdout);
}

/// Two machines know nothing of each other's folders; the account tells the second of the first.
#[test]
fn a_second_run_from_another_folder_is_refused() {
    let lab = Lab::up(10, 31);
    let folder = tempfile::tempdir().unwrap();
    let drill = drills::write(folder.path(), "first", &format!("{CLOSE}{}", block(folder.path())));
    let before = World::of(&lab);
    let first = start_until_it_waits(&lab, &folder.path().join("here"), &drill);
    let during = World::of(&lab);

    let elsewhere = folder.path().join("there");
    let second = run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--yes"], &elsewhere));
    second.expect_code(3);
    assert!(second.stderr.contains("another run works on it: run "), "{}", second.stderr);
    assert!(second.stderr.contains("since 20") && second.stderr.contains("until 20"), "{}", second.stderr);
    let fresh = run(&mut of_account(&lab.file(), &["unlock"], &deployment(folder.path())));
    fresh.expect_code(3);
    assert!(fresh.stderr.contains("may be alive"), "{}", fresh.stderr);
    assert_eq!(World::of(&lab), during, "nothing was touched");

    first.signal("INT");
    first.finish().expect_code(5);
    assert_eq!(World::of(&lab), before);
    is_left_as_found(&lab, &deployment(folder.path()));
}

/// Promise: If the machine itself is lost, `firedrill restore --from-account` finishes the job from what the run kept in
/// the account.
#[test]
fn killed_and_its_folder_lost() {
    let lab = Lab::up(10, 32);
    let folder = tempfile::tempdir().unwrap();
    let file = deployment(folder.path());
    let drill = drills::write(folder.path(), "lost", &format!("{CLOSE}{}", block(folder.path())));
    let before = World::of(&lab);
    let reports = folder.path().join("reports");
    start_until_it_waits(&lab, &reports, &drill).kill();
    assert_ne!(World::of(&lab), before, "something is outstanding");
    fs::remove_dir_all(&reports).unwrap();

    let refused = run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--yes"], &reports));
    refused.expect_code(3);
    assert!(refused.stderr.contains("nothing was touched"), "{}", refused.stderr);

    let empty = folder.path().join("empty");
    let words = ["restore", "--from-account", file.to_str().unwrap()];
    let restored = run(&mut lab.firedrill(&words, &empty));
    restored.expect_code(0);
    assert!(restored.stderr.contains("its journal was made again"), "{}", restored.stderr);
    assert_eq!(World::of(&lab), before);
    is_left_as_found(&lab, &file);
    let status = run(firedrill().args(["status", "--reports"]).arg(&empty));
    status.expect_code(0);
    assert!(status.stdout.contains("kept in the account"), "{}", status.stdout);
}

/// With the folder at hand the account is only asked which run it is.
#[test]
fn the_runs_own_journal_is_used_where_it_is() {
    let lab = Lab::up(10, 33);
    let folder = tempfile::tempdir().unwrap();
    let file = deployment(folder.path());
    let drill = drills::write(folder.path(), "kept", &format!("{CLOSE}{}", block(folder.path())));
    let before = World::of(&lab);
    let reports = folder.path().join("reports");
    start_until_it_waits(&lab, &reports, &drill).kill();
    let words = ["restore", "--from-account", file.to_str().unwrap()];
    let restored = run(&mut lab.firedrill(&words, &reports));
    restored.expect_code(0);
    assert!(restored.stderr.contains("it is used"), "{}", restored.stderr);
    assert_eq!(World::of(&lab), before);
    is_left_as_found(&lab, &file);
}

/// The safety switch: every run stops and restores, none begins, until it is cleared.
#[test]
fn halt_stops_a_run_and_lets_none_begin() {
    let lab = Lab::up(10, 34);
    let folder = tempfile::tempdir().unwrap();
    let file = deployment(folder.path());
    let drill = drills::write(folder.path(), "halted", &format!("{CLOSE}{}", block(folder.path())));
    let before = World::of(&lab);
    let reports = folder.path().join("reports");
    let running = start_until_it_waits(&lab, &reports, &drill);

    run(&mut of_account(&lab.file(), &["halt", "--reason", "Tokyo burns in earnest"], &file)).expect_code(0);
    let stopped = running.finish();
    stopped.expect_code(5);
    assert!(stopped.stdout.contains("Tokyo burns in earnest"), "{}", stopped.stdout);
    assert_eq!(World::of(&lab), before);

    let told = run(&mut of_account(&lab.file(), &["halt", "--json"], &file));
    let told: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(told["places"].as_array().map(Vec::len), Some(2), "both regions: {told}");
    assert_eq!(told["places"][0]["state"], "halted");
    assert_eq!(told["places"][0]["halt"]["reason"], "Tokyo burns in earnest");
    let shown = run(&mut of_account(&lab.file(), &["halt"], &file));
    assert_eq!(shown.expect_code(0).stdout.matches("Tokyo burns in earnest").count(), 2, "in both regions");
    let refused = run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--yes"], &reports));
    refused.expect_code(3);
    assert!(refused.stderr.contains("firedrill halt --clear"), "{}", refused.stderr);
    let planned = run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--dry-run"], &reports));
    planned.expect_code(3);
    assert!(planned.stdout.contains("Tokyo burns in earnest"), "{}", planned.stdout);

    run(&mut of_account(&lab.file(), &["halt", "--clear"], &file)).expect_code(0);
    run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--dry-run"], &reports)).expect_code(0);
    is_left_as_found(&lab, &file);
}

/// A lock that someone left.
const LEFT: &str = r#"{"run":"20261122T125001Z-seoul-outage-3f9a","host":"gone","user":"ann","pid":7,"acquired":"2026-11-22T12:50:01Z","expires":"2026-11-22T12:53:01Z"}"#;

fn leave_a_lock(lab: &OpenLab) {
    let lock = [("Name", "/firedrill/wordpress/lock"), ("Value", LEFT), ("Type", "String")];
    lab.stranger("ap-northeast-1", Service::Ssm, "PutParameter", &lock);
}

/// Nobody takes a stale lock without being told to; who is told to takes it, and no sooner.
#[test]
fn a_stale_lock_goes_by_an_explicit_command() {
    let folder = tempfile::tempdir().unwrap();
    let file = deployment(folder.path());
    let drill = drills::write(folder.path(), "stale", "  - fault: noop\n");
    let plan = |lab: &OpenLab| {
        let mut command = firedrill();
        command.args(["run", drill.to_str().unwrap(), "--dry-run", "--lab-at"]).arg(lab.file());
        run(command.arg("--reports").arg(folder.path().join("reports")))
    };
    let slow = OpenLab::up(1.0, 35);
    leave_a_lock(&slow);
    assert!(plan(&slow).expect_code(3).stdout.contains("another run works on it: run 20261122T125001Z"));
    run(&mut of_account(&slow.file(), &["unlock"], &file)).expect_code(3);
    drop(slow);

    let fast = OpenLab::up(200.0, 36);
    leave_a_lock(&fast);
    let stale = |finished: &Finished| finished.stdout.contains("its holder has not been heard of");
    let found = (0..100).map(|_| plan(&fast)).find(stale).expect("three minutes of the lab pass");
    found.expect_code(3);
    assert!(found.stdout.contains("firedrill unlock"), "{}", found.stdout);
    let unlocked = run(&mut of_account(&fast.file(), &["unlock"], &file));
    unlocked.expect_code(0);
    assert!(unlocked.stdout.contains("of ann on gone"), "{}", unlocked.stdout);
    plan(&fast).expect_code(0);
}

/// What no compression makes smaller.
fn noise(length: usize) -> String {
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(
            b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"[(state >> 58) as usize],
        )
    };
    (0..length).map(|_| next()).collect()
}

/// A change whose way back does not fit into the account does not begin; what was changed before it is put back.
#[test]
fn what_does_not_fit_into_the_account_is_not_begun() {
    let lab = Lab::up(10, 37);
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("begun");
    let steps = format!("{CLOSE}  - run: [touch, {}, {}]\n    within: 1m\n", mark.display(), noise(60_000));
    let drill = drills::write(folder.path(), "large", &steps);
    let before = World::of(&lab);
    let reports = folder.path().join("reports");
    let finished = run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--yes"], &reports));
    finished.expect_code(1);
    assert!(finished.stderr.contains("can not be kept in the account"), "{}", finished.stderr);
    assert!(!mark.exists(), "it was not begun");
    assert_eq!(World::of(&lab), before);
    is_left_as_found(&lab, &deployment(folder.path()));
}

/// Parameters that can not be written: refused before anything is touched, with what to do about it; and an account
/// without Systems Manager can go without.
#[test]
fn a_run_that_may_not_keep_anything_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let drill = drills::write(folder.path(), "denied", "  - fault: noop\n");
    let policy = folder.path().join("policy.json");
    let mut statements = statements(&drill);
    statements.retain(|statement| !statement["Action"][0].as_str().unwrap().starts_with("ssm:"));
    write_policy(&policy, statements);
    let planned = |what: &str| {
        let mut command = firedrill();
        command.args(["run", drill.to_str().unwrap(), what, "--lab", "--enforce-iam"]).arg(&policy);
        run(command.arg("--reports").arg(folder.path().join("reports")))
    };
    let refused = planned("--yes");
    refused.expect_code(3);
    assert!(refused.stderr.contains("ssm:GetParametersByPath"), "{}", refused.stderr);
    assert!(refused.stderr.contains("account_lock: false"), "{}", refused.stderr);
    let file = deployment(folder.path());
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text + "account_lock: false\n").unwrap();
    let warned = planned("--dry-run");
    warned.expect_code(0);
    assert!(warned.stdout.contains("account_lock is false"), "{}", warned.stdout);
    assert!(!warned.stdout.contains("ssm:"), "{}", warned.stdout);
}

/// The statements of the drill's own policy.
fn statements(drill: &Path) -> Vec<Value> {
    let mut command = firedrill();
    let printed = run(command.args(["iam", "--lab", "--json"]).arg(drill));
    let printed: Value = serde_json::from_str(printed.expect_code(0).stdout.trim()).unwrap();
    printed["documents"][0]["policy"]["Statement"].as_array().unwrap().clone()
}

fn write_policy(path: &Path, statements: Vec<Value>) {
    let policy = serde_json::json!({ "Version": "2012-10-17", "Statement": statements });
    fs::write(path, policy.to_string()).unwrap();
}

/// Answers that are lost, and calls that are turned away, change nothing of it.
#[test]
fn lost_answers_of_the_account_are_settled() {
    let folder = tempfile::tempdir().unwrap();
    let drill = drills::write(folder.path(), "lossy", "  - fault: noop\n");
    for rule in ["ssm:PutParameter reply-lost-after count=3", "ssm:PutParameter throttle count=4"] {
        let mut command = firedrill();
        command.args([
            "run",
            drill.to_str().unwrap(),
            "--yes",
            "--lab",
            "--speed",
            "10",
            "--misbehave",
            rule,
        ]);
        let finished = run(command.arg("--reports").arg(folder.path().join("reports")));
        finished.expect_code(0);
    }
}
