//! Results: objectives, phases, outages and moments as a report carries them.
//! Used by: whole.

use super::times::{Times, evidence, micros, took};
use crate::{
    measure::summary::{self as measured, ClientOutage},
    report::model::result::{Mark, Objective, Outage, Phase},
};

pub(super) fn objective(objective: &measured::Objective) -> Objective {
    let value = objective.measured.map(took);
    Objective {
        measured: value.map(|value| value.measured),
        low: value.map(|value| value.low),
        high: value.and_then(|value| value.high),
        limit: objective.limit.map(micros),
        verdict: objective.verdict,
        method: objective.method.clone(),
        note: objective.note.clone(),
        evidence: evidence(&objective.trace),
    }
}

pub(super) fn phase(phase: &measured::Phase, times: Times) -> Phase {
    Phase {
        name: phase.name,
        from: phase.from.clone(),
        to: phase.to.clone(),
        start: times.when(phase.start),
        stop: phase.stop.map(|stop| times.when(stop)),
        took: phase.took.map(took),
        evidence: evidence(&phase.trace),
    }
}

pub(super) fn outage(client: &ClientOutage, times: Times) -> Outage {
    let outage = &client.outage;
    Outage {
        client: outage.watch.0.clone(),
        during: client.during,
        began: times.when(outage.began),
        ended: outage.ended.map(|ended| times.when(ended)),
        lasted: outage.lasted.map(took),
        bad_looks: outage.bad_looks,
        why: outage.why.clone(),
        then: outage.then.clone(),
        evidence: evidence(&outage.trace),
    }
}

pub(super) fn mark(mark: &measured::Mark, times: Times) -> Mark {
    Mark {
        id: mark.id.clone(),
        title: mark.title.clone(),
        when: times.when(mark.moment),
        evidence: evidence(&mark.trace),
    }
}
