//! Cli: one verb, one file; what a person types and reads.
//! Invariant: the only floor that prints; every ending has a documented exit code.
//! Not here: anything that another program could want (see the floors below).
//! Used by: `main`.

#[cfg(feature = "aws")]
mod account;
mod bug;
#[cfg(feature = "aws")]
mod catalog;
pub mod check;
mod compare;
#[cfg(feature = "aws")]
mod discover;
#[cfg_attr(
    not(feature = "aws"),
    allow(dead_code, reason = "the verbs that run drills are not in this build")
)]
mod error;
pub mod exit;
mod followup;
mod history;
mod lab;
#[cfg(feature = "aws")]
mod live;
#[cfg_attr(
    not(feature = "aws"),
    allow(dead_code, reason = "the verbs that run drills are not in this build")
)]
mod machine;
#[cfg_attr(
    not(feature = "aws"),
    allow(dead_code, reason = "the verbs that run drills are not in this build")
)]
mod output;
mod outputs;
mod schema;
mod status;
#[cfg_attr(
    not(feature = "aws"),
    allow(dead_code, reason = "the verbs that run drills are not in this build")
)]
mod words;
mod year;

#[cfg(feature = "aws")]
mod finish;
#[cfg(feature = "aws")]
mod forecast;
#[cfg(feature = "aws")]
mod from_account;
#[cfg(feature = "aws")]
mod halt;
#[cfg(feature = "aws")]
mod iam;
#[cfg(feature = "aws")]
mod plan;
#[cfg(feature = "aws")]
mod prepared;
mod reading;
#[cfg(feature = "aws")]
mod ready;
mod report;
#[cfg(feature = "aws")]
mod restore;
#[cfg(feature = "aws")]
mod run;
#[cfg(feature = "aws")]
mod simulate;
mod summary;
#[cfg(feature = "aws")]
mod surroundings;
#[cfg(feature = "aws")]
mod unlock;
mod verify;
mod wall;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use self::error::CliError;
use crate::diagnostic::render::Paint;

/// What a person types.
#[derive(Debug, Parser)]
#[command(name = "firedrill", version, about, long_about = None, after_help = exit::HELP, disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Say everything that a run would do, call by call, and do none of it
    #[cfg(feature = "aws")]
    Plan(plan::PlanArgs),
    /// Run a drill: break, watch, recover, restore, verify, report
    #[cfg(feature = "aws")]
    Run(run::RunArgs),
    /// How long users will be down: a drill on a model of the deployment, many times; changes nothing
    #[cfg(feature = "aws")]
    Forecast(forecast::ForecastArgs),
    /// Tell whether the standby could take over: every system of both regions, and how alike they are
    #[cfg(feature = "aws")]
    Ready(ready::ReadyArgs),
    /// Put back what a run left outstanding, from its journal alone
    #[cfg(feature = "aws")]
    Restore(restore::RestoreArgs),
    /// Stop and restore every run of an account; without options, show whether they are stopped
    #[cfg(feature = "aws")]
    Halt(halt::HaltArgs),
    /// Take away a deployment's lock that nobody holds any more
    #[cfg(feature = "aws")]
    Unlock(unlock::UnlockArgs),
    /// Print the least-privilege policy of a drill, or check the caller's rights
    #[cfg(feature = "aws")]
    Iam(iam::IamArgs),
    /// Show where a run stands, from its journal alone
    Status(status::StatusArgs),
    /// Every run, how recovery times go, and when drills are due; a gate for release pipelines
    History(history::HistoryArgs),
    /// Two runs side by side: what came out otherwise, and what was set otherwise
    Compare(compare::CompareArgs),
    /// Make a run's report files again, from its journal and samples alone
    Report(report::ReportArgs),
    /// Show a run in a browser while it goes on, or afterwards; on this machine alone, without controls
    Live(wall::LiveArgs),
    /// Tell whether a run's folder is as it was left, file by file and record by record
    Verify(verify::VerifyArgs),
    /// Write a note about a run
    Note(followup::note::NoteArgs),
    /// What a run showed that must be followed up
    #[command(subcommand)]
    Finding(followup::finding::FindingVerb),
    /// From a site's name to everything that a drill needs; writes the deployment's file and a first drill
    #[cfg(feature = "aws")]
    Discover(Box<discover::DiscoverArgs>),
    /// Check drills, deployments and worlds of the lab; needs no AWS
    Check {
        /// Files of drills, deployments and worlds
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Everything that a drill may name: changes, probes, conditions; and the readiness checks
    #[cfg(feature = "aws")]
    Catalog(catalog::CatalogArgs),
    /// Print the JSON Schema of drill and deployment files
    Schema {
        /// Of world files
        #[arg(long)]
        world: bool,
    },
    /// Run drills thousands of times in worlds in memory, kill and restore them, and judge each
    #[cfg(feature = "aws")]
    Simulate(simulate::SimulateArgs),
    /// A small two-region AWS on this machine
    #[command(subcommand)]
    Lab(lab::LabVerb),
}

