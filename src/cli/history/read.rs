//! Read: each run as a point, from its journal, and from its report where that is of the same journal.
//! Invariant: a report is believed only if it names the journal's own last hash; the runs that a gate judges are measured
//! from journal and samples, whatever their reports say.
//! Not here: what the points come to (see `measure::history`).
//! Used by: history.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    id::{RunId, StepId},
    journal::{
        self,
        event::{RunStarted, StopReason},
        presence::{self, Attendance},
    },
    measure::{
        self,
        bounds::Measured,
        history::{Number, Place, Point},
        summary::{Judged, Verdict},
    },
    report::model::SCHEMA,
};

/// One run of the folder.
pub(super) struct Entry {
    pub(super) run: RunId,
    pub(super) what: What,
}

/// What is known of it.
pub(super) enum What {
    /// It is over.
    Ended(Box<Point>),
    /// A process works on it, or is held up.
    UnderWay { deployment: String, drill: String, place: Place, started: Timestamp, outstanding: bool },
    /// It can not be read or not be assessed.
    Unreadable { why: String },
}

/// What a journal says that could be read; its records are not kept, for there may be hundreds of runs.
struct Opened {
    folder: PathBuf,
    start: RunStarted,
    started: Timestamp,
    head: String,
    torn: bool,
    outstanding: bool,
    under_way: bool,
}

impl Opened {
    fn place(&self) -> Place {
        if self.start.lab.is_some() { Place::Lab } else { Place::Aws }
    }
}

/// Every run, the newest first. Of each drill, the newest `afresh` on each kind of place are measured anew.
pub(super) fn entries(runs: Vec<(RunId, PathBuf)>, afresh: usize) -> Vec<Entry> {
    let opened = each(&runs, |(_, folder)| open(folder));
    let mut counted: BTreeMap<(String, String, Place), usize> = BTreeMap::new();
    let mut tasks = Vec::new();
    for opened in opened {
        let anew = opened.as_ref().is_ok_and(|it| {
            let drill = &it.start.drill;
            let key = (drill.deployment.name.clone(), drill.name.clone(), it.place());
            let before = counted.entry(key).or_default();
            *before += usize::from(!it.under_way);
            *before <= afresh
        });
        tasks.push((opened, anew));
    }
    let told = each(&tasks, |(opened, anew)| match opened {
        Ok(opened) => what(opened, *anew),
        Err(why) => What::Unreadable { why: why.clone() },
    });
    runs.into_iter().zip(told).map(|((run, _), what)| Entry { run, what }).collect()
}

/// Does the same to each, on every core; the answers are in the order of the questions.
fn each<T: Sync, R: Send>(items: &[T], task: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = items.len().div_ceil(cores).max(1);
    let task = &task;
    thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(task).collect::<Vec<R>>()))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn open(folder: &Path) -> Result<Opened, String> {
    let read = journal::read(folder).map_err(|why| why.to_string())?;
    let state = read.state().map_err(|why| why.to_string())?;
    let at_work = || presence::presence(folder).is_some_and(|it| it.state != Attendance::Gone);
    Ok(Opened {
        under_way: state.finished().is_none() && at_work(),
        outstanding: !state.outstanding().is_empty(),
        folder: folder.to_owned(),
        start: read.started().clone(),
        started: read.started_at().wall,
        head: read.head.to_string(),
        torn: read.torn,
    })
}

fn what(opened: &Opened, anew: bool) -> What {
    let start = &opened.start;
    if opened.under_way {
        return What::UnderWay {
            deployment: start.drill.deployment.name.clone(),
            drill: start.drill.name.clone(),
            place: opened.place(),
            started: opened.started,
            outstanding: opened.outstanding,
        };
    }
    let told = if anew { None } else { glance(opened) };
    match told.map_or_else(|| measured(opened), Ok) {
        Ok(point) => What::Ended(Box::new(point)),
        Err(why) => What::Unreadable { why },
    }
}

fn measured(opened: &Opened) -> Result<Point, String> {
    let samples = journal::read_samples(&opened.folder).map_err(|why| why.to_string())?;
    let read = journal::read(&opened.folder).map_err(|why| why.to_string())?;
    let run = measure::assess(&read.records, &samples.samples).map_err(|why| why.to_string())?;
    Ok(Point::of(&opened.start, &run))
}

/// The part of a report that a history needs.
#[derive(Deserialize)]
struct Glance {
    schema: String,
    verdict: Verdict,
    outstanding: Vec<StepId>,
    recovery_time: Judgement,
    detection: Judgement,
    data_loss: Judgement,
    stop_reason: Option<StopReason>,
    chain: Chain,
}

#[derive(Deserialize)]
struct Judgement {
    measured_s: Option<f64>,
    low_s: Option<f64>,
    high_s: Option<f64>,
    objective_s: Option<f64>,
    verdict: Option<Judged>,
}

#[derive(Deserialize)]
struct Chain {
    head: String,
}

/// What the report says, if it is of this journal, whole.
fn glance(opened: &Opened) -> Option<Point> {
    let bytes = fs::read(opened.folder.join("report.json")).ok()?;
    let told: Glance = serde_json::from_slice(&bytes).ok()?;
    let own = told.schema == SCHEMA && told.chain.head == opened.head && !opened.torn;
    if !own {
        return None;
    }
    let start = &opened.start;
    let world_is_gone = start.lab.as_ref().is_some_and(|lab| lab.embedded);
    Some(Point {
        run: start.run.clone(),
        started: opened.started,
        deployment: start.drill.deployment.name.clone(),
        drill: start.drill.name.clone(),
        digest: start.drill_digest.clone(),
        place: opened.place(),
        verdict: told.verdict,
        complete: told.stop_reason == Some(StopReason::Finished),
        outstanding: if world_is_gone { Vec::new() } else { told.outstanding },
        recovery_time: told.recovery_time.number()?,
        detection: told.detection.number()?,
        data_loss: told.data_loss.number()?,
        every: start.drill.every,
    })
}

impl Judgement {
    /// `None`: a number in it is no duration, so none is believed.
    fn number(&self) -> Option<Number> {
        let whole = |value: Option<f64>| value.map(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let measured = match (whole(self.measured_s), whole(self.low_s)) {
            (Some(measured), Some(low)) => Some(Measured {
                measured: measured?,
                low: low?,
                high: match whole(self.high_s) {
                    Some(high) => Some(high?),
                    None => None,
                },
            }),
            _ => None,
        };
        let limit = match whole(self.objective_s) {
            Some(limit) => Some(limit?),
            None => None,
        };
        Some(Number { measured, limit, verdict: self.verdict })
    }
}
