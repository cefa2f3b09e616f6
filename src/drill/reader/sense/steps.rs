//! Steps: whether the steps fit together: names, restores, consent.
//! Invariant: a step that was refused gives rise to no second problem.
//! Not here: times (see `times`).
//! Used by: sense.

use std::collections::BTreeMap;

use super::{Case, StepAt};
use crate::{
    diagnostic::{Diagnostic, Span},
    drill::{
        catalogue::{Entry, Verb},
        grammar::record::{Record, Value},
    },
    text::nearest,
};

pub(super) fn check(case: &mut Case<'_>) {
    names(case);
    restores(case);
    repeated_changes(case);
    never_restored(case);
    writer(case);
    for step in case.steps.clone() {
        consent(case, &step);
        own_database(case, &step);
        nested(case, &step);
        approval(case, &step);
    }
}

/// Where a step's own name stands, or what stands for the step.
fn name_span(record: &Record) -> Span {
    record.item("as").map_or_else(|| record.head_span(), |item| item.span)
}

fn names(case: &mut Case<'_>) {
    let mut known: BTreeMap<&str, &StepAt<'_>> = BTreeMap::new();
    let mut found = Vec::new();
    for step in &case.steps {
        match known.get(step.name.as_str()) {
            None => {
                known.insert(&step.name, step);
            }
            Some(first) => {
                // The one that says the name is the one to change.
                let (change, other) =
                    if step.record.item("as").is_some() { (step, *first) } else { (*first, step) };
                found.push(
                    Diagnostic::error(
                        "drill::duplicate-name",
                        format!("two steps are called `{}`", step.name),
                    )
                    .at(case.at(name_span(change.record)), "")
                    .also(case.at(name_span(other.record)), "has the same name")
                    .help("give each step a name of its own"),
                );
            }
        }
    }
    found.into_iter().for_each(|problem| case.push(problem));
}

/// Whether a step leaves something that can be restored; `None`: not known, since the step was refused.
fn can_restore(step: &StepAt<'_>) -> Option<bool> {
    match step.record.head() {
        "fault" | "recover" => Some(true),
        "run" => Some(step.record.mentions("restore_with")),
        "" => None,
        _ => Some(false),
    }
}

fn restores(case: &mut Case<'_>) {
    let steps = case.steps.clone();
    let mut done: BTreeMap<&str, Span> = BTreeMap::new();
    for (place, step) in steps.iter().enumerate().filter(|(_, step)| step.record.head() == "restore") {
        let (Some(item), Some(name)) = (step.record.item("restore"), step.record.text("restore")) else {
            continue;
        };
        let at = case.at(item.span);
        let Some((other_place, other)) = steps.iter().enumerate().find(|(_, other)| other.name == name)
        else {
            case.push(unknown_step(&steps[..place], name).at(at, "no such step"));
            continue;
        };
        let there = case.at(name_span(other.record));
        let problem = if other_place >= place {
            Diagnostic::error(
                "drill::restore-before-change",
                format!("`{name}` has not happened yet when it is restored here"),
            )
            .also(there, "happens here")
            .help("move this step behind it")
        } else if can_restore(other) == Some(false) {
            let help = match other.record.head() {
                "run" => "give it `restore_with: [program, arguments]`, or drop this step".to_owned(),
                head => format!("a `{head}` step leaves nothing behind: drop this step"),
            };
            Diagnostic::error(
                "drill::nothing-to-restore",
                format!("`{name}` changes nothing that could be restored"),
            )
            .also(there, "this step")
            .help(help)
        } else if step.inside.is_some() && step.inside == other.inside {
            Diagnostic::error(
                "drill::restore-before-change",
                format!("`{name}` runs at the same time as this step"),
            )
            .also(there, "runs at the same time")
            .help("move this step behind the `together`")
        } else if let Some(first) = done.get(name) {
            Diagnostic::error("drill::restored-twice", format!("`{name}` is restored already"))
                .also(case.at(*first), "restored here")
                .help("drop one of the two steps")
        } else {
            done.insert(name, item.span);
            continue;
        };
        case.push(problem.at(at, ""));
    }
}

fn unknown_step(before: &[StepAt<'_>], name: &str) -> Diagnostic {
    let names = before.iter().filter(|step| can_restore(step) == Some(true)).map(|step| step.name.as_str());
    let names: Vec<&str> = names.collect();
    let help = match (nearest(name, names.iter().copied()), names.is_empty()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, false) => format!("steps that can be restored here: {}", names.join(", ")),
        (None, true) => "no step before this one changes anything".to_owned(),
    };
    Diagnostic::error("drill::unknown-step", format!("there is no step called `{name}`")).help(help)
}

/// The names of the steps that a `restore` step names.
fn restored<'a>(steps: &'a [StepAt<'a>]) -> impl Iterator<Item = (usize, &'a str)> {
    steps.iter().enumerate().filter_map(|(place, step)| {
        (step.record.head() == "restore")
            .then(|| step.record.text("restore"))
            .flatten()
            .map(|name| (place, name))
    })
}

/// The same change while the first is still there would find nothing left to do.
fn repeated_changes(case: &mut Case<'_>) {
    let steps = case.steps.clone();
    for (place, step) in steps.iter().enumerate() {
        let counts = |change: &&Entry| change.params().next().is_some() && !change.moves_writer;
        // What was refused may be the very difference.
        let Some(change) = step.change.filter(counts).filter(|_| step.record.refused.is_empty()) else {
            continue;
        };
        let params = |record: &Record| -> Vec<Option<String>> {
            change.params().map(|name| record.item(name).map(|item| item.value.json().to_string())).collect()
        };
        let earlier = steps[..place].iter().find(|earlier| {
            let gone = restored(&steps[..place]).any(|(_, name)| name == earlier.name);
            earlier.change.is_some_and(|it| it.kind == change.kind)
                && params(earlier.record) == params(step.record)
                && !gone
        });
        if let Some(earlier) = earlier {
            let message = format!("`{}` did the same and is not restored yet", earlier.name);
            case.push(
                Diagnostic::error("drill::repeated-change", message)
                    .at(case.at(step.record.head_span()), "")
                    .also(case.at(earlier.record.head_span()), "the same change")
                    .help(format!("put `- restore: {}` between them, or drop this step", earlier.name)),
            );
        }
    }
}

/// Everything outstanding is restored at the end; a drill that shows the way back says when.
fn never_restored(case: &mut Case<'_>) {
    let steps = case.steps.clone();
    let named: Vec<&str> = restored(&steps).map(|(_, name)| name).collect();
    for step in steps.iter().filter(|step| step.change.is_some() && !named.contains(&step.name.as_str())) {
        let what = if step.record.head() == "fault" { "fault" } else { "recovery" };
        let message = format!("no step restores this {what}: it is restored when the run ends");
        case.push(
            Diagnostic::warning("drill::restored-at-end", message)
                .at(case.at(step.record.head_span()), "")
                .help(format!("add `- restore: {}` where it should happen", step.name)),
        );
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

/// The writer is in the primary before the drill; moving it to where it is does nothing.
fn writer(case: &mut Case<'_>) {
    let steps = case.steps.clone();
    // Where it was before each move, so that a restore can be followed.
    let mut moves: Vec<(&str, &str)> = Vec::new();
    let mut now = "primary";
    for step in &steps {
        if let Some(gone) =
            step.record.text("restore").and_then(|name| moves.iter().position(|(mover, _)| *mover == name))
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
