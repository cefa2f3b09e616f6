//! Tests of a plan's parts that need no world.

use std::{collections::BTreeMap, time::Duration};

use serde_json::json;

use super::{Plan, PlannedCall, Reading, SavedPlan, expected, sequence};
use crate::{
    change::{Call, Captured, Intent},
    drill::{
        model::{Drill, SourceText},
        reader,
    },
    id::StepId,
    journal::event::Actor,
};

const STEPS: &str = "\
drill: order
title: in order
deployment: wordpress
steady_state:
  - site: { answers: 200, from: primary }
stop_when:
  - health_check: { of: standby, is: unhealthy }
time_limit: 20m
steps:
  - fault: noop
    as: a
  - fault: noop
    as: b
  - hold: 2m
  - await: something
    until: [ { site: { answers: 200 } } ]
    within: 5m
    hold: 30s
  - restore: a
  - fault: noop
    as: c
";

fn drill(text: &str) -> Drill {
    let deployment = include_str!("../../drills/deployments/wordpress.yaml");
    let file = |path: &str, text: &str| SourceText { path: path.to_owned(), text: text.to_owned() };
    let loaded = reader::load_text(&[file("d.yaml", text), file("deployments/wordpress.yaml", deployment)]);
    loaded.unwrap_or_else(|problems| panic!("{problems}")).drill
}

fn call(with: &str) -> Call {
    Call { operation: "ec2:X".into(), region: None, resource: "r".into(), with: with.into() }
}

#[test]
fn a_change_is_put_back_by_its_step_or_at_the_end_newest_first() {
    let intent = |name: &str| Intent {
        calls: vec![call(&format!("+{name}"))],
        back: vec![call(&format!("-{name}"))],
        ..Intent::default()
    };
    let intents: BTreeMap<StepId, Intent> =
        ["a", "b", "c"].into_iter().map(|name| (StepId(name.to_owned()), intent(name))).collect();
    let calls = sequence::of(&drill(STEPS), &intents);
    let said: Vec<&str> = calls.iter().map(|planned| planned.call.with.as_str()).collect();
    assert_eq!(said, ["+a", "+b", "-a", "+c", "-c", "-b"]);
    let at_the_end: Vec<bool> = calls.iter().map(|planned| planned.step.is_none()).collect();
    assert_eq!(at_the_end, [false, false, false, false, true, true]);
}

#[test]
fn a_run_takes_what_the_drill_waits_and_no_more_than_its_limit() {
    let drill = drill(STEPS);
    let expected = expected::of(&drill, &BTreeMap::new(), Duration::from_secs(60));
    assert_eq!(expected.at_least, Duration::from_secs(150));
    assert_eq!(expected.at_most, Duration::from_secs(420));
    assert_eq!(expected.steps.len(), drill.all_steps().len());
    let short = Drill { time_limit: Duration::from_secs(300), ..drill };
    assert_eq!(expected::of(&short, &BTreeMap::new(), Duration::ZERO).at_most, Duration::from_secs(300));
}

fn reading(read: serde_json::Value) -> Reading {
    let mut reading = Reading::default();
    reading.add(&StepId("closed".into()), &Captured { read, ..Captured::default() });
    reading
}

fn moved(was: serde_json::Value, is: serde_json::Value) -> Vec<String> {
    reading(was).moved(&reading(is)).iter().map(ToString::to_string).collect()
}

#[test]
fn the_order_of_a_list_is_no_difference_and_each_value_is_told_by_its_path() {
    let rule = |id: &str, port: u16| json!({ "id": id, "port": port });
    let was = json!({ "rules": [rule("sgr-1", 80), rule("sgr-2", 443)], "groups": ["b", "a"] });
    let turned = json!({ "groups": ["a", "b"], "rules": [rule("sgr-2", 443), rule("sgr-1", 80)] });
    assert_eq!(moved(was.clone(), turned.clone()), Vec::<String>::new());
    assert_eq!(reading(was.clone()).fingerprint(), reading(turned).fingerprint());
    let edited = json!({ "rules": [rule("sgr-1", 81), rule("sgr-2", 443)], "groups": ["a", "b", "c"] });
    assert_eq!(
        moved(was.clone(), edited.clone()),
        [
            "changes.closed.read.groups: was a, b, is a, b, c",
            "changes.closed.read.rules[sgr-1].port: was 80, is 81"
        ]
    );
    assert_ne!(reading(was).fingerprint(), reading(edited).fingerprint());
}

