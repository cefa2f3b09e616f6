//! Steps: whether the steps can stand beside each other.
//! Invariant: looks at each step's own keys, not at what it changes.
//! Not here: restores and changes (see `restores` and `changes`).
//! Used by: sense.

use std::collections::BTreeMap;

use super::{Case, StepAt, name_span};
use crate::{diagnostic::Diagnostic, grammar::record::Value};

pub(super) fn check(case: &mut Case<'_>) {
    names(case);
    for step in case.steps {
        nested(case, step);
        approval(case, step);
    }
}

fn names(case: &mut Case<'_>) {
    let mut known: BTreeMap<&str, &StepAt<'_>> = BTreeMap::new();
    for step in case.steps {
        let Some(first) = known.get(step.name.as_str()) else {
            known.insert(&step.name, step);
            continue;
        };
        // The one that says the name is the one to change.
        let (change, other) = if step.record.item("as").is_some() { (step, *first) } else { (*first, step) };
        case.push(
            Diagnostic::error("drill::duplicate-name", format!("two steps are called `{}`", step.name))
                .at(case.at(name_span(change.record)), "")
                .also(case.at(name_span(other.record)), "has the same name")
                .help("give each step a name of its own"),
        );
    }
}

fn nested(case: &mut Case<'_>, step: &StepAt<'_>) {
    if step.record.head() == "together" && step.inside.is_some() {
        case.push(
            Diagnostic::error("drill::nested-together", "a `together` stands inside a `together`")
                .at(case.at(step.record.got("together").map_or(step.record.point, |got| got.key)), "")
                .help("its steps run at the same time anyway: move them to the outer one"),
        );
    }
}

/// The time to answer stands in one place.
fn approval(case: &mut Case<'_>, step: &StepAt<'_>) {
    let Some(approve) = step.record.item("approve") else { return };
    let outside = step.record.got("within").filter(|within| within.written);
    if let (Value::Record(_), Some(within)) = (&approve.value, outside) {
        case.push(
            Diagnostic::error("drill::two-times", "the time to answer is given twice")
                .at(case.at(within.key), "")
                .also(case.at(approve.span), "also in here")
                .help("keep the one inside `approve`"),
        );
    }
}
