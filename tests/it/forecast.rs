//! `forecast`: what it says, what it refuses, and that a run keeps it.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::{drills, firedrill, root, run};

fn seed_drill() -> String {
    root().join("drills/seoul-outage.yaml").to_string_lossy().into_owned()
}

fn told(reports: &Path, more: &[&str]) -> Value {
    let mut command = firedrill();
    command.args(["forecast", &seed_drill(), "--lab", "--runs", "100", "--json", "--reports"]).arg(reports);
    let finished = run(command.args(more));
    finished.expect_code(0);
    serde_json::from_str(&finished.stdout).unwrap()
}

#[test]
fn a_forecast_says_how_long_and_what_settings_would_buy_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("reports");
    let all = told(&reports, &[]);
    assert_eq!(all["forecast"]["recovered"], 100);
    let middle = all["forecast"]["recovery_time"]["p50_s"].as_f64().unwrap();
    assert!((150.0..260.0).contains(&middle), "{middle}");
    assert_eq!(all["forecast"]["chance"], 1.0);
    let gains = all["what_if"].as_array().unwrap();
    let gain = |key: &str| {
        let own = gains.iter().find(|own| own["settings"][0]["key"] == key);
        own.unwrap_or_else(|| panic!("{key}: {gains:?}"))["gain_s"].as_f64().unwrap()
    };
    assert!(gain("targets.unhealthy_after") < -20.0);
    assert!(gain("health_check.threshold").abs() < 2.0, "nobody waits for DNS in this drill");
    // AWS would refuse both: an alias has its balancer's TTL, and a check of a target waits 5 s.
    let typed = |own: &Value| format!("{}={}", own["key"].as_str().unwrap(), own["then"].as_str().unwrap());
    let tried: Vec<String> = gains.iter().map(|own| typed(&own["settings"][0])).collect();
    assert!(!tried.iter().any(|own| own.starts_with("ttl") || own == "targets.interval=5s"), "{tried:?}");
    let durations = all["durations"].as_array().unwrap();
    assert!(
        durations.iter().all(|own| !own["source"].as_str().unwrap().is_empty() && own["origin"] == "lab")
    );
    let numbers = all["numbers"].as_array().unwrap();
    assert!(
        numbers.iter().any(|own| own["name"] == "health_check.interval of primary" && own["read"] == true)
    );
    assert_eq!(all, told(&reports, &[]), "equal draws make equal forecasts");
    assert!(!reports.exists(), "a forecast writes nothing");
}

#[test]
fn the_table_fits_eighty_columns() {
    let mut command = firedrill();
    command.args(["forecast", &seed_drill(), "--lab", "--verbose"]);
    let finished = run(command.args(["--what-if", "ttl=10s", "--what-if", "targets.unhealthy_after=2"]));
    finished.expect_code(0);
    fits(&finished.stdout);
    // Long lines are wrapped.
    let said = finished.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "p50",
        "nine in ten",
        "met in 100.0 %",
        "environment of primary is",
        "unhealthy_after 5 -> 2",
        "the record is an",
        "assumed",
        "by the lab's durations: no number here is AWS's",
    ] {
        assert!(said.contains(words), "{words}:\n{}", finished.stdout);
    }
    assert!(!said.contains("earlier"), "no earlier run says anything:\n{}", finished.stdout);
}

fn fits(said: &str) {
    let wide = said.lines().find(|line| line.chars().count() > 80);
    assert_eq!(wide, None, "{said}");
}

