//! Run: the fold of all records of a run.
//! Invariant: `apply` admits an event whole or changes nothing; after a stop, facts may still be recorded but nothing new
//! may begin.
//! Not here: the life of one change (see `change`).
//! Used by: writer, engine, every view.

use std::fmt;

use crate::{
    clock::Stamp,
    drill::model::LoadedDrill,
    id::{RunId, Seq, StepId},
    journal::event::{Actor, ChangeEvent, Event, Record, RunStarted, StepOutcome, StopReason},
};

use super::{
    change::{ChangeLife, ChangeState, Outstanding},
    illegal::IllegalEvent,
};

/// The exit code that says that something is outstanding; it dominates every other.
const EXIT_OUTSTANDING: u8 = 10;

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunPhase {
    /// Nothing is recorded.
    Empty,
    /// Steps may begin.
    Running,
    /// It is to end; nothing new may begin.
    Stopping,
    /// Everything outstanding is being restored.
    Restoring,
    /// It ended in order; only another restoration may follow.
    Ended,
}

impl fmt::Display for RunPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RunPhase::Empty => "has not started",
            RunPhase::Running => "has started",
            RunPhase::Stopping => "is stopping",
            RunPhase::Restoring => "is restoring what is outstanding",
            RunPhase::Ended => "has ended",
        })
    }
}

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
    changes: Vec<ChangeLife>,
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
            changes: Vec::new(),
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

    /// Whether a record may follow.
    pub fn check(&self, record: &Record) -> Result<(), IllegalEvent> {
        let expected = self.next_seq();
        if record.seq != expected {
            return Err(IllegalEvent::Number { expected, found: record.seq });
        }
        self.check_phase(&record.event)?;
        match &record.event {
            Event::SteadyState { after: false, .. } => self.check_nothing_changed(),
            Event::StepStarted { step, .. } => self.check_new_step(step),
            Event::StepFinished { step, .. } => self.check_running(step, "step_finished"),
            Event::ConditionsMet { step, .. } => self.check_running(step, "conditions_met"),
            Event::Approved { step, .. } => self.check_running(step, "approved"),
            Event::Change { change, event } => self.check_change(change, event).map(drop),
            Event::RestorationStarted { outstanding, .. } => {
                self.check_outstanding(outstanding, "restoration_started")
            }
            Event::RunFinished { outstanding, exit_code, .. } => self.check_finish(outstanding, *exit_code),
            _ => Ok(()),
        }
    }

    /// What the phase alone decides. Intents (a step, a capture, an apply) may only begin while the run runs; what
    /// happened all the same (a call in flight came back, a step was stopped) may be recorded until the end.
    fn check_phase(&self, event: &Event) -> Result<(), IllegalEvent> {
        use RunPhase as P;
        let admitted: &[RunPhase] = match event {
            Event::RunStarted(_) => &[P::Empty],
            Event::Planned { .. } | Event::StepStarted { .. } => &[P::Running],
            Event::Change { event: ChangeEvent::Captured { .. } | ChangeEvent::ApplyStarted, .. } => {
                &[P::Running]
            }
            Event::SteadyState { .. }
            | Event::StepFinished { .. }
            | Event::ConditionsMet { .. }
            | Event::Approved { .. }
            | Event::Change { .. }
            | Event::StopRequested { .. }
            | Event::RunFinished { .. } => &[P::Running, P::Stopping, P::Restoring],
            Event::WatchingStarted { .. }
            | Event::RestorationStarted { .. }
            | Event::Noted { .. }
            | Event::Abandoned { .. } => &[P::Running, P::Stopping, P::Restoring, P::Ended],
        };
        match admitted.contains(&self.phase) {
            true => Ok(()),
            false => Err(IllegalEvent::Run { phase: self.phase, event: event.name() }),
        }
    }

    fn check_nothing_changed(&self) -> Result<(), IllegalEvent> {
        match self.changes.iter().any(|life| life.apply_started().is_some()) {
            true => Err(IllegalEvent::SteadyStateTooLate),
            false => Ok(()),
        }
    }

    fn check_new_step(&self, step: &StepId) -> Result<(), IllegalEvent> {
        match self.step(step) {
            Some(_) => Err(IllegalEvent::StepAgain { step: step.clone() }),
            None => Ok(()),
        }
    }

    fn check_running(&self, step: &StepId, event: &'static str) -> Result<(), IllegalEvent> {
        match self.step(step) {
            Some(StepLife { finished: None, .. }) => Ok(()),
            _ => Err(IllegalEvent::StepNotRunning { step: step.clone(), event }),
        }
    }

    fn check_change(&self, change: &StepId, event: &ChangeEvent) -> Result<ChangeState, IllegalEvent> {
        match self.change(change) {
            Some(life) => life.check(event),
            None => ChangeState::Pending.after(event).ok_or_else(|| IllegalEvent::Change {
                change: change.clone(),
                state: ChangeState::Pending,
                event: event.name(),
            }),
        }
    }

    fn check_finish(&self, outstanding: &[StepId], exit_code: u8) -> Result<(), IllegalEvent> {
        self.check_outstanding(outstanding, "run_finished")?;
        match outstanding.is_empty() || exit_code == EXIT_OUTSTANDING {
            true => Ok(()),
            false => Err(IllegalEvent::ExitCode { outstanding: outstanding.to_vec(), exit_code }),
        }
    }

    /// In any order: what counts is that none is left out and none is made up.
    fn check_outstanding(&self, said: &[StepId], event: &'static str) -> Result<(), IllegalEvent> {
        let actual = self.outstanding_ids();
        let sorted = |ids: &[StepId]| {
            let mut ids = ids.to_vec();
            ids.sort();
            ids
        };
        match sorted(said) == sorted(&actual) {
            true => Ok(()),
            false => Err(IllegalEvent::Outstanding { event, said: said.to_vec(), actual }),
        }
    }

    /// Takes in a record that `check` admitted.
    fn admit(&mut self, record: &Record) {
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
            Event::Change { change, event } => self.admit_change(record.seq, at, change, event),
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

    fn admit_change(&mut self, seq: Seq, at: Stamp, change: &StepId, event: &ChangeEvent) {
        match self.changes.iter_mut().find(|life| life.change == *change) {
            Some(life) => {
                if let Ok(state) = life.check(event) {
                    life.admit(seq, at, event, state);
                }
            }
            None => self.changes.extend(ChangeLife::begin(change, at, event)),
        }
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
        &self.changes
    }

    /// One change, if it was captured.
    pub fn change(&self, change: &StepId) -> Option<&ChangeLife> {
        self.changes.iter().find(|life| life.change == *change)
    }

    /// What is applied, or perhaps applied, and not yet verified restored, in order of application: restoring walks it
    /// from the end.
    pub fn outstanding(&self) -> Vec<Outstanding> {
        self.outstanding_lives().into_iter().map(ChangeLife::as_outstanding).collect()
    }

    /// Their ids, in the same order.
    pub fn outstanding_ids(&self) -> Vec<StepId> {
        self.outstanding_lives().into_iter().map(|life| life.change.clone()).collect()
    }

    fn outstanding_lives(&self) -> Vec<&ChangeLife> {
        let mut lives: Vec<_> = self.changes.iter().filter(|life| life.state.is_outstanding()).collect();
        lives.sort_by_key(|life| life.apply_started());
        lives
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

impl Event {
    /// The event's name in the journal; a change's event by its own name.
    pub fn name(&self) -> &'static str {
        match self {
            Event::RunStarted(_) => "run_started",
            Event::Planned { .. } => "planned",
            Event::WatchingStarted { .. } => "watching_started",
            Event::SteadyState { .. } => "steady_state",
            Event::StepStarted { .. } => "step_started",
            Event::StepFinished { .. } => "step_finished",
            Event::ConditionsMet { .. } => "conditions_met",
            Event::Approved { .. } => "approved",
            Event::Change { event, .. } => event.name(),
            Event::StopRequested { .. } => "stop_requested",
            Event::RestorationStarted { .. } => "restoration_started",
            Event::Noted { .. } => "noted",
            Event::Abandoned { .. } => "abandoned",
            Event::RunFinished { .. } => "run_finished",
        }
    }
}
