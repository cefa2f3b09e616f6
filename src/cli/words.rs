//! Words: each event as one line for people.
//! Invariant: pure; live view, plain view and `status` say the same of the same event.
//! Not here: colours and layout (see `output` and `live`).
//! Used by: live views, status.

use crate::{
    clock::Stamp,
    journal::event::{ChangeEvent, Event, Finding, StepOutcome, StopReason},
    text,
};

/// How a line feels: decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As wished.
    Good,
    /// Not as wished.
    Bad,
    /// Under way, or not known.
    Busy,
    /// For information.
    Plain,
}

/// The line of an event; `None` for those that only machines need.
pub(crate) fn sentence(event: &Event) -> Option<(Tone, String)> {
    Some(match event {
        Event::RunStarted(start) => {
            (Tone::Plain, format!("run {} started: {}", start.run, start.drill.title))
        }
        Event::Planned { digest, .. } => {
            (Tone::Plain, format!("plan {} resolved", &digest[..digest.len().min(12)]))
        }
        Event::WatchingStarted { watches } => {
            (Tone::Plain, format!("watching, {}", text::plural(watches.len(), "probe")))
        }
        Event::SteadyState { after, held, findings } => steady_state(*after, *held, findings),
        Event::StepStarted { step, title } => (Tone::Busy, format!("step {step}: {title}")),
        Event::StepFinished { step, outcome } => match outcome {
            StepOutcome::Done => (Tone::Good, format!("step {step} is done")),
            StepOutcome::Failed { why } => (Tone::Bad, format!("step {step} failed: {why}")),
            StepOutcome::Stopped => (Tone::Bad, format!("step {step} was stopped")),
        },
        Event::ConditionsMet { findings, .. } => (Tone::Good, conditions(findings)),
        Event::Approved { step, by } => (Tone::Good, format!("step {step} was approved by {by}")),
        Event::Change { change, event } => {
            let (tone, what) = change_event(event);
            (tone, format!("{change}: {what}"))
        }
        Event::StopRequested { reason, detail } => {
            (Tone::Bad, format!("stopping, {}: {detail}", stop_reason(*reason)))
        }
        Event::RestorationStarted { outstanding, .. } => {
            let names: Vec<String> = outstanding.iter().rev().map(ToString::to_string).collect();
            (Tone::Busy, format!("restoring {}", names.join(", ")))
        }
        Event::Noted { note } => (Tone::Plain, note.clone()),
        Event::Abandoned { why, .. } => (Tone::Bad, format!("left while something was outstanding: {why}")),
        Event::RunFinished { outstanding, reason, .. } if outstanding.is_empty() => {
            (Tone::Plain, format!("run ended: {}", stop_reason(*reason)))
        }
        Event::RunFinished { outstanding, .. } => {
            let names: Vec<String> = outstanding.iter().map(ToString::to_string).collect();
            (Tone::Bad, format!("run ended with {} still outstanding", names.join(", ")))
        }
    })
}

fn steady_state(after: bool, held: Option<bool>, findings: &[Finding]) -> (Tone, String) {
    let when = if after { "after" } else { "before" };
    match held {
        Some(true) => (Tone::Good, format!("steady state {when} the drill holds")),
        Some(false) => {
            (Tone::Bad, format!("steady state {when} the drill does not hold: {}", Finding::unmet(findings)))
        }
        None => (
            Tone::Bad,
            format!("steady state {when} the drill can not be told: {}", Finding::unmet(findings)),
        ),
    }
}

/// What a wait waits for.
pub(crate) fn waiting(findings: &[Finding]) -> String {
    let unmet = Finding::unmet(findings);
    if unmet.is_empty() {
        "all holds; it must go on holding".to_owned()
    } else {
        format!("waiting for: {unmet}")
    }
}

fn conditions(findings: &[Finding]) -> String {
    findings.iter().map(|f| f.condition.as_str()).collect::<Vec<_>>().join("; ")
}

/// What happened to a change, without its name.
pub(crate) fn change_event(event: &ChangeEvent) -> (Tone, String) {
    match event {
        ChangeEvent::Captured { .. } => (Tone::Plain, "captured".to_owned()),
        ChangeEvent::ApplyStarted => (Tone::Busy, "applying".to_owned()),
        ChangeEvent::Applied { .. } => (Tone::Bad, "applied".to_owned()),
        ChangeEvent::ApplyFailed { class, why } => (Tone::Bad, format!("apply failed ({class}): {why}")),
        ChangeEvent::RestoreStarted { attempt: 1 } => (Tone::Busy, "restoring".to_owned()),
        ChangeEvent::RestoreStarted { attempt } => (Tone::Busy, format!("restoring, attempt {attempt}")),
        ChangeEvent::Restored { .. } => (Tone::Busy, "restored, reading it back".to_owned()),
        ChangeEvent::RestoreFailed { class, why } => (Tone::Bad, format!("restore failed ({class}): {why}")),
        ChangeEvent::Verified { .. } => (Tone::Good, "restored, verified".to_owned()),
        ChangeEvent::NotVerified { differences } => {
            (Tone::Bad, format!("not verified: {}", differences.join("; ")))
        }
        ChangeEvent::Conflict { differences, .. } => {
            (Tone::Bad, format!("conflict, left for a person: {}", differences.join("; ")))
        }
        ChangeEvent::Kept { .. } => (Tone::Plain, "kept, as the drill consents".to_owned()),
    }
}

/// Why a run ends, in words.
pub(crate) fn stop_reason(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Finished => "every step was done",
        StopReason::StopCondition => "a stop condition held",
        StopReason::StepFailed => "a step failed",
        StopReason::Deadline => "the time limit has passed",
        StopReason::JournalFailed => "the journal could not be written",
        StopReason::Interrupt => "interrupted",
        StopReason::SecondInterrupt => "interrupted twice",
    }
}

/// `T+00:42.1`: how long after the start.
pub(crate) fn since_start(start: Stamp, at: Stamp) -> String {
    let gone = at.since(start);
    let seconds = gone.as_secs();
    format!("T+{:02}:{:02}.{}", seconds / 60, seconds % 60, gone.subsec_millis() / 100)
}
