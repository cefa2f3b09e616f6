//! Run: the fold of all records of a run.
//! Invariant: `apply` takes in a record whole or changes nothing.
//! Not here: the lives of changes (see `lives`), which event the run admits (see `admission`).
//! Used by: writer, engine, every view.

use crate::{
    clock::Stamp,
    drill::model::LoadedDrill,
    id::{RunId, Seq, StepId},
    journal::event::{Actor, ChangeEvent, Event, Record, RunStarted, StepOutcome, StopReason},
};

use super::{
    change::{ChangeLife, Outstanding},
    illegal::IllegalEvent,
    lives::Lives,
    standing::{ChangeState, RunPhase},
};

/// One step as far as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct StepLife {
    /// Which.
    pub step: StepId,
    /// Its title.
    pub title: String,
    /// When it began.
    pub started: Stamp,
    /// When and how it ended; `None`: it runs, or the process died while it ran.
    pub finished: Option<(Stamp, StepOutcome)>,
}

/// How a run ended, by its last `RunFinished`.
#[derive(Debug, Clone, PartialEq)]
pub struct Finish {
    /// When.
    pub at: Stamp,
    /// Why.
    pub reason: StopReason,
    /// What was outstanding then.
    pub outstanding: Vec<StepId>,
    /// The exit code.
    pub exit_code: u8,
}

/// What is so, by the records taken in so far.
#[derive(Debug, Clone, PartialEq)]
pub struct RunState {
    phase: RunPhase,
    started: Option<(Stamp, RunStarted)>,
    steps: Vec<StepLife>,
    changes: Lives,
    stop: Option<(StopReason, String)>,
    restorations: Vec<(Stamp, Actor)>,
    abandoned: Vec<(Stamp, Actor, String)>,
    finished: Option<Finish>,
    last: Option<(Seq, Stamp)>,
}

impl Default for RunState {
    fn default() -> RunState {
        RunState::new()
    }
}

impl RunState {
    /// Of no records.
    pub fn new() -> RunState {
        RunState {
            phase: RunPhase::Empty,
            started: None,
            steps: Vec::new(),
            changes: Lives::default(),
            stop: None,
            restorations: Vec::new(),
            abandoned: Vec::new(),
            finished: None,
            last: None,
        }
    }

    /// Of all these records, from the first.
    pub fn replay(records: &[Record]) -> Result<RunState, IllegalEvent> {
        let mut state = RunState::new();
        for record in records {
            state.apply(record)?;
        }
        Ok(state)
    }

    /// Takes in one record, or refuses it and stays as it is.
    pub fn apply(&mut self, record: &Record) -> Result<(), IllegalEvent> {
        self.check(record)?;
        self.admit(record);
        Ok(())
    }

    /// Passes over a record that this program does not know: it is counted and changes nothing.
    pub(crate) fn pass_over(&mut self, seq: Seq, at: Stamp) {
        self.last = Some((seq, at));
    }

    /// The number of the next record.
    pub fn next_seq(&self) -> Seq {
        self.last.map_or(Seq(0), |(seq, _)| Seq(seq.0 + 1))
    }

    /// Takes in a record that `check` admitted.
    pub(in crate::journal) fn admit(&mut self, record: &Record) {
        let at = record.at;
        match &record.event {
            Event::RunStarted(first) => {
                self.started = Some((at, (**first).clone()));
                self.phase = RunPhase::Running;
            }
            Event::StepStarted { step, title } => self.steps.push(StepLife {
                step: step.clone(),
                title: title.clone(),
                started: at,
                finished: None,
            }),
            Event::StepFinished { step, outcome } => {
                if let Some(life) = self.steps.iter_mut().find(|life| life.step == *step) {
                    life.finished = Some((at, outcome.clone()));
                }
            }
            Event::Change { change, event } => self.changes.admit(record.seq, at, change, event),
            Event::StopRequested { reason, detail } => self.admit_stop(*reason, detail),
            Event::RestorationStarted { by, .. } => {
                self.restorations.push((at, by.clone()));
                self.phase = RunPhase::Restoring;
            }
            Event::Abandoned { by, why } => self.abandoned.push((at, by.clone(), why.clone())),
            Event::RunFinished { reason, outstanding, exit_code } => {
                self.finished = Some(Finish {
                    at,
                    reason: *reason,
                    outstanding: outstanding.clone(),
                    exit_code: *exit_code,
                });
                self.phase = RunPhase::Ended;
            }
            Event::Planned { .. }
            | Event::WatchingStarted { .. }
            | Event::SteadyState { .. }
            | Event::ConditionsMet { .. }
            | Event::Approved { .. }
            | Event::Noted { .. } => {}
        }
        self.last = Some((record.seq, at));
    }

