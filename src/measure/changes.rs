//! Changes: what happened to each change of a run, told from its records.
//! Invariant: outstanding means applied, or perhaps applied, and neither verified nor kept by consent.
//! Not here: which event may follow which (see `journal`).
//! Used by: timeline, verdict, summary.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Stamp,
    drill::model::{ChangeSpec, Facts, Side},
    id::{Seq, StepId},
    journal::event::{ChangeEvent, Event, Record, Reversibility},
};

/// Where a change stands.
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
    /// As reports say it.
    pub fn words(self) -> &'static str {
        match self {
            ChangeState::Captured => "never applied",
            ChangeState::MaybeApplied => "perhaps applied",
            ChangeState::Applied => "applied",
            ChangeState::ApplyFailed => "apply failed",
            ChangeState::Restoring => "being restored",
            ChangeState::Restored => "restored, not verified",
            ChangeState::RestoreFailed => "restore failed",
            ChangeState::NotVerified => "differs from before",
            ChangeState::Verified => "restored, verified",
            ChangeState::Conflict => "conflict: changed by someone else",
            ChangeState::Kept => "kept, by consent",
        }
    }
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
    pub problems: Vec<String>,
    /// Each difference that was found and not settled since.
    pub differences: Vec<String>,
    /// What a person can run: to settle a conflict, or to put it back without this program.
    pub by_hand: Vec<String>,
}

impl ChangeView {
    /// True if something must still be put back.
    pub fn is_outstanding(&self) -> bool {
        !matches!(self.state, ChangeState::Captured | ChangeState::Verified | ChangeState::Kept)
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

    fn take(&mut self, at: Recorded, event: &ChangeEvent) {
        match event {
            ChangeEvent::Captured { .. } => {}
            ChangeEvent::ApplyStarted => {
                self.state = ChangeState::MaybeApplied;
                self.apply_started = Some(at);
            }
            ChangeEvent::Applied { details } => {
                self.state = ChangeState::Applied;
                self.applied = Some(at);
                self.applied_details = details.clone();
            }
            ChangeEvent::ApplyFailed { class, why } => {
                self.state = ChangeState::ApplyFailed;
                self.problems.push(format!("apply failed ({class}): {why}"));
            }
            ChangeEvent::RestoreStarted { attempt } => {
                self.state = ChangeState::Restoring;
                self.restore_started = self.restore_started.or(Some(at));
                self.attempts = self.attempts.max(*attempt);
            }
            ChangeEvent::Restored { details } => {
                self.state = ChangeState::Restored;
                self.restored = Some(at);
                self.restored_details = details.clone();
            }
            ChangeEvent::RestoreFailed { class, why } => {
                self.state = ChangeState::RestoreFailed;
                self.problems.push(format!("restore failed ({class}): {why}"));
            }
            ChangeEvent::Verified { details } => {
                self.state = ChangeState::Verified;
                self.verified = Some(at);
                self.verified_details = details.clone();
                self.differences.clear();
            }
            ChangeEvent::NotVerified { differences } => {
                self.state = ChangeState::NotVerified;
                self.differences = differences.clone();
            }
            ChangeEvent::Conflict { differences, commands } => {
                self.state = ChangeState::Conflict;
                self.differences = differences.clone();
                self.by_hand = commands.clone();
            }
            ChangeEvent::Kept { consent } => {
                self.state = ChangeState::Kept;
                self.problems.push(format!("kept: consent was given in {consent}"));
            }
        }
    }
}

/// Every change of the run, in the order of capture.
pub(crate) fn of(records: &[Record]) -> Vec<ChangeView> {
    let mut changes: Vec<ChangeView> = Vec::new();
    for record in records {
        let Event::Change { change, event } = &record.event else { continue };
        let at = Recorded { seq: record.seq, at: record.at };
        match event {
            ChangeEvent::Captured { spec, title, reversibility, by_hand, .. } => changes.push(ChangeView {
                step: change.clone(),
                spec: spec.clone(),
                title: title.clone(),
                reversibility: *reversibility,
                state: ChangeState::Captured,
                captured: at,
                apply_started: None,
                applied: None,
                restore_started: None,
                restored: None,
                verified: None,
                applied_details: Facts::new(),
                restored_details: Facts::new(),
                verified_details: Facts::new(),
                attempts: 0,
                problems: Vec::new(),
                differences: Vec::new(),
                by_hand: by_hand.clone(),
            }),
            other => {
                if let Some(view) = changes.iter_mut().rfind(|view| view.step == *change) {
                    view.take(at, other);
                }
            }
        }
    }
    changes
}
