//! Keeping: what the account is told of a run while it goes on, and what it may say to it.
//! Invariant: a change is on the shelf before its intent is in the journal; nothing else ever waits for the account, least
//! of all a restoration.
//! Not here: what is kept, and how (see `account`).
//! Used by: desk, around each record; run, for its whole length.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;

use crate::{
    account::{Crumb, CrumbError, Keeper},
    clock::Clock,
    id::StepId,
    journal::event::{ChangeEvent, Event, Record, StopReason},
};

use super::desk::{Desk, NotRecorded};

/// How long the end of a run waits for the account.
const END: Duration = Duration::from_secs(60);

/// What the account's safety switch means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Halting {
    /// It ends the run.
    Stops,
    /// Nothing: putting back is what it asks for.
    Restores,
}

/// Before a record is written: the way back of a change that is about to begin is put into the account.
pub(super) async fn before(desk: &Desk, event: &Event) -> Result<(), NotRecorded> {
    let (Some(keeper), Event::Change { change, event: ChangeEvent::ApplyStarted }) = (&desk.keeper, event)
    else {
        return Ok(());
    };
    tokio::select! {
        written = keeper.put_down(change) => written.map_err(|why| NotRecorded::NotKept(why.to_string())),
        _ = desk.stopped(StopReason::Finished) => {
            keeper.settled(change);
            Err(NotRecorded::Refused("nothing new is changed once a stop was asked for".to_owned()))
        }
    }
}

/// After a record was written, or not.
pub(super) fn after(desk: &Desk, event: &Event, written: &Result<Record, NotRecorded>) {
    let (Some(keeper), Event::Change { change, event }) = (&desk.keeper, event) else { return };
    match (event, written) {
        (captured @ ChangeEvent::Captured { .. }, Ok(record)) => {
            Crumb::of_event(change, record.at, captured).into_iter().for_each(|crumb| keeper.captured(crumb));
        }
        (ChangeEvent::ApplyStarted, Err(_)) => keeper.settled(change),
        (ChangeEvent::Verified { .. } | ChangeEvent::Kept { .. }, _) => keeper.settled(change),
        _ => {}
    }
}

/// Keeps the lock, the breadcrumb and an eye on the safety switch until the set is dropped.
pub(super) fn start(tasks: &mut JoinSet<()>, clock: Clock, desk: &Desk, halting: Halting) {
    let Some(keeper) = &desk.keeper else { return };
    tasks.spawn(tend(keeper.clone(), clock, desk.clone()));
    if halting == Halting::Stops {
        tasks.spawn(watch(keeper.clone(), clock, desk.clone()));
    }
}

async fn tend(keeper: Arc<Keeper>, clock: Clock, desk: Desk) {
    let mut said = false;
    loop {
        tokio::select! {
            () = clock.sleep(Keeper::REFRESH) => {}
            () = keeper.behind() => {}
        }
        match keeper.tend().await {
            Ok(()) => said = false,
            Err(lost @ CrumbError::NotOurs(_)) => {
                desk.request_stop(StopReason::StopCondition, lost.to_string()).await;
                return;
            }
            Err(why) => {
                note_once(&desk, &mut said, format!("{why}; it is tried again")).await;
                clock.sleep(Keeper::LOOK).await;
            }
        }
    }
}

async fn watch(keeper: Arc<Keeper>, clock: Clock, desk: Desk) {
    let mut said = false;
    loop {
        match keeper.halted().await {
            Ok(Some(halt)) => {
                let words = format!("the account's safety switch was set: {halt}");
                return desk.request_stop(StopReason::StopCondition, words).await;
            }
            Ok(None) => said = false,
            Err(why) => {
                let words = format!(
                    "the account's safety switch can not be looked at, so it stops nothing now: {why}"
                );
                note_once(&desk, &mut said, words).await;
            }
        }
        clock.sleep(Keeper::LOOK).await;
    }
}

/// Says it, unless it was said already and has not been well since.
async fn note_once(desk: &Desk, said: &mut bool, note: String) {
    if !std::mem::replace(said, true) {
        let _ = desk.append(Event::Noted { note }).await;
    }
}

/// The run ends: with nothing outstanding the account is left as it was found.
pub(super) async fn end(desk: &Desk, clock: &Clock, outstanding: &[StepId]) {
    let Some(keeper) = &desk.keeper else { return };
    let why = match clock.timeout(END, keeper.end(outstanding)).await {
        Some(Ok(())) => return,
        Some(Err(why)) => why.to_string(),
        None => "AWS does not answer".to_owned(),
    };
    let note = format!("the account may still say that this run holds the deployment: {why}");
    let _ = desk.append(Event::Noted { note }).await;
}
