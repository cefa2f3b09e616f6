//! History: every run there is, the newest first.
//! Invariant: a run that cannot be read is listed as such.
//! Used by: cli.

use clap::Args;
use comfy_table::Cell;
use serde_json::{Value, json};

use crate::journal::{
    Store,
    store::{RunHead, RunSummary},
};

use super::{
    ReportsArgs,
    error::CliError,
    exit,
    output::{cell, out, table},
    words::Tone,
};

/// What `history` takes.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reports: ReportsArgs,
}

/// Lists the runs; exit 10 if any has something outstanding.
pub(crate) fn history(args: &HistoryArgs) -> Result<u8, CliError> {
    let store = Store::new(&args.reports.reports);
    let runs = store.list().map_err(|why| CliError::broken("the runs can not be listed", why))?;
    if args.json {
        runs.iter().for_each(|run| out(as_json(run).to_string()));
    } else if runs.is_empty() {
        out(format!("no runs in {} yet", store.root().display()));
    } else {
        out(table(&["Run", "Deployment", "How it stands"], runs.iter().map(row).collect()));
    }
    let outstanding = runs.iter().filter_map(|run| run.summary.as_ref().ok()).any(is_outstanding);
    Ok(if outstanding { exit::OUTSTANDING } else { exit::PASSED })
}

/// What a lab held that ended with its run is not outstanding any more.
fn is_outstanding(summary: &RunSummary) -> bool {
    let gone = summary.lab.as_ref().is_some_and(|lab| lab.embedded);
    !summary.outstanding.is_empty() && !gone
}

fn row(run: &RunHead) -> Vec<Cell> {
    let (deployment, (tone, stands)) = match &run.summary {
        Ok(summary) => (summary.deployment.clone(), stands(summary)),
        Err(why) => (String::new(), (Tone::Bad, format!("unreadable: {why}"))),
    };
    vec![Cell::new(run.run.as_str()), Cell::new(deployment), cell(tone, stands)]
}

fn stands(summary: &RunSummary) -> (Tone, String) {
    let lab = if summary.lab.is_some() { ", on a lab" } else { "" };
    if is_outstanding(summary) {
        let names: Vec<String> = summary.outstanding.iter().map(ToString::to_string).collect();
        return (Tone::Bad, format!("outstanding: {}{lab}", names.join(", ")));
    }
    match &summary.finished {
        Some(finish) => {
            let tone = if finish.exit_code == exit::PASSED { Tone::Good } else { Tone::Busy };
            (tone, format!("ended with {}{lab}", finish.exit_code))
        }
        None => (Tone::Busy, format!("{}{lab}", summary.phase)),
    }
}

fn as_json(run: &RunHead) -> Value {
    match &run.summary {
        Ok(summary) => json!({
            "run": run.run,
            "drill": summary.drill,
            "deployment": summary.deployment,
            "started": summary.started.wall,
            "lab": summary.lab.is_some(),
            "outstanding": summary.outstanding,
            "exit_code": summary.finished.as_ref().map(|finish| finish.exit_code),
        }),
        Err(why) => json!({ "run": run.run, "unreadable": why.to_string() }),
    }
}
