//! Changes: what happened to each change of a run, as readers are told.
//! Invariant: where a change stands, and whether it is outstanding, is what the journal's own fold says.
//! Not here: which event may follow which (see `journal::state`).
//! Used by: timeline, verdict, summary.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Stamp,
    drill::model::{ChangeSpec, Facts, Side},
    id::{Seq, StepId},
    journal::{
        IllegalEvent,
        event::{ChangeEvent, FailureClass, Record, Reversibility},
        state::{self, ChangeLife, Lives},
    },
    words::Phrase,
};

/// Where a change stands, as readers are told: the journal's states, and a failed apply apart from one that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Read, and never begun: the world is untouched.
    Captured,
    /// Begun; whether it happened is not known.
    MaybeApplied,
    /// It happened.
    Applied,
    /// It failed, wholly or in part.
    ApplyFailed,
    /// Being put back.
    Restoring,
    /// Put back, not proven.
    Restored,
    /// Putting back failed.
    RestoreFailed,
    /// Read back, and differs from before.
    NotVerified,
    /// Read back, and equals before.
    Verified,
    /// Someone else changed it: left for a person.
    Conflict,
    /// A one-way change that stays, by consent.
    Kept,
}

impl ChangeState {
    fn of(life: &ChangeLife) -> ChangeState {
        use state::ChangeState as S;
        let failed = || matches!(life.moments.last(), Some(last) if matches!(last.event, ChangeEvent::ApplyFailed { .. }));
        match life.state {
            S::Pending | S::Captured => ChangeState::Captured,
            S::MaybeApplied if failed() => ChangeState::ApplyFailed,
            S::MaybeApplied => ChangeState::MaybeApplied,
            S::Applied => ChangeState::Applied,
            S::Restoring => ChangeState::Restoring,
            S::Restored => ChangeState::Restored,
            S::RestoreFailed => ChangeState::RestoreFailed,
            S::NotVerified => ChangeState::NotVerified,
            S::Conflict => ChangeState::Conflict,
            S::Verified => ChangeState::Verified,
            S::Kept => ChangeState::Kept,
        }
    }

    /// As reports say it.
    pub fn words(self) -> Phrase {
        Phrase::new(match self {
            ChangeState::Captured => "measure.change.captured",
            ChangeState::MaybeApplied => "measure.change.maybe_applied",
            ChangeState::Applied => "measure.change.applied",
            ChangeState::ApplyFailed => "measure.change.apply_failed",
            ChangeState::Restoring => "measure.change.restoring",
            ChangeState::Restored => "measure.change.restored",
            ChangeState::RestoreFailed => "measure.change.restore_failed",
            ChangeState::NotVerified => "measure.change.not_verified",
            ChangeState::Verified => "measure.change.verified",
            ChangeState::Conflict => "measure.change.conflict",
            ChangeState::Kept => "measure.change.kept",
        })
    }
}

/// A kind of failure, as reports say it.
pub(crate) fn class_words(class: FailureClass) -> Phrase {
    Phrase::new(match class {
        FailureClass::Denied => "measure.class.denied",
        FailureClass::Throttled => "measure.class.throttled",
        FailureClass::Absent => "measure.class.absent",
        FailureClass::Conflict => "measure.class.conflict",
        FailureClass::Transient => "measure.class.transient",
        FailureClass::Expired => "measure.class.expired",
        FailureClass::Invalid => "measure.class.invalid",
        FailureClass::Unknown => "measure.class.unknown",
    })
}

/// A record's number and moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Its number.
    pub seq: Seq,
    /// When it was made.
    pub at: Stamp,
}

/// One change, from capture to verification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeView {
    /// The step it belongs to.
    pub step: StepId,
    /// Kind and parameters.
    pub spec: ChangeSpec,
    /// One sentence for people.
    pub title: String,
    /// How it can be put back.
    pub reversibility: Reversibility,
    /// Where it stands.
    pub state: ChangeState,
    outstanding: bool,
    /// Its before is on disk.
    pub captured: Recorded,
    /// The call was about to be made.
    pub apply_started: Option<Recorded>,
    /// It had happened, and was seen.
    pub applied: Option<Recorded>,
    /// Putting back first began.
    pub restore_started: Option<Recorded>,
    /// The calls that put it back last went through.
    pub restored: Option<Recorded>,
    /// The world was read back and equals before.
    pub verified: Option<Recorded>,
    /// What was done and seen when it was applied.
    pub applied_details: Facts,
    /// What was done when it was restored.
    pub restored_details: Facts,
    /// What was compared, and old ids to new ones.
    pub verified_details: Facts,
    /// How many times putting back was begun.
    pub attempts: u32,
    /// What went wrong, in order.
    pub problems: Vec<Phrase>,
    /// Each difference that was found and not settled since.
    pub differences: Vec<String>,
    /// What a person can run: to settle a conflict, or to put it back without this program.
    pub by_hand: Vec<String>,
}

impl ChangeView {
    /// True if something must still be put back.
    pub fn is_outstanding(&self) -> bool {
        self.outstanding
    }

