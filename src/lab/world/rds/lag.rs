//! Lag: how far a secondary is behind its primary.
//! Invariant: a function of the seed, the cluster and the moment alone: it moves without anybody moving it, and a
//! moment of the past can be asked for as well as now.
//! Not here: whether anything is replicated at all (see `row`).
//! Used by: `row`, `event`, `cloudwatch`.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::State;
use crate::lab::world::rng::Rng;

impl State {
    /// The lag of a follower at a moment.
    pub(super) fn lag(&self, arn: &str, at: Timestamp) -> Duration {
        self.lag_of(arn, self.turn(arn, at)).max(self.least_lag_at(at))
    }

    /// Makes every lag at least so long from `now` on: zero lifts it.
    pub(in crate::lab) fn hold_back(&mut self, least: Duration, now: Timestamp) {
        let before = self.held_back.map_or(Duration::ZERO, |(_, least)| least);
        if least != before {
            self.held_back = (!least.is_zero()).then_some((now, least));
        }
    }

    fn least_lag_at(&self, at: Timestamp) -> Duration {
        self.held_back.filter(|(since, _)| at >= *since).map_or(Duration::ZERO, |(_, least)| least)
    }

    /// Up to when a follower has everything at a moment: never goes back.
    pub(super) fn replicated_until(&self, arn: &str, at: Timestamp) -> Timestamp {
        let turn = self.turn(arn, at);
        let longest = self.settings.lag.longest().max(self.settings.lag_spike.longest()).as_millis();
        let back = i64::try_from(longest / u128::from(self.every())).unwrap_or(0).clamp(0, 60) + 1;
        let at_end_of = |turn: i64| {
            let end = self.begin(arn, turn + 1);
            back_by(end, self.lag_of(arn, turn).max(self.least_lag_at(end)))
        };
        let now = back_by(at, self.lag(arn, at));
        (1..=back).map(|ago| at_end_of(turn - ago)).fold(now, Timestamp::max)
    }

    /// How long a lag holds, in milliseconds.
    fn every(&self) -> u64 {
        u64::try_from(self.settings.lag_every.longest().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    fn phase(&self, arn: &str) -> i64 {
        i64::try_from(Rng::stream(self.seed, arn).below(self.every())).unwrap_or(0)
    }

    /// Which of the cluster's lags holds at a moment.
    fn turn(&self, arn: &str, at: Timestamp) -> i64 {
        let every = i64::try_from(self.every()).unwrap_or(i64::MAX);
        (at.as_millisecond() - self.phase(arn)).div_euclid(every)
    }

    /// When a lag begins to hold.
    fn begin(&self, arn: &str, turn: i64) -> Timestamp {
        let every = i64::try_from(self.every()).unwrap_or(i64::MAX);
        let millis = turn.saturating_mul(every).saturating_add(self.phase(arn));
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MIN)
    }

    fn lag_of(&self, arn: &str, turn: i64) -> Duration {
        let mut rng = Rng::stream(self.seed, &format!("lag of {arn} {turn}"));
        let one_in = self.settings.lag_spike_one_in;
        let spikes = one_in > 0 && rng.below(one_in) == 0;
        let span = if spikes { self.settings.lag_spike } else { self.settings.lag };
        span.draw(&mut rng)
    }
}

fn back_by(at: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or_default();
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}
