//! Play: what the program does in one life: a whole run, or the restoration of what an earlier life left.
//! Invariant: the same calls in the same order as the verbs `run` and `restore` make; only the surroundings differ.
//! Not here: which life comes next (see `trial`).
//! Used by: `trial`, `matrix`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::mpsc;

use super::{disk::LifeDisk, stage::Surroundings};
use crate::{
    account::{Crumb, Keeper, LockError, SsmShelf, look},
    aws::Aws,
    change::registry::ChangeContext,
    drill::{
        calendar::Calendar,
        model::{Freeze, LoadedDrill, Side},
    },
    engine::{
        self,
        desk::Progress,
        run::{Ending, Restoring, Setup},
        signal::Signals,
        verdict,
    },
    id::RunId,
    journal::{
        Journal, JournalError, RunState, SampleWriter,
        event::{Actor, RunStarted},
        samples::SAMPLES_FILE,
    },
    plan::{self, Ground, Prepared},
};

/// How a life's work went.
#[derive(Debug)]
pub(super) enum Played {
    /// It refused before the first record.
    Refused(String),
    /// The journal or the changes could not be had; nothing was called.
    Impossible(String),
    /// It ran to its end.
    Ended(Box<Ending>),
    /// There was nothing to restore.
    NothingToDo,
}

/// What a simulated run is called, and where it is written.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The folder that holds the run's own.
    pub(super) reports: PathBuf,
    /// The command that makes the same run again.
    pub(super) command: Vec<String>,
    /// Distinguishes runs of one second.
    pub(super) salt: u16,
    /// True to watch nothing.
    pub(super) bare: bool,
}

/// Runs the drill, as `run` does.
pub(super) async fn run(around: Arc<Surroundings>, loaded: Arc<LoadedDrill>, place: Place) -> Played {
    let clock = around.clock;
    let loaded = Arc::new(undated(&loaded));
    let aws = around.aws(&loaded.drill.deployment);
    let ground =
        Ground { aws: &aws, net: around.net.clone(), clock, on_this_machine: false, principal: None };
    let prepared = match plan::prepare(&loaded.drill, ground).await {
        Ok(prepared) if prepared.plan.refusals.is_empty() => prepared,
        Ok(prepared) => return Played::Refused(prepared.plan.refusals.join("\n  - ")),
        Err(why) => return Played::Refused(why.to_string()),
    };
    let run = RunId::new(clock.now().wall, &loaded.drill.name, place.salt);
    let folder = place.reports.join(run.as_str());
    let keeper = match taken(&around, &loaded, &aws, &run).await {
        Ok(keeper) => keeper,
        Err(why) => return Played::Refused(why),
    };
    let first = first_record(run, &loaded, &prepared, place.command);
    if let Some(keeper) = &keeper {
        keeper.begin(clock.now(), &first);
    }
    match begin(&around, &folder, first) {
        Ok((journal, samples)) => {
            let mut setup = setup(&around, &loaded, prepared, journal, samples, folder, keeper);
            if place.bare {
                setup.probes.clear();
            }
            let (progress, signals) = unattended();
            Played::Ended(Box::new(engine::run::run(setup, progress, signals).await))
        }
        Err(why) => Played::Impossible(why.to_string()),
    }
}

/// The drill without its calendar and its freeze: a simulated day is no day of theirs.
fn undated(loaded: &LoadedDrill) -> LoadedDrill {
    let mut loaded = loaded.clone();
    loaded.drill.deployment.calendar = Calendar::default();
    loaded.drill.deployment.freeze = Freeze::default();
    loaded
}

/// Restores the run in this folder, as `restore` does.
pub(super) async fn restore(around: Arc<Surroundings>, folder: PathBuf) -> Played {
    let opened = Journal::open_for_append(&folder, &actor());
    let (mut journal, read) = match opened {
        Ok(opened) => opened,
        // Nothing was touched before the first record was whole.
        Err(JournalError::NeverBegan { .. } | JournalError::Missing { .. }) => return Played::NothingToDo,
        Err(why) => return Played::Impossible(why.to_string()),
    };
    if journal.state().outstanding().is_empty() {
        return Played::NothingToDo;
    }
    let deployment = read.started().drill.deployment.clone();
    let context = ChangeContext {
        aws: around.aws(&deployment).urgent(),
        deployment,
        topology: None,
        clock: around.clock,
        on_this_machine: false,
    };
    let changes = match engine::run::changes_of(journal.state(), &context) {
        Ok(changes) => Arc::new(changes),
        Err(why) => return Played::Impossible(why.to_string()),
    };
    let keeper = match adopted(&around, journal.state()).await {
        Ok(keeper) => keeper,
        Err(why) => return Played::Refused(why),
    };
    let samples = match SampleWriter::open(&folder) {
        Ok(samples) => samples,
        Err(why) => return Played::Impossible(why.to_string()),
    };
    around.life.samples_in(folder.join(SAMPLES_FILE));
    journal.through(|file| Box::new(LifeDisk::new(file, around.life.clone())));
    let clock = journal.state().last().map_or(around.clock, |(_, at)| around.clock.continuing(at));
    let (progress, signals) = unattended();
    let setup = Restoring { clock, journal, samples, changes, actor: actor(), keeper };
    Played::Ended(Box::new(engine::run::restore_only(setup, progress, signals).await))
}

