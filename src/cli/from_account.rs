//! From account: a run's journal, found here or made again from what the account keeps of the run.
//! Invariant: a journal that is here and knows all that the account knows is used as it is; none is ever written over.
//! Not here: restoring (see `restore`).
//! Used by: `restore`.

use std::path::{Path, PathBuf};

use crate::{
    account::{self as keeping, Breadcrumb, Kept},
    id::StepId,
    journal::{self, Store, event::Actor, format::JOURNAL_FILE, state::ChangeState},
};

use super::{
    account,
    error::CliError,
    output::{note, out},
    surroundings::WorldArgs,
};

/// What the account led to.
pub(super) enum Found {
    /// A journal to restore from.
    Journal(PathBuf),
    /// Nothing is outstanding, by the account's word.
    Nothing,
}

/// Finds what the account keeps of the deployment that `file` describes.
pub(super) async fn find(
    file: &Path,
    world: &WorldArgs,
    store: &Store,
    by: &Actor,
) -> Result<Found, CliError> {
    let deployment = account::deployment(file)?;
    if world.lab {
        let words = "a lab of this process's own keeps nothing of other runs; nothing was touched";
        return Err(CliError::Usage(words.to_owned()));
    }
    let surroundings = world.open(&deployment).await?;
    let standing = account::standing(&surroundings, &deployment).await?;
    let kept = standing.kept.map_err(|why| CliError::Refused(format!("nothing was touched: {why}")))?;
    let Some(Kept { crumb, .. }) = kept.filter(|kept| !kept.crumb.changes.is_empty()) else {
        out(format!("{}: nothing is outstanding, by what the account keeps", deployment.name));
        if let Some(held) = standing.held {
            let typed = account::typed(&file.to_string_lossy(), world);
            note(format!("it is locked by {held}\n  if that is over: firedrill unlock {typed}"));
        }
        return Ok(Found::Nothing);
    };
    world.is_that_of(&crumb.started)?;
    let run = &crumb.started.run;
    let broken = |why| CliError::broken(format!("{run} can not be restored from here"), why);
    let folder = store.run_dir(run).map_err(broken)?;
    if folder.join(JOURNAL_FILE).exists() {
        knows_all(&folder, &crumb)?;
        note(format!("the run's own journal is here: {}; it is used", folder.display()));
        return Ok(Found::Journal(folder));
    }
    let region = &deployment.regions.standby.region;
    let folder = keeping::rebuild(store, &crumb, &surroundings.clock, region, by).map_err(broken)?;
    note(format!("{run}: its journal was made again from what it kept in {region}: {}", folder.display()));
    Ok(Found::Journal(folder))
}

/// A copy of a run's folder that was made before the last change began knows too little: what it does not know would be
/// forgotten.
fn knows_all(folder: &Path, crumb: &Breadcrumb) -> Result<(), CliError> {
    let unreadable = |why| CliError::broken(format!("{} can not be read", folder.display()), why);
    let state = journal::read(folder).and_then(|read| read.state()).map_err(unreadable)?;
    let begun = |id: &StepId| {
        let life = state.change(id).map(|life| life.state);
        life.is_some_and(|state| !matches!(state, ChangeState::Pending | ChangeState::Captured))
    };
    let unknown: Vec<&str> =
        crumb.changes.iter().filter(|own| !begun(&own.change)).map(|own| own.change.0.as_str()).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let folder = folder.display();
    Err(CliError::Refused(format!(
        "nothing was touched: by the account {} may be outstanding, and the journal in {folder} does not know it: it is an \
         older copy, or the change was about to begin\n  move it away, and type the same again: mv {folder} {folder}.old",
        unknown.join(", ")
    )))
}
