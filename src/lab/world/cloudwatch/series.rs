//! Series: the datapoints of one metric.
//! Invariant: points are in the order of time, one a minute at most.
//! Used by: `cloudwatch`.

use std::collections::VecDeque;

use jiff::Timestamp;

/// Points older than the last so many are forgotten: three hours.
const KEPT: usize = 180;

/// Which metric, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) region: String,
    pub(super) namespace: &'static str,
    pub(super) metric: &'static str,
    /// In the order of their names.
    pub(super) dimensions: Vec<(&'static str, String)>,
}

impl Key {
    /// True for the metrics of Aurora's replication.
    pub(super) fn is_lag(&self) -> bool {
        self.namespace == "AWS/RDS"
    }
}

/// The datapoints of one metric.
#[derive(Debug, Clone)]
pub(super) struct Series {
    pub(super) unit: &'static str,
    open: Option<Sum>,
    points: VecDeque<Point>,
}

/// One minute.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    /// When the minute began.
    pub(super) at: Timestamp,
    pub(super) sum: Sum,
    /// From when on it can be read.
    pub(super) visible: Timestamp,
}

/// What a stretch of time came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sum {
    count: f64,
    sum: f64,
    low: f64,
    high: f64,
}

impl Sum {
    fn of(value: f64) -> Sum {
        Sum { count: 1.0, sum: value, low: value, high: value }
    }

    pub(super) fn plus(self, other: Sum) -> Sum {
        Sum {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    /// The statistic of this name; `None` for one that is not kept.
    pub(super) fn statistic(self, name: &str) -> Option<f64> {
        Some(match name {
            "Average" => self.sum / self.count,
            "Maximum" => self.high,
            "Minimum" => self.low,
            "Sum" => self.sum,
            "SampleCount" => self.count,
            _ => return None,
        })
    }
}

impl Series {
    pub(super) fn new(unit: &'static str) -> Series {
        Series { unit, open: None, points: VecDeque::new() }
    }

    /// Adds a value to the minute that runs.
    pub(super) fn add(&mut self, value: f64) {
        let value = Sum::of(value);
        self.open = Some(self.open.map_or(value, |open| open.plus(value)));
    }

    /// Makes a datapoint of the minute that ends; none if nothing was seen.
    pub(super) fn close(&mut self, at: Timestamp, visible: Timestamp) {
        let Some(sum) = self.open.take() else { return };
        self.points.push_back(Point { at, sum, visible });
        if self.points.len() > KEPT {
            self.points.pop_front();
        }
    }

    /// The datapoint of a minute, whether it can be read yet or not.
    pub(super) fn of_minute(&self, minute: Timestamp) -> Option<Sum> {
        self.points.iter().rev().find(|point| point.at == minute).map(|point| point.sum)
    }

    /// The datapoints that can be read now, of minutes that begin in `from..until`.
    pub(super) fn visible(
        &self,
        now: Timestamp,
        from: Timestamp,
        until: Timestamp,
    ) -> impl Iterator<Item = &Point> {
        self.points.iter().filter(move |point| point.visible <= now && (from..until).contains(&point.at))
    }
}
