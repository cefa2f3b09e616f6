//! Map: the controls of the chosen frameworks, with what a run shows for each.
//! Invariant: a control with nothing to show stays, and says why.
//! Not here: what each kind of evidence is found by (see `found`).
//! Used by: cli, when a report is made.

use super::{Control, Framework, found, framework};
use crate::report::model::{
    Report,
    controls::{self as model, Lacking, Shown},
};

/// The map of a report. A framework that no file describes is left out: deployments can not name one.
pub fn map(report: &Report, frameworks: &[String]) -> Vec<model::Framework> {
    frameworks.iter().filter_map(|id| framework(id)).map(|framework| of(report, framework)).collect()
}

fn of(report: &Report, framework: &Framework) -> model::Framework {
    model::Framework {
        id: framework.id.to_owned(),
        name: framework.name.clone(),
        caution: framework.caution.clone(),
        controls: framework.controls.iter().map(|one| control(report, one)).collect(),
    }
}

fn control(report: &Report, control: &Control) -> model::Control {
    let (mut shows, mut lacks) = (Vec::new(), Vec::new());
    for kind in &control.evidence {
        let word = kind.word().to_owned();
        match found::look(*kind, report) {
            Ok((what, evidence)) => shows.push(Shown { kind: word, what, evidence }),
            Err(why) => lacks.push(Lacking { kind: word, why }),
        }
    }
    model::Control {
        id: control.id.clone(),
        title: control.title.clone(),
        asks: control.asks.clone(),
        shows,
        lacks,
        not_covered: control.not_covered.clone(),
    }
}
