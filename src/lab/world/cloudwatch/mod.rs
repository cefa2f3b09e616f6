//! Cloudwatch: metrics and alarms of what the other services do.
//! Invariant: a minute's datapoint is made of what was seen in that minute, and can be read one to two minutes late.
//! Not here: what is measured (see each service).
//! Used by: `World`; Route 53's health checks that follow an alarm.
//!
//! `gauge` reads the world, `series` keeps datapoints, `metric` and `alarm` answer the API.

mod alarm;
pub(super) mod due;
mod gauge;
mod metric;
mod series;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Duration};

use jiff::{Timestamp, ToSpan as _};

use self::{
    alarm::Alarm,
    due::Due,
    series::{Key, Series},
};
use super::{
    World, agenda,
    call::{AwsFault, Call, Operation, Reply, Service},
    rng::Rng,
};
use crate::clock::later;

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::real("DescribeAlarms"),
    Operation::real("GetMetricData"),
    Operation::real("ListMetrics"),
    Operation::real("SetAlarmState"),
];

/// How often the world is read.
const SAMPLE_EVERY: Duration = Duration::from_secs(10);
/// AWS: CloudWatch's standard resolution.
const MINUTE: Duration = Duration::from_secs(60);
/// From the end of a minute to its datapoint in GetMetricData. Not published; one to two minutes are usual.
const VISIBLE: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(120));
/// From the end of a minute to the alarms' evaluation of it. Not published.
const EVALUATED: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(30));
/// How many minutes before the start the world has datapoints for.
const HISTORY: u32 = 15;

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    rng: Rng,
    series: BTreeMap<Key, Series>,
    alarms: Vec<Alarm>,
}

impl World {
    /// Sets the service up as the reference deployment has it, and puts its first entries on the agenda.
    pub(in crate::lab) fn cloudwatch_start(&mut self) {
        self.cloudwatch.rng = Rng::stream(self.seed(), "cloudwatch");
        let minute = minute_of(self.now);
        self.write_history(minute);
        self.cloudwatch.alarms = self.reference_alarms();
        self.sample();
        self.at(later(minute, MINUTE), agenda::Due::CloudWatch(Due::Close { minute }));
    }

    /// Does what is due now.
    pub(in crate::lab) fn cloudwatch_due(&mut self, due: Due) {
        match due {
            Due::Sample => self.sample(),
            Due::Close { minute } => {
                self.close_minute(minute);
                let (low, high) = EVALUATED;
                let takes = self.cloudwatch.rng.between(low, high);
                self.after(takes, agenda::Due::CloudWatch(Due::Evaluate { minute }));
                let next = later(minute, MINUTE);
                self.at(later(next, MINUTE), agenda::Due::CloudWatch(Due::Close { minute: next }));
            }
            Due::Evaluate { minute } => self.evaluate_alarms(minute),
        }
    }

    /// Answers a call.
    pub(in crate::lab) fn cloudwatch_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "DescribeAlarms" => self.describe_alarms(call),
            "GetMetricData" => self.get_metric_data(call),
            "ListMetrics" => self.list_metrics(call),
            "SetAlarmState" => self.set_alarm_state(call),
            other => Err(World::unrouted(Service::CloudWatch, other)),
        }
    }

    /// Adds what the world is now to the minute.
    fn sample(&mut self) {
        for (key, unit, value) in self.gauges() {
            self.cloudwatch.series.entry(key).or_insert_with(|| Series::new(unit)).add(value);
        }
        self.after(SAMPLE_EVERY, agenda::Due::CloudWatch(Due::Sample));
    }

    fn close_minute(&mut self, minute: Timestamp) {
        let State { rng, series, .. } = &mut self.cloudwatch;
        let ended = later(minute, MINUTE);
        for series in series.values_mut() {
            series.close(minute, later(ended, rng.between(VISIBLE.0, VISIBLE.1)));
        }
    }

    /// The deployment did not begin with the simulation: it has been well for some minutes.
    fn write_history(&mut self, until: Timestamp) {
        let gauges = self.gauges();
        for back in (1..=HISTORY).rev() {
            let minute = until.checked_sub((i64::from(back) * 60).seconds()).unwrap_or(until);
            for (key, unit, value) in &gauges {
                let value = if key.is_lag() { self.usual_lag() } else { *value };
                let visible = later(minute, MINUTE + self.cloudwatch.rng.between(VISIBLE.0, VISIBLE.1));
                let series = self.cloudwatch.series.entry(key.clone()).or_insert_with(|| Series::new(unit));
                series.add(value);
                series.close(minute, visible);
            }
        }
    }

    /// A lag of a quiet minute, in milliseconds.
    fn usual_lag(&mut self) -> f64 {
        let low = Duration::from_millis(80);
        self.cloudwatch.rng.between(low, Duration::from_millis(600)).as_secs_f64() * 1000.0
    }
}

/// The beginning of the minute that holds `at`.
fn minute_of(at: Timestamp) -> Timestamp {
    let second = at.as_second();
    Timestamp::from_second(second - second.rem_euclid(60)).unwrap_or(at)
}

/// A refusal of a parameter, as CloudWatch words it on the wire.
fn invalid(message: impl Into<String>) -> AwsFault {
    AwsFault::new(400, "InvalidParameterValue", message)
}

/// A time parameter: ISO 8601 in text protocols, seconds since 1970 in others.
fn time(text: &str) -> Option<Timestamp> {
    let seconds = || text.parse::<f64>().ok().filter(|seconds| seconds.is_finite());
    let of_seconds = || Timestamp::from_millisecond((seconds()? * 1000.0).round() as i64).ok();
    text.parse().ok().or_else(of_seconds)
}
