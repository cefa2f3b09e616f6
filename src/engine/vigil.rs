//! Vigil: noticing that for a while no one was there to watch.
//! Invariant: a look that a gap fell into says nothing.
//! Not here: which gaps the measurement names (it sees them in the samples).
//! Used by: dispatcher.
//!
//! A process is stopped (Ctrl-Z, SIGSTOP, a debugger, a frozen virtual machine), its machine sleeps, or its disk does not
//! answer: in the end all of these are one. For a while nothing was watched, no stop condition and no signal either.

use std::{fmt, time::Duration};

use jiff::SignedDuration;

use crate::{
    clock::{Clock, Stamp},
    journal::sample::{Outcome, Sample},
    text,
};

/// A longer gap is noted. The loop turns once a second.
const NOTED: Gap = Gap { world: Duration::from_secs(10), machine: Duration::from_secs(2), end: None };
/// A longer gap ends the steps. On a fast lab a busy machine alone makes minutes of the world; so both scales count.
const UNSAFE: Gap = Gap { world: Duration::from_secs(60), machine: Duration::from_secs(10), end: None };

/// A time in which no one watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    world: Duration,
    machine: Duration,
    end: Option<Stamp>,
}

impl Gap {
    fn reaches(&self, other: &Gap) -> bool {
        self.world >= other.world && self.machine >= other.machine
    }

    /// True if too much can have happened meanwhile to go on.
    pub(super) fn is_unsafe(&self) -> bool {
        self.reaches(&UNSAFE)
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = text::duration(self.world);
        write!(f, "nobody watched for {length}: this process was stopped or held up, or its machine slept")
    }
}

/// Keeps count of the loop's turns.
#[derive(Debug, Default)]
pub(super) struct Vigil {
    last: Option<Stamp>,
    gap: Option<Gap>,
}

impl Vigil {
    /// The loop turns; the gap before this turn, if it is worth a word.
    pub(super) fn turn(&mut self, clock: Clock) -> Option<Gap> {
        let now = clock.now();
        let world = now.since(self.last.replace(now)?);
        let gap = Gap { world, machine: clock.real(world), end: Some(now) };
        if !gap.reaches(&NOTED) {
            return None;
        }
        self.gap = Some(gap);
        Some(gap)
    }

    /// The sample, or that it can not be told if the last gap fell into the look: what came late then was late here.
    pub(super) fn trusted(&self, mut sample: Sample) -> Sample {
        let spans = self.gap.is_some_and(|gap| {
            // A turn is up to a second from the moment at which the process stopped.
            let most = gap.world.saturating_sub(Duration::from_secs(2));
            gap.end.is_some_and(|end| sample.started < end) && sample.took() >= most
        });
        if spans {
            let error = "nobody was there to watch while this look was under way".to_owned();
            sample.outcome = Outcome::Unknown { error };
            sample.seen = None;
        }
        sample
    }
}

/// What is noted when someone moves the machine's wall clock.
pub(super) fn clock_moved(by: SignedDuration) -> String {
    let how = if by.is_negative() { "back" } else { "forward" };
    let length = text::duration(by.unsigned_abs());
    format!("this machine's clock was moved {how} by {length}: the run keeps the time that it began with")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::sample::{Phases, WatchName};

    #[tokio::test(start_paused = true)]
    async fn a_gap_is_noticed_by_both_scales_and_named_once() {
        let mut vigil = Vigil::default();
        let clock = Clock::real_time();
        assert_eq!(vigil.turn(clock), None, "the first turn");
        clock.sleep(Duration::from_secs(1)).await;
        assert_eq!(vigil.turn(clock), None, "a turn like any other");
        clock.sleep(Duration::from_secs(30)).await;
        let gap = vigil.turn(clock).expect("half a minute is worth a word");
        assert!(!gap.is_unsafe() && gap.to_string().contains("30.0 s"), "{gap}");
        assert_eq!(vigil.turn(clock), None);
        clock.sleep(Duration::from_secs(61)).await;
        assert!(vigil.turn(clock).expect("a minute").is_unsafe());

        let mut on_a_fast_lab = Vigil::default();
        let fast = Clock::at_speed(100.0);
        on_a_fast_lab.turn(fast);
        fast.sleep(Duration::from_secs(190)).await;
        assert_eq!(on_a_fast_lab.turn(fast), None, "not two seconds of the machine");
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_look_that_the_gap_fell_into_says_nothing() {
        let (mut vigil, clock) = (Vigil::default(), Clock::real_time());
        vigil.turn(clock);
        let look = |started: Stamp, took: u64| Sample {
            watch: WatchName::site(),
            due: started,
            started,
            finished: started.plus(Duration::from_secs(took)),
            phases: Phases::default(),
            outcome: Outcome::Bad { why: "timed out".into() },
            seen: None,
        };
        let before = clock.now();
        clock.sleep(Duration::from_secs(100)).await;
        vigil.turn(clock).unwrap();
        assert!(matches!(vigil.trusted(look(before, 100)).outcome, Outcome::Unknown { .. }));
        assert!(matches!(vigil.trusted(look(before, 3)).outcome, Outcome::Bad { .. }), "ended before it");
        assert!(matches!(vigil.trusted(look(clock.now(), 120)).outcome, Outcome::Bad { .. }), "after it");
    }
}
