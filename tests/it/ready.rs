//! `ready` as its users run it, and the gate before a run.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::{Finished, drills, firedrill, root, run};

const DEPLOYMENT: &str = "drills/deployments/wordpress.yaml";

fn ready(words: &[&str]) -> Finished {
    let mut command = firedrill();
    run(command.args(["ready", "--lab", "--speed", "100"]).args(words).env("COLUMNS", "80"))
}

/// The reference world with one stretch of its file changed.
fn world(folder: &Path, from: &str, to: &str) -> String {
    let text = fs::read_to_string(root().join("src/lab/worlds/wordpress.yaml")).unwrap();
    assert!(text.contains(from), "{from}");
    let path = folder.join("world.yaml");
    fs::write(&path, text.replacen(from, to, 1)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_reference_deployment_is_ready_and_says_so_in_three_ways() {
    let folder = tempfile::tempdir().unwrap();
    let junit = folder.path().join("ready.xml");
    let finished = ready(&[DEPLOYMENT, "--junit", junit.to_str().unwrap()]);
    finished.expect_code(0);
    let wide = finished.stdout.lines().find(|line| line.chars().count() > 80 && line.contains('│'));
    assert_eq!(wide, None, "wider than 80 columns");
    assert!(finished.stdout.lines().last().unwrap().starts_with("ready: 41 pass"), "{}", finished.stdout);
    let xml = fs::read_to_string(junit).unwrap();
    assert!(xml.contains("tests=\"41\" failures=\"0\" errors=\"0\""), "{xml}");

    let told = ready(&["drills/seoul-outage.yaml", "--json"]);
    told.expect_code(0);
    let answer: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!(
        (&answer["type"], &answer["drill"], &answer["verdict"]),
        (&"ready".into(), &"seoul-outage".into(), &"pass".into())
    );
    assert_eq!(answer["counts"]["pass"], answer["answers"].as_array().unwrap().len());
}

#[test]
fn what_fails_refuses_a_run_until_a_file_accepts_it_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(
        folder.path(),
        "instances: 2 }\n\nhealth_checks",
        "class: db.r6g.large, instances: 0 }\n\nhealth_checks",
    );
    let reports = folder.path().join("reports");
    let of = |drill: &Path, words: &[&str]| {
        let mut command = firedrill();
        command.args(["run", drill.to_str().unwrap(), "--lab", "--speed", "100", "--world", &world]);
        run(command.args(words).arg("--reports").arg(&reports))
    };
    let hold = "  - fault: noop\n    as: nothing\n";
    let strict = drills::write(folder.path(), "strict", hold);
    let refused = of(&strict, &["--yes"]);
    refused.expect_code(3);
    for words in
        ["nothing was touched", "`database-instances` fails", "ready: { accept: [database-instances] }"]
    {
        assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
    }
    assert!(!reports.exists(), "no run is left behind");

    let lenient =
        drills::write_with(folder.path(), "lenient", "ready: { accept: database-instances }\n", hold);
    let planned = of(&lenient, &["--dry-run", "--json"]);
    planned.expect_code(0);
    let plan: Value = serde_json::from_str(&planned.stdout).unwrap();
    let plan = &plan["plan"];
    assert_eq!(plan["refusals"].as_array().unwrap().len(), 0, "{plan:#}");
    let warned =
        plan["warnings"].as_array().unwrap().iter().any(|one| {
            one.as_str().unwrap().starts_with("accepted: readiness check `database-instances` fails")
        });
    assert!(warned, "{plan:#}");
    let kept = plan["readiness"]["answers"].as_array().unwrap();
    let kept = kept.iter().find(|answer| answer["check"] == "database-instances").unwrap();
    assert_eq!((&kept["verdict"], &kept["accepted"]), (&"fail".into(), &true.into()));

    let asked = ready(&[lenient.to_str().unwrap(), "--world", &world]);
    asked.expect_code(2);
    assert!(asked.stdout.contains("accepted"), "{}", asked.stdout);
}

#[test]
fn what_was_asked_is_told_even_where_the_report_can_not_be_written() {
    let finished = ready(&[DEPLOYMENT, "--junit", "/nonexistent/ready.xml"]);
    finished.expect_code(3);
    assert!(finished.stdout.lines().last().unwrap().starts_with("ready: 41 pass"), "{}", finished.stdout);
    assert!(finished.stderr.contains("could not write /nonexistent/ready.xml"), "{}", finished.stderr);
}

#[test]
fn a_defect_ends_with_one_and_a_denial_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(
        folder.path(),
        "failover: secondary, health_check: wordpress-tokyo }",
        "failover: secondary, health_check: wordpress-seoul }",
    );
    let failed = ready(&[DEPLOYMENT, "--world", &world]);
    failed.expect_code(1);
    assert!(failed.stdout.contains("not ready: 1 fail"), "{}", failed.stdout);
    let denied = ready(&[DEPLOYMENT, "--misbehave", "wafv2:* denied", "--json"]);
    denied.expect_code(2);
    let answer: Value = serde_json::from_str(&denied.stdout).unwrap();
    let unknown: Vec<&str> = answer["answers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["verdict"] == "unknown")
        .map(|one| one["check"].as_str().unwrap())
        .collect();
    assert_eq!(unknown, ["web-acl", "web-acl-rules"]);
}
