//! Plan: what was found and planned before anything was changed, from the plan that the journal holds.
//! Invariant: read by name from plain data, so that plans of other versions show what they have.
//! Used by: whole.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    id::StepId,
    journal::event::{Event, Record},
    report::model::facts::{DetectorFact, PlanFacts, SavedFact, Touch},
};

/// So many facts of what was found are listed.
const FACTS: usize = 150;

pub(super) fn of(records: &[Record]) -> Option<PlanFacts> {
    let plan = records.iter().find_map(|record| match &record.event {
        Event::Planned { plan, .. } => Some(plan),
        _ => None,
    })?;
    let mut found = Vec::new();
    flat(&mut found, String::new(), &plan["found"]);
    let more = found.len().saturating_sub(FACTS);
    found.truncate(FACTS);
    let facts = PlanFacts {
        detectors: list(&plan["detectors"]).filter_map(detector).collect(),
        touches: list(&plan["steps"]).flat_map(touches).collect(),
        permissions: texts(&plan["permissions"]),
        warnings: texts(&plan["warnings"]),
        found,
        found_more: more,
        saved: SavedFact::deserialize(&plan["saved"]).ok(),
    };
    (facts != PlanFacts::default()).then_some(facts)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn texts(value: &Value) -> Vec<String> {
    list(value).filter_map(Value::as_str).map(str::to_owned).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn detector(value: &Value) -> Option<DetectorFact> {
    Some(DetectorFact {
        fault: StepId(value["fault"].as_str()?.to_owned()),
        detector: text(&value["detector"]),
        notices: value["notices"].as_bool(),
        because: text(&value["because"]),
    })
}

fn touches(step: &Value) -> Vec<Touch> {
    let id = StepId(text(&step["id"]));
    let each = step["change"]["touches"].as_object().into_iter().flatten();
    each.map(|(resource, what)| Touch { step: id.clone(), resource: resource.clone(), what: text(what) })
        .collect()
}

/// Every value by its path; what is empty says nothing.
fn flat(into: &mut Vec<(String, String)>, path: String, value: &Value) {
    let below = |name: &str| match path.is_empty() {
        true => name.to_owned(),
        false => format!("{path}.{name}"),
    };
    match value {
        Value::Null => {}
        Value::Object(map) => map.iter().for_each(|(name, value)| flat(into, below(name), value)),
        Value::Array(values) if values.iter().all(|value| !value.is_object() && !value.is_array()) => {
            let words: Vec<String> = values.iter().map(plain).collect();
            if !words.is_empty() {
                into.push((path, words.join(", ")));
            }
        }
        Value::Array(values) => {
            values
                .iter()
                .enumerate()
                .for_each(|(place, value)| flat(into, below(&(place + 1).to_string()), value));
        }
        other => into.push((path, plain(other))),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
