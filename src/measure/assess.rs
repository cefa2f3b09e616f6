//! Assess: from records and samples to the one view.
//! Invariant: the same input gives the same view, whoever asks and whenever.
//! Not here: the arithmetic (see the modules beside this one).
//! Used by: engine, report, cli.

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Duration};

use super::{
    changes, clients, notes, objectives,
    outage::{self, Experience, Rules},
    spans,
    summary::{
        Assessment, ChangeView, ClientOutage, During, Header, Lab, Recorded, Steady, StepView, Stop,
        WatchView,
    },
    timeline::{self, Marks},
    verdict::{self, Grounds},
};
use crate::{
    drill::model::{Drill, PerSide, Side},
    id::StepId,
    journal::{
        IllegalEvent,
        event::{Event, Record, RunStarted, StopReason},
        sample::{Outcome, Sample, WatchName},
    },
    words::Phrase,
};

/// Why there is nothing to assess.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeasureError {
    /// The records are not those of a run.
    #[error("the first record does not say which run this is: the journal is empty or not a run's")]
    NoStart,
    /// An event of a change cannot have followed what is before it.
    #[error("the records of a change contradict each other, so nothing can be said of the run")]
    Contradicts(#[from] IllegalEvent),
}

/// Everything there is to say about a run, from its records and samples so far.
///
/// # Errors
/// [`MeasureError::NoStart`] when the first record is not a run's start, [`MeasureError::Contradicts`] when the
/// journal would not have admitted what a record says of a change.
pub fn assess(records: &[Record], samples: &[Sample]) -> Result<Assessment, MeasureError> {
    let Some(Event::RunStarted(start)) = records.first().map(|record| &record.event) else {
        return Err(MeasureError::NoStart);
    };
    let rules = Rules::default();
    let changes = changes::of(records)?;
    let experiences = experiences(samples, rules);
    let own = [WatchName::site(), WatchName::write()];
    let felt: Vec<_> =
        own.iter().filter_map(|watch| experiences.get(watch)).flat_map(|e| &e.outages).collect();
    let marks = timeline::marks(&start.drill, records, samples, &changes, &felt, rules);
    let watches = watches(records, samples, &experiences);
    let gaps: Vec<outage::Gap> = watches
        .iter()
        .filter(|view| clients::all().contains(&view.watch))
        .filter_map(|view| Some(outage::gaps(samples, &view.watch, view.interval?, rules)))
        .flatten()
        .collect();
    let judged_gaps: Vec<outage::Gap> = gaps.iter().filter(|gap| own.contains(&gap.watch)).cloned().collect();
    let results = objectives::results(start.drill.objectives, &marks, &changes, samples, &judged_gaps);
    let steps = steps(records);
    let (before, after) = (steady(records, false), steady(records, true));
    let stop = stop(records, &start.drill, &steps);
    let outstanding: Vec<StepId> =
        changes.iter().filter(|view| view.is_outstanding()).map(|view| view.step.clone()).collect();
    let (verdict, reasons) = verdict::judge(&Grounds {
        outstanding: &outstanding,
        stop: stop.as_ref().map(|stop| (stop.reason, &stop.detail)),
        steps: &steps,
        expects_steady: !start.drill.steady_state.is_empty(),
        before: before.as_ref(),
        after: after.as_ref(),
        results: &results,
    });
    let notes = notes::of(start, records, &marks, &changes, &watches, &gaps);
    Ok(Assessment {
        run: start.run.clone(),
        header: header(start, records, samples),
        verdict,
        reasons,
        restored: outstanding.is_empty(),
        outstanding,
        results,
        phases: timeline::phases(&marks),
        outages: outages(experiences, &marks, &changes),
        marks: marks.all,
        signals: marks.signals,
        changes,
        steps,
        before,
        after,
        stop,
        notes,
        watches,
        gaps,
    })
}

fn header(start: &RunStarted, records: &[Record], samples: &[Sample]) -> Header {
    let drill = &start.drill;
    let region = |side| drill.deployment.regions.of(side).region.clone();
    let first = &records[0];
    Header {
        drill: drill.name.clone(),
        title: drill.title.clone(),
        drill_digest: start.drill_digest.clone(),
        plan_digest: records.iter().find_map(|record| match &record.event {
            Event::Planned { digest, .. } => Some(digest.clone()),
            _ => None,
        }),
        deployment: drill.deployment.name.clone(),
        account: drill.deployment.account.clone(),
        site: drill.deployment.site.to_string(),
        regions: PerSide { primary: region(Side::Primary), standby: region(Side::Standby) },
        started: first.at,
        ended: records.last().unwrap_or(first).at,
        program: start.program.clone(),
        caller: start.caller.clone(),
        lab: start.lab.as_ref().map(|lab| Lab { seed: lab.seed, speed: lab.anchor.speed }),
        clock_offset_ms: start.clock_offset_ms,
        records: records.len(),
        samples: samples.len(),
    }
}

