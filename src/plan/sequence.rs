//! Sequence: every call of a drill that alters something, in the order in which a run that nothing disturbs sends them.
//! Invariant: pure; each change is put back once: by its `restore` step, or at the end, newest first, as the engine does.
//! Not here: what one change calls (see `change::Intent`), reads, and what a run keeps in the account (see `kept`).
//! Used by: resolve.

use std::collections::BTreeMap;

use super::PlannedCall;
use crate::{
    change::{Call, Intent},
    drill::model::{Drill, Step, StepKind},
    id::StepId,
};

/// The calls of the drill's changes.
pub(super) fn of(drill: &Drill, intents: &BTreeMap<StepId, Intent>) -> Vec<PlannedCall> {
    let mut order = Order { intents, outstanding: Vec::new(), calls: Vec::new() };
    for step in &drill.steps {
        order.step(step);
    }
    while let Some(change) = order.outstanding.pop() {
        order.put_back(None, &change);
    }
    order.calls
}

struct Order<'a> {
    intents: &'a BTreeMap<StepId, Intent>,
    /// In the order in which they were done.
    outstanding: Vec<StepId>,
    calls: Vec<PlannedCall>,
}

impl Order<'_> {
    fn step(&mut self, step: &Step) {
        match &step.kind {
            StepKind::Fault(_) | StepKind::Recover(_) | StepKind::Run { .. } => self.done(&step.id),
            StepKind::Restore { of } => {
                if let Some(place) = self.outstanding.iter().position(|id| id == of) {
                    self.outstanding.remove(place);
                    self.put_back(Some(&step.id), of);
                }
            }
            // They run at the same time: the order among them is the file's.
            StepKind::Together { steps } => steps.iter().for_each(|step| self.step(step)),
            StepKind::Await { .. } | StepKind::Hold { .. } | StepKind::Approve { .. } => {}
        }
    }

    fn done(&mut self, id: &StepId) {
        let Some(intent) = self.intents.get(id) else { return };
        self.outstanding.push(id.clone());
        self.add(Some(id), id, false, &intent.calls);
    }

    fn put_back(&mut self, step: Option<&StepId>, change: &StepId) {
        if let Some(intent) = self.intents.get(change) {
            self.add(step, change, true, &intent.back);
        }
    }

    fn add(&mut self, step: Option<&StepId>, change: &StepId, restores: bool, calls: &[Call]) {
        self.calls.extend(calls.iter().map(|call| PlannedCall {
            step: step.cloned(),
            change: change.clone(),
            restores,
            call: call.clone(),
        }));
    }
}
