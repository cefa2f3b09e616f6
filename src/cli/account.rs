//! Account: how the verbs get at what is kept in the account, and what they say of it.
//! Invariant: every refusal names what was found and the command to type, whole.
//! Not here: what is kept (see `account`).
//! Used by: `run`, `restore`, `halt`, `unlock`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;

use crate::{
    account::{
        Crumb, Keeper, LockError, SsmShelf,
        look::{self, Standing},
    },
    aws::Aws,
    diagnostic::render::{self, Paint},
    drill::{
        model::{Deployment, Drill, LoadedDrill, Side},
        reader::{self, Content},
    },
    id::RunId,
    journal::{RunState, event::Actor},
};

use super::{
    error::CliError,
    output::{note, note_exactly},
    surroundings::{Surroundings, WorldArgs},
};

/// What to write where the account can not keep anything.
const WITHOUT: &str =
    "`firedrill iam DRILL` prints what it needs; without SSM: account_lock: false in the deployment's file";

/// Where the world is, for verbs that look at the account alone.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct PlaceArgs {
    /// In the lab whose `lab up --json` line this file holds, not in AWS
    #[arg(long, value_name = "FILE")]
    pub(super) lab_at: Option<PathBuf>,
}

impl PlaceArgs {
    /// As the other verbs take it.
    pub(super) fn world(&self) -> WorldArgs {
        WorldArgs { lab_at: self.lab_at.clone(), ..WorldArgs::default() }
    }
}

/// The deployment that a file describes, or that its drill names.
pub(super) fn deployment(path: &Path) -> Result<Deployment, CliError> {
    let reading = reader::open(path);
    note_exactly(&render::text(&reading.problems, Paint::Coloured));
    match reading.content {
        Some(Content::Deployment(deployment)) => Ok(*deployment),
        Some(Content::Drill(loaded)) => Ok(loaded.drill.deployment),
        None => {
            Err(CliError::Usage(format!("{} describes no deployment; nothing was touched", path.display())))
        }
    }
}

/// The parameters of one side's region.
pub(super) fn shelf(surroundings: &Surroundings, side: Side) -> SsmShelf {
    SsmShelf::new(&Aws::new(surroundings.aws.clone()), side)
}

/// What comes after a verb that is about a deployment: its file, and where the world is.
pub(super) fn typed(file: &str, world: &WorldArgs) -> String {
    match &world.lab_at {
        Some(lab) => format!("{file} --lab-at {}", lab.display()),
        None => file.to_owned(),
    }
}

/// The file of a drill's deployment.
pub(super) fn file_of(loaded: &LoadedDrill) -> &str {
    loaded.files.get(1).map_or("DEPLOYMENT.yaml", |file| file.path.as_str())
}

/// Looks at the account before a run: what stands against it, and whether that can be told at all.
pub(super) async fn before_run(
    drill: &Drill,
    surroundings: &Surroundings,
    typed: &str,
) -> (Vec<String>, Option<String>) {
    if !drill.deployment.account_lock {
        return (Vec::new(), None);
    }
    let name = &drill.deployment.name;
    match look::look(&shelf(surroundings, Side::Standby), name).await {
        Ok(standing) => (look::refusals(&standing, surroundings.clock.now().wall, typed), None),
        Err(why) => {
            let region = &drill.deployment.regions.standby.region;
            (
                Vec::new(),
                Some(format!("what the account in {region} keeps can not be read: {why}\n  {WITHOUT}")),
            )
        }
    }
}

/// Takes the deployment in the account for a run; nothing, where its deployment goes without.
pub(super) async fn take(
    drill: &Drill,
    surroundings: &Surroundings,
    run: &RunId,
    by: &Actor,
    typed: &str,
) -> Result<Option<Arc<Keeper>>, CliError> {
    if !drill.deployment.account_lock {
        return Ok(None);
    }
    let shelf = Arc::new(shelf(surroundings, Side::Standby));
    let name = &drill.deployment.name;
    match Keeper::take(shelf, surroundings.clock, name, run, by).await {
        Ok(keeper) => Ok(Some(Arc::new(keeper))),
        // Since the look before the plan someone was quicker: what is said is what another look finds.
        Err(LockError::Held(held)) => {
            let (refusals, _) = before_run(drill, surroundings, typed).await;
            let why = refusals.into_iter().next().unwrap_or_else(|| format!("it was locked by {held}"));
            Err(CliError::Refused(format!("nothing was touched: {why}")))
        }
        Err(why) => Err(CliError::Refused(format!("nothing was touched: {why}\n  {WITHOUT}"))),
    }
}

/// Gives the deployment back after a run that did not begin.
pub(super) async fn give_back(keeper: Option<&Keeper>) {
    if let Some(keeper) = keeper
        && let Err(why) = keeper.end(&[]).await
    {
        note(format!("warning: {why}"));
    }
}

/// Takes the deployment in the account over for a restoration. That AWS does not answer holds no restoration up; that
/// someone else may be at work on the deployment does.
pub(super) async fn adopt(
    state: &RunState,
    surroundings: &Surroundings,
    by: &Actor,
    take_over: bool,
) -> Result<Option<Arc<Keeper>>, CliError> {
    let (Some(started), Some(at)) = (state.started(), state.started_at()) else { return Ok(None) };
    let deployment = &started.drill.deployment;
    if !deployment.account_lock {
        return Ok(None);
    }
    let shelf = Arc::new(shelf(surroundings, Side::Standby));
    let clock = surroundings.clock;
    match Keeper::adopt(shelf, clock, &deployment.name, &started.run, by, take_over).await {
        Ok(keeper) => {
            keeper.begin(at, started);
            keeper.resume(Crumb::of_state(state));
            Ok(Some(Arc::new(keeper)))
        }
        Err(LockError::Held(held)) => {
            let next = match held.is_for(&started.run) {
                true => "if that process is dead for sure, add: --take-over",
                false => "wait until it has ended",
            };
            Err(CliError::Refused(format!(
                "nothing was touched: {} is locked in the account by {held}\n  {next}",
                deployment.name
            )))
        }
        Err(why) => {
            note(format!("warning: restoring without the account's lock: {why}"));
            Ok(None)
        }
    }
}

/// All that the account says of a deployment.
pub(super) async fn standing(
    surroundings: &Surroundings,
    deployment: &Deployment,
) -> Result<Standing, CliError> {
    look::look(&shelf(surroundings, Side::Standby), &deployment.name).await.map_err(|why| {
        let region = &deployment.regions.standby.region;
        CliError::broken(format!("what the account in {region} keeps can not be read"), why)
    })
}
