//! Finish: what follows the last record: report files, the summary, the exit code.
//! Invariant: the exit code comes from the journal and the samples; what is outstanding dominates.
//! Not here: the exit code of the last record (see `engine::verdict`).
//! Used by: `run`, `restore`.

use std::path::Path;

use crate::{engine::run::Ending, id::RunId};

use super::{
    ReportsArgs,
    error::CliError,
    exit,
    output::{note, toned},
    report, summary as summary_view,
    words::Tone,
};

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
