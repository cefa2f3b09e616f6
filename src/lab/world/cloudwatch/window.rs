//! Window: what a metric comes to over a stretch of time.
//! Invariant: a function of what changed and of the seed; a minute that has not ended has no datapoint yet.
//! Not here: what is asked for (see `metric`, `evaluate`).
//! Used by: `metric`, `evaluate`.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    MINUTE,
    series::{Measure, Reading, Series, Sum},
};
use crate::{
    clock::later,
    lab::world::{World, rng::Rng},
};

/// Who looks at a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looker {
    /// A caller: datapoints arrive late.
    Caller,
    /// An alarm, which sees a minute once it has ended.
    Alarm,
}

impl World {
    /// What the seconds `from..until` came to, as it can be seen at `now`.
    pub(super) fn total(
        &self,
        series: &Series,
        (from, until): (i64, i64),
        now: Timestamp,
        by: Looker,
    ) -> Option<Sum> {
        match &series.measure {
            Measure::Read { .. } => {
                let minutes = (from.div_euclid(60) * 60..until).step_by(60).filter(|minute| *minute >= from);
                let sums = minutes.filter_map(|minute| self.minute(series, minute, now, by));
                sums.reduce(Sum::plus)
            }
            Measure::Counted(points) => {
                let seen = points.range(from..until).filter(|(second, point)| match point.visible {
                    Some(visible) => visible <= now,
                    None => self.is_visible(series, **second, now, by),
                });
                seen.map(|(_, point)| point.sum).reduce(Sum::plus)
            }
        }
    }

    /// What one minute came to.
    fn minute(&self, series: &Series, minute: i64, now: Timestamp, by: Looker) -> Option<Sum> {
        if !self.is_visible(series, minute, now, by) {
            return None;
        }
        let Measure::Read { times, changes } = &series.measure else { return None };
        let every = 60_000 / i64::from((*times).max(1));
        let phase = i64::try_from(series.seed.rem_euclid(every.unsigned_abs())).unwrap_or(0);
        let moments = (0..i64::from(*times)).map(|turn| minute * 1_000 + phase + turn * every);
        let values = moments.filter_map(|millis| {
            let at = Timestamp::from_millisecond(millis).ok()?;
            let place = changes.partition_point(|(since, _)| *since <= at);
            let (_, reading) = changes.get(place.checked_sub(1)?)?;
            reading.as_ref().map(|reading| Sum::of(self.value(reading, at)))
        });
        values.reduce(Sum::plus)
    }

    fn value(&self, reading: &Reading, at: Timestamp) -> f64 {
        match reading {
            Reading::Constant(value) => *value,
            Reading::Lag(arn, least) => {
                (self.replication_lag_at(arn, at).as_secs_f64() * 1_000.0).max(*least)
            }
            Reading::Load(of, low, high) => low + (high - low) * self.load_at(of, at),
        }
    }

    /// True once the minute has ended and, for a caller, its datapoint has arrived.
    fn is_visible(&self, series: &Series, minute: i64, now: Timestamp, by: Looker) -> bool {
        let Ok(ended) = Timestamp::from_second(minute.div_euclid(60) * 60 + 60) else { return false };
        let late = match by {
            Looker::Alarm => Duration::ZERO,
            Looker::Caller => {
                let mut rng = Rng::new(series.seed ^ minute.unsigned_abs());
                self.cloudwatch.settings.late.draw(&mut rng)
            }
        };
        later(ended, late) <= now
    }
}

/// The beginning of the minute that holds `at`.
pub(super) fn minute_of(at: Timestamp) -> i64 {
    let second = at.as_second();
    second - second.rem_euclid(i64::try_from(MINUTE.as_secs()).unwrap_or(60))
}
