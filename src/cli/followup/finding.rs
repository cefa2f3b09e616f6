//! Finding: what a run showed that must be followed up, until a later run shows that it is fixed.
//! Invariant: nothing is taken back: a finding is added once, closed once, and both stay.
//! Not here: how findings are shown (see `finding_shown`).
//! Used by: cli.

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::{
    append, author, find,
    finding_shown::{self, ListArgs},
};
use crate::{
    cli::{ReportsArgs, error::CliError, exit, output::out},
    id::RunId,
    journal::{
        self, Store,
        followup::{Closing, Finding, FollowUp, Severity, date},
    },
};

/// The verbs of `finding`.
#[derive(Debug, Subcommand)]
pub(crate) enum FindingVerb {
    /// Write down what a run showed that must be followed up
    Add(AddArgs),
    /// Say that a finding is fixed, or why it is closed without that
    Close(CloseArgs),
    /// List the findings of a run, or of every run
    List(ListArgs),
}

/// What `finding add` takes.
#[derive(Debug, Args)]
#[command(
    override_usage = "firedrill finding add [OPTIONS] --title <TEXT> --severity <WORD>\n           --owner <NAME> --due <DATE> <RUN>"
)]
pub(crate) struct AddArgs {
    /// The run: its id, or an unambiguous part of it; `latest`
    run: String,
    /// One sentence
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// How bad it is
    #[arg(long, value_name = "WORD")]
    severity: SeverityArg,
    /// Who sees to it
    #[arg(long, value_name = "NAME")]
    owner: String,
    /// By when, for example 2026-12-31
    #[arg(long, value_name = "DATE", value_parser = read_date)]
    due: Date,
    /// What shows it: '#12' for a record of the journal, or anything that can be looked up
    #[arg(long, value_name = "TEXT")]
    evidence: Vec<String>,
    /// Why it is so
    #[arg(long, value_name = "TEXT")]
    root_cause: Option<String>,
    /// What will be done
    #[arg(long, value_name = "TEXT")]
    action: Option<String>,
    #[command(flatten)]
    reports: ReportsArgs,
}

/// What `finding close` takes.
#[derive(Debug, Args)]
pub(crate) struct CloseArgs {
    /// The run that has the finding: its id, or an unambiguous part of it; `latest`
    run: String,
    /// The finding: F1, F2 ...
    id: String,
    /// The later run that showed it fixed
    #[arg(long, value_name = "RUN")]
    retest: Option<String>,
    /// What was done, or why nothing is
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    reports: ReportsArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SeverityArg {
    Critical,
    High,
    Medium,
    Low,
}

impl From<SeverityArg> for Severity {
    fn from(word: SeverityArg) -> Severity {
        match word {
            SeverityArg::Critical => Severity::Critical,
            SeverityArg::High => Severity::High,
            SeverityArg::Medium => Severity::Medium,
            SeverityArg::Low => Severity::Low,
        }
    }
}

fn read_date(text: &str) -> Result<Date, String> {
    date(text).ok_or_else(|| "a date reads like 2026-12-31".to_owned())
}

/// Does what is typed.
pub(crate) fn finding(verb: &FindingVerb) -> Result<u8, CliError> {
    match verb {
        FindingVerb::Add(args) => add(args),
        FindingVerb::Close(args) => close(args),
        FindingVerb::List(args) => finding_shown::list(args),
    }
}

fn add(args: &AddArgs) -> Result<u8, CliError> {
    let folder = find(&Store::new(&args.reports.reports), Some(&args.run))?;
    let read = journal::read(&folder).map_err(|why| CliError::broken("the run can not be read", why))?;
    let records = read.records.len() + read.unknown.len();
    args.evidence.iter().try_for_each(|it| record_exists(it, records))?;
    let began = read.started_at().wall.to_zoned(jiff::tz::TimeZone::UTC).date();
    if args.due < began {
        let due = args.due;
        return Err(CliError::Usage(format!(
            "it is due on {due}, before the run itself ({began}); nothing was written down"
        )));
    }
    let finding = |id: String| Finding {
        id,
        title: args.title.trim().to_owned(),
        severity: args.severity.into(),
        owner: args.owner.trim().to_owned(),
        due: args.due,
        evidence: args.evidence.clone(),
        root_cause: args.root_cause.clone(),
        action: args.action.clone(),
    };
    let by = author();
    let record = append(&folder, |all| Ok(FollowUp::FindingAdded { by, finding: finding(all.next_id()) }))?;
    if let FollowUp::FindingAdded { finding, .. } = record.event {
        let id = finding.id;
        out(format!("{id} added, due {}; when a later run shows it fixed:", args.due));
        out(format!("  firedrill finding close {} {id} --retest RUN", read.started().run));
    }
    Ok(exit::PASSED)
}

/// `#12` names a record that there is; everything else is for people.
fn record_exists(evidence: &str, records: usize) -> Result<(), CliError> {
    let Some(number) = evidence.strip_prefix('#') else { return Ok(()) };
    match number.parse::<usize>() {
        Ok(number) if number < records => Ok(()),
        _ => Err(CliError::Usage(format!(
            "there is no record {evidence}: the journal has #0 to #{}; nothing was written down",
            records.saturating_sub(1)
        ))),
    }
}

fn close(args: &CloseArgs) -> Result<u8, CliError> {
    let store = Store::new(&args.reports.reports);
    let folder = find(&store, Some(&args.run))?;
    let retest = args.retest.as_deref().map(|run| retest(&store, &folder, run)).transpose()?;
    let by = author();
    let record = append(&folder, |all| {
        let id = all.find(&args.id)?.finding.id.clone();
        Ok(FollowUp::FindingClosed { by, closing: Closing { id, retest, note: args.note.clone() } })
    })?;
    if let FollowUp::FindingClosed { closing, .. } = record.event {
        out(match closing.retest {
            Some(run) => format!("{} closed: fixed, as {run} showed", closing.id),
            None => format!("{} closed, without a run that shows it fixed", closing.id),
        });
    }
    Ok(exit::PASSED)
}

/// The run that showed it fixed: a later one of the same drill, which ended.
fn retest(store: &Store, folder: &std::path::Path, named: &str) -> Result<RunId, CliError> {
    let unreadable = |why| CliError::broken("the run can not be read", why);
    let own = journal::read(folder).map_err(unreadable)?;
    let later = journal::read(&find(store, Some(named))?).map_err(unreadable)?;
    let (run, refuse) = (&later.started().run, |why: String| {
        Err(CliError::Usage(format!("{why}; nothing was written down")))
    });
    if run == &own.started().run {
        return refuse(format!("{run} is the run that found it: a later one shows it fixed"));
    }
    let (drill, other) = (&own.started().drill, &later.started().drill);
    if drill.name != other.name || drill.deployment.name != other.deployment.name {
        return refuse(format!(
            "{run} was the drill {} on {}, and the finding is of {} on {}",
            other.name, other.deployment.name, drill.name, drill.deployment.name
        ));
    }
    if later.started_at().wall <= own.started_at().wall {
        return refuse(format!("{run} started before the run that found it"));
    }
    match later.state().map_err(unreadable)?.finished() {
        Some(_) => Ok(run.clone()),
        None => refuse(format!("{run} has not ended")),
    }
}
