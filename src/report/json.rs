//! Json: `report.json`, for programs. Schema `firedrill.report/1`.
//! Invariant: within version 1 names are added, never renamed or removed; what was not measured is `null`; durations
//! are seconds, `t_s` counts from the run's start, `samples` are lines of `samples.jsonl` from 1.
//! Not here: prose (see `view`).
//! Used by: report.

mod shape;

use std::time::Duration;

use self::shape::{
    Bounded, ChangeJson, Deployment, DrillJson, Evidence, GapJson, Limit, MarkJson, Noted, OutageJson,
    PhaseJson, Report, SteadyJson, SteadyPair, StepJson, WatchJson, When,
};
use super::{Input, Renderer, format, view::notice};
use crate::{
    clock::Stamp,
    measure::{
        bounds::{Measured, Moment, Trace},
        summary::{
            Assessment, ChangeView, ClientOutage, Mark, Objective, Phase, Recorded, Steady, StepView,
            WatchView,
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
        drill: DrillJson { name: &head.drill, title: &head.title, sha256: &head.drill_digest },
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

    fn noted(&self, recorded: Recorded) -> Noted {
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
            then: outage.then.as_ref(),
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
        note: objective.note.as_ref(),
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
