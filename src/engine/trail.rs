//! Trail: what the account is told around each record of a change.
//! Invariant: a change is on the shelf before its intent is in the journal; nothing else ever waits for the account, least
//! of all a restoration.
//! Not here: what is kept, and how (see `account`), what goes on all the time (see `keeping`).
//! Used by: desk.

use crate::{
    account::{Crumb, CrumbError, Keeper},
    id::StepId,
    journal::event::{ChangeEvent, Record},
};

/// Why a change may not begin.
pub(super) enum Unkept {
    /// What restores it is not on the shelf.
    Not(CrumbError),
    /// The run is to end.
    Stopped,
}

/// Before a record is written: the way back of a change that is about to begin is put into the account, unless the run is
/// to end meanwhile.
pub(super) async fn before<T>(
    keeper: &Keeper,
    change: &StepId,
    event: &ChangeEvent,
    stopped: impl Future<Output = T>,
) -> Result<(), Unkept> {
    if *event != ChangeEvent::ApplyStarted {
        return Ok(());
    }
    tokio::select! {
        written = keeper.put_down(change) => written.map_err(Unkept::Not),
        _ = stopped => {
            keeper.settled(change);
            Err(Unkept::Stopped)
        }
    }
}

/// After a record was written; `None`: it was not.
pub(super) fn after(keeper: &Keeper, change: &StepId, event: &ChangeEvent, written: Option<&Record>) {
    match (event, written) {
        (ChangeEvent::Captured { .. }, Some(record)) => {
            Crumb::of_event(change, record.at, event).into_iter().for_each(|crumb| keeper.captured(crumb));
        }
        (ChangeEvent::ApplyStarted, None) => keeper.settled(change),
        // That the journal can not say so does not make it less so.
        (ChangeEvent::Verified { .. } | ChangeEvent::Kept { .. }, _) => keeper.settled(change),
        _ => {}
    }
}
