//! Restore: puts back what is outstanding, newest first, and proves it.
//! Invariant: the only code that restores: a step, the end of a run, a signal and the `restore` command all come here.
//! Not here: how one kind of change is put back (see `change`).
//! Used by: `step`, `run`.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;

use crate::{
    change::{Change, ChangeError, Verification, said},
    clock::Clock,
    drill::model::Facts,
    id::StepId,
    journal::{
        event::{Actor, ChangeEvent, Event, FailureClass},
        state::Outstanding,
    },
    text,
};

use super::{Changes, context::StepContext, desk::Desk};

/// After this, one change is given up and left outstanding, with the command that goes on.
const LIMIT: Duration = Duration::from_secs(2 * 60 * 60);
/// Attempts in a row for failures that trying again will hardly mend.
const HOPELESS_ATTEMPTS: u32 = 3;
/// Before the second attempt; then twice as long each time, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long the world may take to show what was put back.
const SETTLE: Duration = Duration::from_secs(90);
/// Time between two readings while it settles.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// How a restoration ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Restoration {
    /// The world was read back and equals before.
    Verified,
    /// It is still outstanding.
    Outstanding(String),
}

/// Says that everything outstanding is being restored, and does it; what is still outstanding after it.
pub(super) async fn everything(cx: &StepContext, actor: &Actor) -> Vec<StepId> {
    let outstanding: Vec<StepId> = cx.desk.outstanding().await.into_iter().map(|it| it.change).collect();
    if outstanding.is_empty() {
        return outstanding;
    }
    let _ = cx.desk.append(Event::RestorationStarted { outstanding, by: actor.clone() }).await;
    all(&cx.desk, &cx.clock, &cx.changes).await
}

/// Puts back everything outstanding, newest first; the changes that are still outstanding after it.
async fn all(desk: &Desk, clock: &Clock, changes: &Changes) -> Vec<StepId> {
    let mut left = Vec::new();
    for outstanding in desk.outstanding().await.into_iter().rev() {
        let id = outstanding.change.clone();
        let ending = match changes.get(&id) {
            Some(change) => one(desk, clock, change, outstanding).await,
            None => Restoration::Outstanding("this program does not know the change".to_owned()),
        };
        if ending != Restoration::Verified {
            left.push(id);
        }
    }
    left
}

/// Puts one change back, trying again until it is verified, in conflict, hopeless, or has had its time.
pub(super) async fn one(
    desk: &Desk,
    clock: &Clock,
    change: &Arc<dyn Change>,
    it: Outstanding,
) -> Restoration {
    let ending = Box::pin(try_until_it_is_back(desk, clock, change.as_ref(), &it)).await;
    desk.busy(&it.change, None);
    ending
}