#[test]
fn what_a_world_sets_and_what_a_drill_stops_at_are_forecast() {
    let folder = tempfile::tempdir().unwrap();
    let reference = fs::read_to_string(root().join("src/lab/worlds/wordpress.yaml")).unwrap();
    let slow =
        reference.replacen("\nregions:\n", "\nsettings:\n  rds: { switchover: 5m..6m }\n\nregions:\n", 1);
    let world = folder.path().join("slow.yaml");
    fs::write(&world, slow).unwrap();
    let reports = folder.path().join("reports");
    let middle = |told: &Value| told["forecast"]["recovery_time"]["p50_s"].as_f64().unwrap();
    let slower = told(&reports, &["--world", world.to_str().unwrap()]);
    assert!(middle(&slower) > middle(&told(&reports, &[])) + 200.0);
    // The same drill, stopped once the environment is seen to be down.
    let drills = root().join("drills");
    fs::create_dir_all(folder.path().join("deployments")).unwrap();
    let deployment = "deployments/wordpress.yaml";
    fs::copy(drills.join(deployment), folder.path().join(deployment)).unwrap();
    let text = fs::read_to_string(drills.join("seoul-outage.yaml")).unwrap();
    let stop = "stop_when:\n  - environment: { of: primary, health: [Degraded, Severe], for: 5s }\n";
    let drill = folder.path().join("stops.yaml");
    fs::write(&drill, text.replacen("stop_when:\n", stop, 1)).unwrap();
    let finished = run(firedrill().arg("forecast").arg(&drill).arg("--lab"));
    finished.expect_code(0);
    fits(&finished.stdout);
    let said = "a stop condition ends 2000 of 2000 runs: environment of primary";
    assert!(finished.stdout.contains(said), "{}", finished.stdout);
    let json = run(firedrill().arg("forecast").arg(&drill).args(["--lab", "--json"]));
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        (&json["forecast"]["stopped"][0]["runs"], &json["forecast"]["recovered"]),
        (&2000.into(), &0.into())
    );
}

#[test]
fn what_is_not_known_is_refused_with_what_to_type() {
    let refused = |more: &[&str]| {
        let finished = run(firedrill().args(["forecast", &seed_drill(), "--lab"]).args(more));
        finished.expect_code(64);
        finished.stderr
    };
    assert!(refused(&["--what-if", "tll=10"]).contains("did you mean `ttl`?"));
    assert!(refused(&["--what-if", "health_check.interval=20"]).contains("it takes 10s or 30s"));
    assert!(refused(&["--assume", "databse=5m"]).contains("did you mean `database`?"));
    assert!(refused(&["--assume", "database=5m"]).contains("the forecast knows how long `database` takes"));
    assert!(refused(&["--what-if", "ttl=10", "--what-if", "ttl=20"]).contains("ttl is there twice"));
    assert!(refused(&["--what-if", "probe_interval=1ms"]).contains("a time from 50ms to 60s"));
    assert!(refused(&["--what-if", "targets.interval=5"]).contains("not longer than targets.timeout"));
    let both = ["--what-if", "targets.interval=5", "--what-if", "targets.timeout=5"];
    assert!(refused(&both).contains("not longer than targets.timeout"));
    let folder = tempfile::tempdir().unwrap();
    let approved = "  - approve: Go?\n    within: 5m\n    as: go\n";
    let drill = drills::write(folder.path(), "asks", approved);
    let finished = run(firedrill().arg("forecast").arg(&drill).arg("--lab"));
    finished.expect_code(3);
    assert!(finished.stderr.contains("--assume go=30s"), "{}", finished.stderr);
    run(firedrill().arg("forecast").arg(&drill).args(["--lab", "--assume", "go=30s"])).expect_code(0);
}

#[test]
fn a_run_keeps_its_forecast_and_its_report_shows_it_beside_what_was_measured() {
    let folder = tempfile::tempdir().unwrap();
    // The second hold lets users be seen to be served again.
    let steps = "  - fault: ec2.revoke-ingress\n    of: primary\n    port: 80\n    as: closed\n  - hold: 20s\n  \
                 - restore: closed\n  - hold: 30s\n";
    let drill = drills::write(folder.path(), "closes", steps);
    let mut command = firedrill();
    let reports = folder.path().join("reports");
    command.args(["run", "--lab", "--speed", "10", "--yes"]).arg(&drill).arg("--reports").arg(&reports);
    run(&mut command).expect_code(0);
    let own = fs::read_dir(&reports).unwrap().map(|entry| entry.unwrap().path());
    let own = own.filter(|path| path.is_dir()).max().unwrap();
    let report: Value = serde_json::from_str(&fs::read_to_string(own.join("report.json")).unwrap()).unwrap();
    assert_eq!(report["forecast"]["runs"], 500);
    let band = &report["forecast"]["recovery_time"];
    let measured = report["recovery_time"]["measured_s"].as_f64().unwrap();
    let (low, high) = (band["p5_s"].as_f64().unwrap(), band["p95_s"].as_f64().unwrap());
    // Users are served again when the port is open again: a busy machine makes seconds of the world.
    assert!((low - 10.0..high + 20.0).contains(&measured), "{measured} and {band}");
    assert!(fs::read_to_string(own.join("report.md")).unwrap().contains("Forecast and measurement"));
}
