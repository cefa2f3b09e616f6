//! Draw: one concrete set of durations and phases, by one seed.
//! Invariant: equal seeds, equal draws; each number has a stream of its own, so that a what-if changes what it changes
//! and no other dice.
//! Not here: what comes of a draw (see `model`).
//! Used by: `model`, `distribution`; tests, which build a world of the lab from one.

use std::time::Duration;

use super::{
    chance::Dice,
    durations::{COUNT, Durations, KNOWN, Own, Spread},
    numbers::Numbers,
};
use crate::drill::model::{PerSide, Side};

/// Microseconds since a run's first look.
pub(crate) type At = u64;

/// More lines from nodes to targets than this tell nothing new.
const MOST_LINES: usize = 48;

/// Looks at health checks go round once in eight seconds: three read observations, the fourth the flags.
const MOST_LATE: At = 8_000_000;

/// One checker of a health check.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckerDraw {
    /// Where in each interval it looks, as a share of it.
    pub phase: f64,
    /// To the endpoint and back.
    pub round_trip: Duration,
}

/// One concrete set. Phases are shares of their interval, counted from the run's first look.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// Each of AWS's own durations, in the order of [`Own`].
    own: [At; COUNT],
    /// Where in the record's TTL the resolver had its answer when the run began.
    pub resolver: f64,
    /// When the run's first look at a health check tells something: Route 53's calls are few a second, and paid for
    /// one after the other.
    pub check_looks: Duration,
    /// When Route 53 looks at alias targets.
    pub target_looks: f64,
    /// When the agents of each environment report.
    pub agents: PerSide<f64>,
    /// The checkers of each health check.
    pub checkers: PerSide<Vec<CheckerDraw>>,
    /// When each node checks each target: all nodes of the first target, then of the next.
    pub lines: PerSide<Vec<f64>>,
}

impl Draw {
    /// The draw of a seed.
    pub fn of(seed: u64, numbers: &Numbers, durations: &Durations) -> Draw {
        let own = std::array::from_fn(|place| {
            let known = &KNOWN[place];
            drawn(durations.spread(known.own), &mut Dice::of(seed, known.id))
        });
        let sides = |name: &str, side: Side| Dice::of(seed, &format!("{name} of {side}"));
        let checkers = |side: Side| {
            let (mut phases, mut trips) = (sides("checkers", side), sides("round trips", side));
            let count = numbers.side(side).check.as_ref().map_or(0, |check| check.checkers);
            let trip = durations.spread(Own::CheckerRoundTrip);
            let one = |_| CheckerDraw {
                phase: phases.share(),
                round_trip: Duration::from_micros(drawn(trip, &mut trips)),
            };
            (0..count).map(one).collect()
        };
        let lines = |side: Side| {
            let mut dice = sides("target checks", side);
            let targets = &numbers.side(side).targets;
            (0..(targets.count * targets.nodes).min(MOST_LINES)).map(|_| dice.share()).collect()
        };
        Draw {
            own,
            resolver: Dice::of(seed, "resolver").share(),
            check_looks: Duration::from_micros(Dice::of(seed, "check looks").between(0, MOST_LATE)),
            target_looks: Dice::of(seed, "alias targets").share(),
            agents: PerSide {
                primary: sides("agents", Side::Primary).share(),
                standby: sides("agents", Side::Standby).share(),
            },
            checkers: PerSide { primary: checkers(Side::Primary), standby: checkers(Side::Standby) },
            lines: PerSide { primary: lines(Side::Primary), standby: lines(Side::Standby) },
        }
    }

    /// One of AWS's own durations.
    pub fn own(&self, own: Own) -> Duration {
        Duration::from_micros(self.at(own))
    }

    /// Sets one of AWS's own durations.
    pub fn set(&mut self, own: Own, time: Duration) {
        self.own[own as usize] = micros(time);
    }

    pub(super) fn at(&self, own: Own) -> At {
        self.own[own as usize]
    }
}

fn drawn(spread: Spread, dice: &mut Dice) -> At {
    let (low, high) = (micros(spread.low), micros(spread.high));
    match spread.tail {
        Some((percent, end)) if dice.between(1, 100) <= u64::from(percent) => dice.between(high, micros(end)),
        _ => dice.between(low, high),
    }
}

/// A duration on the model's scale.
pub(super) fn micros(time: Duration) -> At {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX / 4)
}