fn experiences(samples: &[Sample], rules: Rules) -> BTreeMap<WatchName, Experience> {
    clients::all()
        .into_iter()
        .map(|watch| (watch.clone(), outage::experience(samples, &watch, rules)))
        .collect()
}

fn outages(
    experiences: BTreeMap<WatchName, Experience>,
    marks: &Marks,
    changes: &[ChangeView],
) -> Vec<ClientOutage> {
    let origin = changes.iter().filter_map(|view| view.apply_started).map(|recorded| recorded.at).min();
    let put_back = marks.get("B1").map(|mark| mark.moment.at);
    let done = marks.get("B4").map(|mark| mark.moment.at);
    let during = |outage: &outage::Outage| match (origin, put_back, done) {
        (None, ..) => During::Before,
        (Some(origin), ..) if outage.began.high < origin => During::Before,
        (_, _, Some(done)) if outage.began.at > done => During::After,
        (_, Some(back), _) if outage.began.at >= back => During::Failback,
        _ => During::Drill,
    };
    let mut all: Vec<ClientOutage> = experiences
        .into_values()
        .flat_map(|experience| experience.outages)
        .map(|outage| ClientOutage { during: during(&outage), outage })
        .collect();
    all.sort_by_key(|client| client.outage.began.at);
    all
}

fn watches(
    records: &[Record],
    samples: &[Sample],
    experiences: &BTreeMap<WatchName, Experience>,
) -> Vec<WatchView> {
    let mut views: Vec<WatchView> = Vec::new();
    let blank = |watch: WatchName, title: String, interval: Option<Duration>| WatchView {
        spans: spans::of(samples, &watch),
        stray_bad: experiences.get(&watch).map_or(0, |experience| experience.stray_bad),
        watch,
        title,
        interval,
        good: 0,
        bad: 0,
        unknown: 0,
        latest: Duration::ZERO,
    };
    for record in records {
        let Event::WatchingStarted { watches } = &record.event else { continue };
        for spec in watches {
            if !views.iter().any(|view| view.watch.0 == spec.watch) {
                views.push(blank(WatchName(spec.watch.clone()), spec.title.clone(), Some(spec.interval)));
            }
        }
    }
    for sample in samples {
        let place = views.iter().position(|view| view.watch == sample.watch).unwrap_or_else(|| {
            views.push(blank(sample.watch.clone(), sample.watch.0.clone(), None));
            views.len() - 1
        });
        let view = &mut views[place];
        match sample.outcome {
            Outcome::Good => view.good += 1,
            Outcome::Bad { .. } => view.bad += 1,
            Outcome::Unknown { .. } => view.unknown += 1,
        }
        view.latest = view.latest.max(sample.started.since(sample.due));
    }
    views
}

fn steps(records: &[Record]) -> Vec<StepView> {
    let mut steps: Vec<StepView> = Vec::new();
    for record in records {
        let at = Recorded { seq: record.seq, at: record.at };
        match &record.event {
            Event::StepStarted { step, title } => steps.push(StepView {
                id: step.clone(),
                title: title.clone(),
                started: at,
                finished: None,
                outcome: None,
            }),
            Event::StepFinished { step, outcome } => {
                if let Some(view) = steps.iter_mut().rfind(|view| view.id == *step) {
                    view.finished = Some(at);
                    view.outcome = Some(outcome.clone());
                }
            }
            _ => {}
        }
    }
    steps
}

fn steady(records: &[Record], wanted: bool) -> Option<Steady> {
    let looked = |record: &Record| match &record.event {
        Event::SteadyState { after, held, findings } if *after == wanted => Some(Steady {
            recorded: Recorded { seq: record.seq, at: record.at },
            held: *held,
            findings: findings.clone(),
        }),
        _ => None,
    };
    records.iter().rev().find_map(looked)
}

/// The weightiest reason that was recorded. A journal that records none, and not every step either, is that of a
/// process that died: its steps were not done.
fn stop(records: &[Record], drill: &Drill, steps: &[StepView]) -> Option<Stop> {
    let requested = records.iter().filter_map(|record| match &record.event {
        Event::StopRequested { reason, detail } => {
            Some(Stop { reason: *reason, detail: Phrase::verbatim(detail), seq: record.seq })
        }
        Event::RunFinished { reason, .. } => {
            Some(Stop { reason: *reason, detail: verdict::stop_words(*reason), seq: record.seq })
        }
        _ => None,
    });
    // Of equal reasons the first, which has the words.
    let strongest = requested.reduce(|best, next| if next.reason > best.reason { next } else { best });
    let done = drill
        .steps
        .iter()
        .filter(|step| steps.iter().any(|view| view.id == step.id && view.is_done()))
        .count();
    match strongest {
        None if done < drill.steps.len() => Some(Stop {
            reason: StopReason::Interrupt,
            detail: Phrase::new("measure.stop.unsaid").with("done", done).with("steps", drill.steps.len()),
            seq: records.last().map_or(crate::id::Seq(0), |record| record.seq),
        }),
        other => other,
    }
}
