//! Run: the main job: a drill from its file to its report.
//! Invariant: everything that can refuse, refuses before the first record; from then on the engine has it.
//! Not here: the loop (see `engine`), what the plan holds (see `plan`).
//! Used by: cli.

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use tokio::{sync::mpsc, task::JoinSet};

use crate::{
    aws::CallerIdentity,
    clock::Stamp,
    drill::model::{Drill, LoadedDrill},
    engine::{
        run::{self as engine, Setup},
        signal::Signals,
    },
    id::RunId,
    journal::{
        Journal, JournalError, Lock, SampleWriter, Store,
        event::{Actor, Event, Record, RunStarted},
        followup::EarlierFinding,
        lock::Holder,
    },
    plan::{Plan, Prepared},
};

use super::{
    ReportsArgs, account,
    error::CliError,
    exit, finish, forecast,
    live::{self, Scene},
    machine,
    output::{self, note},
    outputs::OutputArgs,
    plan::{file::PlanFile, shown as plan_view},
    prepared::{self, Stands},
    report,
    surroundings::{Surroundings, WorldArgs},
    wall,
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

/// What a run knows of itself before it begins.
struct Known {
    run: RunId,
    actor: Actor,
    earlier: Vec<EarlierFinding>,
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

async fn start(
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
    let signals = Signals::of_system(clock, surroundings.lab.is_none())
        .map_err(|why| CliError::broken("signals can not be caught", why))?;
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
