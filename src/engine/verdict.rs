//! Verdict: the exit code that a run's last record holds, from all that is on disk just before it.
//! Invariant: what is outstanding dominates; what can not be assessed is unknown, and unknown is not pass.
//! Not here: the assessment (see `measure`), what each code means to a person (see `cli::exit`).
//! Used by: cli and simulate, which hand it to `run`.

use std::path::{Path, PathBuf};

use super::run::ExitCode;
use crate::{
    id::{Seq, StepId},
    journal::{
        self,
        event::{Event, Record, StopReason},
    },
    measure::{self, Assessment, summary::Verdict},
};

/// Computes the exit code of the run in this folder.
pub fn exit_code(folder: PathBuf) -> ExitCode {
    Box::new(move |reason: StopReason, outstanding: &[StepId]| {
        if !outstanding.is_empty() {
            return Verdict::NotRestored.exit_code();
        }
        if reason == StopReason::JournalFailed {
            // What is on disk is not all: it would say that what was put back since is outstanding.
            return Verdict::StoppedEarly.exit_code();
        }
        let assessed = assess_as_if_ended(&folder, reason);
        assessed.map_or(Verdict::Unknown, |assessment| assessment.verdict).exit_code()
    })
}

/// The assessment of what is on disk and a last record that is about to follow. The report assesses once more, with that
/// record; nothing that counts can have come between.
fn assess_as_if_ended(folder: &Path, reason: StopReason) -> Option<Assessment> {
    let mut records = journal::read(folder).ok()?.records;
    let samples = journal::read_samples(folder).ok()?.samples;
    let last = records.last()?;
    let exit_code = Verdict::Pass.exit_code();
    let event = Event::RunFinished { reason, outstanding: Vec::new(), exit_code };
    records.push(Record { seq: Seq(last.seq.0 + 1), at: last.at, event });
    measure::assess(&records, &samples).ok()
}
