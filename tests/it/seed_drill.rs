//! The main job: the seed drill on the embedded lab, from the command to the report.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::{firedrill, run};

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Promise: "Restored" is said only after reading the world back and finding it equal to before, field by field.
#[test]
fn the_seed_drill_passes_and_its_report_can_be_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = firedrill();
    command.args(["run", "drills/seoul-outage.yaml", "--lab", "--yes", "--speed", SPEED, "--seed", "1"]);
    command.arg("--reports").arg(folder.path());
    let finished = run(&mut command);
    finished.expect_code(0);
    assert_eq!(finished.stdout.matches("restored, verified").count(), 3, "{}", finished.stdout);
    assert!(finished.stdout.contains("Simulated on the lab"), "{}", finished.stdout);

    let run_folder =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).find(|p| p.is_dir()).unwrap();
    let report = read(&run_folder.join("report.json"));
    assert_eq!(report["verdict"], "pass", "{report:#}");
    assert_eq!(report["restored"], true);
    for objective in ["recovery_time", "detection", "data_loss"] {
        let it = &report[objective];
        let (low, high) = (it["low_s"].as_f64().unwrap(), it["high_s"].as_f64().unwrap());
        assert!((low..=high).contains(&it["measured_s"].as_f64().unwrap()), "{objective}: {it}");
        assert_eq!(it["verdict"], "pass", "{objective}: {it}");
    }
    assert_eq!(report["changes"].as_array().unwrap().len(), 3);
    assert!(
        !report["outages"].as_array().unwrap().is_empty() && !report["phases"].as_array().unwrap().is_empty()
    );

    let derived = ["report.json", "report.md", "report.html"];
    let first: Vec<Vec<u8>> = derived.iter().map(|name| fs::read(run_folder.join(name)).unwrap()).collect();
    derived.iter().for_each(|name| fs::remove_file(run_folder.join(name)).unwrap());
    run(firedrill().args(["report", "--reports"]).arg(folder.path())).expect_code(0);
    for (name, bytes) in derived.iter().zip(first) {
        assert!(fs::read(run_folder.join(name)).unwrap() == bytes, "{name} differs when made again");
    }
}

/// What an unoptimised build manages on two cores while other tests run.
const SPEED: &str = "10";
