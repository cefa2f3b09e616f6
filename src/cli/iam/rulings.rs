//! Rulings: what is known of the caller's rights, action by action.
//! Invariant: in a table each action stands once for each answer; a resource is named where its action is not allowed. JSON
//! has every resource.
//! Used by: iam.

use std::collections::BTreeMap;

use comfy_table::Cell;
use serde_json::{Value, json};

use super::IamArgs;
use crate::{
    cli::{
        exit,
        output::{cell, out, table},
        words::Tone,
    },
    plan::{
        Prepared,
        rights::{May, Ruling},
    },
};

/// The worst that is known of an action on a resource.
type Known<'a> = BTreeMap<(&'static str, &'a str), &'a Ruling>;

/// Shows it; the exit code.
pub(super) fn show(args: &IamArgs, prepared: &Prepared) -> u8 {
    let all = worst(&prepared.rulings);
    let count = |may: May| all.values().filter(|one| one.may == may).count();
    let (allowed, denied, unknown) = (count(May::Allowed), count(May::Denied), count(May::Unknown));
    if args.json {
        let caller = args.principal.as_deref().unwrap_or(&prepared.caller.arn);
        out(json!({ "type": "rights", "for": caller, "rights": as_json(&all) }).to_string());
    } else {
        out(table(&["Action", "May", "Because"], rows(&all)));
        out(format!(
            "of {} actions on their resources {allowed} are allowed, {denied} denied, {unknown} unknown",
            all.len()
        ));
    }
    match (denied, unknown) {
        (0, 0) => exit::PASSED,
        (0, _) => exit::UNKNOWN,
        _ => exit::FAILED,
    }
}

/// Both sides may call the same on the same.
fn worst(rulings: &[Ruling]) -> Known<'_> {
    let mut all: Known<'_> = BTreeMap::new();
    for one in rulings {
        let own = all.entry((one.need.action, &one.need.resource)).or_insert(one);
        if rank(one.may) > rank(own.may) {
            *own = one;
        }
    }
    all
}

fn rank(may: May) -> u8 {
    match may {
        May::Denied => 2,
        May::Unknown => 1,
        May::Allowed => 0,
    }
}

fn as_json(all: &Known<'_>) -> Vec<Value> {
    let row = |(&(action, resource), one): (&(&str, &str), &&Ruling)| json!({ "action": action, "resource": resource, "may": one.may.as_str(), "because": one.because });
    all.iter().map(row).collect()
}

/// An action's resources, of which the same is known.
fn rows(all: &Known<'_>) -> Vec<Vec<Cell>> {
    let mut alike: BTreeMap<(&str, u8, &str), Vec<&Ruling>> = BTreeMap::new();
    for ((action, _), one) in all {
        alike.entry((action, rank(one.may), &one.because)).or_default().push(one);
    }
    alike.into_iter().map(|((action, _, because), alike)| row(action, because, &alike)).collect()
}

fn row(action: &str, because: &str, alike: &[&Ruling]) -> Vec<Cell> {
    let may = alike[0].may;
    let tone = match may {
        May::Allowed => Tone::Good,
        May::Denied => Tone::Bad,
        May::Unknown => Tone::Busy,
    };
    let mut what = action.to_owned();
    if may != May::Allowed {
        what.extend(alike.iter().flat_map(|one| ["\n  ", &one.need.resource]));
    }
    vec![Cell::new(what), cell(tone, may.as_str()), Cell::new(because)]
}
