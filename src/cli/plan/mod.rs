//! Plan: the verb that says everything that a run would do, and does none of it.
//! Invariant: reads only; takes no lock; what it saves is what `run --plan` goes by.
//! Not here: what a plan holds (see `plan`), its tables (see `shown`), its file (see `file`).
//! Used by: cli.

pub(super) mod file;
pub(super) mod shown;

use std::path::PathBuf;

use clap::Args;

use crate::{drill::model::LoadedDrill, journal::Store, plan::SavedPlan};

use super::{
    ReportsArgs, account,
    error::CliError,
    exit, machine,
    prepared::{self, Stands},
    surroundings::{Surroundings, WorldArgs},
};

/// The exit codes of this verb.
const CODES: &str = "\
Exit codes:
   0  a run could start
   3  a run would be refused, or not everything was found
  64  bad usage, or a bad drill file";

/// What `plan` takes.
#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub(crate) struct PlanArgs {
    /// The drill file
    drill: PathBuf,
    /// Save it, for `run --plan`: with everything that it was made from
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// As one line of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    world: WorldArgs,
    #[command(flatten)]
    reports: ReportsArgs,
}

/// Shows the plan; the exit code.
pub(crate) async fn plan(args: PlanArgs) -> Result<u8, CliError> {
    let Some(loaded) = prepared::drill_of(&args.drill, prepared::UNTOUCHED)? else { return Ok(exit::USAGE) };
    let surroundings = args.world.open(&loaded.drill.deployment).await?;
    let result = Box::pin(plan_in(&args, loaded, &surroundings)).await;
    surroundings.close().await?;
    result
}

async fn plan_in(
    args: &PlanArgs,
    mut loaded: LoadedDrill,
    surroundings: &Surroundings,
) -> Result<u8, CliError> {
    let store = Store::new(&args.reports.reports);
    let as_written = loaded.clone();
    let typed = account::typed(account::file_of(&loaded), &args.world);
    let stands = match args.world.lab {
        true => Stands::of_account(&loaded.drill, surroundings, &typed).await,
        false => Stands::of_all(&store, &loaded.drill, surroundings, &typed).await,
    };
    let (prepared, _) = prepared::prepare(&mut loaded, surroundings, &store, stands).await?;
    shown::show(&prepared.plan, args.json);
    let may_start = prepared.plan.refusals.is_empty();
    if let Some(path) = &args.out {
        if !prepared.plan.is_whole() {
            return Err(CliError::Refused(format!(
                "a change can not be made as things are, so there is no whole plan to save; nothing was written to {}",
                path.display()
            )));
        }
        let now = surroundings.clock.now().wall;
        let lab = surroundings.lab.as_ref();
        let saved = SavedPlan::new(&as_written, prepared.plan, prepared.reading, now, machine::actor(), lab);
        file::write(path, &saved)?;
        file::told(path, &saved, &args.world.typed());
    }
    Ok(if may_start { exit::PASSED } else { exit::REFUSED })
}
