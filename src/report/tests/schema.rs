//! Schema: what `reports/report.schema.json` promises, held against reports. The checker knows the words of JSON Schema that
//! the file uses, and refuses any other.

use serde_json::{Map, Value};

use super::*;
use crate::{
    drill::model::Side,
    journal::integrity::{Chained, Integrity},
    measure::series,
};

const FILE: &str = include_str!("../../../reports/report.schema.json");

/// The words that say nothing about a value.
const NOTES: [&str; 6] = ["$schema", "$id", "$defs", "title", "description", "format"];

struct Checker<'a> {
    root: &'a Value,
    wrong: Vec<String>,
}

impl Checker<'_> {
    fn check(&mut self, schema: &Value, value: &Value, path: &str) {
        let Some(rules) = schema.as_object() else { return };
        for (word, rule) in rules {
            match word.as_str() {
                "$ref" => {
                    let name = rule.as_str().unwrap().strip_prefix("#").unwrap();
                    let root = self.root;
                    self.check(root.pointer(name).expect(name), value, path);
                }
                "type" => self.holds(is_of(rule, value), path, format!("is no {rule}: {value}")),
                "const" => self.holds(rule == value, path, format!("is not {rule}")),
                "enum" => {
                    self.holds(
                        rule.as_array().unwrap().contains(value),
                        path,
                        format!("is none of {rule}: {value}"),
                    );
                }
                "minimum" => self.holds(value.as_f64() >= rule.as_f64(), path, format!("is below {rule}")),
                "required" => {
                    let missing: Vec<&Value> = rule
                        .as_array()
                        .unwrap()
                        .iter()
                        .filter(|name| value.get(name.as_str().unwrap()).is_none())
                        .collect();
                    self.holds(missing.is_empty() || !value.is_object(), path, format!("lacks {missing:?}"));
                }
                "properties" => self.properties(rule.as_object().unwrap(), rules, value, path),
                "additionalProperties" => {}
                "items" => {
                    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, item, &format!("{path}[{place}]"));
                    }
                }
                "anyOf" => {
                    let fits = rule.as_array().unwrap().iter().any(|one| {
                        let mut inner = Checker { root: self.root, wrong: Vec::new() };
                        inner.check(one, value, path);
                        inner.wrong.is_empty()
                    });
                    self.holds(fits, path, format!("fits none of {rule}: {value}"));
                }
                other => assert!(NOTES.contains(&other), "the checker does not know `{other}`"),
            }
        }
    }

    fn properties(
        &mut self,
        known: &Map<String, Value>,
        rules: &Map<String, Value>,
        value: &Value,
        path: &str,
    ) {
        let closed = rules.get("additionalProperties") == Some(&Value::Bool(false));
        for (name, inner) in value.as_object().into_iter().flatten() {
            match known.get(name) {
                Some(schema) => self.check(schema, inner, &format!("{path}.{name}")),
                None => self.holds(!closed, path, format!("has `{name}`, which the schema does not name")),
            }
        }
    }

    fn holds(&mut self, holds: bool, path: &str, wrong: String) {
        if !holds {
            self.wrong.push(format!("{path} {wrong}"));
        }
    }
}

fn is_of(rule: &Value, value: &Value) -> bool {
    let one = |name: &Value| match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type: {other}"),
    };
    match rule {
        Value::Array(names) => names.iter().any(one),
        name => one(name),
    }
}

pub(super) fn wrongs(report: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(FILE).unwrap();
    let mut checker = Checker { root: &schema, wrong: Vec::new() };
    checker.check(&schema, report, "report");
    checker.wrong
}

#[test]
fn reports_are_as_the_schema_says() {
    for run in [SeedRun::new(), troubled()] {
        assert_eq!(wrongs(&json(&run)), Vec::<String>::new());
    }
}

/// A report with everything that a run can have beside its own numbers.
fn full() -> Report {
    let mut report = people::followed();
    let all: Vec<String> = controls::frameworks().iter().map(|it| it.id.to_owned()).collect();
    report.controls = controls::map(&report, &all);
    report.series.checkers = vec![series::Checkers {
        side: Side::Primary,
        most: 16,
        failing: vec![series::Checker {
            name: "us-east-1 192.0.2.7".into(),
            stretches: vec![(60_000, 90_000)],
        }],
    }];
    let chained = Chained { chain_head: "ab".into(), chain_length: 4 };
    report.integrity = Some(Integrity {
        files: 12,
        chain_head: "cd".into(),
        chain_length: 80,
        samples: 900,
        followup: Some(chained),
    });
    report
}

#[test]
fn people_findings_controls_and_integrity_are_as_the_schema_says() {
    let report = full();
    assert!(report.controls.iter().any(|it| it.controls.iter().any(|one| !one.shows.is_empty())));
    assert_eq!(wrongs(&serde_json::to_value(&report).unwrap()), Vec::<String>::new());
}

#[test]
fn the_schema_knows_every_name_at_every_depth() {
    let whole = serde_json::to_value(full()).unwrap();
    let parts = [
        "/people/0",
        "/references/0",
        "/findings/0",
        "/earlier_findings/0",
        "/notes_of_people/0",
        "/controls/0/controls/0",
        "/integrity/followup",
        "/series/clients/0",
        "/series/checkers/0/failing/0",
        "/series/latency/0",
    ];
    for part in parts {
        let mut report = whole.clone();
        let place = report.pointer_mut(part).unwrap_or_else(|| panic!("{part} is not there"));
        place["novelty"] = 1.into();
        assert_eq!(wrongs(&report).len(), 1, "{part}: {:?}", wrongs(&report));
    }
}

#[test]
fn the_schema_is_not_satisfied_by_anything() {
    let mut report = json(&SeedRun::new());
    report["verdict"] = "splendid".into();
    report["restored"] = "yes".into();
    report["novelty"] = 1.into();
    report.as_object_mut().unwrap().remove("chain");
    assert_eq!(wrongs(&report).len(), 4, "{:?}", wrongs(&report));
}
