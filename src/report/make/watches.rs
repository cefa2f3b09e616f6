//! Watches: what each watch saw, the gaps, and the samples that numbers rest on.
//! Invariant: every sample that anything cites is there, once, in the order of the file.
//! Used by: whole.

use std::collections::BTreeSet;

use super::times::{Times, micros};
use crate::{
    journal::sample::{Outcome, Sample},
    measure::{
        bounds::Trace,
        outage, seen,
        summary::{Assessment, Tone, WatchView},
    },
    report::model::watch::{Cited, Gap, Span, Watch},
};

pub(super) fn watch(view: &WatchView, times: Times) -> Watch {
    let span = |span: &crate::measure::summary::Span| Span {
        from: times.since(span.from),
        to: times.since(span.to),
        tone: span.tone,
        side: span.side,
        words: span.words.clone(),
    };
    Watch {
        watch: view.watch.0.clone(),
        title: view.title.clone(),
        interval: view.interval.map(micros),
        good: view.good,
        bad: view.bad,
        unknown: view.unknown,
        stray_bad: view.stray_bad,
        latest: micros(view.latest),
        spans: view.spans.iter().map(span).collect(),
    }
}

pub(super) fn gap(gap: &outage::Gap, times: Times) -> Gap {
    Gap {
        watch: gap.watch.0.clone(),
        from: times.since(gap.from),
        to: times.since(gap.to),
        unknown_looks: gap.unknown_looks,
    }
}

/// How a look is to be read.
pub(super) fn tone(sample: &Sample) -> Tone {
    match sample.outcome {
        Outcome::Good => Tone::Good,
        Outcome::Bad { .. } => Tone::Bad,
        Outcome::Unknown { .. } => Tone::Unknown,
    }
}

/// The samples that numbers rest on.
pub(super) fn cited(run: &Assessment, samples: &[Sample], times: Times) -> Vec<Cited> {
    let results = &run.results;
    let objectives = [&results.recovery_time.trace, &results.detection.trace, &results.data_loss.trace];
    let traces: Vec<&Trace> = objectives
        .into_iter()
        .chain(run.marks.iter().chain(&run.signals).map(|mark| &mark.trace))
        .chain(run.phases.iter().map(|phase| &phase.trace))
        .chain(run.outages.iter().map(|client| &client.outage.trace))
        .collect();
    let places: BTreeSet<usize> =
        traces.into_iter().flat_map(|trace| trace.samples.iter().copied()).collect();
    let told = |place: usize| {
        let sample = samples.get(place)?;
        Some(Cited {
            line: place + 1,
            watch: sample.watch.0.clone(),
            at: sample.started.wall,
            t: times.since(sample.started),
            took: micros(sample.took()),
            tone: tone(sample),
            saw: seen::phrase(sample),
        })
    };
    places.into_iter().filter_map(told).collect()
}
