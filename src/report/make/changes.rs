//! Changes: each change as a report carries it.
//! Used by: whole.

use super::times::Times;
use crate::{measure::summary::ChangeView, report::model::change::Change};

pub(super) fn change(view: &ChangeView, times: Times) -> Change {
    let noted = |recorded: Option<_>| recorded.map(|recorded| times.noted(recorded));
    Change {
        id: view.step.clone(),
        kind: view.spec.kind.clone(),
        params: view.spec.params.clone(),
        title: view.title.clone(),
        state: view.state,
        outstanding: view.is_outstanding(),
        reversibility: view.reversibility,
        captured: times.noted(view.captured),
        apply_started: noted(view.apply_started),
        applied: noted(view.applied),
        restore_started: noted(view.restore_started),
        restored: noted(view.restored),
        verified: noted(view.verified),
        attempts: view.attempts,
        applied_details: view.applied_details.clone(),
        restored_details: view.restored_details.clone(),
        verified_details: view.verified_details.clone(),
        problems: view.problems.clone(),
        differences: view.differences.clone(),
        by_hand: view.by_hand.clone(),
    }
}
