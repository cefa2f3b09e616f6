//! Ready: whether the standby could take over, before anybody breaks anything.
//! Invariant: reads only; what can not be told is said and never ends with 0.
//! Not here: the checks (see `ready`), what a run does about them (see `gate` beside this file).
//! Used by: cli.

pub(super) mod gate;
pub(super) mod json;
mod junit;
pub(super) mod shown;

use std::{fs, path::PathBuf};

use clap::Args;

use super::{
    error::CliError,
    exit,
    output::{self, note, note_exactly},
    surroundings::WorldArgs,
};
use crate::{
    aws::{self, Aws},
    diagnostic::render::{self, Paint},
    drill::{
        model::{Deployment, Drill},
        reader::{self, Content},
    },
    plan::{Readiness, Verdict},
    ready::{self, Case},
    survey,
};

/// The exit codes of this verb.
const CODES: &str = "\
Exit codes:
   0  every check passes, warns, or is accepted by a file
   1  a check fails
   2  none fails, but of one nobody can tell
   3  the checks could not be asked, or the JUnit report not be written
  64  bad usage, or a bad file";

/// What `ready` takes.
#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub(crate) struct ReadyArgs {
    /// The deployment file, or a drill file: its objectives and what it accepts count then
    #[arg(value_name = "DEPLOYMENT|DRILL")]
    file: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Write a JUnit report too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    #[command(flatten)]
    world: WorldArgs,
}

/// Asks every check; the exit code.
pub(crate) async fn ready(args: ReadyArgs) -> Result<u8, CliError> {
    let reading = reader::open(&args.file);
    note_exactly(&render::text(&reading.problems, Paint::Coloured));
    let (deployment, drill) = match reading.content {
        Some(Content::Drill(loaded)) => (loaded.drill.deployment.clone(), Some(loaded.drill)),
        Some(Content::Deployment(deployment)) => (*deployment, None),
        None => return Ok(exit::USAGE),
    };
    let surroundings = args.world.open(&deployment).await?;
    if output::is_watched() {
        note("looking at both regions; Route 53 answers about one question a second ...");
    }
    let aws = Aws::new(surroundings.aws.clone());
    let readiness = Box::pin(ask(&aws, &deployment, drill.as_ref())).await;
    surroundings.close().await?;
    match args.json {
        true => output::out(json::text(&deployment, drill.as_ref(), &readiness)),
        false => shown::show(&deployment, &readiness),
    }
    // Last: what was asked is told even where the file can not be written.
    if let Some(file) = &args.junit {
        let failed = |why| CliError::broken(format!("could not write {}", file.display()), why);
        fs::write(file, junit::text(&deployment.name, &readiness)).map_err(failed)?;
    }
    Ok(code(&readiness))
}

/// What the process ends with.
pub(super) fn code(readiness: &Readiness) -> u8 {
    match readiness.verdict() {
        Verdict::Fail => exit::FAILED,
        Verdict::Unknown => exit::UNKNOWN,
        Verdict::Pass | Verdict::Warn => exit::PASSED,
    }
}

/// Every check's answer.
pub(super) async fn ask(aws: &Aws, deployment: &Deployment, drill: Option<&Drill>) -> Readiness {
    let found = Box::pin(aws::look(aws, deployment)).await;
    let survey = Box::pin(survey::survey(aws, deployment, found)).await;
    accepted(ready::judge(&Case { survey: &survey, deployment, drill }), deployment, drill)
}

/// The answers, with what the two files accept.
fn accepted(readiness: Readiness, deployment: &Deployment, drill: Option<&Drill>) -> Readiness {
    readiness.accepting(deployment.accepts.iter().chain(drill.into_iter().flat_map(|drill| &drill.accepts)))
}
