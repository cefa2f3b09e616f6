//! What was forecast stands beside what was measured, in both languages, and only where it was forecast.

use std::{collections::BTreeMap, time::Duration};

use serde_json::json;

use super::*;
use crate::journal::expectation::{Expectation, Expected, FORECAST};

fn range(p5: u64, p50: u64, p95: u64) -> Expected {
    let secs = |time| Some(Duration::from_secs(time));
    Expected { p5: secs(p5), p50: secs(p50), p95: secs(p95) }
}

/// The seed run, with this in its plan.
fn expecting(expectation: &Expectation) -> SeedRun {
    let mut run = SeedRun::new();
    for record in &mut run.records {
        if let Event::Planned { plan, .. } = &mut record.event {
            *plan = json!({ FORECAST: expectation });
        }
    }
    run
}

#[test]
fn a_forecast_stands_beside_the_measurement_phase_by_phase() {
    let phases =
        [("detection", range(900, 950, 990)), ("database", range(0, 0, 1)), ("nonsense", range(1, 2, 3))];
    let expectation = Expectation {
        runs: 500,
        interrupted: Some(500),
        recovered: Some(500),
        recovery_time: Some(range(1, 100, 900)),
        chance: Some(0.975),
        phases: phases.map(|(name, range)| (name.to_owned(), range)).into(),
    };
    let run = expecting(&expectation);
    let english = text(&run, "report.md");
    for words in [
        "Forecast and measurement",
        "as forecast",
        "sooner than forecast",
        "later than forecast",
        "97.5 %",
        "500 runs",
    ] {
        assert!(english.contains(words), "{words}:\n{english}");
    }
    assert!(text(&run, "report.ko.md").contains("예측과 실측 비교"));
    let told = &json(&run)["forecast"];
    assert_eq!(told["recovery_time"]["p95_s"], 900.0);
    assert_eq!(told["phases"].as_array().unwrap().len(), 2, "a phase that nobody knows is left out");
    assert_eq!(schema::wrongs(&json(&run)), Vec::<String>::new());
}

#[test]
fn a_run_that_was_not_expected_to_recover_says_so_and_one_that_was_not_forecast_says_nothing() {
    let hopeless = Expectation {
        runs: 500,
        interrupted: None,
        recovered: None,
        recovery_time: None,
        chance: Some(0.0),
        phases: BTreeMap::new(),
    };
    let said = text(&expecting(&hopeless), "report.md");
    assert!(said.contains("In none of them were users served again"), "{said}");
    let plain = SeedRun::new();
    assert!(json(&plain).get("forecast").is_none());
    assert!(!text(&plain, "report.md").contains("Forecast and measurement"));
}

#[test]
fn runs_in_which_users_do_not_recover_are_counted_and_have_no_end() {
    let recovery_time = Expected { p95: None, ..range(1, 100, 0) };
    let some = Expectation {
        runs: 500,
        interrupted: Some(500),
        recovered: Some(420),
        recovery_time: Some(recovery_time),
        chance: Some(0.84),
        phases: BTreeMap::new(),
    };
    let run = expecting(&some);
    let said = text(&run, "report.md");
    assert!(said.contains("In 80 of 500 of them users were interrupted and not served again"), "{said}");
    assert!(said.contains("– not recovered"), "{said}");
    assert!(text(&run, "report.ko.md").contains("복구되지 않음"));
    let told = &json(&run)["forecast"];
    assert_eq!((&told["interrupted"], &told["recovered"]), (&json!(500), &json!(420)));
    assert_eq!(told["recovery_time"]["p95_s"], serde_json::Value::Null);
    assert_eq!(schema::wrongs(&json(&run)), Vec::<String>::new());
}
