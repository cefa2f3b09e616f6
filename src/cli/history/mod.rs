//! History: every run there is; how recovery times go; what is due; and a gate for release pipelines.
//! Invariant: a run that cannot be read is listed as such; runs on a lab and on AWS are apart unless someone asks otherwise.
//! Not here: the arithmetic (see `measure::history`).
//! Used by: cli.

mod gate;
mod json;
mod read;
mod shown;
mod spark;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use self::read::{Entry, What};
use super::{
    ReportsArgs,
    error::CliError,
    exit,
    output::{note, note_exactly, out},
};
use crate::{
    clock::Clock,
    diagnostic::render::{self, Paint},
    drill::reader::{self, Content},
    journal::Store,
    measure::history::{self as arithmetic, Drilled, On, Point, Policy, Rules},
    words::Lang,
};

/// The exit codes of this verb.
const CODES: &str = "\
Exit codes:
   0  shown; with --gate: the gate is open
   1  with --gate: it is shut
   2  with --gate: nobody can tell
  10  something is outstanding
  64  bad usage, or a bad drill file";

/// What `history` takes.
#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub(crate) struct HistoryArgs {
    /// Only these drills, by their files; what these say of `every` counts, not what earlier runs said
    #[arg(value_name = "DRILL")]
    drills: Vec<PathBuf>,
    /// Only runs on AWS, or only those on a lab; `any`: both, in one series [default: both, apart]
    #[arg(long, value_name = "WHERE")]
    on: Option<Where>,
    /// Fail if a latest run is worse, missed or not restored, or if a drill is overdue
    #[arg(long)]
    gate: bool,
    /// How much longer than the median the latest recovery may take, for the gate
    #[arg(long, value_name = "SHARE", default_value = "20%", value_parser = share)]
    worse_than: f64,
    /// How many runs before the latest make the median
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u16).range(1..))]
    last: u16,
    /// Fail, for the gate, unless so many runs are there to compare with
    #[arg(long, value_name = "N")]
    require: Option<u16>,
    /// One JSON object a line: runs, then series, then the gate
    #[arg(long)]
    json: bool,
    /// en or ko
    #[arg(long, value_name = "LANG", default_value_t)]
    lang: Lang,
    #[command(flatten)]
    reports: ReportsArgs,
}

/// Which runs.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Where {
    Aws,
    Lab,
    Any,
}

/// What was read and what it comes to.
struct History {
    entries: Vec<Entry>,
    drilled: Vec<Drilled>,
    now: Timestamp,
}

/// Lists the runs, or judges them; exit 10 if any has something outstanding.
pub(crate) fn history(args: &HistoryArgs) -> Result<u8, CliError> {
    let Some(policies) = policies(&args.drills) else { return Ok(exit::USAGE) };
    let store = Store::new(&args.reports.reports);
    let broken = |why| CliError::broken("the runs can not be listed", why);
    let afresh = if args.gate { usize::from(args.last) + 1 } else { 0 };
    let mut entries = read::entries(store.runs().map_err(broken)?, afresh);
    if !args.drills.is_empty() {
        entries.retain(|entry| entry.is_of(&policies));
    }
    let on = args.on();
    let points: Vec<Point> = entries.iter().filter_map(Entry::point).cloned().collect();
    let history = History {
        drilled: arithmetic::drilled(points, &policies, on),
        entries,
        now: Clock::real_time().now().wall,
    };
    Ok(answer(args, &history, &store))
}

fn answer(args: &HistoryArgs, history: &History, store: &Store) -> u8 {
    let found = args.gate.then(|| gate::judge(history, &args.rules()));
    match args.json {
        true => json::lines(history, usize::from(args.last), found.as_deref()).iter().for_each(out),
        false if args.gate => {}
        false if history.entries.is_empty() && history.drilled.is_empty() => {
            out(format!("no runs in {} yet", store.root().display()));
        }
        false => shown::all(history, usize::from(args.last), args.lang).iter().for_each(out),
    }
    match &found {
        Some(found) if args.json => gate::exit_code(found),
        Some(found) => {
            gate::lines(found, args.worse_than, history, args.lang).iter().for_each(out);
            gate::exit_code(found)
        }
        None if history.entries.iter().any(Entry::is_outstanding) => exit::OUTSTANDING,
        None => exit::PASSED,
    }
}

impl HistoryArgs {
    fn on(&self) -> On {
        match self.on {
            None => On::Apart,
            Some(Where::Aws) => On::Aws,
            Some(Where::Lab) => On::Lab,
            Some(Where::Any) => On::Any,
        }
    }

    fn rules(&self) -> Rules {
        Rules {
            worse_than: self.worse_than,
            last: usize::from(self.last),
            require: self.require.map(usize::from),
        }
    }
}

impl Entry {
    fn point(&self) -> Option<&Point> {
        match &self.what {
            What::Ended(point) => Some(point),
            What::UnderWay { .. } | What::Unreadable { .. } => None,
        }
    }

    fn is_outstanding(&self) -> bool {
        match &self.what {
            What::Ended(point) => !point.outstanding.is_empty(),
            What::UnderWay { outstanding, .. } => *outstanding,
            What::Unreadable { .. } => false,
        }
    }

    /// A run that can not be read may be of any drill, unless its id says otherwise.
    fn is_of(&self, policies: &[Policy]) -> bool {
        policies.iter().any(|policy| match &self.what {
            What::Ended(point) => point.deployment == policy.deployment && point.drill == policy.drill,
            What::UnderWay { deployment, drill, .. } => {
                *deployment == policy.deployment && *drill == policy.drill
            }
            What::Unreadable { .. } => self.run.as_str().contains(&policy.drill),
        })
    }
}

/// What the drills' files say; `None`, with the problems told, if one can not be used.
fn policies(files: &[PathBuf]) -> Option<Vec<Policy>> {
    let mut policies = Vec::new();
    for file in files {
        let reading = reader::open(file);
        note_exactly(&render::text(&reading.problems, Paint::Coloured));
        match reading.content {
            Some(Content::Drill(loaded)) => policies.push(Policy {
                deployment: loaded.drill.deployment.name,
                drill: loaded.drill.name,
                every: loaded.drill.every,
            }),
            Some(Content::Deployment(_)) => {
                note(format!("{} is a deployment, not a drill", file.display()));
                return None;
            }
            None => return None,
        }
    }
    Some(policies)
}

/// `20%` as 0.2.
fn share(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').and_then(|number| number.parse::<f64>().ok());
    match number.filter(|number| (0.0..=10_000.0).contains(number)) {
        Some(number) => Ok(number / 100.0),
        None => Err("write a share in per cent: `20%`".to_owned()),
    }
}
