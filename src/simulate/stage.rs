//! Stage: a world, and the lives that are lived in it one after the other.
//! Invariant: one thread, one paused clock: time passes only when everybody waits, and equal seeds make equal journals.
//! Not here: what a life does (see `play`).
//! Used by: `trial`, `matrix`.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

use super::{
    life::{Life, Lost, Moment},
    line::Line,
    net::WorldNet,
};
use crate::{
    aws::{Aws, AwsSettings, StaticCredentials},
    clock::{Clock, later},
    drill::model::Deployment,
    lab::{
        InMemory,
        world::{World, reference},
    },
    net::Net,
};

/// A life that is not over after so much of the world's time never will be.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A world between two lives.
#[derive(Debug)]
pub(super) struct Stage {
    world: World,
    /// What the SDK's own dice are thrown by.
    dice: u64,
}

/// What a life has of the world.
pub(super) struct Surroundings {
    pub(super) clock: Clock,
    pub(super) net: Arc<dyn Net>,
    pub(super) life: Arc<Life>,
    pub(super) door: InMemory,
}

impl Surroundings {
    /// Both regions of a deployment, by this life's line.
    pub(super) fn aws(&self, deployment: &Deployment) -> Aws {
        let line = Line::new(self.door.clone(), self.life.clone());
        let credentials = StaticCredentials {
            access_key_id: reference::ACCESS_KEY.to_owned(),
            secret_access_key: reference::SECRET_KEY.to_owned(),
        };
        Aws::new(AwsSettings {
            credentials: Some(credentials),
            transport: Some(Arc::new(line)),
            ..AwsSettings::of(deployment, self.clock)
        })
    }
}

/// How a life ended.
#[derive(Debug)]
pub(super) enum Ended<R> {
    /// By itself.
    OfItself(R),
    /// It was killed.
    Killed,
    /// It would have gone on for ever.
    Hung,
}

impl Stage {
    /// An empty stage with this world.
    pub(super) fn new(world: World, dice: u64) -> Stage {
        Stage { world, dice }
    }

    /// The world as it stands.
    pub(super) fn world(&mut self) -> &mut World {
        &mut self.world
    }

    /// Lets time pass with nobody there.
    pub(super) fn pass(&mut self, time: Duration) {
        let now = later(self.world.now(), time);
        self.world.advance(now);
    }

    /// One life, from the world's present on.
    ///
    /// # Errors
    /// Says which bug of the simulation left the world in somebody's hands.
    pub(super) fn live<R, F>(
        self,
        end: Option<Moment>,
        lost: Option<Lost>,
        work: impl FnOnce(Arc<Surroundings>) -> F,
    ) -> Result<(Stage, Arc<Life>, Ended<R>), String>
    where
        F: Future<Output = R>,
    {
        let Stage { world, dice } = self;
        // The SDK spreads its retries by this thread's dice.
        fastrand::seed(dice);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.map_err(|why| format!("a runtime could not be made: {why}"))?;
        let life = Arc::new(Life::new(end, lost));
        let (door, ended) = runtime.block_on(lived(world, life.clone(), work));
        // Whatever of the life is still on its way ends here, and lets go of the world.
        drop(runtime);
        let world = door.into_world().ok_or("something outlived its life and still holds the world")?;
        Ok((Stage { world, dice: dice.wrapping_add(1) }, life, ended))
    }
}

async fn lived<R, F>(
    world: World,
    life: Arc<Life>,
    work: impl FnOnce(Arc<Surroundings>) -> F,
) -> (InMemory, Ended<R>)
where
    F: Future<Output = R>,
{
    let clock = Clock::starting(whole_millisecond(world.now()), 1.0);
    let door = InMemory::new(world, clock);
    let net = Arc::new(WorldNet::new(door.clone(), clock, life.clone()));
    let surroundings = Surroundings { clock, net, life: life.clone(), door: door.clone() };
    let ended = tokio::select! {
        biased;
        () = life.ended() => Ended::Killed,
        done = clock.timeout(LONGEST, work(Arc::new(surroundings))) => match done {
            Some(done) => Ended::OfItself(done),
            None => Ended::Hung,
        },
    };
    (door, ended)
}

/// Timers know milliseconds: a life begins on one.
fn whole_millisecond(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond() + 1).unwrap_or(at)
}
