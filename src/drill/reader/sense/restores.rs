//! Restores: whether each `restore` step names something that can be restored then.
//! Invariant: a step that was refused can still be named.
//! Not here: changes that no step restores (see `changes`).
//! Used by: sense.

use std::collections::BTreeMap;

use super::{Case, StepAt, name_span};
use crate::{
    diagnostic::{Diagnostic, Span},
    text::nearest,
};

pub(super) fn check(case: &mut Case<'_>) {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, step) in case.steps.iter().enumerate() {
        places.entry(&step.name).or_insert(place);
    }
    let mut done: BTreeMap<&str, Span> = BTreeMap::new();
    for (place, step) in case.steps.iter().enumerate() {
        let (Some(name), Some(item)) = (restored(step), step.record.item("restore")) else { continue };
        let problem = match places.get(name) {
            None => Some(unknown_step(&case.steps[..place], name)),
            Some(other) => too_early(case, place, *other)
                .or_else(|| nothing(case, &case.steps[*other]))
                .or_else(|| done.insert(name, item.span).map(|first| twice(case, name, first))),
        };
        if let Some(problem) = problem {
            case.push(problem.at(case.at(item.span), ""));
        }
    }
}

/// The name that a `restore` step names.
pub(super) fn restored<'a>(step: &'a StepAt<'_>) -> Option<&'a str> {
    if step.record.head() == "restore" { step.record.text("restore") } else { None }
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

/// The step at `other` has not happened, or not ended, when the one at `place` wants to restore it.
fn too_early(case: &Case<'_>, place: usize, other: usize) -> Option<Diagnostic> {
    let (step, changed) = (&case.steps[place], &case.steps[other]);
    let there = case.at(name_span(changed.record));
    let name = &changed.name;
    if other >= place {
        let message = format!("`{name}` has not happened yet when it is restored here");
        let problem = Diagnostic::error("drill::restore-before-change", message);
        return Some(problem.also(there, "happens here").help("move this step behind it"));
    }
    if step.inside.is_some() && step.inside == changed.inside {
        let message = format!("`{name}` runs at the same time as this step");
        let problem = Diagnostic::error("drill::restore-before-change", message);
        return Some(
            problem.also(there, "runs at the same time").help("move this step behind the `together`"),
        );
    }
    None
}

fn nothing(case: &Case<'_>, changed: &StepAt<'_>) -> Option<Diagnostic> {
    if can_restore(changed) != Some(false) {
        return None;
    }
    let help = match changed.record.head() {
        "run" => "give it `restore_with: [program, arguments]`, or drop this step".to_owned(),
        head => format!("a `{head}` step leaves nothing behind: drop this step"),
    };
    let message = format!("`{}` changes nothing that could be restored", changed.name);
    let there = case.at(name_span(changed.record));
    Some(Diagnostic::error("drill::nothing-to-restore", message).also(there, "this step").help(help))
}

fn twice(case: &Case<'_>, name: &str, first: Span) -> Diagnostic {
    Diagnostic::error("drill::restored-twice", format!("`{name}` is restored already"))
        .also(case.at(first), "restored here")
        .help("drop one of the two steps")
}
