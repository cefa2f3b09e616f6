//! Watch: a probe on a fixed-rate schedule.
//! Invariant: a slow look never stretches the interval, and `due` says when each look was wanted, so that a hanging
//! system cannot hide its downtime by hanging the probe too.
//! Not here: what a look is (see `probe`), what many mean (see `measure`).
//! Used by: `run`.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    clock::{Clock, Stamp},
    journal::sample::Sample,
    probe::{Look, Probe},
};

use super::desk::Desk;

/// Looks of one watch that may be under way at the same time.
const OVERLAPPING: usize = 64;

/// Starts a watch for each probe; they end when the set is dropped.
pub(super) fn start(probes: &[Arc<dyn Probe>], clock: Clock, desk: &Desk) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for probe in probes {
        tasks.spawn(watch(probe.clone(), clock, desk.clone()));
    }
    tasks
}

async fn watch(probe: Arc<dyn Probe>, clock: Clock, desk: Desk) {
    let places = Arc::new(Semaphore::new(if probe.overlaps() { OVERLAPPING } else { 1 }));
    let mut looks = JoinSet::new();
    let mut due = clock.now();
    loop {
        clock.sleep_until(due.mono).await;
        // No free place: the look waits for one, and its sample says how late it was.
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let (probe_now, desk_now) = (probe.clone(), desk.clone());
        looks.spawn(async move {
            let sample = look(probe_now.as_ref(), due, &clock).await;
            drop(place);
            desk_now.sample(sample).await;
        });
        while looks.try_join_next().is_some() {}
        due = next_due(due, probe.interval(), clock.now());
    }
}

/// The next look after one that was due at `due`. Of looks whose time went by only the last is taken; the gap that the
/// others leave in `due` is what the measurement sees of them.
fn next_due(due: Stamp, interval: Duration, now: Stamp) -> Stamp {
    let next = due.plus(interval);
    let missed = now.since(next).as_micros() / interval.as_micros().max(1);
    next.plus(interval.saturating_mul(u32::try_from(missed).unwrap_or(u32::MAX)))
}

async fn look(probe: &dyn Probe, due: Stamp, clock: &Clock) -> Sample {
    let started = clock.now();
    // A bug in a probe is a look that could not tell, not a look that is missing.
    let looked = AssertUnwindSafe(probe.look()).catch_unwind().await;
    let Look { phases, outcome, seen } = looked
        .unwrap_or_else(|bug| Look::unknown(format!("a bug in firedrill: {}", super::said_in_panic(&*bug))));
    Sample { watch: probe.watch(), due, started, finished: clock.now(), phases, outcome, seen }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_keeps_its_rate_however_late_a_look_ends() {
        let second = Duration::from_secs(1);
        let start = Clock::real_time().now();
        let at = |ms| start.plus(Duration::from_millis(ms));
        assert_eq!(next_due(start, second, at(200)), at(1000), "on time");
        assert_eq!(next_due(start, second, at(1300)), at(1000), "a little late: still due then");
        assert_eq!(next_due(start, second, at(5400)), at(5000), "the missed ones are one look");
    }
}
