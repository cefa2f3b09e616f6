//! Number: one quantity of both runs, and whether it became better.
//! Invariant: better and worse need bounds that do not touch; a longer soak is neither.
//! Used by: compare.

use serde::Serialize;

use crate::{
    measure::summary::{During, PhaseName},
    report::model::{
        Report,
        moment::Took,
        result::{Outage, Phase},
    },
    words::Phrase,
};

/// A quantity of both runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// What it is.
    pub name: Phrase,
    /// Which part it belongs to: `objective`, `phase` or `outage`.
    pub part: Part,
    /// In the first run; `None`: not measured.
    pub before: Option<Took>,
    /// In the second.
    pub after: Option<Took>,
    /// How it changed.
    pub change: Change,
}

/// A part of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What a run is judged by.
    Objective,
    /// A part of the drill.
    Phase,
    /// The longest outage of a client in a part of the run.
    Outage,
}

/// How a number changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Shorter beyond doubt.
    Better,
    /// Longer beyond doubt.
    Worse,
    /// The bounds of both allow them to be equal.
    Same,
    /// Longer or shorter beyond doubt, and neither is better.
    Different,
    /// Only the first run has it.
    Gone,
    /// Only the second run has it.
    New,
    /// Neither has it.
    Untold,
}

/// All of them.
pub(super) fn all(before: &Report, after: &Report) -> Vec<Compared> {
    let objectives = before.objectives().into_iter().zip(after.objectives());
    let mut all: Vec<Compared> = objectives
        .map(|((name, one), (_, other))| compared(name, Part::Objective, one.took(), other.took(), true))
        .collect();
    all.extend(PhaseName::ALL.iter().filter_map(|name| phase(*name, before, after)));
    all.extend(outages(before, after));
    all
}

fn compared(
    name: Phrase,
    part: Part,
    before: Option<Took>,
    after: Option<Took>,
    shorter_is_better: bool,
) -> Compared {
    let change = match (before, after) {
        (None, None) => Change::Untold,
        (Some(_), None) => Change::Gone,
        (None, Some(_)) => Change::New,
        (Some(one), Some(other)) => changed(one, other, shorter_is_better),
    };
    Compared { name, part, before, after, change }
}

fn changed(before: Took, after: Took, shorter_is_better: bool) -> Change {
    let shorter = after.high.is_some_and(|high| high < before.low);
    let longer = before.high.is_some_and(|high| after.low > high);
    match (shorter, longer) {
        (false, false) => Change::Same,
        _ if !shorter_is_better => Change::Different,
        (true, _) => Change::Better,
        (_, true) => Change::Worse,
    }
}

fn phase(name: PhaseName, before: &Report, after: &Report) -> Option<Compared> {
    let of = |report: &Report| report.phases.iter().find(|phase| phase.name == name).cloned();
    let (one, other): (Option<Phase>, Option<Phase>) = (of(before), of(after));
    if one.is_none() && other.is_none() {
        return None;
    }
    let took = |phase: Option<Phase>| phase.and_then(|phase| phase.took);
    Some(compared(name.title(), Part::Phase, took(one), took(other), name != PhaseName::Soak))
}

/// The longest outage of each client in each part of the run, where either run had one.
fn outages(before: &Report, after: &Report) -> Vec<Compared> {
    let mut keys: Vec<(String, During)> = Vec::new();
    for outage in before.outages.iter().chain(&after.outages) {
        let key = (outage.client.clone(), outage.during);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.into_iter()
        .map(|(client, during)| {
            let one = longest(before, &client, during);
            let other = longest(after, &client, during);
            let name =
                Phrase::new("history.compare.outage").with("client", client).with("during", during.words());
            compared(name, Part::Outage, one, other, true)
        })
        .collect()
}

fn longest(report: &Report, client: &str, during: During) -> Option<Took> {
    let own = |outage: &&Outage| outage.client == client && outage.during == during;
    report.outages.iter().filter(own).filter_map(|outage| outage.lasted).max_by_key(|lasted| lasted.measured)
}
