//! Status: where a run stands, from its journal alone.
//! Invariant: holds no lock and changes nothing; works while another process runs the drill, and after a crash.
//! Used by: cli.

use clap::Args;
use comfy_table::Cell;
use jiff::Timestamp;
use serde_json::json;

use crate::{
    journal::{
        self, JournalRead, RunState, Store,
        event::Record,
        presence::{self, Attendance, Presence},
        state::RunPhase,
    },
    text,
};

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
    let presence = presence::presence(&folder);
    if args.json {
        out(as_json(&read, &state, presence.as_ref()).to_string());
    } else {
        show(&read, &state, presence.as_ref());
    }
    Ok(if state.outstanding().is_empty() { exit::PASSED } else { exit::OUTSTANDING })
}

fn as_json(read: &JournalRead, state: &RunState, presence: Option<&Presence>) -> serde_json::Value {
    let changes: Vec<_> =
        state.changes().iter().map(|c| json!({ "step": c.change, "state": c.state })).collect();
    let process = presence.map(|it| {
        let last_sign = Timestamp::try_from(it.last_sign).ok();
        json!({ "state": it.state.name(), "last_sign": last_sign, "holder": it.holder })
    });
    json!({
        "run": read.started().run,
        "deployment": read.started().drill.deployment.name,
        "phase": state.phase().to_string(),
        "process": process,
        "changes": changes,
        "outstanding": state.outstanding_ids(),
        "stop_reason": state.stop_reason(),
        "exit_code": state.finished().map(|finish| finish.exit_code),
    })
}

/// Who works on the run; nothing to say of one that ended in order and that no one works on.
fn process_line(state: &RunState, presence: &Presence) -> Option<String> {
    let who = presence.holder.as_ref().map_or_else(|| "a process".to_owned(), ToString::to_string);
    let moment = Timestamp::try_from(presence.last_sign);
    let moment =
        moment.map_or_else(|_| "an unknown time".to_owned(), |it| it.strftime("%F %T UTC").to_string());
    Some(match presence.state {
        Attendance::AtWork => {
            let line = format!("at work: {who}, last sign {} ago", text::duration(presence.ago));
            toned(Tone::Good, &line)
        }
        Attendance::Silent => {
            toned(Tone::Bad, &format!("no sign since {moment} of {who}: it is stopped or held up"))
        }
        Attendance::Gone if state.phase() == RunPhase::Ended => return None,
        Attendance::Gone => toned(Tone::Bad, &format!("dead since {moment}: {who}")),
    })
}

fn show(read: &JournalRead, state: &RunState, presence: Option<&Presence>) {
    let started = read.started();
    out(format!("{}  {}, {}", strong(&started.run.to_string()), started.drill.title, state.phase()));
    for line in read.records.iter().filter_map(|record| event_line(read, record)) {
        out(line);
    }
    presence.and_then(|it| process_line(state, it)).into_iter().for_each(out);
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
