//! Records: each record of a run in one line of words.
//! Invariant: every kind of event has words; nothing is left out because it is unexpected. What the journal recorded in words
//! stays as it is, in whatever language it is.
//! Not here: what records mean together (see `measure`).
//! Used by: whole.

use super::times::Times;
use crate::{
    journal::event::{ChangeEvent, Event, Record, StepOutcome},
    measure::{changes::class_words, verdict::stop_words},
    report::model::watch::Told,
    words::Phrase,
};

pub(super) fn told(record: &Record, times: Times) -> Told {
    Told { record: record.seq, at: record.at.wall, t: times.since(record.at), what: words(&record.event) }
}

fn words(event: &Event) -> Phrase {
    let of_step = |id: &'static str, step: &crate::id::StepId| Phrase::new(id).with("step", &step.0);
    match event {
        Event::RunStarted(start) => Phrase::new("record.run_started")
            .with("user", &start.by.user)
            .with("command", start.command_line.join(" ")),
        Event::Planned { digest, .. } => Phrase::new("record.planned").with("digest", short(digest)),
        Event::WatchingStarted { watches } => Phrase::new("record.watching").with("count", watches.len()),
        Event::SteadyState { after: false, held, .. } => Phrase::new(match held {
            Some(true) => "record.steady_before_held",
            Some(false) => "record.steady_before_failed",
            None => "record.steady_before_untold",
        }),
        Event::SteadyState { after: true, held, .. } => Phrase::new(match held {
            Some(true) => "record.steady_after_held",
            Some(false) => "record.steady_after_failed",
            None => "record.steady_after_untold",
        }),
        Event::StepStarted { step, title } => of_step("record.step_started", step).with("title", title),
        Event::StepFinished { step, outcome: StepOutcome::Done } => of_step("record.step_done", step),
        Event::StepFinished { step, outcome: StepOutcome::Failed { why } } => {
            of_step("record.step_failed", step).with("why", why)
        }
        Event::StepFinished { step, outcome: StepOutcome::Stopped } => of_step("record.step_stopped", step),
        Event::ConditionsMet { step, findings, .. } => {
            let seen = findings.iter().map(|one| format!("{} ({})", one.condition, one.seen));
            of_step("record.conditions_met", step).with("seen", seen.collect::<Vec<_>>().join("; "))
        }
        Event::Approved { step, by } => of_step("record.approved", step).with("by", by),
        Event::Change { change, event } => of_step("record.change", change).with("what", change_words(event)),
        Event::StopRequested { reason, detail } => {
            Phrase::new("record.stop").with("reason", stop_words(*reason)).with("detail", detail)
        }
        Event::RestorationStarted { outstanding, by } => {
            let steps: Vec<&str> = outstanding.iter().map(|step| step.0.as_str()).collect();
            Phrase::new("record.restoration")
                .with("steps", steps.join(", "))
                .with("pid", by.pid.to_string())
                .with("host", &by.host)
        }
        Event::Noted { note } => Phrase::new("record.noted").with("note", note),
        Event::Abandoned { by, why } => {
            Phrase::new("record.abandoned").with("user", &by.user).with("why", why)
        }
        Event::RunFinished { reason, exit_code, .. } => Phrase::new("record.finished")
            .with("reason", stop_words(*reason))
            .with("code", exit_code.to_string()),
    }
}

fn change_words(event: &ChangeEvent) -> Phrase {
    match event {
        ChangeEvent::Captured { title, .. } => Phrase::new("record.change.captured").with("title", title),
        ChangeEvent::ApplyStarted => Phrase::new("record.change.apply_started"),
        ChangeEvent::Applied { .. } => Phrase::new("record.change.applied"),
        ChangeEvent::ApplyFailed { class, why } => {
            Phrase::new("measure.problem.apply").with("class", class_words(*class)).with("why", why)
        }
        ChangeEvent::RestoreStarted { attempt } => {
            Phrase::new("record.change.restore_started").with("attempt", attempt.to_string())
        }
        ChangeEvent::Restored { .. } => Phrase::new("record.change.restored"),
        ChangeEvent::RestoreFailed { class, why } => {
            Phrase::new("measure.problem.restore").with("class", class_words(*class)).with("why", why)
        }
        ChangeEvent::Verified { .. } => Phrase::new("record.change.verified"),
        ChangeEvent::NotVerified { differences } => {
            Phrase::new("record.change.differs").with("differences", differences.join("; "))
        }
        ChangeEvent::Conflict { differences, .. } => {
            Phrase::new("record.change.conflict").with("differences", differences.join("; "))
        }
        ChangeEvent::Kept { consent } => Phrase::new("record.change.kept").with("consent", consent),
    }
}

/// The first twelve letters of a digest.
fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}