/// Where runs live.
#[derive(Debug, Clone, Args)]
pub(crate) struct ReportsArgs {
    /// The folder that holds a folder for each run
    #[arg(long, value_name = "DIR", env = "FIREDRILL_REPORTS", default_value = "reports")]
    pub(crate) reports: PathBuf,
}

/// Does what the command line says; the exit code.
pub fn run() -> u8 {
    let command_line = match CommandLine::try_parse() {
        Ok(command_line) => command_line,
        Err(error) => {
            // Help and version are asked for; everything else is bad usage.
            let code = if error.use_stderr() { exit::USAGE } else { exit::PASSED };
            let _ = error.print();
            return code;
        }
    };
    bug::watch();
    match std::panic::catch_unwind(|| perform(command_line.verb)) {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            output::note(format!("{} {}", output::toned(words::Tone::Bad, "error:"), error.chain()));
            error.exit_code()
        }
        Err(_) => {
            output::note("`firedrill status` tells whether a run left something outstanding");
            exit::BUG
        }
    }
}

fn perform(verb: Verb) -> Result<u8, CliError> {
    match verb {
        #[cfg(feature = "aws")]
        Verb::Plan(args) => block_on(plan::plan(args)),
        #[cfg(feature = "aws")]
        Verb::Run(args) => block_on(run::run(args)),
        #[cfg(feature = "aws")]
        Verb::Forecast(args) => block_on(async { Box::pin(forecast::forecast(&args)).await }),
        #[cfg(feature = "aws")]
        Verb::Ready(args) => block_on(ready::ready(args)),
        #[cfg(feature = "aws")]
        Verb::Restore(args) => block_on(restore::restore(args)),
        #[cfg(feature = "aws")]
        Verb::Halt(args) => block_on(halt::halt(args)),
        #[cfg(feature = "aws")]
        Verb::Unlock(args) => block_on(unlock::unlock(args)),
        #[cfg(feature = "aws")]
        Verb::Iam(args) => block_on(iam::iam(args)),
        Verb::Status(args) => status::status(&args),
        Verb::History(args) => history::history(&args),
        Verb::Report(args) => block_on(report::report(&args)),
        Verb::Live(args) => block_on(wall::live(&args)),
        Verb::Verify(args) => verify::verify(&args),
        Verb::Note(args) => followup::note::note(&args),
        Verb::Finding(verb) => followup::finding::finding(&verb),
        Verb::Compare(args) => compare::compare(&args),
        #[cfg(feature = "aws")]
        Verb::Discover(args) => block_on(discover::discover(*args)),
        Verb::Check { files, json } => Ok(check_files(&files, json)),
        #[cfg(feature = "aws")]
        Verb::Catalog(args) => Ok(catalog::catalog(&args)),
        Verb::Schema { world } => {
            output::out_exactly(&schema::text(world));
            Ok(exit::PASSED)
        }
        #[cfg(feature = "aws")]
        Verb::Simulate(args) => simulate::simulate(&args),
        Verb::Lab(verb) => block_on(lab::perform(verb)),
    }
}

fn check_files(files: &[PathBuf], json: bool) -> u8 {
    let answer = if json { check::check_json(files) } else { check::check(files, Paint::Coloured) };
    output::out_exactly(&answer.output);
    output::note_exactly(&answer.problems);
    answer.exit
}

fn block_on(verb: impl Future<Output = Result<u8, CliError>>) -> Result<u8, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|why| CliError::broken("could not start the runtime", why))?;
    let result = runtime.block_on(verb);
    // Sockets that still wait for an answer no one needs must not hold the process up.
    runtime.shutdown_background();
    result
}
