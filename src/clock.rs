//! Clock: the one place that reads time or sleeps.
//! Invariant: every duration and stamp outside this file is *the world's*; only here does speed exist.
//! Not here: what to do when time is up (see `engine`).
//! Used by: everything that waits or records a time.
//!
//! A run against AWS has speed 1. A run on the lab may be faster: the whole program then journals, waits and
//! reports in the lab's time, and one real second holds `speed` of the world's.

pub mod machine;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// A moment, twice: on the wall (for people and other systems) and on the monotonic scale (for arithmetic).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp {
    /// Microseconds since the run's clock started; never goes back, also across a restore by another process.
    #[serde(rename = "mono_us", with = "micros")]
    pub mono: Duration,
    /// UTC, for people and for comparison with AWS's own times.
    pub wall: Timestamp,
}

impl Stamp {
    /// How long after `earlier` this is; zero if it is not after it.
    pub fn since(self, earlier: Stamp) -> Duration {
        self.mono.saturating_sub(earlier.mono)
    }

    /// The stamp `by` later on both scales.
    pub fn plus(self, by: Duration) -> Stamp {
        Stamp { mono: self.mono + by, wall: later(self.wall, by) }
    }
}

/// Where the world's time stands against the machine's, and how fast it runs.
///
/// Cheap to copy; two clocks made from the same [`Anchor`] agree to the microsecond. Copies share what was skipped: the few
/// bytes for that are never given back, for a clock lives as long as what it times.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    base: Instant,
    origin: Stamp,
    speed: f64,
    /// Microseconds of the world in which this machine was not there.
    skipped: &'static AtomicU64,
}

/// What another process needs to share a lab's time: at machine time `real` the world's time was `world`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Anchor {
    /// The machine's own UTC when the anchor was taken.
    pub real: Timestamp,
    /// The world's UTC at that moment.
    pub world: Timestamp,
    /// Seconds of the world in one second of the machine.
    pub speed: f64,
}

impl Clock {
    /// Real time: the world's second is the machine's second.
    pub fn real_time() -> Clock {
        Clock::at_speed(1.0)
    }

    /// Starts now, on today's date, and runs `speed` times as fast as the machine.
    pub fn at_speed(speed: f64) -> Clock {
        Clock::starting(read_wall(), speed)
    }

    /// Starts now, on the given date: for simulations that must be equal for equal seeds.
    pub fn starting(wall: Timestamp, speed: f64) -> Clock {
        Clock {
            base: read_instant(),
            origin: Stamp { mono: Duration::ZERO, wall },
            speed,
            skipped: nothing(),
        }
    }

    /// The clock of a lab that runs elsewhere.
    pub fn anchored(anchor: Anchor) -> Clock {
        let real = read_wall();
        let gone = Duration::try_from(real.duration_since(anchor.real)).unwrap_or_default();
        Clock::starting(later(anchor.world, gone.mul_f64(anchor.speed)), anchor.speed)
    }

    /// This clock, with its monotonic scale moved so that it goes on from `last` (a restore continues a journal).
    pub fn continuing(self, last: Stamp) -> Clock {
        let gap = Duration::try_from(self.now().wall.duration_since(last.wall)).unwrap_or_default();
        let now = Stamp { mono: last.mono + gap, wall: self.now().wall };
        Clock { base: read_instant(), origin: now, speed: self.speed, skipped: nothing() }
    }

    /// What another process needs to run on this clock's time.
    pub fn anchor(&self) -> Anchor {
        Anchor { real: read_wall(), world: self.now().wall, speed: self.speed }
    }

    /// The moment it is in the world.
    pub fn now(&self) -> Stamp {
        let gone = read_instant().saturating_duration_since(self.base).mul_f64(self.speed);
        let gone = Duration::from_micros(u64::try_from(gone.as_micros()).unwrap_or(u64::MAX));
        self.origin.plus(gone.saturating_add(self.skipped()))
    }

