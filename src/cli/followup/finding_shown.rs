//! Finding shown: findings as a table, or as lines of JSON.
//! Invariant: a run whose follow-up cannot be read is named, never passed over.
//! Used by: finding.

use clap::Args;
use comfy_table::Cell;
use jiff::{civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use super::find;
use crate::{
    cli::{
        ReportsArgs,
        error::CliError,
        exit,
        output::{cell, note, out, table, toned},
        words::Tone,
    },
    clock::Clock,
    id::RunId,
    journal::{
        JournalError, Store,
        followup::{self, FindingView, Standing},
    },
};

/// What `finding list` takes.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// The run: its id, or an unambiguous part of it [default: every run]
    run: Option<String>,
    /// As JSON, an object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reports: ReportsArgs,
}

/// Lists them, the newest run's first.
pub(super) fn list(args: &ListArgs) -> Result<u8, CliError> {
    let store = Store::new(&args.reports.reports);
    let today = Clock::real_time().now().wall.to_zoned(TimeZone::UTC).date();
    let mut rows = Vec::new();
    let mut unreadable = false;
    for (run, dir) in runs(&store, args.run.as_deref())? {
        match followup::read(&dir) {
            Ok(read) => {
                rows.extend(read.into_iter().flat_map(|it| it.all.findings).map(|it| (run.clone(), it)))
            }
            Err(why) => {
                unreadable = true;
                note(format!("{} {why}", toned(Tone::Bad, "warning:")));
            }
        }
    }
    if args.json {
        rows.iter().for_each(|(run, view)| out(as_json(run, view, today).to_string()));
    } else if rows.is_empty() {
        out("no findings; add one with `firedrill finding add RUN`");
    } else {
        let header = ["Run", "Finding", "What", "Severity", "Owner", "Due", "Now"];
        out(table(&header, rows.iter().map(|(run, view)| row(run, view, today)).collect()));
    }
    Ok(if unreadable { exit::FAILED } else { exit::PASSED })
}

fn runs(store: &Store, run: Option<&str>) -> Result<Vec<(RunId, std::path::PathBuf)>, CliError> {
    let broken = |why: JournalError| CliError::broken("the runs can not be listed", why);
    match run {
        None => Ok(store.list().map_err(broken)?.into_iter().map(|run| (run.run, run.dir)).collect()),
        Some(_) => {
            let dir = find(store, run)?;
            let read = crate::journal::read(&dir).map_err(broken)?;
            Ok(vec![(read.started().run.clone(), dir)])
        }
    }
}

fn row(run: &RunId, view: &FindingView, today: Date) -> Vec<Cell> {
    let finding = &view.finding;
    let standing = view.standing(today);
    let tone = match standing {
        Standing::Open => Tone::Busy,
        Standing::Overdue => Tone::Bad,
        Standing::Fixed { .. } => Tone::Good,
        Standing::Closed => Tone::Plain,
    };
    vec![
        Cell::new(run.as_str()),
        Cell::new(&finding.id),
        Cell::new(&finding.title),
        Cell::new(finding.severity),
        Cell::new(&finding.owner),
        Cell::new(finding.due),
        cell(tone, standing.as_str()),
    ]
}

fn as_json(run: &RunId, view: &FindingView, today: Date) -> Value {
    let closed = view.closed.as_ref().map(|it| {
        json!({
            "at": it.at.wall,
            "by": it.by.to_string(),
            "retest": it.closing.retest,
            "note": it.closing.note,
        })
    });
    json!({
        "run": run,
        "finding": view.finding,
        "state": view.standing(today).as_str(),
        "added": { "at": view.at.wall, "by": view.by.to_string() },
        "closed": closed,
    })
}
