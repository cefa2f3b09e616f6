//! Shared: the one world behind all doors, and the world's own passing of time.
//! Invariant: the world is only touched at the clock's present, under one lock that no one holds across a wait.
//! Not here: sockets.
//! Used by: every door.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::{Notify, watch};

use super::record::Recorder;
use crate::{
    clock::Clock,
    lab::world::{World, rng::Rng},
};

/// How long, in the world, a door waits after a connection could not be accepted.
pub(super) const AGAIN: Duration = Duration::from_millis(100);

/// What the doors have in common.
#[derive(Debug)]
pub(super) struct Shared {
    world: Mutex<World>,
    ids: Mutex<Rng>,
    agenda_moved: Notify,
    changes: watch::Sender<Seen>,
    /// The world's clock.
    pub(super) clock: Clock,
    /// Where AWS exchanges are recorded, if they are.
    pub(super) record: Option<Recorder>,
}

/// How much has happened: any difference says that something did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Seen {
    /// How many transitions the truth has.
    pub(super) transitions: usize,
    next_due: Option<Timestamp>,
}

impl Shared {
    /// A world that goes by `clock`.
    pub(super) fn new(world: World, clock: Clock, record: Option<Recorder>) -> Arc<Shared> {
        let ids = Mutex::new(Rng::stream(world.seed(), "request ids"));
        let (changes, _) = watch::channel(Seen::default());
        Arc::new(Shared {
            world: Mutex::new(world),
            ids,
            agenda_moved: Notify::new(),
            changes,
            clock,
            record,
        })
    }

    /// The world, no longer shared.
    pub(super) fn into_world(self) -> World {
        self.world.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks or changes the world, advanced to the present.
    pub(super) fn with<R>(&self, ask: impl FnOnce(&mut World, Timestamp) -> R) -> R {
        let now = self.clock.now().wall;
        let mut world = lock(&self.world);
        world.advance(now);
        let answer = ask(&mut world, now);
        let seen = Seen { transitions: world.truth().all().len(), next_due: world.next_due() };
        drop(world);
        let changed = self.changes.send_if_modified(|last| {
            let changed = *last != seen;
            *last = seen;
            changed
        });
        if changed {
            self.agenda_moved.notify_one();
        }
        answer
    }

    /// Tells whenever something may have happened in the world.
    pub(super) fn changes(&self) -> watch::Receiver<Seen> {
        self.changes.subscribe()
    }

    /// A request id in AWS's form, from a stream of the seed's own.
    pub(super) fn request_id(&self) -> String {
        let mut ids = lock(&self.ids);
        let part = |length, ids: &mut Rng| ids.hex(length);
        let lengths = [8, 4, 4, 4, 12].map(|length| part(length, &mut ids));
        lengths.join("-")
    }

    /// Lets the world's time pass, also when nobody asks: wakes whenever something is due.
    pub(super) async fn pass_time(self: Arc<Shared>) {
        loop {
            let wait = self.with(|world, now| {
                world.next_due().map(|at| at.duration_since(now).try_into().unwrap_or_default())
            });
            match wait {
                None => self.agenda_moved.notified().await,
                Some(wait) => tokio::select! {
                    () = self.clock.sleep(wait) => {}
                    () = self.agenda_moved.notified() => {}
                },
            }
        }
    }
}

/// The lock, also after a panic elsewhere: the world's invariants do not depend on who died.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
