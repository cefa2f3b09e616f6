//! The README's tables and lists are the program's own.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use firedrill::{change::registry::KINDS, cli::exit, drill::catalogue, plan::guard::GUARDS};
use serde_json::Value;

use super::markdown::{Readme, quoted};
use crate::support::{drills, firedrill, run};

/// `FIREDRILL_BLESS=1` writes them.
#[test]
fn the_tables_of_the_catalogue_are_what_the_program_prints() {
    let bless = std::env::var_os("FIREDRILL_BLESS").is_some();
    let mut readme = Readme::read();
    let mut wrong = Vec::new();
    for part in ["changes", "probes", "conditions", "checks"] {
        let printed = run(firedrill().args(["catalog", part, "--markdown"]));
        printed.expect_code(0);
        let table = printed.stdout.trim_end().to_owned() + "\n";
        if bless {
            readme = readme.with_catalogue(part, &table);
        } else if readme.catalogue(part) != table {
            wrong.push(part);
        }
    }
    if bless {
        readme.write();
    }
    assert!(wrong.is_empty(), "{wrong:?}: run with FIREDRILL_BLESS=1, and read the difference");
}

#[test]
fn the_catalogue_lists_every_registered_kind_and_calls_nothing() {
    let listed = run(firedrill().args(["catalog", "--json"]).env("AWS_ENDPOINT_URL", "http://127.0.0.1:9"));
    listed.expect_code(0);
    let all: Value = serde_json::from_str(listed.stdout.trim()).unwrap();
    let names = |part: &str, key: &str| -> Vec<String> {
        let items = all[part].as_array().unwrap().iter();
        items.map(|item| item[key].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("changes", "kind"), KINDS);
    assert_eq!(names("conditions", "name").len(), 7);
    for item in all["changes"].as_array().unwrap() {
        let Some(entry) = catalogue::find(item["kind"].as_str().unwrap()) else { continue };
        let parameters: Vec<&str> =
            item["parameters"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap()).collect();
        assert_eq!(parameters, entry.params().collect::<Vec<_>>(), "{}", entry.kind);
    }
    let shown = run(firedrill().args(["catalog", "changes"]).env("COLUMNS", "80"));
    shown.expect_code(0);
    let wide: Vec<&str> = shown.stdout.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "{wide:#?}");
}

/// Watches and their intervals, as a plan has them.
#[test]
fn the_table_of_probes_is_what_a_drill_watches() {
    let folder = tempfile::tempdir().unwrap();
    let step = "  - await: an alarm\n    until: [ { alarm: { name: NAME, of: primary, is: OK } } ]\n    within: 5m\n";
    let drill = drills::write(folder.path(), "watches", step);
    let text = fs::read_to_string(&drill).unwrap();
    fs::write(&drill, text.replace("probe_interval: 1s\n", "")).unwrap();
    let planned = run(firedrill().args(["run", "--lab", "--dry-run", "--json"]).arg(&drill));
    planned.expect_code(0);
    let plan: Value = serde_json::from_str(planned.stdout.trim()).unwrap();
    let watched: BTreeMap<String, u64> = plan["plan"]["watches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|watch| (watch["watch"].as_str().unwrap().to_owned(), watch["interval_us"].as_u64().unwrap()))
        .collect();

    let mut shown = BTreeMap::new();
    for row in Readme::read().table("### Probes") {
        let interval = row[1].rsplit(", ").next().unwrap();
        let (number, unit) = interval.split_once(' ').unwrap();
        let unit = if unit == "ms" { 1_000 } else { 1_000_000 };
        for name in quoted(&row[0]) {
            shown.insert(name.replace("SIDE", "primary"), number.parse::<u64>().unwrap() * unit);
        }
    }
    assert_eq!(shown, watched);
}

#[test]
fn the_table_of_conditions_is_the_languages() {
    let schema: Value = serde_json::from_str(&run(firedrill().arg("schema")).stdout).unwrap();
    let conditions =
        schema["$defs"].as_object().unwrap().iter().filter(|(name, _)| name.ends_with("-condition"));
    let known: BTreeSet<String> =
        conditions.map(|(_, shape)| shape["required"][0].as_str().unwrap().to_owned()).collect();
    let rows = Readme::read().table("### Conditions");
    let shown: BTreeSet<String> = rows.iter().flat_map(|row| quoted(&row[0])).collect();
    assert_eq!(shown, known);

    let folder = tempfile::tempdir().unwrap();
    let steps: String = rows
        .iter()
        .map(|row| {
            let (name, claim) = (&quoted(&row[0])[0], &quoted(&row[1])[0]);
            format!("  - await: {name}\n    until: [ {{ {name}: {claim} }} ]\n    within: 1m\n")
        })
        .collect();
    let drill = drills::write(folder.path(), "conditions", &steps);
    let checked = run(firedrill().arg("check").arg(drill));
    checked.expect_code(0);
}

/// Each guard in the order in which it speaks, and only keys that a deployment may have.
#[test]
fn the_table_of_guards_is_the_programs() {
    let rows = Readme::read().table("### What a run refuses");
    let shown: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(shown, GUARDS.iter().map(|guard| guard.name).collect::<Vec<_>>());
    let schema: Value = serde_json::from_str(&run(firedrill().arg("schema")).stdout).unwrap();
    for key in rows.iter().flat_map(|row| quoted(&row[2])) {
        let key = key.split([':', ' ']).next().unwrap();
        let known = |shape: &str| schema["$defs"][shape]["properties"].get(key).is_some();
        assert!(known("deployment") || known("set-of-limits"), "a deployment has no key {key}");
    }
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let listed = exit::HELP.split_once('\n').unwrap().1;
    assert_eq!(Readme::read().block("text exit-codes").text.trim_end(), listed);
}
