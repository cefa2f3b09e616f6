//! Expected: how long a run takes, from the drill's own words: bounds, no guess.
//! Invariant: pure; the upper bound is one that the engine enforces, the lower one what the drill asks to be waited.
//! Not here: how long recovery will take (a forecast's matter).
//! Used by: resolve; cli shows it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    change::Change,
    drill::model::{Drill, Step, StepKind},
    id::StepId,
};

/// Between these a run takes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Expected {
    /// Each step, those inside `together` after it.
    pub steps: Vec<StepTime>,
    /// All steps, at the least.
    #[serde(with = "crate::clock::micros", rename = "at_least_us")]
    pub at_least: Duration,
    /// All steps, at the most: the drill's time limit, where that is less.
    #[serde(with = "crate::clock::micros", rename = "at_most_us")]
    pub at_most: Duration,
    /// What putting everything back is reckoned with, if the run ends with all of it outstanding; after `at_most`.
    #[serde(with = "crate::clock::micros", rename = "restoring_us")]
    pub restoring: Duration,
}

/// Between these a step takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTime {
    /// Which.
    pub step: StepId,
    /// At the least.
    #[serde(with = "crate::clock::micros", rename = "at_least_us")]
    pub at_least: Duration,
    /// At the most: then it has failed.
    #[serde(with = "crate::clock::micros", rename = "at_most_us")]
    pub at_most: Duration,
}

/// The changes of a drill by their steps.
type Changes = BTreeMap<StepId, Arc<dyn Change>>;

/// From the drill and its changes.
pub(super) fn of(drill: &Drill, changes: &Changes, restoring: Duration) -> Expected {
    let steps = drill.all_steps().into_iter().map(|step| {
        let (at_least, at_most) = bounds(step, changes);
        StepTime { step: step.id.clone(), at_least, at_most }
    });
    let whole = drill.steps.iter().map(|step| bounds(step, changes));
    let (at_least, at_most) = whole.fold((Duration::ZERO, Duration::ZERO), |sum, one| {
        (sum.0.saturating_add(one.0), sum.1.saturating_add(one.1))
    });
    Expected { steps: steps.collect(), at_least, at_most: at_most.min(drill.time_limit), restoring }
}

fn bounds(step: &Step, changes: &Changes) -> (Duration, Duration) {
    let of_change = |id: &StepId, time: fn(&dyn Change) -> Duration| {
        changes.get(id).map_or(Duration::ZERO, |change| time(change.as_ref()))
    };
    match &step.kind {
        StepKind::Await { within, hold, .. } => (*hold, *within),
        StepKind::Hold { time } => (*time, *time),
        StepKind::Approve { within, .. } => (Duration::ZERO, *within),
        StepKind::Fault(_) | StepKind::Recover(_) | StepKind::Run { .. } => {
            (Duration::ZERO, of_change(&step.id, |change| change.apply_time()))
        }
        StepKind::Restore { of } => (Duration::ZERO, of_change(of, |change| change.restore_time())),
        StepKind::Together { steps } => steps
            .iter()
            .map(|step| bounds(step, changes))
            .fold((Duration::ZERO, Duration::ZERO), |longest, one| {
                (longest.0.max(one.0), longest.1.max(one.1))
            }),
    }
}
