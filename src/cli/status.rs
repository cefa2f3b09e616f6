//! Status: where a run stands, from its journal alone.
//! Invariant: takes no lock and changes nothing; works while another process runs the drill, and after a crash.
//! Used by: cli.

use clap::Args;
use comfy_table::Cell;
use serde_json::json;

use crate::journal::{self, JournalRead, RunState, Store, event::Record};

use super::{
    ReportsArgs,
    error::CliError,
    exit,
    output::{cell, note, out, strong, table, toned},
    words::{self, Tone, since_start},
};

/// What `status` takes.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// The run: its id, or an unambiguous part of it [default: the latest]
    run: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reports: ReportsArgs,
}

/// Shows it; exit 10 if something is outstanding.
pub(crate) fn status(args: &StatusArgs) -> Result<u8, CliError> {
    let unreadable = |why| CliError::broken("there is no run to show", why);
    let store = Store::new(&args.reports.reports);
    let folder = store.find(args.run.as_deref()).map_err(unreadable)?;
    let read = journal::read(&folder).map_err(unreadable)?;
    let state = read.state().map_err(unreadable)?;
    for warning in &read.warnings {
        note(format!("warning: {warning}"));
    }
    if args.json {
        out(as_json(&read, &state).to_string());
    } else {
        show(&read, &state);
    }
    Ok(if state.outstanding().is_empty() { exit::PASSED } else { exit::OUTSTANDING })
}

fn as_json(read: &JournalRead, state: &RunState) -> serde_json::Value {
    let changes: Vec<_> =
        state.changes().iter().map(|c| json!({ "step": c.change, "state": c.state })).collect();
    json!({
        "run": read.started().run,
        "deployment": read.started().drill.deployment.name,
        "phase": state.phase().to_string(),
        "changes": changes,
        "outstanding": state.outstanding_ids(),
        "stop_reason": state.stop_reason(),
        "exit_code": state.finished().map(|finish| finish.exit_code),
    })
}

fn show(read: &JournalRead, state: &RunState) {
    let started = read.started();
    out(format!("{}  {}, {}", strong(&started.run.to_string()), started.drill.title, state.phase()));
    for line in read.records.iter().filter_map(|record| event_line(read, record)) {
        out(line);
    }
    if !state.changes().is_empty() {
        let rows = state.changes().iter().map(|change| {
            let tone = if change.state.is_outstanding() { Tone::Bad } else { Tone::Good };
            vec![Cell::new(&change.change.0), Cell::new(&change.title), cell(tone, change.state)]
        });
        out(table(&["Change", "What", "Now"], rows.collect()));
    }
    let outstanding = state.outstanding();
    if outstanding.is_empty() {
        return out(toned(Tone::Good, "nothing is outstanding"));
    }
    out(toned(Tone::Bad, &format!("outstanding; put back with: firedrill restore {}", started.run)));
    for change in outstanding {
        out(format!("  {}, by hand:", change.change));
        change.by_hand.iter().for_each(|command| out(format!("    {command}")));
    }
}

fn event_line(read: &JournalRead, record: &Record) -> Option<String> {
    let start = read.records.first()?.at;
    let (tone, text) = words::sentence(&record.event)?;
    Some(format!("{}  {}", since_start(start, record.at), toned(tone, &text)))
}
