//! Finish: what follows the last record: report files, the summary, the exit code.
//! Invariant: the exit code is the one that the last record names, where there is one; what is outstanding dominates.
//! Not here: what the evidence says of a run (see `engine::verdict`).
//! Used by: `run`, `restore`.

use std::{
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
};

use crate::{
    engine::{
        run::{Ending, ExitCode},
        verdict,
    },
    id::{RunId, StepId},
    journal::{self, event::StopReason, state::Outstanding},
};

use super::{
    ReportsArgs, bug,
    error::CliError,
    exit,
    output::{note, toned},
    outputs::OutputArgs,
    reading::Made,
    report, summary as summary_view,
    words::Tone,
};

/// Computes the exit code just before the last record. It is the process's too, whatever happens after it.
pub(crate) fn exit_code(folder: PathBuf) -> ExitCode {
    let by_evidence = verdict::exit_code(folder);
    Box::new(move |reason: StopReason, outstanding: &[StepId]| {
        match outstanding.is_empty() && bug::was_met() {
            true => exit::BUG,
            false => by_evidence(reason, outstanding),
        }
    })
}

/// Writes the report files, prints the summary, says what is outstanding; the exit code.
pub(crate) async fn finish(
    folder: &Path,
    run: &RunId,
    ending: &Ending,
    json: bool,
    reports: &ReportsArgs,
    outputs: &OutputArgs,
    sign: Option<&Path>,
) -> Result<u8, CliError> {
    // The files first: printing may wait for a terminal that someone stopped. A bug in them changes no ending.
    let made = panic::catch_unwind(AssertUnwindSafe(|| report::make_again(folder)));
    for lost in &ending.unrecorded {
        note(format!("{} {lost}", toned(Tone::Bad, "not in the journal:")));
    }
    let made = match made {
        Ok(Ok(made)) => Some(made),
        Ok(Err(why)) => no_report(&why.chain()),
        Err(_) => no_report("a bug in firedrill"),
    };
    if let Some(made) = &made {
        summary_view::show(&made.assessment, folder, json);
        // The run has its verdict: a key that does not sign changes no ending.
        if let Some(Err(why)) = sign.map(|key| report::sign(folder, key)) {
            note(format!("{} {}", toned(Tone::Bad, "not signed:"), why.chain()));
        }
        outputs.send(&made.report).await;
    }
    let go_on = format!("firedrill restore {run} --reports {}", reports.reports.display());
    if ending.state.run().is_none() {
        return Err(CliError::Outstanding(format!(
            "whether something is outstanding can not be told: the journal can not be read\n  look again with: {go_on}"
        )));
    }
    let outstanding = ending.state.outstanding();
    if !outstanding.is_empty() {
        return Err(CliError::Outstanding(still_outstanding(&outstanding, made.is_none(), &go_on)));
    }
    if !ending.unrecorded.is_empty() && is_outstanding_on_disk(folder) {
        note(format!(
            "everything was put back and verified, but the journal does not hold that: where it can be written again, \
             {go_on} looks once more and records it"
        ));
    }
    Ok(match (ending.exit_code(), &ending.bug) {
        (Some(code), _) => code,
        (None, Some(_)) => exit::BUG,
        // Someone left, and there was nothing left to put back.
        (None, None) => exit::STOPPED,
    })
}

fn no_report(why: &str) -> Option<Made> {
    note(format!("{} {why}\n  make it with: firedrill report", toned(Tone::Bad, "no report:")));
    None
}

/// What is left, what goes on with it, and, where no summary says it, how a person does.
fn still_outstanding(outstanding: &[Outstanding], with_commands: bool, go_on: &str) -> String {
    let names: Vec<String> = outstanding.iter().map(|it| format!("{} ({})", it.change, it.title)).collect();
    let mut text = format!("still outstanding: {}\n  go on with: {go_on}", names.join(", "));
    for it in outstanding.iter().filter(|_| with_commands) {
        text.push_str(&format!("\n  {}, by hand:\n    {}", it.change, it.by_hand.join("\n    ")));
    }
    text
}

fn is_outstanding_on_disk(folder: &Path) -> bool {
    let state = journal::read(folder).ok().and_then(|read| read.state().ok());
    state.is_none_or(|state| !state.outstanding().is_empty())
}