    /// The machine slept, and for `by` the world went on without it: this clock and all its copies move on. Waits that have
    /// begun end so much later than their moment.
    pub fn skip(&self, by: Duration) {
        let by = u64::try_from(by.as_micros()).unwrap_or(u64::MAX);
        self.skipped.fetch_add(by, Ordering::Relaxed);
    }

    fn skipped(&self) -> Duration {
        Duration::from_micros(self.skipped.load(Ordering::Relaxed))
    }

    /// Seconds of the world in one second of the machine.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// How long the machine takes for `world` of the world's time: for timeouts of code that has its own timers.
    pub fn real(&self, world: Duration) -> Duration {
        world.div_f64(self.speed)
    }

    /// Waits for `world` of the world's time.
    #[expect(clippy::disallowed_methods, reason = "this file is the one that sleeps")]
    pub async fn sleep(&self, world: Duration) {
        tokio::time::sleep(self.real(world)).await;
    }

    /// Waits until the monotonic scale reads `mono`; returns at once if that is past.
    #[expect(clippy::disallowed_methods, reason = "this file is the one that sleeps")]
    pub async fn sleep_until(&self, mono: Duration) {
        let ahead = mono.saturating_sub(self.origin.mono).saturating_sub(self.skipped());
        tokio::time::sleep_until(self.base + self.real(ahead)).await;
    }

    /// `future`'s output, or `None` if `world` of the world's time went by first.
    #[expect(clippy::disallowed_methods, reason = "this file is the one that bounds waits")]
    pub async fn timeout<F: Future>(&self, world: Duration, future: F) -> Option<F::Output> {
        tokio::time::timeout(self.real(world), future).await.ok()
    }
}

/// `at` plus `by`, staying at the end of time rather than overflowing.
pub fn later(at: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// The machine's own time of day: what file systems write beside a file.
#[expect(clippy::disallowed_methods, reason = "this file is the one that reads time")]
pub fn machine_time() -> SystemTime {
    SystemTime::now()
}

/// A new count of what was skipped.
fn nothing() -> &'static AtomicU64 {
    Box::leak(Box::default())
}

#[expect(clippy::disallowed_methods, reason = "this file is the one that reads time")]
fn read_instant() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "this file is the one that reads time")]
fn read_wall() -> Timestamp {
    Timestamp::now()
}

/// Durations as whole microseconds in JSON.
pub mod micros {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes whole microseconds.
    pub fn serialize<S: Serializer>(value: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(value.as_micros()).unwrap_or(u64::MAX))
    }

    /// Reads whole microseconds.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_micros)
    }

    /// The same for what may be absent; absent is `null`.
    pub mod maybe {
        use super::*;

        /// Writes whole microseconds, or `null`.
        pub fn serialize<S: Serializer>(value: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
            match value {
                Some(value) => super::serialize(value, to),
                None => to.serialize_none(),
            }
        }

        /// Reads whole microseconds, or `null`.
        pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
            Ok(Option::<u64>::deserialize(from)?.map(Duration::from_micros))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_fast_clock_sleeps_less_and_reports_the_worlds_time() {
        let clock = Clock::at_speed(20.0);
        let before = clock.now();
        clock.sleep(Duration::from_secs(60)).await;
        let after = clock.now();
        assert!(after.since(before) >= Duration::from_secs(60));
        assert_eq!(clock.real(Duration::from_secs(60)), Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_machine_slept_through_has_passed_for_every_copy() {
        let clock = Clock::real_time();
        let (copy, before) = (clock, clock.now());
        copy.skip(Duration::from_secs(7200));
        assert_eq!(clock.now().since(before), Duration::from_secs(7200));
        assert_eq!(clock.now().wall.duration_since(before.wall), SignedDuration::from_secs(7200));
        let moment = before.mono + Duration::from_secs(7260);
        clock.sleep_until(moment).await;
        assert!(clock.now().mono >= moment && clock.now().mono < moment + Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_continued_clock_never_goes_back() {
        let first = Clock::real_time();
        let last = first.now().plus(Duration::from_secs(5));
        let next = Clock::real_time().continuing(last);
        assert!(next.now().mono >= last.mono);
    }
}