    /// The highest reason counts; the first to give it says the words.
    fn admit_stop(&mut self, reason: StopReason, detail: &str) {
        if self.stop.as_ref().is_none_or(|(known, _)| reason > *known) {
            self.stop = Some((reason, detail.to_owned()));
        }
        if self.phase == RunPhase::Running {
            self.phase = RunPhase::Stopping;
        }
    }

    /// Where the run stands.
    pub fn phase(&self) -> RunPhase {
        self.phase
    }

    /// The run's id, once started.
    pub fn run(&self) -> Option<&RunId> {
        self.started().map(|first| &first.run)
    }

    /// The first record's content.
    pub fn started(&self) -> Option<&RunStarted> {
        self.started.as_ref().map(|(_, first)| first)
    }

    /// When the run started.
    pub fn started_at(&self) -> Option<Stamp> {
        self.started.as_ref().map(|(at, _)| *at)
    }

    /// The drill with its texts, as the first record holds it.
    pub fn drill(&self) -> Option<LoadedDrill> {
        self.started().map(|first| LoadedDrill {
            drill: first.drill.clone(),
            files: first.files.clone(),
            digest: first.drill_digest.clone(),
        })
    }

    /// Every step that began, in that order.
    pub fn steps(&self) -> &[StepLife] {
        &self.steps
    }

    /// One step, if it began.
    pub fn step(&self, step: &StepId) -> Option<&StepLife> {
        self.steps.iter().find(|life| life.step == *step)
    }

    /// Every change that was captured, in that order.
    pub fn changes(&self) -> &[ChangeLife] {
        self.changes.all()
    }

    /// The state of a change after `event`, if the change admits it.
    pub(super) fn check_change(
        &self,
        change: &StepId,
        event: &ChangeEvent,
    ) -> Result<ChangeState, IllegalEvent> {
        self.changes.check(change, event)
    }

    /// One change, if it was captured.
    pub fn change(&self, change: &StepId) -> Option<&ChangeLife> {
        self.changes.of(change)
    }

    /// What is applied, or perhaps applied, and not yet verified restored, in order of application: restoring walks it
    /// from the end.
    pub fn outstanding(&self) -> Vec<Outstanding> {
        self.changes.outstanding().into_iter().map(ChangeLife::as_outstanding).collect()
    }

    /// Their ids, in the same order.
    pub fn outstanding_ids(&self) -> Vec<StepId> {
        self.changes.outstanding().into_iter().map(|life| life.change.clone()).collect()
    }

    /// The highest reason to stop so far.
    pub fn stop_reason(&self) -> Option<StopReason> {
        self.stop.as_ref().map(|(reason, _)| *reason)
    }

    /// The words given with it.
    pub fn stop_detail(&self) -> Option<&str> {
        self.stop.as_ref().map(|(_, detail)| detail.as_str())
    }

    /// Each restoration of everything outstanding: when, and by which process.
    pub fn restorations(&self) -> &[(Stamp, Actor)] {
        &self.restorations
    }

    /// Each time someone left while something was outstanding: when, who, why.
    pub fn abandoned(&self) -> &[(Stamp, Actor, String)] {
        &self.abandoned
    }

    /// How the run ended, by its last word; `None`: it runs, or its process died.
    pub fn finished(&self) -> Option<&Finish> {
        self.finished.as_ref()
    }

    /// The last record's number and time.
    pub fn last(&self) -> Option<(Seq, Stamp)> {
        self.last
    }
}
