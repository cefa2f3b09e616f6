//! A killed process leaves a journal from which another puts everything back.

use std::path::Path;

use serde_json::Value;

use crate::support::{
    Lab, Process,
    drills::{self, CLOSE, block},
    run,
    world::World,
};

/// Starts a drill on the lab and returns once a record for which `reached` is true was written.
fn start_until(lab: &Lab, reports: &Path, drill: &Path, reached: impl Fn(&Value) -> bool) -> Process {
    let mut command = lab.firedrill(&["run", drill.to_str().unwrap(), "--yes", "--json"], reports);
    let mut process = Process::start(&mut command);
    process.stdout_line(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["type"] == "record" && reached(&line["record"]["event"])
    });
    process
}

fn change_is(event: &Value, change: &str, what: &str) -> bool {
    let it = &event["change"];
    it["change"] == change && (it["event"] == what || it["event"].get(what).is_some())
}

/// Kills a run when `reached`, checks that status says so and a second run is refused, restores, and compares worlds.
fn killed_at(steps: impl Fn(&Path) -> String, outstanding: &[&str], reached: impl Fn(&Value) -> bool) {
    let lab = Lab::up(40, 3);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let drill = drills::write(folder.path(), "crash", &steps(folder.path()));
    let before = World::of(&lab);

    start_until(&lab, &reports, &drill, reached).kill();

    let mut status = crate::support::firedrill();
    let status = run(status.args(["status", "--json", "--reports"]).arg(&reports));
    status.expect_code(10);
    let said: Value = serde_json::from_str(status.stdout.trim()).unwrap();
    assert_eq!(said["outstanding"], serde_json::json!(outstanding));

    let again = run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--yes"], &reports));
    again.expect_code(3);
    assert!(again.stderr.contains("firedrill restore"), "{}", again.stderr);

    let restored = run(&mut lab.firedrill(&["restore"], &reports));
    restored.expect_code(0);
    assert_eq!(World::of(&lab), before, "the world after restore");
    let twice = run(&mut lab.firedrill(&["restore"], &reports));
    twice.expect_code(0);
    assert!(twice.stdout.contains("nothing is outstanding"), "{}", twice.stdout);
    assert_eq!(World::of(&lab), before, "the world after a second restore");
}

/// Promise: after `kill -9` or power loss, `firedrill restore` finishes the job from the journal alone.
#[test]
fn killed_with_a_fault_applied() {
    killed_at(
        |folder| format!("{CLOSE}{}", block(folder)),
        &["port-80-closed", "rendezvous"],
        |event| change_is(event, "rendezvous", "apply_started"),
    );
}

/// The intent is on disk, the call may or may not have been made: it is restored, never applied again.
#[test]
fn killed_between_intent_and_effect() {
    killed_at(
        |_| CLOSE.to_owned(),
        &["port-80-closed"],
        |event| change_is(event, "port-80-closed", "apply_started"),
    );
}

/// The database is on its way to the other region when the process dies.
#[test]
fn killed_in_the_middle_of_a_switchover() {
    let steps = "  - recover: rds.switchover-global-cluster\n    to: standby\n    as: database\n";
    killed_at(|_| steps.to_owned(), &["database"], |event| change_is(event, "database", "apply_started"));
}

/// Promise: Every ending restores: success, failure, stop condition, time limit, Ctrl-C, SIGTERM, a panic.
///
/// Here Ctrl-C while a fault is being applied.
#[test]
fn ctrl_c_in_the_middle_of_a_fault() {
    let lab = Lab::up(40, 4);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let drill = drills::write(folder.path(), "interrupt", &format!("{CLOSE}{}", block(folder.path())));
    let before = World::of(&lab);
    let process =
        start_until(&lab, &reports, &drill, |event| change_is(event, "rendezvous", "apply_started"));
    process.signal("INT");
    process.finish().expect_code(5);
    assert_eq!(World::of(&lab), before);
}

/// SIGTERM, as a service manager sends it.
#[test]
fn terminated_in_the_middle_of_a_fault() {
    let lab = Lab::up(40, 5);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let drill = drills::write(folder.path(), "terminate", &format!("{CLOSE}{}", block(folder.path())));
    let before = World::of(&lab);
    let process =
        start_until(&lab, &reports, &drill, |event| change_is(event, "rendezvous", "apply_started"));
    process.signal("TERM");
    process.finish().expect_code(5);
    assert_eq!(World::of(&lab), before);
}
