//! Run: the main job: a drill from its file to its report.
//! Invariant: everything that can refuse, refuses before the first record; from then on the engine has it.
//! Not here: the loop (see `engine`), what the plan holds (see `plan`), the run itself (see `start` beside this file).
//! Used by: cli.

mod start;

use std::path::PathBuf;

use clap::Args;

use self::start::{Known, start};
use super::{
    ReportsArgs, account,
    error::CliError,
    exit, machine,
    output::{self, note},
    outputs::OutputArgs,
    plan::{file::PlanFile, shown as plan_view},
    prepared::{self, Stands},
    report,
    surroundings::{Surroundings, WorldArgs},
};
use crate::{
    drill::model::{Drill, LoadedDrill},
    id::RunId,
    journal::{Lock, Store, event::Actor, lock::Holder},
    plan::{Plan, Prepared},
};

/// What `run` takes.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The drill file; with --plan it can be left out
    #[arg(required_unless_present = "plan")]
    drill: Option<PathBuf>,
    /// Go by this saved plan: refuse, and say what moved, unless everything is as it was when the plan was made
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Go without asking
    #[arg(long)]
    yes: bool,
    /// Resolve and show everything, change nothing
    #[arg(long)]
    dry_run: bool,
    /// Go although nobody can tell beforehand whether every call is allowed
    #[arg(long)]
    unchecked_rights: bool,
    /// A stream of JSON lines on stdout instead of a view
    #[arg(long)]
    json: bool,
    /// Show it in a browser too, on this machine alone: the address is printed when the run begins
    #[arg(long)]
    live: bool,
    /// Sign the run's SHA256SUMS at its end: a private SSH key, or the public key of one that the agent holds
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,
    #[command(flatten)]
    world: WorldArgs,
    #[command(flatten)]
    reports: ReportsArgs,
    #[command(flatten)]
    outputs: OutputArgs,
}

/// Runs a drill; the exit code.
pub(crate) async fn run(args: RunArgs) -> Result<u8, CliError> {
    let Some((mut loaded, saved)) = asked(&args)? else { return Ok(exit::USAGE) };
    loaded.drill.deployment.check_rights &= !args.unchecked_rights;
    let surroundings = args.world.open(&loaded.drill.deployment).await?;
    let result = Box::pin(run_in(&args, loaded, saved.as_ref(), &surroundings)).await;
    // The lab's truth is wanted most of all when something went wrong; that it can not be written changes no verdict.
    if let Err(why) = surroundings.close().await {
        note(format!("warning: {}", why.chain()));
    }
    result
}

/// The drill, and the saved plan that is to hold for it; `None`: the drill has errors, and they were shown.
fn asked(args: &RunArgs) -> Result<Option<(LoadedDrill, Option<PlanFile>)>, CliError> {
    let given = match &args.drill {
        Some(path) => match prepared::drill_of(path, prepared::UNTOUCHED)? {
            Some(loaded) => Some(loaded),
            None => return Ok(None),
        },
        None => None,
    };
    let saved = match &args.plan {
        Some(path) => {
            let (saved, loaded) = PlanFile::open(path, args.world.typed())?;
            saved.is_of(given.as_ref())?;
            Some((saved, loaded))
        }
        None => None,
    };
    Ok(match (saved, given) {
        (Some((saved, loaded)), given) => Some((given.unwrap_or(loaded), Some(saved))),
        (None, given) => given.map(|loaded| (loaded, None)),
    })
}

async fn run_in(
    args: &RunArgs,
    mut loaded: LoadedDrill,
    saved: Option<&PlanFile>,
    surroundings: &Surroundings,
) -> Result<u8, CliError> {
    if let Some(key) = args.sign.as_deref() {
        report::key_is_there(key)?;
    }
    if let Some(saved) = saved {
        saved.is_here(surroundings)?;
    }
    let store = Store::new(&args.reports.reports);
    let actor = machine::actor();
    let run = RunId::new(surroundings.clock.now().wall, &loaded.drill.name, machine::salt());
    // A dry run takes nothing, and a lab of this process's own is nobody else's deployment. Otherwise this comes first:
    // what an earlier run left outstanding explains whatever else may be found wrong.
    let _lock = match args.dry_run || args.world.lab {
        true => None,
        false => Some(take_deployment(&store, &loaded.drill, &run, &actor)?),
    };
    let typed = account::typed(account::file_of(&loaded), &args.world);
    let stands = match args.dry_run && !args.world.lab {
        true => Stands::of_all(&store, &loaded.drill, surroundings, &typed).await,
        false => Stands::of_account(&loaded.drill, surroundings, &typed).await,
    };
    if !args.dry_run && !stands.against.is_empty() {
        return Err(CliError::Refused(format!("nothing was touched: {}", stands.against.join("\n  - "))));
    }
    let (mut prepared, earlier) = prepared::prepare(&mut loaded, surroundings, &store, stands).await?;
    if let Some(saved) = saved {
        let Prepared { plan, reading, .. } = &mut prepared;
        saved.holds(plan, reading, surroundings.clock)?;
    }
    if args.dry_run {
        plan_view::show(&prepared.plan, args.json);
        return Ok(if prepared.plan.refusals.is_empty() { exit::PASSED } else { exit::REFUSED });
    }
    if !prepared.plan.refusals.is_empty() {
        let refusals = prepared.plan.refusals.join("\n  - ");
        return Err(CliError::Refused(format!(
            "the drill may not start; nothing was touched:\n  - {refusals}"
        )));
    }
    confirm(args, &prepared.plan)?;
    let known = Known { run, actor, earlier: earlier.findings };
    Box::pin(start(args, loaded, prepared, surroundings, &store, known)).await
}

/// Takes the deployment for this run; refuses while another run works on it or has left something.
fn take_deployment(store: &Store, drill: &Drill, run: &RunId, actor: &Actor) -> Result<Lock, CliError> {
    let holder = Holder { run: run.clone(), by: actor.clone() };
    let lock = store
        .lock_deployment(&drill.deployment.name, &holder)
        .map_err(|why| CliError::Refused(format!("nothing was touched: {why}")))?;
    match prepared::outstanding(store, drill)? {
        None => Ok(lock),
        Some(what) => Err(CliError::Refused(format!("nothing was touched: {what}"))),
    }
}

/// A person types the deployment's name; a machine says `--yes`.
fn confirm(args: &RunArgs, plan: &Plan) -> Result<(), CliError> {
    if args.yes {
        plan.warnings.iter().for_each(|warning| note(format!("warning: {warning}")));
        return Ok(());
    }
    plan_view::show(plan, false);
    note(format!("Type the deployment's name, {}, to start:", output::strong(&plan.deployment)));
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    match read {
        Ok(_) if line.trim() == plan.deployment => Ok(()),
        _ => Err(CliError::Refused("nothing was touched: not confirmed; a machine says --yes".to_owned())),
    }
}
