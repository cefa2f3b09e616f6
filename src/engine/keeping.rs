//! Keeping: what goes on between a run and the account for as long as the run lives.
//! Invariant: a lock that is lost or a safety switch that is set ends the run; an account that does not answer is said,
//! once, and holds nothing up.
//! Not here: what the account is told around each record (see `trail`).
//! Used by: run.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;

use crate::{
    account::{CrumbError, Keeper},
    clock::Clock,
    id::StepId,
    journal::event::{Event, StopReason},
};

use super::desk::Desk;

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

/// Keeps the lock, the breadcrumb and an eye on the safety switch until the set is dropped.
pub(super) fn start(clock: Clock, desk: &Desk, halting: Halting) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let Some(keeper) = &desk.keeper else { return tasks };
    tasks.spawn(tend(keeper.clone(), clock, desk.clone()));
    if halting == Halting::Stops {
        tasks.spawn(watch(keeper.clone(), clock, desk.clone()));
    }
    tasks
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
            // What comes once the run has ended is the next run's to see.
            _ if keeper.is_over() => return,
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
    let why = match clock.timeout(END, Box::pin(keeper.end(outstanding))).await {
        Some(Ok(())) => return,
        Some(Err(why)) => why.to_string(),
        None => "AWS does not answer".to_owned(),
    };
    let note = format!("the account may still say that this run holds the deployment: {why}");
    let _ = desk.append(Event::Noted { note }).await;
}
