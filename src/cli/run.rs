//! Run: the main job: a drill from its file to its report.
//! Invariant: everything that can refuse, refuses before the first record; from then on the engine has it.
//! Not here: the loop (see `engine`), what the plan holds (see `plan`).
//! Used by: cli.

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use jiff::tz::TimeZone;
use tokio::{sync::mpsc, task::JoinSet};

use crate::{
    aws::{Aws, CallerIdentity},
    clock::Stamp,
    diagnostic::render::{self, Paint},
    drill::{
        model::{Drill, LoadedDrill},
        reader::{self, Content, Reading},
    },
    engine::{
        run::{self as engine, Setup},
        signal::Signals,
    },
    evidence::{self, earlier::Earlier},
    id::RunId,
    journal::{
        Journal, JournalError, Lock, SampleWriter, Store,
        event::{Actor, Event, Record, RunStarted},
        followup::EarlierFinding,
        lock::Holder,
    },
    plan::{self, Ground, Plan, Prepared},
};

use super::{
    ReportsArgs, account,
    error::CliError,
    exit, finish,
    live::{self, Scene},
    machine,
    output::{self, note, note_exactly},
    outputs::OutputArgs,
    plan as plan_view,
    ready::gate::gate,
    report,
    surroundings::{Surroundings, WorldArgs},
    wall,
};

/// What `run` takes.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The drill file
    drill: PathBuf,
    /// Go without asking
    #[arg(long)]
    yes: bool,
    /// Resolve and show everything, change nothing
    #[arg(long)]
    dry_run: bool,
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
    let Reading { content, problems } = reader::open(&args.drill);
    note_exactly(&render::text(&problems, Paint::Coloured));
    let loaded = match content {
        Some(Content::Drill(loaded)) => *loaded,
        Some(Content::Deployment(_)) => {
            let path = args.drill.display();
            return Err(CliError::Usage(format!("{path} is a deployment, not a drill; nothing was touched")));
        }
        None => return Ok(exit::USAGE),
    };
    let surroundings = args.world.open(&loaded.drill.deployment).await?;
    let result = Box::pin(run_in(&args, loaded, &surroundings)).await;
    // The lab's truth is wanted most of all when something went wrong; that it can not be written changes no verdict.
    if let Err(why) = surroundings.close().await {
        note(format!("warning: {}", why.chain()));
    }
    result
}

async fn run_in(
    args: &RunArgs,
    mut loaded: LoadedDrill,
    surroundings: &Surroundings,
) -> Result<u8, CliError> {
    if let Some(key) = args.sign.as_deref() {
        report::key_is_there(key)?;
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
    let (mut against, untold) = account::before_run(&loaded.drill, surroundings, &typed).await;
    if !args.dry_run && !against.is_empty() {
        return Err(CliError::Refused(format!("nothing was touched: {}", against.join("\n  - "))));
    }
    if let Some(resolver) = surroundings.resolver {
        loaded.drill.deployment.resolver = Some(resolver);
    }
    let aws = Aws::new(surroundings.aws.clone());
    let mut prepared = prepare(&loaded.drill, &aws, surroundings).await?;
    let topology = prepared.topology.clone();
    Box::pin(gate(&aws, &loaded.drill, &topology, &mut prepared.plan)).await;
    let earlier = earlier(&store, &loaded.drill, surroundings)?;
    prepared.plan.warnings.extend(earlier.warnings());
    against.extend(untold);
    prepared.plan.refusals.append(&mut against);
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

/// What earlier runs of the drill found, and where that stands on this day of the deployment's.
fn earlier(store: &Store, drill: &Drill, surroundings: &Surroundings) -> Result<Earlier, CliError> {
    let zone = drill.deployment.calendar.zone().unwrap_or(TimeZone::UTC);
    let today = surroundings.clock.now().wall.to_zoned(zone).date();
    evidence::earlier::earlier(store, &drill.name, &drill.deployment.name, today)
        .map_err(|why| CliError::broken("nothing was touched: earlier runs can not be read", why))
}

async fn prepare(drill: &Drill, aws: &Aws, surroundings: &Surroundings) -> Result<Prepared, CliError> {
    let ground =
        Ground { aws, net: surroundings.net.clone(), clock: surroundings.clock, on_this_machine: true };
    plan::prepare(drill, ground).await.map_err(|why| CliError::Refused(why.to_string()))
}

/// Takes the deployment for this run; refuses while another run works on it or has left something.
fn take_deployment(store: &Store, drill: &Drill, run: &RunId, actor: &Actor) -> Result<Lock, CliError> {
    let holder = Holder { run: run.clone(), by: actor.clone() };
    let lock = store
        .lock_deployment(&drill.deployment.name, &holder)
        .map_err(|why| CliError::Refused(format!("nothing was touched: {why}")))?;
    refuse_while_outstanding(store, drill)?;
    Ok(lock)
}

fn refuse_while_outstanding(store: &Store, drill: &Drill) -> Result<(), CliError> {
    let name = &drill.deployment.name;
    let found =
        store.outstanding_for(name).map_err(|why| CliError::broken("earlier runs can not be read", why))?;
    if let Some((run, why)) = found.unreadable.first() {
        return Err(CliError::Refused(format!(
            "nothing was touched: run {run} may have something outstanding on {name}, but its journal can not be read: {why}"
        )));
    }
    let Some((run, changes)) = found.outstanding.first() else { return Ok(()) };
    let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
    Err(CliError::Refused(format!(
        "nothing was touched: run {run} on {name} still has {} outstanding\n  put it back first: firedrill restore {run}",
        changes.join(", ")
    )))
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
    let plan = (plan.digest(), serde_json::to_value(&plan).unwrap_or_default());
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
