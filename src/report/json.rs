//! Json: `report.json`, for programs. Schema `firedrill.report/1`.
//! Invariant: within version 1 names are added, never renamed or removed; what was not measured is `null`; durations
//! are seconds, `t_s` counts from the run's start, `samples` are lines of `samples.jsonl` from 1.
//! Not here: prose (see `view`).
//! Used by: report.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Input, Renderer, format, view::notice};
use crate::{
    clock::Stamp,
    drill::model::{Facts, PerSide},
    id::{RunId, Seq, StepId},
    journal::event::{Finding, Reversibility, StepOutcome, StopReason},
    measure::{
        bounds::{Measured, Moment, Trace},
        summary::{
            Assessment, ChangeState, ChangeView, ClientOutage, During, Judged, Mark, Objective, Phase,
            PhaseName, Steady, StepView, Verdict, WatchView,
        },
    },
};

/// The schema's name and version.
pub(super) const SCHEMA: &str = "firedrill.report/1";

/// `report.json`.
pub(super) struct Json;

impl Renderer for Json {
    fn name(&self) -> &'static str {
        "report.json"
    }

    fn render(&self, input: &Input) -> Vec<u8> {
        // A tree of strings and numbers always serialises; were that ever untrue, the file says so.
        let mut bytes = serde_json::to_vec_pretty(&report(input.run)).unwrap_or_else(|error| {
            format!("{{\"schema\": \"{SCHEMA}\", \"error\": \"{error}\"}}").into_bytes()
        });
        bytes.push(b'\n');
        bytes
    }
}

#[derive(Serialize)]
struct Report<'a> {
    notice: Option<String>,
    schema: &'static str,
    run: &'a RunId,
    verdict: Verdict,
    exit_code: u8,
    reasons: &'a [String],
    restored: bool,
    outstanding: &'a [StepId],
    recovery_time: Limit<'a>,
    detection: Limit<'a>,
    data_loss: Limit<'a>,
    drill: Value,
    deployment: Deployment<'a>,
    started: Timestamp,
    ended: Timestamp,
    program: &'a str,
    caller: &'a Facts,
    lab: Option<crate::measure::summary::Lab>,
    clock_offset_ms: Option<(i64, u64)>,
    stop_reason: Option<StopReason>,
    phases: Vec<PhaseJson<'a>>,
    outages: Vec<OutageJson<'a>>,
    changes: Vec<ChangeJson<'a>>,
    steps: Vec<StepJson<'a>>,
    steady_state: SteadyPair<'a>,
    marks: Vec<MarkJson<'a>>,
    signals: Vec<MarkJson<'a>>,
    notes: &'a [String],
    watches: Vec<WatchJson<'a>>,
    gaps: Vec<GapJson<'a>>,
}

#[derive(Serialize)]
struct Deployment<'a> {
    name: &'a str,
    account: &'a str,
    site: &'a str,
    regions: &'a PerSide<String>,
}

#[derive(Serialize)]
struct Limit<'a> {
    #[serde(flatten)]
    value: Bounded,
    objective_s: Option<f64>,
    verdict: Option<Judged>,
    method: &'a str,
    note: Option<&'a str>,
    evidence: Evidence,
}

#[derive(Serialize)]
struct Bounded {
    measured_s: Option<f64>,
    low_s: Option<f64>,
    high_s: Option<f64>,
}

#[derive(Serialize)]
struct Evidence {
    records: Vec<Seq>,
    samples: Vec<usize>,
}

#[derive(Serialize)]
struct When {
    at: Timestamp,
    t_s: f64,
    low_t_s: Option<f64>,
    high_t_s: f64,
}

#[derive(Serialize)]
struct PhaseJson<'a> {
    name: PhaseName,
    from: &'a str,
    to: Option<&'a str>,
    start: When,
    stop: Option<When>,
    #[serde(flatten)]
    took: Bounded,
    evidence: Evidence,
}

#[derive(Serialize)]
struct OutageJson<'a> {
    client: &'a str,
    during: During,
    began: When,
    ended: Option<When>,
    #[serde(flatten)]
    lasted: Bounded,
    bad_looks: usize,
    why: &'a str,
    then: Option<&'a str>,
    evidence: Evidence,
}

