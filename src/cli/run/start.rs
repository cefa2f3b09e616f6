//! Start: a run from its plan to its report.
//! Invariant: the account's lock comes before the journal's first record, and is given back if there is none.
//! Not here: what refuses a run (see above), the loop (see `engine`).
//! Used by: run.

use std::{path::PathBuf, sync::Arc};

use tokio::{sync::mpsc, task::JoinSet};

use super::RunArgs;
use crate::{
    aws::CallerIdentity,
    cli::{
        account,
        error::CliError,
        finish, forecast,
        live::{self, Scene},
        machine,
        surroundings::Surroundings,
        wall,
    },
    clock::Stamp,
    drill::model::{Drill, LoadedDrill},
    engine::{
        run::{self as engine, Setup},
        signal::Signals,
    },
    id::RunId,
    journal::{
        Journal, JournalError, SampleWriter, Store,
        event::{Actor, Event, Record, RunStarted},
        followup::EarlierFinding,
    },
    plan::Prepared,
};

/// What a run knows of itself before it begins.
pub(super) struct Known {
    pub(super) run: RunId,
    pub(super) actor: Actor,
    pub(super) earlier: Vec<EarlierFinding>,
}

/// Runs what was prepared; the exit code. What can refuse still refuses before the first record is written.
pub(super) async fn start(
    args: &RunArgs,
    loaded: LoadedDrill,
    prepared: Prepared,
    surroundings: &Surroundings,
    store: &Store,
    known: Known,
) -> Result<u8, CliError> {
    let Prepared { caller, changes, probes, plan, .. } = prepared;
    let Known { run, actor, earlier } = known;
    let forecast = forecast::expected(&loaded.drill, &plan, surroundings, store, !args.yes);
    let clock = surroundings.clock;
    let drill = Arc::new(loaded.drill.clone());
    let mut first = first_record(&run, &loaded, &caller, surroundings, &actor);
    first.earlier_findings = earlier;
    let signals = Signals::of_system(clock, surroundings.lab.is_none())
        .map_err(|why| CliError::broken("nothing was touched: signals can not be caught", why))?;
    let typed = account::typed(account::file_of(&loaded), &args.world);
    let keeper = account::take(&drill, surroundings, &run, &actor, &typed).await?;
    let start = clock.now();
    let Begun { folder, journal, first, samples } = match begin(store, &run, first, start) {
        Ok(begun) => begun,
        Err(why) => {
            account::give_back(keeper.as_deref()).await;
            return Err(CliError::broken("nothing was touched: the journal can not be begun", why));
        }
    };
    if let (Some(keeper), Event::RunStarted(first)) = (&keeper, &first.event) {
        keeper.begin(start, first);
    }
    let (progress, watched) = mpsc::unbounded_channel();
    let scene = scene(args, &drill, start, surroundings);
    let view = live::start(scene, args.json, Some(first), watched);
    // Ends with the run: what a set of tasks holds is gone when it is.
    let mut walls = JoinSet::new();
    if args.live {
        wall::beside(&mut walls, folder.clone()).await;
    }
    let plan = (plan.digest(), forecast::beside(&plan, forecast));
    let setup = Setup {
        clock,
        drill,
        changes: Arc::new(changes),
        probes,
        journal,
        samples,
        actor,
        plan,
        exit_code: finish::exit_code(folder.clone()),
        keeper,
    };
    let ending = Box::pin(engine::run(setup, progress, signals)).await;
    live::end(view, clock).await;
    let outputs = args.outputs.as_in_a_job();
    finish::finish(&folder, &run, &ending, args.json, &args.reports, &outputs, args.sign.as_deref()).await
}

/// A run's files, open.
struct Begun {
    folder: PathBuf,
    journal: Journal,
    first: Record,
    samples: SampleWriter,
}

fn begin(store: &Store, run: &RunId, first: RunStarted, at: Stamp) -> Result<Begun, JournalError> {
    let folder = store.run_dir(run)?;
    let (journal, first) = Journal::create(&folder, first, at)?;
    let samples = SampleWriter::open(&folder)?;
    Ok(Begun { folder, journal, first, samples })
}

fn scene(args: &RunArgs, drill: &Drill, start: Stamp, surroundings: &Surroundings) -> Scene {
    let regions = &drill.deployment.regions;
    let place = match &surroundings.lab {
        Some(lab) => format!(" (lab, seed {}, speed {})", lab.seed, lab.anchor.speed),
        None => String::new(),
    };
    Scene {
        title: format!("{}{place}", drill.title),
        primary: regions.primary.region.clone(),
        standby: regions.standby.region.clone(),
        start,
        clock: surroundings.clock,
        approver: args.yes.then(|| format!("{}, with --yes", machine::person())),
    }
}

fn first_record(
    run: &RunId,
    loaded: &LoadedDrill,
    caller: &CallerIdentity,
    surroundings: &Surroundings,
    actor: &Actor,
) -> RunStarted {
    let facts = [
        ("account", caller.account.clone()),
        ("arn", caller.arn.clone()),
        ("host", actor.host.clone()),
        ("user", actor.user.clone()),
    ];
    RunStarted {
        caller: facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        command_line: std::env::args().collect(),
        clock_offset_ms: caller.clock.map(|offset| (offset.millis, offset.error_millis)),
        lab: surroundings.lab.clone(),
        ..RunStarted::of(run, loaded, actor)
    }
}