    /// The region that a parameter names.
    pub(crate) fn side(&self, parameter: &str) -> Option<Side> {
        let named = self.spec.params.get(parameter)?.as_str()?;
        Side::BOTH.into_iter().find(|side| side.as_str() == named)
    }

    /// True if it moves the database's writer.
    pub(crate) fn moves_database(&self) -> bool {
        self.spec.kind.starts_with("rds.")
    }

    fn new(life: &ChangeLife) -> ChangeView {
        let mut view = ChangeView {
            step: life.change.clone(),
            spec: life.spec.clone(),
            title: life.title.clone(),
            reversibility: life.reversibility,
            state: ChangeState::of(life),
            outstanding: life.state.is_outstanding(),
            captured: Recorded { seq: life.captured, at: life.captured_at },
            apply_started: None,
            applied: None,
            restore_started: None,
            restored: None,
            verified: None,
            applied_details: Facts::new(),
            restored_details: Facts::new(),
            verified_details: Facts::new(),
            attempts: life.attempts,
            problems: Vec::new(),
            differences: Vec::new(),
            by_hand: life.by_hand.clone(),
        };
        for moment in &life.moments {
            view.take(Recorded { seq: moment.seq, at: moment.at }, &moment.event);
        }
        view
    }

    /// What one event tells a reader; where the change then stands is the journal's to say.
    fn take(&mut self, at: Recorded, event: &ChangeEvent) {
        match event {
            ChangeEvent::Captured { .. } => {}
            ChangeEvent::ApplyStarted => self.apply_started = Some(at),
            ChangeEvent::Applied { details } => {
                self.applied = Some(at);
                self.applied_details = details.clone();
            }
            ChangeEvent::ApplyFailed { class, why } => {
                let problem = Phrase::new("measure.problem.apply").with("class", class_words(*class));
                self.problems.push(problem.with("why", why));
            }
            ChangeEvent::RestoreStarted { .. } => {
                self.restore_started = self.restore_started.or(Some(at));
            }
            ChangeEvent::Restored { details } => {
                self.restored = Some(at);
                self.restored_details = details.clone();
            }
            ChangeEvent::RestoreFailed { class, why } => {
                let problem = Phrase::new("measure.problem.restore").with("class", class_words(*class));
                self.problems.push(problem.with("why", why));
            }
            ChangeEvent::Verified { details } => {
                self.verified = Some(at);
                self.verified_details = details.clone();
                self.differences.clear();
            }
            ChangeEvent::NotVerified { differences } => self.differences = differences.clone(),
            ChangeEvent::Conflict { differences, commands } => {
                self.differences = differences.clone();
                self.by_hand = commands.clone();
            }
            ChangeEvent::Kept { consent } => {
                self.problems.push(Phrase::new("measure.problem.kept").with("consent", consent));
            }
        }
    }
}

/// Every change of the run, in the order of capture.
///
/// # Errors
/// The first event that cannot have followed what is before it: then nothing can be said of the changes.
pub(crate) fn of(records: &[Record]) -> Result<Vec<ChangeView>, IllegalEvent> {
    Ok(Lives::replay(records)?.all().iter().map(ChangeView::new).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::event::Event,
        measure::fixture::{at, seed::SeedRun},
    };

    /// The events of the fault of the seed's drill up to its application, and then these.
    fn after(events: &[ChangeEvent]) -> ChangeView {
        let kept = |event: &Event| {
            matches!(event, Event::Change { change, event: ChangeEvent::Captured { .. } | ChangeEvent::ApplyStarted }
                if change.0 == "port-80-closed")
        };
        let mut run = SeedRun::new().without(|event| !kept(event));
        for event in events {
            run.record(70.0, Event::Change { change: "port-80-closed".into(), event: event.clone() });
        }
        of(&run.records).unwrap().remove(0)
    }

    fn failed() -> ChangeEvent {
        ChangeEvent::ApplyFailed { class: FailureClass::Denied, why: "no".into() }
    }

    #[test]
    fn a_failed_apply_is_told_until_putting_back_begins() {
        let states = [vec![], vec![failed()], vec![failed(), ChangeEvent::RestoreStarted { attempt: 1 }]];
        let told: Vec<_> = states
            .iter()
            .map(|events| after(events))
            .map(|view| (view.state, view.is_outstanding()))
            .collect();
        assert_eq!(
            told,
            [
                (ChangeState::MaybeApplied, true),
                (ChangeState::ApplyFailed, true),
                (ChangeState::Restoring, true)
            ]
        );
        assert_eq!(after(&states[1]).problems[0].to_string(), "apply failed (denied): no");
    }

    #[test]
    fn what_cannot_have_happened_is_told_as_nothing_else() {
        let mut run = SeedRun::new();
        let event = ChangeEvent::Applied { details: Facts::new() };
        run.records.push(Record {
            seq: Seq(9999),
            at: at(700.0),
            event: Event::Change { change: "database".into(), event },
        });
        let why = of(&run.records).unwrap_err().to_string();
        assert_eq!(why, "change database is restored, verified, so applied cannot follow");
    }
}
