//! Overhead: how much longer a drill takes than its physics do.
//! Invariant: the parts follow one another without a gap, so that they add up to the whole process' wall time.
//! Used by: `main`.
//!
//! A part's physics end at the last transition of the world that it waited for, and the hold it was told to keep; what
//! follows until the part's own end is overhead, whoever causes it: the interval of a probe, a slow call, a disk, the
//! machine. At speed N a real second is N of the world's, so that the program's own time weighs N times what it does
//! against AWS.

mod physics;

use std::time::Duration;

use firedrill::{
    drill::model::{Drill, Step},
    journal::event::{Event, Record},
};
use jiff::Timestamp;

use self::physics::{Physics, conditions, step};
use super::{drill::DrillRun, ratio};

const BOUND: f64 = 1.05;
/// Parts that are printed, the biggest first.
const BIGGEST: usize = 8;

/// A part of the drill, in seconds of the world since the process started.
struct Part {
    name: String,
    /// What its physics ended with.
    waited_for: String,
    start: f64,
    physics: f64,
    end: f64,
}

impl Part {
    fn overhead(&self) -> f64 {
        self.end - self.physics
    }
}

/// Prints the drill's wall time over the critical path of its physics, and where the difference comes from.
pub(crate) fn show(run: &DrillRun) {
    let mut parts = Parts::of(run).parts;
    let total: f64 = parts.iter().map(|part| part.end - part.start).sum();
    let overhead: f64 = parts.iter().map(Part::overhead).sum();
    let what = format!("drill over its physics' {:.1} s, speed {}", total - overhead, run.speed);
    ratio::line("overhead", &what, total / (total - overhead), BOUND, "x");
    ratio::fact("overhead", "of the world's time", &format!("{overhead:>9.3} s of {total:.1} s"));
    parts.sort_by(|a, b| b.overhead().total_cmp(&a.overhead()));
    for part in parts.iter().take(BIGGEST) {
        let took = part.end - part.start;
        let value = format!("{:>9.3} s of {took:.1} s; waited for {}", part.overhead(), part.waited_for);
        ratio::fact("overhead", &format!("  {}", part.name), &value);
    }
}

/// Cuts a run into parts.
struct Parts<'a> {
    run: &'a DrillRun,
    parts: Vec<Part>,
    /// Where the next part begins.
    from: f64,
    /// The world's time at the process' start.
    origin: Timestamp,
}

impl<'a> Parts<'a> {
    fn of(run: &'a DrillRun) -> Parts<'a> {
        let first = run.journal.records.first();
        let origin = first.map_or(Timestamp::UNIX_EPOCH, |first| back(first.at.wall, first.at.mono));
        let mut parts = Parts { run, parts: Vec::new(), from: 0.0, origin };
        for record in &run.journal.records {
            parts.take(record, &run.journal.started().drill);
        }
        let end = run.took.as_secs_f64() * run.speed;
        parts.cut("report and end of the process", &Physics::default(), end);
        parts
    }

    fn take(&mut self, record: &Record, drill: &Drill) {
        let end = record.at.mono.as_secs_f64();
        match &record.event {
            Event::RunStarted(_) => self.cut("lab, preflight, plan", &Physics::default(), end),
            Event::SteadyState { after, .. } => {
                let name = if *after { "steady state after" } else { "steady state before" };
                self.cut(name, &conditions(&drill.deployment, &drill.steady_state), end);
            }
            Event::StepFinished { step: id, .. } => {
                // Steps inside `together` are parts of it.
                if let Some(own) = drill.steps.iter().find(|step| step.id == *id) {
                    self.cut(&name(own), &step(drill, own), end);
                }
            }
            Event::RunFinished { .. } => self.cut("assessment, last record", &Physics::default(), end),
            _ => {}
        }
    }

    /// Ends a part at `end`.
    fn cut(&mut self, name: &str, physics: &Physics, end: f64) {
        let start = std::mem::replace(&mut self.from, end);
        let notes = self.run.truth.iter().filter(|note| physics.has(note));
        let times = notes.map(|note| (self.seconds(note.at), note)).filter(|(at, _)| *at <= end);
        let last = times.max_by(|(a, _), (b, _)| a.total_cmp(b));
        let (at, waited_for) = match last {
            Some((at, note)) if at + physics.hold > start => (at, format!("{}{}", note.what, held(physics))),
            _ if physics.hold_alone => (start, "its hold".to_owned()),
            _ => (start - physics.hold, "nothing physical".to_owned()),
        };
        let physics = (at + physics.hold).clamp(start, end.max(start));
        self.parts.push(Part { name: name.to_owned(), waited_for, start, physics, end });
    }

    fn seconds(&self, at: Timestamp) -> f64 {
        at.duration_since(self.origin).as_secs_f64()
    }
}

fn held(physics: &Physics) -> String {
    if physics.hold > 0.0 { format!(" and {} s of hold", physics.hold) } else { String::new() }
}

fn name(step: &Step) -> String {
    format!("{}: {}", step.id, step.title).chars().take(42).collect()
}

fn back(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::UNIX_EPOCH)
}
