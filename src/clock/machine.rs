//! Machine: the machine's own clocks, held against each other.
//! Invariant: pure but for [`Reading::now`]; says what is odd, decides nothing.
//! Not here: what follows from an oddity (see `engine`).
//! Used by: engine's signals.
//!
//! A laptop that sleeps stops its monotonic clock and not its wall clock; Linux tells in `/proc/uptime` how long it has been
//! up with its sleep. A wall clock that someone sets moves alone.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Less than this is a slow reading or a clock that is being corrected.
const ODD: Duration = Duration::from_secs(2);

/// What each clock said at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// Time that passed while the machine was awake.
    awake: Duration,
    /// Time that passed, sleep included; `None` where the system does not tell.
    up: Option<Duration>,
    /// The wall clock.
    wall: Timestamp,
}

/// What does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// The machine slept for so long.
    Slept(Duration),
    /// The wall clock was moved by so much.
    Moved(SignedDuration),
}

impl Reading {
    /// All clocks now.
    pub fn now() -> Reading {
        Reading { awake: awake(), up: up(), wall: wall() }
    }

    /// What is odd since `earlier`.
    pub fn since(&self, earlier: &Reading) -> Vec<Oddity> {
        let awake = self.awake.saturating_sub(earlier.awake);
        let by_wall = self.wall.duration_since(earlier.wall);
        let passed = match (self.up, earlier.up) {
            (Some(now), Some(then)) => now.saturating_sub(then).max(awake),
            // Where nothing else tells, a wall clock that is ahead is taken for sleep: that is the graver of the two.
            _ => Duration::try_from(by_wall).unwrap_or_default().max(awake),
        };
        let slept = passed.saturating_sub(awake);
        let slept = if slept >= ODD { slept } else { Duration::ZERO };
        let moved = by_wall - SignedDuration::try_from(awake + slept).unwrap_or(SignedDuration::MAX);
        let mut odd = Vec::new();
        if !slept.is_zero() {
            odd.push(Oddity::Slept(slept));
        }
        if moved.unsigned_abs() >= ODD {
            odd.push(Oddity::Moved(moved));
        }
        odd
    }
}

/// Since some moment, the same for every reading of this process. Not the runtime's clock, which a test may pause.
#[expect(clippy::disallowed_methods, reason = "clock and its parts are what reads time")]
fn awake() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

#[expect(clippy::disallowed_methods, reason = "clock and its parts are what reads time")]
fn wall() -> Timestamp {
    Timestamp::now()
}

fn up() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/uptime").ok()?;
    let seconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(awake: u64, up: Option<u64>, wall: i64) -> Reading {
        let start: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        Reading {
            awake: Duration::from_secs(awake),
            up: up.map(Duration::from_secs),
            wall: start + SignedDuration::from_secs(wall),
        }
    }

    #[test]
    fn sleep_and_a_moved_clock_are_told_apart() {
        let last = reading(10, Some(500), 0);
        let slept = |by| Oddity::Slept(Duration::from_secs(by));
        let moved = |by| Oddity::Moved(SignedDuration::from_secs(by));
        assert_eq!(reading(11, Some(501), 1).since(&last), [], "a second like any other");
        assert_eq!(reading(100, Some(590), 90).since(&last), [], "stopped, not asleep: every clock went on");
        assert_eq!(reading(11, Some(7701), 7201).since(&last), [slept(7200)]);
        assert_eq!(reading(11, Some(501), 10_801).since(&last), [moved(10_800)]);
        assert_eq!(reading(11, Some(501), -3_599).since(&last), [moved(-3_600)]);
        assert_eq!(reading(11, Some(561), 3_661).since(&last), [slept(60), moved(3_600)], "both");
    }

    #[test]
    fn where_the_system_does_not_tell_a_clock_that_is_ahead_counts_as_sleep() {
        let last = reading(10, None, 0);
        assert_eq!(reading(11, None, 7201).since(&last), [Oddity::Slept(Duration::from_secs(7200))]);
        let back = reading(11, None, -3_599).since(&last);
        assert_eq!(back, [Oddity::Moved(SignedDuration::from_secs(-3_600))]);
    }

    #[test]
    fn the_machine_s_clocks_can_be_read() {
        let first = Reading::now();
        assert!(Reading::now().since(&first).is_empty());
    }
}