/// The deployment's lock in the account, as `run` takes it.
async fn taken(
    around: &Surroundings,
    loaded: &LoadedDrill,
    aws: &Aws,
    run: &RunId,
) -> Result<Option<Arc<Keeper>>, String> {
    let deployment = &loaded.drill.deployment;
    if !deployment.account_lock {
        return Ok(None);
    }
    let shelf = Arc::new(SsmShelf::new(aws, Side::Standby));
    let standing = look::look(&*shelf, &deployment.name).await.map_err(|why| why.to_string())?;
    let refusals = look::refusals(&standing, around.clock.now().wall, "DEPLOYMENT.yaml");
    if !refusals.is_empty() {
        return Err(refusals.join("\n"));
    }
    let taken = Keeper::take(shelf, around.clock, &deployment.name, run, &actor()).await;
    taken.map(|keeper| Some(Arc::new(keeper))).map_err(|why| why.to_string())
}

/// The same lock, as `restore` takes it over. That AWS does not answer holds no restoration up.
async fn adopted(around: &Surroundings, state: &RunState) -> Result<Option<Arc<Keeper>>, String> {
    let (Some(started), Some(at)) = (state.started(), state.started_at()) else { return Ok(None) };
    let deployment = &started.drill.deployment;
    if !deployment.account_lock {
        return Ok(None);
    }
    let shelf = Arc::new(SsmShelf::new(&around.aws(deployment), Side::Standby));
    match Keeper::adopt(shelf, around.clock, &deployment.name, &started.run, &actor(), false).await {
        Ok(keeper) => {
            keeper.begin(at, started);
            keeper.resume(Crumb::of_state(state));
            Ok(Some(Arc::new(keeper)))
        }
        Err(LockError::Held(held)) => Err(format!("locked by {held}")),
        Err(_) => Ok(None),
    }
}

fn begin(
    around: &Surroundings,
    folder: &Path,
    first: RunStarted,
) -> Result<(Journal, SampleWriter), JournalError> {
    let (mut journal, _) = Journal::create(folder, first, around.clock.now())?;
    let samples = SampleWriter::open(folder)?;
    around.life.samples_in(folder.join(SAMPLES_FILE));
    // The first record is there already: it counts as one of the life's.
    around.life.wrote();
    journal.through(|file| Box::new(LifeDisk::new(file, around.life.clone())));
    Ok((journal, samples))
}

fn setup(
    around: &Surroundings,
    loaded: &LoadedDrill,
    prepared: Prepared,
    journal: Journal,
    samples: SampleWriter,
    folder: PathBuf,
    keeper: Option<Arc<Keeper>>,
) -> Setup {
    let Prepared { changes, probes, plan, .. } = prepared;
    Setup {
        clock: around.clock,
        drill: Arc::new(loaded.drill.clone()),
        changes: Arc::new(changes),
        probes,
        journal,
        samples,
        actor: actor(),
        plan: (plan.digest(), serde_json::to_value(&plan).unwrap_or_default()),
        exit_code: verdict::exit_code(folder),
        keeper,
    }
}

/// Nobody watches, nobody sends signals, and whoever is asked says yes.
fn unattended() -> (mpsc::UnboundedSender<Progress>, Signals) {
    let (progress, mut told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(told) = told.recv().await {
            if let Progress::Question { reply, .. } = told {
                let _ = reply.send(Some("the simulation".to_owned()));
            }
        }
    });
    let (_, signals) = Signals::by_hand();
    (progress, signals)
}

fn first_record(
    run: RunId,
    loaded: &LoadedDrill,
    prepared: &Prepared,
    command_line: Vec<String>,
) -> RunStarted {
    let caller = &prepared.caller;
    let facts = [("account", &caller.account), ("arn", &caller.arn)];
    RunStarted {
        caller: facts.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect(),
        command_line,
        clock_offset_ms: caller.clock.map(|offset| (offset.millis, offset.error_millis)),
        ..RunStarted::of(&run, loaded, &actor())
    }
}

/// Nobody's process.
fn actor() -> Actor {
    Actor { host: "simulation".to_owned(), user: "simulation".to_owned(), pid: 0 }
}
