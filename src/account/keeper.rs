//! Keeper: a run's hold on the account: its lock and its breadcrumb, from before the first change to after the last.
//! Invariant: a change may begin only once what restores it is on the shelf; nothing is written once the lock is another's.
//! Not here: when which event happens (see `engine`).
//! Used by: engine; cli makes it.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::{Mutex as AsyncMutex, Notify};

use super::{
    breadcrumb::{Breadcrumb, Crumb},
    claim::{Claim, LIFE},
    crumbs::{self, CrumbError, Kept},
    lock::{self, LockError},
    names::Place,
    shelf::{Shelf, ShelfError},
    switch::{self, Halt},
};
use crate::{
    clock::{Clock, Stamp, later},
    id::{RunId, StepId},
    journal::event::{Actor, RunStarted},
};

/// No run writes its breadcrumb this often.
const ABOVE_ALL: u64 = 1 << 32;

/// A run's hold on the account.
pub struct Keeper {
    shelf: Arc<dyn Shelf>,
    clock: Clock,
    deployment: String,
    claim: Claim,
    content: Mutex<Content>,
    writer: AsyncMutex<Writer>,
    changed: Notify,
    over: AtomicBool,
}

/// What the breadcrumb is to hold.
#[derive(Default)]
struct Content {
    started: Option<(Stamp, RunStarted)>,
    captured: Vec<Crumb>,
    kept: Vec<Crumb>,
    /// The shelf does not hold this yet.
    behind: bool,
}

/// What the shelf holds.
struct Writer {
    serial: u64,
    whole: Place,
    /// When the lock was last known to be ours.
    sure: Timestamp,
    released: bool,
}

impl Keeper {
    /// Time between two refreshments of the lock.
    pub const REFRESH: Duration = Duration::from_secs(30);
    /// Time between two looks at the safety switch.
    pub const LOOK: Duration = Duration::from_secs(5);

    /// Takes the deployment's lock for a run that is about to begin.
    ///
    /// # Errors
    /// Another has it, or nobody can tell.
    pub async fn take(
        shelf: Arc<dyn Shelf>,
        clock: Clock,
        deployment: &str,
        run: &RunId,
        by: &Actor,
    ) -> Result<Keeper, LockError> {
        let keeper = Keeper::new(shelf, clock, deployment, run, by);
        lock::take(&*keeper.shelf, &clock, deployment, &keeper.claim).await?;
        Ok(keeper)
    }

    /// Takes the lock over for the restoration of a run, and goes on with its breadcrumb.
    ///
    /// A lock of this very run is taken over from this machine's own dead process, from one that has not been heard of, or
    /// from anyone at all with `take_over`. A fresh lock of another run is left alone.
    ///
    /// # Errors
    /// Someone may be at work on the deployment, or nobody can tell.
    pub async fn adopt(
        shelf: Arc<dyn Shelf>,
        clock: Clock,
        deployment: &str,
        run: &RunId,
        by: &Actor,
        take_over: bool,
    ) -> Result<Keeper, LockError> {
        let keeper = Keeper::new(shelf, clock, deployment, run, by);
        match lock::look(&*keeper.shelf, deployment).await? {
            None => lock::take(&*keeper.shelf, &clock, deployment, &keeper.claim).await?,
            Some(held) => {
                let ours = held.is_for(run);
                let of_this_host = held.claim.as_ref().is_some_and(|claim| claim.by.host == by.host);
                let dead = !held.is_fresh(clock.now().wall);
                if !(dead || ours && (of_this_host || take_over)) {
                    return Err(LockError::Held(Box::new(held)));
                }
                lock::overwrite(&*keeper.shelf, deployment, &keeper.claim).await?;
            }
        }
        let found = crumbs::look(&*keeper.shelf, deployment).await;
        keeper.go_on_from(found).await;
        Ok(keeper)
    }

    fn new(shelf: Arc<dyn Shelf>, clock: Clock, deployment: &str, run: &RunId, by: &Actor) -> Keeper {
        let now = clock.now().wall;
        Keeper {
            shelf,
            clock,
            deployment: deployment.to_owned(),
            claim: Claim::new(run.clone(), by.clone(), now),
            content: Mutex::default(),
            writer: AsyncMutex::new(Writer { serial: 0, whole: Place::B, sure: now, released: false }),
            changed: Notify::new(),
            over: AtomicBool::new(false),
        }
    }

    /// The next writing goes beside the one that is there, and counts as newer.
    async fn go_on_from(&self, found: Result<Option<Kept>, CrumbError>) {
        let mut writer = self.writer.lock().await;
        match found {
            Ok(Some(kept)) => (writer.serial, writer.whole) = (kept.serial, kept.place),
            Ok(None) => {}
            // What can not be read is written anew, with a number above any that it can have.
            Err(_) => writer.serial = ABOVE_ALL,
        }
    }

