//! Unlock: takes away a deployment's lock that nobody holds any more.
//! Invariant: never while its holder may be alive, never while something is outstanding.
//! Not here: what decides (see `account::look`).
//! Used by: cli.

use std::path::PathBuf;

use clap::Args;

use crate::{account::look, drill::model::Side};

use super::{
    account::{self, PlaceArgs},
    error::CliError,
    exit,
    output::out,
};

/// What `unlock` takes.
#[derive(Debug, Args)]
pub(crate) struct UnlockArgs {
    /// The deployment's file
    deployment: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Unlocks; the exit code.
pub(crate) async fn unlock(args: UnlockArgs) -> Result<u8, CliError> {
    let deployment = account::deployment(&args.deployment)?;
    let world = args.place.world();
    let surroundings = world.open(&deployment).await?;
    let typed = account::typed(&args.deployment.to_string_lossy(), &world);
    let shelf = account::shelf(&surroundings, Side::Standby);
    let now = surroundings.clock.now().wall;
    match look::unlock(&shelf, &deployment.name, now, &typed).await {
        Ok(Some(held)) => out(format!("{}: the lock is taken away; it was held by {held}", deployment.name)),
        Ok(None) => out(format!("{}: it is not locked", deployment.name)),
        Err(why) => {
            return Err(CliError::Refused(format!("{}: the lock stays as it is: {why}", deployment.name)));
        }
    }
    Ok(exit::PASSED)
}
