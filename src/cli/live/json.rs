//! Json: the run as a stream of JSON lines on stdout, for machines.
//! Invariant: one object a line, `type` first: `record`, `unrecorded`, `sample`, `waiting`, `question`.
//! Used by: `live`.

use serde_json::{Value, json};

use crate::{cli::output, engine::desk::Progress, id::StepId};

use super::View;

/// The stream.
pub(super) struct Events;

impl View for Events {
    fn take(&mut self, progress: &Progress) {
        let line: Value = match progress {
            Progress::Record(record) => json!({ "type": "record", "record": record }),
            Progress::Unrecorded { event, why } => {
                json!({ "type": "unrecorded", "event": event, "why": why })
            }
            Progress::Sample(sample) => json!({ "type": "sample", "sample": sample }),
            Progress::Waiting(findings) => json!({ "type": "waiting", "for": findings }),
            Progress::Question { .. } => return,
        };
        output::out(line.to_string());
    }

    fn ask(&mut self, step: &StepId, question: &str) {
        output::out(json!({ "type": "question", "step": step, "question": question }).to_string());
    }
}