async fn try_until_it_is_back(
    desk: &Desk,
    clock: &Clock,
    change: &dyn Change,
    it: &Outstanding,
) -> Restoration {
    let began = clock.now();
    let (mut pause, mut hopeless) = (FIRST_PAUSE, 0);
    for attempt in it.attempts + 1.. {
        // A record that cannot be written does not hold up a restoration: the dispatcher has said so already.
        let _ = record(desk, &it.change, ChangeEvent::RestoreStarted { attempt }).await;
        let why = match attempt_once(desk, clock, change, it).await {
            Attempt::Verified => return Restoration::Verified,
            Attempt::Conflict(why) => return Restoration::Outstanding(why),
            Attempt::Failed { class, why } => {
                hopeless = if is_hopeless(class) { hopeless + 1 } else { 0 };
                if hopeless >= HOPELESS_ATTEMPTS {
                    return Restoration::Outstanding(why);
                }
                why
            }
        };
        if clock.now().since(began) > LIMIT {
            return Restoration::Outstanding(why);
        }
        desk.busy(&it.change, Some(format!("next attempt in {}; {why}", text::duration(pause))));
        clock.sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    Restoration::Outstanding("too many attempts".to_owned())
}

/// Only a person can mend these. All others pass, or are waited for: a rate that is exceeded, a region that does not
/// answer, credentials that someone must renew.
fn is_hopeless(class: FailureClass) -> bool {
    matches!(class, FailureClass::Denied | FailureClass::Invalid)
}

enum Attempt {
    Verified,
    Conflict(String),
    Failed { class: FailureClass, why: String },
}

async fn attempt_once(desk: &Desk, clock: &Clock, change: &dyn Change, it: &Outstanding) -> Attempt {
    match put_back(desk, change, it).await {
        Ok(details) => {
            let _ = record(desk, &it.change, ChangeEvent::Restored { details }).await;
            settle(desk, clock, change, it).await
        }
        Err(ChangeError::Conflict(conflict)) => {
            let why = conflict.to_string();
            let event =
                ChangeEvent::Conflict { differences: conflict.differences, commands: conflict.commands };
            let _ = record(desk, &it.change, event).await;
            Attempt::Conflict(why)
        }
        Err(error) => {
            let (class, why) = (error.class(), error.to_string());
            let _ = record(desk, &it.change, ChangeEvent::RestoreFailed { class, why: why.clone() }).await;
            Attempt::Failed { class, why }
        }
    }
}

/// A bug in a change is a failed attempt like any other: the changes after it are put back all the same.
async fn put_back(desk: &Desk, change: &dyn Change, it: &Outstanding) -> Result<Facts, ChangeError> {
    let restored = AssertUnwindSafe(change.restore(&it.before)).catch_unwind();
    let (hearing, id) = (desk.clone(), it.change.clone());
    let restored = said::heard(move |words| hearing.busy(&id, Some(words.to_owned())), restored).await;
    restored.unwrap_or_else(|bug| Err(as_failure(it, &*bug)))
}

async fn read_back(change: &dyn Change, it: &Outstanding) -> Result<Verification, ChangeError> {
    let verified = AssertUnwindSafe(change.verify(&it.before)).catch_unwind().await;
    verified.unwrap_or_else(|bug| Err(as_failure(it, &*bug)))
}

fn as_failure(it: &Outstanding, bug: &(dyn std::any::Any + Send)) -> ChangeError {
    let why = format!("a bug in firedrill: {}", super::said_in_panic(bug));
    ChangeError::Failed { class: FailureClass::Invalid, what: it.title.clone(), why }
}

/// Reads the world back until it equals before, or until it has had time enough to.
async fn settle(desk: &Desk, clock: &Clock, change: &dyn Change, it: &Outstanding) -> Attempt {
    let began = clock.now();
    loop {
        let differences = match read_back(change, it).await {
            Ok(Verification::Equal(details)) => {
                let _ = record(desk, &it.change, ChangeEvent::Verified { details }).await;
                return Attempt::Verified;
            }
            Ok(Verification::Conflict(conflict)) => {
                let why = conflict.to_string();
                let event =
                    ChangeEvent::Conflict { differences: conflict.differences, commands: conflict.commands };
                let _ = record(desk, &it.change, event).await;
                return Attempt::Conflict(why);
            }
            Ok(Verification::Different(differences)) => differences,
            Err(error) => vec![format!("could not be read back: {error}")],
        };
        desk.busy(&it.change, Some(format!("read back: {}", differences.join("; "))));
        if clock.now().since(began) > SETTLE {
            let why = differences.join("; ");
            let _ = record(desk, &it.change, ChangeEvent::NotVerified { differences }).await;
            return Attempt::Failed { class: FailureClass::Unknown, why };
        }
        clock.sleep(LOOK_AGAIN).await;
    }
}

async fn record(desk: &Desk, change: &StepId, event: ChangeEvent) -> Result<(), super::desk::NotRecorded> {
    desk.append(Event::Change { change: change.clone(), event }).await.map(drop)
}