#[test]
fn what_came_or_went_is_told_once_and_whole() {
    let rule = |id: &str| json!({ "id": id, "port": 80, "tags": { "team": "shop" } });
    let (one, two) =
        (json!({ "rules": [rule("sgr-1")] }), json!({ "rules": [rule("sgr-1"), rule("sgr-2")] }));
    let path = "changes.closed.read.rules[sgr-2]";
    assert_eq!(
        moved(one.clone(), two.clone()),
        [format!("{path}: is new: id sgr-2, port 80, tags.team shop")]
    );
    assert_eq!(moved(two, one), [format!("{path}: is gone; it was: id sgr-2, port 80, tags.team shop")]);
}

#[test]
fn two_equal_edits_of_two_things_are_two() {
    let both =
        |kind: &str| json!({ "instances": [{ "id": "i-1", "kind": kind }, { "id": "i-2", "kind": kind }] });
    assert_eq!(moved(both("t3.small"), both("t3.large")).len(), 2);
}

fn saved() -> SavedPlan {
    let deployment = include_str!("../../drills/deployments/wordpress.yaml");
    let file = |path: &str, text: &str| SourceText { path: path.to_owned(), text: text.to_owned() };
    let files = [file("d.yaml", STEPS), file("deployments/wordpress.yaml", deployment)];
    let loaded = reader::load_text(&files).unwrap_or_else(|problems| panic!("{problems}"));
    let plan = json!({
        "drill": "order", "deployment": "wordpress", "account": "1", "caller": "arn", "found": { "a": [1, 2.5] },
        "steps": [], "watches": [], "detectors": [], "permissions": ["ec2:X"], "warnings": [], "refusals": [],
    });
    let plan: Plan = serde_json::from_value(plan).unwrap();
    let at = "2026-11-22T12:00:00Z".parse().unwrap();
    let by = Actor { host: "h".into(), user: "u".into(), pid: 1 };
    SavedPlan::new(&loaded, plan, reading(json!({ "rules": [{ "id": "sgr-1", "port": 80 }] })), at, by, None)
}

#[test]
fn a_saved_plan_reads_back_as_it_was_written() {
    let plan = saved();
    let (read, loaded) = SavedPlan::parse(&plan.text()).unwrap();
    assert_eq!(read, plan);
    assert_eq!(loaded.digest, plan.drill_digest);
    assert_eq!(plan.moved(&plan.plan, &plan.read), Vec::<String>::new());
    let later = "2026-11-22T12:01:30Z".parse().unwrap();
    assert_eq!(plan.by(later).age_s, 90);
}

/// Cut anywhere, or with any letter another, it is an error or the same plan: never another one.
#[test]
fn a_damaged_plan_is_never_another_plan() {
    let (plan, text) = (saved(), saved().text());
    for end in (0..text.len() - 2).step_by(7).filter(|end| text.is_char_boundary(*end)) {
        assert!(SavedPlan::parse(&text[..end]).is_err(), "cut at {end}");
    }
    for place in (0..text.len()).step_by(3) {
        for letter in [b'7', b'x', b' ', b'"', b'}'] {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = letter;
            let Ok(damaged) = String::from_utf8(bytes) else { continue };
            if let Ok((read, _)) = SavedPlan::parse(&damaged) {
                assert_eq!(read, plan, "{letter} at {place}");
            }
        }
    }
}

#[test]
fn calls_that_would_be_others_are_told_although_nothing_moved() {
    let plan = saved();
    let mut other = plan.plan.clone();
    other.calls.push(PlannedCall {
        step: None,
        change: StepId("a".into()),
        restores: true,
        call: call("created"),
    });
    let told = plan.moved(&other, &plan.read);
    assert!(told.len() == 1 && told[0].contains("would call otherwise"), "{told:?}");
}

#[test]
fn a_part_that_could_not_be_read_is_told_and_not_compared() {
    let read = |value: serde_json::Value| serde_json::from_value::<Reading>(value).unwrap();
    let known = read(json!({ "survey.primary.rules[sgr-1].port": "80", "writer": "primary" }));
    let unread = read(json!({ "survey.primary.rules": "(could not be read)", "writer": "primary" }));
    for (one, other) in [(&known, &unread), (&unread, &known)] {
        assert_eq!(one.moved(other), Vec::new());
        assert_eq!(one.untold(other).into_iter().collect::<Vec<_>>(), ["survey.primary.rules"]);
    }
    let moved = read(json!({ "survey.primary.rules": "(could not be read)", "writer": "standby" }));
    assert_eq!(known.moved(&moved).len(), 1);
}