    /// The run's first record; nothing is kept before it is known.
    pub fn begin(&self, at: Stamp, first: &RunStarted) {
        self.content().started = Some((at, first.clone()));
    }

    /// What a restoration finds outstanding.
    pub fn resume(&self, outstanding: Vec<Crumb>) {
        self.content().kept = outstanding;
    }

    /// A change was captured; nothing is written yet.
    pub fn captured(&self, crumb: Crumb) {
        self.content().captured.push(crumb);
    }

    /// Puts what restores this change on the shelf. It may begin once this returns `Ok`.
    ///
    /// # Errors
    /// It is not known to be there: the change must not begin.
    pub async fn put_down(&self, change: &StepId) -> Result<(), CrumbError> {
        {
            let mut content = self.content();
            let own = content.captured.iter().position(|crumb| crumb.change == *change);
            if let Some(own) = own {
                let crumb = content.captured.remove(own);
                content.kept.push(crumb);
            }
        }
        let written = self.write().await;
        if written.is_err() {
            self.settled(change);
        }
        written
    }

    /// A change is verified to be put back, or never began: it leaves the breadcrumb at the next occasion. Nothing waits
    /// for that: a breadcrumb that says too much only makes a restoration look once more.
    pub fn settled(&self, change: &StepId) {
        let mut content = self.content();
        content.kept.retain(|crumb| crumb.change != *change);
        content.behind = true;
        drop(content);
        self.changed.notify_one();
    }

    /// Returns when the shelf is behind.
    pub async fn behind(&self) {
        self.changed.notified().await;
    }

    /// Refreshes the lock, and writes what is not on the shelf yet.
    ///
    /// # Errors
    /// [`CrumbError::NotOurs`] when the lock is another's; anything else may be mended by the next time.
    pub async fn tend(&self) -> Result<(), CrumbError> {
        {
            let mut writer = self.writer.lock().await;
            if writer.released {
                return Ok(());
            }
            self.be_sure(&mut writer).await?;
        }
        if self.content().behind { self.write().await } else { Ok(()) }
    }

    /// The reason that every run of the account is to stop, if there is one.
    pub async fn halted(&self) -> Result<Option<Halt>, ShelfError> {
        switch::look(&*self.shelf).await
    }

    /// True once the run is ending for good.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// The run ends. With nothing outstanding the breadcrumb and the lock are taken away; otherwise both stay, for whoever
    /// puts the rest back.
    ///
    /// # Errors
    /// Something of it is still there; the next run is told how to clear it.
    pub async fn end(&self, outstanding: &[StepId]) -> Result<(), CrumbError> {
        self.over.store(true, Ordering::SeqCst);
        if !outstanding.is_empty() {
            self.content().kept.retain(|crumb| outstanding.contains(&crumb.change));
            return self.write().await;
        }
        let mut writer = self.writer.lock().await;
        if writer.released {
            return Ok(());
        }
        self.be_sure(&mut writer).await?;
        writer.released = true;
        if writer.serial > 0 {
            crumbs::remove(&*self.shelf, &self.deployment).await?;
        }
        lock::release(&*self.shelf, &self.deployment, &self.claim).await.map_err(not_ours)
    }

    async fn write(&self) -> Result<(), CrumbError> {
        let mut writer = self.writer.lock().await;
        // A machine that slept may have lost the lock meanwhile, and then the breadcrumb is another's.
        if self.clock.now().wall > later(writer.sure, LIFE / 2) {
            self.be_sure(&mut writer).await?;
        }
        let crumb = {
            let mut content = self.content();
            content.behind = false;
            let Some((at, first)) = content.started.clone() else { return Ok(()) };
            Breadcrumb::new(at, first, content.kept.clone())
        };
        writer.serial += 1;
        let place = writer.whole.other();
        let run = &self.claim.run;
        let written = crumbs::write(&*self.shelf, &self.deployment, place, run, writer.serial, &crumb).await;
        match &written {
            Ok(()) => writer.whole = place,
            Err(_) => self.content().behind = true,
        }
        written
    }

    /// Refreshes the lock, which also tells whether it is still ours.
    async fn be_sure(&self, writer: &mut Writer) -> Result<(), CrumbError> {
        lock::refresh(&*self.shelf, &self.clock, &self.deployment, &self.claim).await.map_err(not_ours)?;
        writer.sure = self.clock.now().wall;
        Ok(())
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn not_ours(error: LockError) -> CrumbError {
    match error {
        LockError::Held(held) => CrumbError::NotOurs(held.to_string()),
        LockError::Unsure { doing, name, place, why } => CrumbError::Shelf { doing, path: name, place, why },
    }
}

#[cfg(test)]
mod tests;
