//! What a run refuses, what ends it early, and what it leaves to a person.

use serde_json::Value;

use crate::support::{
    Lab, Process,
    drills::{self, CLOSE, block},
    open_lab::OpenLab,
    run,
    world::World,
};
use firedrill::lab::world::call::Service;

/// A stop condition ends the run early, and everything is restored.
#[test]
fn a_stop_condition_restores() {
    let lab = Lab::up(40, 6);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let drill = drills::write(folder.path(), "stop", &format!("{CLOSE}  - hold: 30m\n"));
    let text = std::fs::read_to_string(&drill).unwrap();
    let stop = "stop_when:\n  - targets: { of: primary, healthy: none }\n";
    std::fs::write(&drill, text.replace("stop_when:\n", stop)).unwrap();
    let before = World::of(&lab);
    let finished = run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--yes"], &reports));
    finished.expect_code(5);
    assert!(finished.stderr.contains("a stop condition held"), "{}", finished.stderr);
    assert!(finished.stdout.contains("restored, verified"), "{}", finished.stdout);
    assert_eq!(World::of(&lab), before);
}

/// A step that fails ends the run, and everything is restored.
#[test]
fn a_failed_step_restores() {
    let lab = Lab::up(40, 7);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let wait =
        "  - await: what does not happen\n    until: [ { dns: { answers: standby } } ]\n    within: 5s\n";
    let drill = drills::write(folder.path(), "fails", &format!("{CLOSE}{wait}"));
    let before = World::of(&lab);
    run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--yes"], &reports)).expect_code(1);
    assert_eq!(World::of(&lab), before);
}

/// `--dry-run` resolves and shows everything and changes nothing.
#[test]
fn a_dry_run_changes_nothing() {
    let lab = Lab::up(40, 8);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let drill = drills::write(folder.path(), "dry", CLOSE);
    let before = World::of(&lab);
    let shown = run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--dry-run", "--json"], &reports));
    shown.expect_code(0);
    let plan: Value = serde_json::from_str(shown.stdout.trim()).unwrap();
    let touches = plan["plan"]["steps"][0]["change"]["touches"].as_object().unwrap();
    assert!(!touches.is_empty() && plan["plan"]["refusals"].as_array().unwrap().is_empty(), "{plan}");
    assert!(!reports.exists(), "a dry run leaves no run behind");
    assert_eq!(World::of(&lab), before);
}

/// Nothing is touched with the credentials of another account.
#[test]
fn another_account_is_refused() {
    let lab = Lab::up(40, 9);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let drill = drills::write(folder.path(), "account", CLOSE);
    let deployment = folder.path().join("deployments/wordpress.yaml");
    let text = std::fs::read_to_string(&deployment).unwrap();
    std::fs::write(&deployment, text.replace("111122223333", "999988887777")).unwrap();
    let refused = run(&mut lab.firedrill(&["run", drill.to_str().unwrap(), "--yes"], &reports));
    refused.expect_code(3);
    assert!(refused.stderr.contains("nothing was touched"), "{}", refused.stderr);
    assert!(refused.stderr.contains("111122223333"), "{}", refused.stderr);
}

/// Promise: Someone else's change is never overwritten: what differs from both before and after is a conflict, shown, and
/// left for a person with the exact command to run.
#[test]
fn a_strangers_change_is_a_conflict() {
    let lab = OpenLab::up(40.0, 10);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let hold = "  - recover: route53.hold-traffic\n    to: standby\n    as: traffic-held\n";
    let drill = drills::write(folder.path(), "conflict", &format!("{hold}{}", block(folder.path())));
    let mut command = crate::support::firedrill();
    command.args(["run", drill.to_str().unwrap(), "--yes", "--json", "--lab-at"]).arg(lab.file());
    command.arg("--reports").arg(&reports);
    let mut process = Process::start(&mut command);
    let mut check = String::new();
    process.stdout_line(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["record"]["event"]["change"]["change"] == "rendezvous"
            && line["record"]["event"]["change"]["event"] == "apply_started"
    });
    let journal = std::fs::read_dir(&reports).unwrap().map(|e| e.unwrap().path().join("journal.jsonl"));
    for line in journal
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .flat_map(|t| t.lines().map(str::to_owned).collect::<Vec<_>>())
    {
        let record: Value = serde_json::from_str(&line).unwrap();
        if let Some(id) = record["event"]["change"]["event"]["captured"]["before"]["check"]["id"].as_str() {
            check = id.to_owned();
        }
    }
    assert!(!check.is_empty(), "the journal names the health check");
    let edit = [("HealthCheckId", check.as_str()), ("FailureThreshold", "7")];
    lab.stranger("us-east-1", Service::Route53, "UpdateHealthCheck", &edit);
    process.signal("INT");
    let finished = process.finish();
    finished.expect_code(10);
    assert!(finished.stderr.contains("firedrill restore"), "{}", finished.stderr);
    assert!(finished.stdout.contains("FailureThreshold"), "the difference is named");
    assert!(finished.stdout.contains("aws route53 update-health-check"), "the command is given");
}
