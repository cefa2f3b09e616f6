//! Whole: a run as a report.
//! Invariant: a run that can be assessed has a report; the same run gives the same one.
//! Used by: report's users, through `make`.

use super::{
    changes, conclusion, facts, forecast, metrics, plan, records as told, results, steps, times::Times,
    untested, watches, zone,
};
use crate::{
    journal::event::{Event, Record, RunStarted},
    journal::sample::Sample,
    measure::{Assessment, series},
    report::model::{Extras, Report, SCHEMA, SteadyPair, facts::Chain},
    words::{Lang, Phrase},
};

/// What a report is made from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The one view.
    pub run: &'a Assessment,
    /// The journal.
    pub records: &'a [Record],
    /// The samples.
    pub samples: &'a [Sample],
    /// The hash of the journal's last record, hex.
    pub head: &'a str,
}

/// The report of a run, with what others know of it. `None`: the records are not those of a run.
pub fn report(source: &Source, extras: Extras) -> Option<Report> {
    let Source { run, records, samples, head } = *source;
    let Some(Event::RunStarted(start)) = records.first().map(|record| &record.event) else { return None };
    let times = Times(run.header.started);
    let effect = conclusion::effect(run, &start.drill);
    let steps = steps::all(run, &start.drill, records, times);
    let deviations = untested::deviations(run, &steps);
    let (concluded, because) = conclusion::of(run, &effect, &deviations, &extras.findings);
    let deployment = &start.drill.deployment;
    let named = deployment.report.time_zone.as_ref().unwrap_or(&deployment.calendar.time_zone);
    Some(Report {
        notice: notice(run),
        schema: SCHEMA.to_owned(),
        run: run.run.clone(),
        verdict: run.verdict,
        conclusion: concluded,
        conclusion_reasons: because,
        fault_effect: effect,
        exit_code: run.exit_code(),
        reasons: run.reasons.clone(),
        restored: run.restored,
        outstanding: run.outstanding.clone(),
        recovery_time: results::objective(&run.results.recovery_time),
        detection: results::objective(&run.results.detection),
        data_loss: results::objective(&run.results.data_loss),
        not_tested: untested::of(run, &start.drill),
        deviations,
        drill: facts::drill(start, &run.header),
        deployment: facts::deployment(&start.drill.deployment),
        started: run.header.started.wall,
        ended: run.header.ended.wall,
        took: times.since(run.header.ended),
        zone: zone::of(named, &run.header.regions.primary, run.header.started.wall),
        languages: languages(start),
        made_by: facts::made_by(start, &run.header),
        stop_reason: run.stop.as_ref().map(|stop| stop.reason),
        stop_detail: run.stop.as_ref().map(|stop| stop.detail.clone()),
        plan: plan::of(records),
        forecast: forecast::of(records),
        phases: run.phases.iter().map(|phase| results::phase(phase, times)).collect(),
        outages: run.outages.iter().map(|client| results::outage(client, times)).collect(),
        metrics: metrics::all(run),
        changes: run.changes.iter().map(|view| changes::change(view, times)).collect(),
        steps,
        steady_state: SteadyPair {
            before: run.before.as_ref().map(|steady| steps::steady(steady, times)),
            after: run.after.as_ref().map(|steady| steps::steady(steady, times)),
        },
        marks: run.marks.iter().map(|mark| results::mark(mark, times)).collect(),
        signals: run.signals.iter().map(|mark| results::mark(mark, times)).collect(),
        approvals: facts::approvals(records),
        notes: run.notes.clone(),
        watches: run.watches.iter().map(|view| watches::watch(view, times)).collect(),
        gaps: run.gaps.iter().map(|gap| watches::gap(gap, times)).collect(),
        series: series::of(run, samples),
        samples: watches::cited(run, samples, times),
        records: records.iter().map(|record| told::told(record, times)).collect(),
        chain: Chain { records: records.len(), head: head.to_owned(), samples: samples.len() },
        people: extras.people,
        references: extras.references,
        findings: extras.findings,
        earlier_findings: start.earlier_findings.clone(),
        notes_of_people: extras.notes_of_people,
        controls: extras.controls,
        integrity: extras.integrity,
    })
}

/// The first line of every rendering when the world was a lab.
fn notice(run: &Assessment) -> Option<Phrase> {
    run.header.lab.map(|lab| {
        Phrase::new("view.notice").with("speed", lab.speed.to_string()).with("seed", lab.seed.to_string())
    })
}

/// As the deployment asks; the first prevails.
fn languages(start: &RunStarted) -> Vec<Lang> {
    start.drill.deployment.report.languages()
}
