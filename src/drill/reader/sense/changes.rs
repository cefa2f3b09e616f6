//! Changes: whether faults and recoveries do something, can be done, and come back.
//! Invariant: a parameter that was refused gives rise to no second problem.
//! Not here: the steps that restore them (see `restores`).
//! Used by: sense.

use std::collections::BTreeMap;

use super::{Case, StepAt, restores::restored};
use crate::{diagnostic::Diagnostic, drill::catalogue::Verb, grammar::record::Record};

pub(super) fn check(case: &mut Case<'_>) {
    repeated(case);
    never_restored(case);
    writer(case);
    for step in case.steps {
        consent(case, step);
        own_database(case, step);
    }
}

/// The same change while the first is still there would find nothing left to do.
fn repeated(case: &mut Case<'_>) {
    let mut standing: BTreeMap<String, &StepAt<'_>> = BTreeMap::new();
    for step in case.steps {
        if let Some(name) = restored(step) {
            standing.retain(|_, earlier| earlier.name != name);
        }
        let Some(sameness) = sameness(step) else { continue };
        match standing.get(&sameness) {
            None => drop(standing.insert(sameness, step)),
            Some(earlier) => case.push(
                Diagnostic::error(
                    "drill::repeated-change",
                    format!("`{}` did the same and is not restored yet", earlier.name),
                )
                .at(case.at(step.record.head_span()), "")
                .also(case.at(earlier.record.head_span()), "the same change")
                .help(format!("put `- restore: {}` between them, or drop this step", earlier.name)),
            ),
        }
    }
}

/// What two changes have in common if they do the same; `None` for those that may be repeated.
fn sameness(step: &StepAt<'_>) -> Option<String> {
    // Moves of the writer are followed by `writer`; a refused parameter may be the very difference.
    let change = step.change.filter(|change| !change.moves_writer && step.record.refused.is_empty())?;
    let params: Vec<String> = change
        .params()
        .filter_map(|name| step.record.item(name))
        .map(|item| item.value.json().to_string())
        .collect();
    (!params.is_empty()).then(|| format!("{} {}", change.kind, params.join(" ")))
}

/// Everything outstanding is restored at the end; a drill that shows the way back says when.
fn never_restored(case: &mut Case<'_>) {
    let named: Vec<&str> = case.steps.iter().filter_map(restored).collect();
    for step in case.steps.iter().filter(|step| step.change.is_some()) {
        if named.contains(&step.name.as_str()) {
            continue;
        }
        let what = if step.record.head() == "fault" { "fault" } else { "recovery" };
        let message = format!("no step restores this {what}: it is restored when the run ends");
        case.push(
            Diagnostic::warning("drill::restored-at-end", message)
                .at(case.at(step.record.head_span()), "")
                .help(format!("add `- restore: {}` where it should happen", step.name)),
        );
    }
}

/// The writer is in the primary before the drill; moving it to where it is does nothing.
fn writer(case: &mut Case<'_>) {
    // Where it was before each move, so that a restore can be followed.
    let mut moves: Vec<(&str, &str)> = Vec::new();
    let mut now = "primary";
    for step in case.steps {
        if let Some(gone) = restored(step).and_then(|name| moves.iter().position(|(mover, _)| *mover == name))
        {
            now = moves.remove(gone).1;
        }
        let Some(to) =
            step.record.item("to").filter(|_| step.change.is_some_and(|change| change.moves_writer))
        else {
            continue;
        };
        let Some(side) = to.value.text() else { continue };
        if side == now {
            case.push(
                Diagnostic::error(
                    "drill::already-there",
                    format!("the writer is in the {side} region already"),
                )
                .at(case.at(to.span), "")
                .help(format!(
                    "write `to: {}`, or drop this step",
                    if side == "primary" { "standby" } else { "primary" }
                )),
            );
        }
        moves.push((&step.name, now));
        now = side;
    }
}

/// An unplanned failover may lose writes for good: the drill itself must say so.
fn consent(case: &mut Case<'_>, step: &StepAt<'_>) {
    let asks = step.change.is_some_and(|change| change.params().any(|name| name == "allow_data_loss"));
    let refused = step.record.refused.contains(&"allow_data_loss");
    if !asks || refused || step.record.bool("allow_data_loss") == Some(true) {
        return;
    }
    let span = step.record.item("allow_data_loss").map_or_else(|| step.record.head_span(), |item| item.span);
    case.push(
        Diagnostic::error("drill::no-consent", "this failover may lose the newest writes for good, and the drill does not consent")
            .at(case.at(span), "")
            .help("add `allow_data_loss: true`, or use `recover: rds.switchover-global-cluster`, which loses nothing"),
    );
}

/// Only a deployment with a database has a writer to move.
fn own_database(case: &mut Case<'_>, step: &StepAt<'_>) {
    let moves = step.change.is_some_and(|change| change.moves_writer);
    let Some(deployment) = case.given.deployment.filter(|it| moves && !it.mentions("database")) else {
        return;
    };
    let name = deployment.text("deployment").unwrap_or("this one").to_owned();
    case.push(
        Diagnostic::error("drill::no-database", format!("the deployment `{name}` has no database"))
            .at(case.at(step.record.head_span()), "moves its writer")
            .help("add `database: { global_cluster: NAME }` to the deployment's file"),
    );
}

/// Whether any step is a fault, or may be one.
pub(super) fn may_interrupt(case: &Case<'_>) -> bool {
    case.steps.iter().any(|step| match step.change {
        Some(change) => change.interrupts,
        None => matches!(step.record.head(), "run" | ""),
    })
}

/// The first harmful fault.
pub(super) fn first_harm<'a>(case: &Case<'a>) -> Option<&'a Record> {
    let harm = |step: &&StepAt<'a>| step.change.is_some_and(|it| it.verb == Verb::Fault && it.interrupts);
    case.steps.iter().find(harm).map(|step| step.record)
}