#[derive(Serialize)]
struct ChangeJson<'a> {
    id: &'a StepId,
    kind: &'a str,
    params: &'a Map<String, Value>,
    title: &'a str,
    state: ChangeState,
    outstanding: bool,
    reversibility: Reversibility,
    captured: Noted,
    apply_started: Option<Noted>,
    applied: Option<Noted>,
    restore_started: Option<Noted>,
    restored: Option<Noted>,
    verified: Option<Noted>,
    attempts: u32,
    applied_details: &'a Facts,
    restored_details: &'a Facts,
    verified_details: &'a Facts,
    problems: &'a [String],
    differences: &'a [String],
    by_hand: &'a [String],
}

#[derive(Serialize)]
struct Noted {
    record: Seq,
    at: Timestamp,
    t_s: f64,
}

#[derive(Serialize)]
struct StepJson<'a> {
    id: &'a StepId,
    title: &'a str,
    started: Noted,
    finished: Option<Noted>,
    outcome: Option<&'a StepOutcome>,
}

#[derive(Serialize)]
struct SteadyPair<'a> {
    before: Option<SteadyJson<'a>>,
    after: Option<SteadyJson<'a>>,
}

#[derive(Serialize)]
struct SteadyJson<'a> {
    held: Option<bool>,
    looked: Noted,
    findings: &'a [Finding],
}

#[derive(Serialize)]
struct MarkJson<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(flatten)]
    when: When,
    evidence: Evidence,
}

#[derive(Serialize)]
struct WatchJson<'a> {
    watch: &'a str,
    title: &'a str,
    interval_s: Option<f64>,
    good: usize,
    bad: usize,
    unknown: usize,
    stray_bad: usize,
    latest_s: f64,
}

#[derive(Serialize)]
struct GapJson<'a> {
    watch: &'a str,
    from_t_s: f64,
    to_t_s: f64,
    unknown_looks: usize,
}

fn report(run: &Assessment) -> Report<'_> {
    let head = &run.header;
    let times = Times(head.started);
    Report {
        notice: notice(run),
        schema: SCHEMA,
        run: &run.run,
        verdict: run.verdict,
        exit_code: run.exit_code(),
        reasons: &run.reasons,
        restored: run.restored,
        outstanding: &run.outstanding,
        recovery_time: limit(&run.results.recovery_time),
        detection: limit(&run.results.detection),
        data_loss: limit(&run.results.data_loss),
        drill: serde_json::json!({ "name": head.drill, "title": head.title, "sha256": head.drill_digest }),
        deployment: Deployment {
            name: &head.deployment,
            account: &head.account,
            site: &head.site,
            regions: &head.regions,
        },
        started: head.started.wall,
        ended: head.ended.wall,
        program: &head.program,
        caller: &head.caller,
        lab: head.lab,
        clock_offset_ms: head.clock_offset_ms,
        stop_reason: run.stop.as_ref().map(|stop| stop.reason),
        phases: run.phases.iter().map(|phase| times.phase(phase)).collect(),
        outages: run.outages.iter().map(|client| times.outage(client)).collect(),
        changes: run.changes.iter().map(|view| times.change(view)).collect(),
        steps: run.steps.iter().map(|step| times.step(step)).collect(),
        steady_state: SteadyPair {
            before: run.before.as_ref().map(|steady| times.steady(steady)),
            after: run.after.as_ref().map(|steady| times.steady(steady)),
        },
        marks: run.marks.iter().map(|mark| times.mark(mark)).collect(),
        signals: run.signals.iter().map(|mark| times.mark(mark)).collect(),
        notes: &run.notes,
        watches: run.watches.iter().map(watch).collect(),
        gaps: run
            .gaps
            .iter()
            .map(|gap| GapJson {
                watch: &gap.watch.0,
                from_t_s: times.offset(gap.from),
                to_t_s: times.offset(gap.to),
                unknown_looks: gap.unknown_looks,
            })
            .collect(),
    }
}

/// Times as this file writes them, from the run's start.
struct Times(Stamp);

impl Times {
    /// Seconds since the run's start.
    fn offset(&self, at: Stamp) -> f64 {
        secs(at.since(self.0))
    }

