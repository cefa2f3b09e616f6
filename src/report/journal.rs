//! Journal: each record of a run in one line of words.
//! Invariant: every kind of event has words; nothing is left out because it is unexpected.
//! Not here: what records mean together (see `measure`).
//! Used by: view, for the appendix.

use crate::{
    journal::event::{ChangeEvent, Event, StepOutcome},
    measure::verdict::stop_words,
    text::plural,
};

/// What happened, in words.
pub(super) fn words(event: &Event) -> String {
    match event {
        Event::RunStarted(start) => {
            format!("Run started by {}: {}", start.by.user, start.command_line.join(" "))
        }
        Event::Planned { digest, .. } => format!("Planned; the plan's digest is {}", short(digest)),
        Event::WatchingStarted { watches } => {
            format!("{} started", plural(watches.len(), "watch").replace("watchs", "watches"))
        }
        Event::SteadyState { after, held, .. } => {
            let when = if *after { "after" } else { "before" };
            format!("Steady state {when} the drill {}", held_words(*held))
        }
        Event::StepStarted { step, title } => format!("Step {step} began: {title}"),
        Event::StepFinished { step, outcome: StepOutcome::Done } => format!("Step {step} done"),
        Event::StepFinished { step, outcome: StepOutcome::Failed { why } } => {
            format!("Step {step} failed: {why}")
        }
        Event::StepFinished { step, outcome: StepOutcome::Stopped } => format!("Step {step} stopped"),
        Event::ConditionsMet { step, findings, .. } => {
            let seen: Vec<String> =
                findings.iter().map(|one| format!("{} ({})", one.condition, one.seen)).collect();
            format!("Step {step}: conditions met: {}", seen.join("; "))
        }
        Event::Approved { step, by } => format!("Step {step} approved by {by}"),
        Event::Change { change, event } => format!("Change {change}: {}", change_words(event)),
        Event::StopRequested { reason, detail } => {
            format!("The run is to end, {}: {detail}", stop_words(*reason))
        }
        Event::RestorationStarted { outstanding, by } => {
            let steps: Vec<&str> = outstanding.iter().map(|step| step.0.as_str()).collect();
            format!(
                "Restoration of what is outstanding ({}) began in process {} on {}",
                steps.join(", "),
                by.pid,
                by.host
            )
        }
        Event::Noted { note } => format!("Note: {note}"),
        Event::Abandoned { by, why } => format!("Abandoned by {}: {why}", by.user),
        Event::RunFinished { reason, exit_code, .. } => {
            format!("Run finished, {}; exit code {exit_code}", stop_words(*reason))
        }
    }
}

fn change_words(event: &ChangeEvent) -> String {
    match event {
        ChangeEvent::Captured { title, .. } => format!("before is on disk. {title}"),
        ChangeEvent::ApplyStarted => "apply is about to be called".into(),
        ChangeEvent::Applied { .. } => "applied, and read back".into(),
        ChangeEvent::ApplyFailed { class, why } => format!("apply failed ({class}): {why}"),
        ChangeEvent::RestoreStarted { attempt } => format!("restore began, attempt {attempt}"),
        ChangeEvent::Restored { .. } => "restored".into(),
        ChangeEvent::RestoreFailed { class, why } => format!("restore failed ({class}): {why}"),
        ChangeEvent::Verified { .. } => "verified: the world equals before".into(),
        ChangeEvent::NotVerified { differences } => {
            format!("differs from before: {}", differences.join("; "))
        }
        ChangeEvent::Conflict { differences, .. } => {
            format!("changed by someone else: {}", differences.join("; "))
        }
        ChangeEvent::Kept { consent } => format!("kept, by consent in {consent}"),
    }
}

/// Whether something held, in words.
pub(super) fn held_words(held: Option<bool>) -> &'static str {
    match held {
        Some(true) => "held",
        Some(false) => "did not hold",
        None => "could not be told",
    }
}

/// The first twelve letters of a digest.
pub(super) fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}
