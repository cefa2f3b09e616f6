//! Finish: what follows the last record: report files, the summary, the exit code.
//! Invariant: the exit code comes from the journal and the samples; what is outstanding dominates.
//! Used by: `run`, `restore`.

use std::path::{Path, PathBuf};

use crate::{
    engine::run::{Ending, ExitCode},
    id::{RunId, Seq, StepId},
    journal::{
        self,
        event::{Event, Record, StopReason},
    },
    measure::{self, Assessment},
};

use super::{
    ReportsArgs,
    error::CliError,
    exit,
    output::{note, toned},
    report, summary as summary_view,
    words::Tone,
};

/// Computes the exit code from what is on disk just before the last record.
pub(crate) fn exit_code(folder: PathBuf) -> ExitCode {
    Box::new(move |reason: StopReason, outstanding: &[StepId]| {
        if !outstanding.is_empty() {
            return exit::OUTSTANDING;
        }
        let assessed = assess_as_if_ended(&folder, reason);
        // What can not be assessed is unknown, and unknown is not pass.
        assessed.map_or(exit::UNKNOWN, |assessment| assessment.exit_code())
    })
}

/// The assessment of what is on disk and a last record that is about to follow.
fn assess_as_if_ended(folder: &Path, reason: StopReason) -> Option<Assessment> {
    let mut records = journal::read(folder).ok()?.records;
    let samples = journal::read_samples(folder).ok()?.samples;
    let last = records.last()?;
    let event = Event::RunFinished { reason, outstanding: Vec::new(), exit_code: exit::PASSED };
    records.push(Record { seq: Seq(last.seq.0 + 1), at: last.at, event });
    measure::assess(&records, &samples).ok()
}

/// Writes the report files, prints the summary, says what is outstanding; the exit code.
pub(crate) fn finish(
    folder: &Path,
    run: &RunId,
    ending: &Ending,
    json: bool,
    reports: &ReportsArgs,
) -> Result<u8, CliError> {
    for lost in &ending.unrecorded {
        note(format!("{} {lost}", toned(Tone::Bad, "not in the journal:")));
    }
    let outstanding = ending.state.outstanding();
    let made = report::make(folder);
    if let Ok(assessment) = &made {
        summary_view::show(assessment, folder, json);
    }
    if !outstanding.is_empty() {
        let names: Vec<String> =
            outstanding.iter().map(|it| format!("{} ({})", it.change, it.title)).collect();
        let folder = reports.reports.display();
        return Err(CliError::Outstanding(format!(
            "still outstanding: {}\n  go on with: firedrill restore {run} --reports {folder}",
            names.join(", ")
        )));
    }
    match made {
        Ok(assessment) => Ok(assessment.exit_code()),
        // Everything is restored; only the verdict can not be told, and unknown is not pass.
        Err(why) => {
            note(format!("{} {}", toned(Tone::Bad, "no report:"), why.chain()));
            Ok(exit::UNKNOWN)
        }
    }
}