    fn when(&self, moment: Moment) -> When {
        When {
            at: moment.at.wall,
            t_s: self.offset(moment.at),
            low_t_s: moment.low.map(|low| self.offset(low)),
            high_t_s: self.offset(moment.high),
        }
    }

    fn noted(&self, recorded: crate::measure::summary::Recorded) -> Noted {
        Noted { record: recorded.seq, at: recorded.at.wall, t_s: self.offset(recorded.at) }
    }

    fn phase<'a>(&self, phase: &'a Phase) -> PhaseJson<'a> {
        PhaseJson {
            name: phase.name,
            from: &phase.from,
            to: phase.to.as_deref(),
            start: self.when(phase.start),
            stop: phase.stop.map(|stop| self.when(stop)),
            took: bounded(phase.took),
            evidence: evidence(&phase.trace),
        }
    }

    fn outage<'a>(&self, client: &'a ClientOutage) -> OutageJson<'a> {
        let outage = &client.outage;
        OutageJson {
            client: &outage.watch.0,
            during: client.during,
            began: self.when(outage.began),
            ended: outage.ended.map(|ended| self.when(ended)),
            lasted: bounded(outage.lasted),
            bad_looks: outage.bad_looks,
            why: &outage.why,
            then: outage.then.as_deref(),
            evidence: evidence(&outage.trace),
        }
    }

    fn change<'a>(&self, view: &'a ChangeView) -> ChangeJson<'a> {
        ChangeJson {
            id: &view.step,
            kind: &view.spec.kind,
            params: &view.spec.params,
            title: &view.title,
            state: view.state,
            outstanding: view.is_outstanding(),
            reversibility: view.reversibility,
            captured: self.noted(view.captured),
            apply_started: view.apply_started.map(|at| self.noted(at)),
            applied: view.applied.map(|at| self.noted(at)),
            restore_started: view.restore_started.map(|at| self.noted(at)),
            restored: view.restored.map(|at| self.noted(at)),
            verified: view.verified.map(|at| self.noted(at)),
            attempts: view.attempts,
            applied_details: &view.applied_details,
            restored_details: &view.restored_details,
            verified_details: &view.verified_details,
            problems: &view.problems,
            differences: &view.differences,
            by_hand: &view.by_hand,
        }
    }

    fn step<'a>(&self, step: &'a StepView) -> StepJson<'a> {
        StepJson {
            id: &step.id,
            title: &step.title,
            started: self.noted(step.started),
            finished: step.finished.map(|at| self.noted(at)),
            outcome: step.outcome.as_ref(),
        }
    }

    fn steady<'a>(&self, steady: &'a Steady) -> SteadyJson<'a> {
        SteadyJson { held: steady.held, looked: self.noted(steady.recorded), findings: &steady.findings }
    }

    fn mark<'a>(&self, mark: &'a Mark) -> MarkJson<'a> {
        MarkJson {
            id: &mark.id,
            title: &mark.title,
            when: self.when(mark.moment),
            evidence: evidence(&mark.trace),
        }
    }
}

fn limit(objective: &Objective) -> Limit<'_> {
    Limit {
        value: bounded(objective.measured),
        objective_s: objective.limit.map(secs),
        verdict: objective.verdict,
        method: &objective.method,
        note: objective.note.as_deref(),
        evidence: evidence(&objective.trace),
    }
}

fn watch(view: &WatchView) -> WatchJson<'_> {
    WatchJson {
        watch: &view.watch.0,
        title: &view.title,
        interval_s: view.interval.map(secs),
        good: view.good,
        bad: view.bad,
        unknown: view.unknown,
        stray_bad: view.stray_bad,
        latest_s: secs(view.latest),
    }
}

fn bounded(value: Option<Measured>) -> Bounded {
    Bounded {
        measured_s: value.map(|value| secs(value.measured)),
        low_s: value.map(|value| secs(value.low)),
        high_s: value.and_then(|value| value.high).map(secs),
    }
}

fn evidence(trace: &Trace) -> Evidence {
    Evidence {
        records: trace.records.clone(),
        samples: trace.samples.iter().map(|place| format::line(*place)).collect(),
    }
}

fn secs(value: Duration) -> f64 {
    // Whole microseconds, so that the number prints as it was measured.
    let micros = u64::try_from(value.as_micros()).unwrap_or(u64::MAX);
    micros as f64 / 1e6
}
