//! Restore: puts back what a run left outstanding, from its journal alone, or from what the account keeps of it.
//! Invariant: needs no drill file and no plan; never applies anything.
//! Not here: how (see `engine::run::restore_only`, the code that every run's end uses too).
//! Used by: cli.

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use tokio::sync::mpsc;

use crate::{
    aws::Aws,
    change::registry::ChangeContext,
    engine::{
        Changes,
        run::{self as engine, Restoring},
        signal::Signals,
    },
    journal::{Journal, Lock, RunState, SampleWriter, Store, error::JournalError, lock::Holder},
};

use super::{
    ReportsArgs, account,
    error::CliError,
    exit, finish,
    from_account::{self, Found},
    live::{self, Scene},
    machine,
    output::{self, note},
    outputs::OutputArgs,
    surroundings::{Surroundings, WorldArgs},
};

/// What `restore` takes.
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The run: its id, or an unambiguous part of it [default: the latest]
    run: Option<String>,
    /// Restore what the account says is outstanding on this deployment: when the run's folder is lost
    #[arg(long, value_name = "DEPLOYMENT", conflicts_with = "run")]
    from_account: Option<PathBuf>,
    /// Go on although the run's process was alive a moment ago: only when it is dead for sure
    #[arg(long)]
    take_over: bool,
    /// A stream of JSON lines on stdout instead of a view
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    world: WorldArgs,
    #[command(flatten)]
    reports: ReportsArgs,
}

/// Restores a run; the exit code.
pub(crate) async fn restore(args: RestoreArgs) -> Result<u8, CliError> {
    let store = Store::new(&args.reports.reports);
    let unreadable = |why| CliError::broken("the run can not be restored from here", why);
    let actor = machine::actor();
    let folder = match &args.from_account {
        None => store.find(args.run.as_deref()).map_err(unreadable)?,
        Some(file) => match Box::pin(from_account::find(file, &args.world, &store, &actor)).await? {
            Found::Journal(folder) => folder,
            Found::Nothing => return Ok(exit::PASSED),
        },
    };
    let (journal, read) = Journal::open_for_append(&folder, &actor).map_err(not_here)?;
    for warning in &read.warnings {
        note(format!("warning: {warning}"));
    }
    let started = read.started().clone();
    let deployment = &started.drill.deployment;
    let outstanding = journal.state().outstanding();
    if outstanding.is_empty() {
        output::out(format!("{}: nothing is outstanding", started.run));
        if args.from_account.is_some() {
            // The account says otherwise: it is put right.
            let surroundings = args.world.open(deployment).await?;
            let keeper = account::adopt(journal.state(), &surroundings, &actor, args.take_over).await?;
            account::give_back(keeper.as_deref()).await;
        }
        return Ok(exit::PASSED);
    }
    args.world.is_that_of(&started)?;
    let holder = Holder { run: started.run.clone(), by: actor.clone() };
    let _lock = Lock::deployment(&args.reports.reports, &deployment.name, &holder).map_err(unreadable)?;
    let surroundings = args.world.open(deployment).await?;
    let keeper = account::adopt(journal.state(), &surroundings, &actor, args.take_over).await?;
    let changes = build_changes(journal.state(), &surroundings)?;
    let samples = SampleWriter::open(&folder).map_err(unreadable)?;
    let last = journal.state().last().map(|(_, at)| at);
    let clock = last.map_or(surroundings.clock, |last| surroundings.clock.continuing(last));
    let scene = Scene {
        title: format!("restoring {}", started.run),
        primary: deployment.regions.primary.region.clone(),
        standby: deployment.regions.standby.region.clone(),
        start: clock.now(),
        clock,
        approver: None,
    };
    let signals = Signals::of_system(clock, surroundings.lab.is_none())
        .map_err(|why| CliError::broken("signals can not be caught", why))?;
    let (progress, watched) = mpsc::unbounded_channel();
    let view = live::start(scene, args.json, None, watched);
    let setup = Restoring { clock, journal, samples, changes, actor, keeper };
    let ending = Box::pin(engine::restore_only(setup, progress, signals)).await;
    live::end(view, clock).await;
    // A restore changes a run that was told of before: its own files are made anew, nothing else is.
    let outputs = OutputArgs::default();
    let code =
        finish::finish(&folder, &started.run, &ending, args.json, &args.reports, &outputs, None).await?;
    surroundings.close().await?;
    // What is asked of a restore is that nothing be left; the run's own verdict is in its report.
    Ok(if [exit::OUTSTANDING, exit::BUG].contains(&code) { code } else { exit::PASSED })
}

/// Without room for its records a run is not restored here; a copy of its folder elsewhere will do.
fn not_here(why: JournalError) -> CliError {
    use std::io::ErrorKind as Kind;
    let elsewhere = match &why {
        JournalError::Io { source, .. } => {
            matches!(source.kind(), Kind::ReadOnlyFilesystem | Kind::PermissionDenied)
        }
        _ => false,
    };
    let what = match elsewhere {
        true => {
            "the run's folder can not be written; copy it to where it can, and name the copy: firedrill restore ./COPY"
        }
        false => "the run can not be restored from here",
    };
    CliError::broken(what, why)
}

fn build_changes(state: &RunState, surroundings: &Surroundings) -> Result<Arc<Changes>, CliError> {
    let Some(started) = state.started() else {
        return Err(CliError::Outstanding("the journal has no first record".to_owned()));
    };
    let context = ChangeContext {
        aws: Aws::new(surroundings.aws.clone()).urgent(),
        deployment: started.drill.deployment.clone(),
        topology: None,
        clock: surroundings.clock,
        on_this_machine: true,
    };
    let changes = engine::changes_of(state, &context);
    Ok(Arc::new(changes.map_err(|why| CliError::Outstanding(why.to_string()))?))
}
