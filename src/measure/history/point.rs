//! Point: one run, as a history needs it.
//! Invariant: every number is the run's own, as it was judged then.
//! Not here: comparison (see `series`).
//! Used by: the rest of this folder; cli.

use std::time::Duration;

use jiff::Timestamp;

use crate::{
    drill::period::Period,
    id::{RunId, StepId},
    journal::event::{RunStarted, StopReason},
    measure::{
        bounds::Measured,
        summary::{Assessment, Judged, Objective, Verdict},
    },
};

/// What a run was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// An AWS account.
    Aws,
    /// A lab: every number is simulated.
    Lab,
}

/// One measured quantity of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Number {
    /// What was measured, if anything was.
    pub measured: Option<Measured>,
    /// The limit, if the drill set one.
    pub limit: Option<Duration>,
    /// How it was judged; `None`: the drill set no limit.
    pub verdict: Option<Judged>,
}

impl Number {
    /// The bound that runs are judged and compared by.
    pub fn high(&self) -> Option<Duration> {
        self.measured?.high
    }
}

/// One run.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Its id.
    pub run: RunId,
    /// When it began.
    pub started: Timestamp,
    /// The deployment's name.
    pub deployment: String,
    /// The drill's name.
    pub drill: String,
    /// SHA-256 of the drill's files.
    pub digest: String,
    /// Where.
    pub place: Place,
    /// The verdict.
    pub verdict: Verdict,
    /// True if every step was done: an early end is no drill done.
    pub complete: bool,
    /// What is still to be put back; nothing, where the world ended with the run.
    pub outstanding: Vec<StepId>,
    /// From the interruption to the recovery.
    pub recovery_time: Number,
    /// From the interruption to the first signal.
    pub detection: Number,
    /// How old the newest lost write may be.
    pub data_loss: Number,
    /// How often the drill was to be run, by the drill as it was then.
    pub every: Option<Period>,
}

impl Point {
    /// Of a run whose first record is `start`.
    pub fn of(start: &RunStarted, run: &Assessment) -> Point {
        let world_is_gone = start.lab.as_ref().is_some_and(|lab| lab.embedded);
        Point {
            run: run.run.clone(),
            started: run.header.started.wall,
            deployment: run.header.deployment.clone(),
            drill: run.header.drill.clone(),
            digest: run.header.drill_digest.clone(),
            place: if start.lab.is_some() { Place::Lab } else { Place::Aws },
            verdict: run.verdict,
            complete: run.stop.as_ref().is_some_and(|stop| stop.reason == StopReason::Finished),
            outstanding: if world_is_gone { Vec::new() } else { run.outstanding.clone() },
            recovery_time: number(&run.results.recovery_time),
            detection: number(&run.results.detection),
            data_loss: number(&run.results.data_loss),
            every: start.drill.every,
        }
    }

    /// Each judged quantity by its name.
    pub fn numbers(&self) -> [(&'static str, &Number); 3] {
        [
            ("recovery_time", &self.recovery_time),
            ("detection", &self.detection),
            ("data_loss", &self.data_loss),
        ]
    }
}

fn number(objective: &Objective) -> Number {
    Number { measured: objective.measured, limit: objective.limit, verdict: objective.verdict }
}
