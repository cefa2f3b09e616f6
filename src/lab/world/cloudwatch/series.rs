//! Series: the values of one metric, as what changed them.
//! Invariant: a metric at rest costs nothing: its datapoints are computed when they are read.
//! Not here: which metrics there are (see `source`), statistics over periods (see `window`).
//! Used by: `cloudwatch`.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// So many changes of one metric are kept.
const KEPT: usize = 4_096;

/// Which metric, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) region: String,
    pub(super) namespace: String,
    pub(super) metric: String,
    /// In the order of their names.
    pub(super) dimensions: Vec<(String, String)>,
}

impl Key {
    pub(super) fn new(region: &str, namespace: &str, metric: &str, dimensions: &[(&str, &str)]) -> Key {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let mut dimensions: Vec<(String, String)> = dimensions.iter().map(own).collect();
        dimensions.sort();
        Key {
            region: region.to_owned(),
            namespace: namespace.to_owned(),
            metric: metric.to_owned(),
            dimensions,
        }
    }
}

/// What a metric of AWS's own reads.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reading {
    /// This, until it changes.
    Constant(f64),
    /// The lag of a follower, by ARN, in milliseconds, at least this much.
    Lag(String, f64),
    /// A load that moves by itself between two values.
    Load(String, f64, f64),
}

/// The values of one metric.
#[derive(Debug, Clone)]
pub(super) struct Series {
    pub(super) unit: String,
    /// What its phases come from.
    pub(super) seed: u64,
    /// From when on it is listed.
    pub(super) listed: Timestamp,
    pub(super) measure: Measure,
}

/// How a metric gets its values.
#[derive(Debug, Clone)]
pub(super) enum Measure {
    /// It is read so many times a minute; what it reads changes now and then.
    Read { times: u32, changes: Vec<(Timestamp, Option<Reading>)> },
    /// Something is counted or put: by second (or by minute) when it happened.
    Counted(BTreeMap<i64, Point>),
}

/// Values of one moment or minute.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) sum: Sum,
    /// From when on it can be read; `None` if that is computed as for AWS's own metrics.
    pub(super) visible: Option<Timestamp>,
}

/// What a stretch of time came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sum {
    pub(super) count: f64,
    pub(super) sum: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Sum {
    pub(super) fn of(value: f64) -> Sum {
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
    /// Takes note of what it reads from now on; false if that is nothing new.
    pub(super) fn change(&mut self, at: Timestamp, reading: Option<Reading>) -> bool {
        let Measure::Read { changes, .. } = &mut self.measure else { return false };
        if changes.last().map(|(_, last)| last) == Some(&reading) {
            return false;
        }
        // Two changes at one moment leave the later one.
        changes.retain(|(before, _)| *before < at);
        changes.push((at, reading));
        if changes.len() > KEPT {
            changes.drain(..KEPT / 2);
        }
        true
    }

    /// True if it moves without anything changing.
    pub(super) fn moves(&self) -> bool {
        let Measure::Read { changes, .. } = &self.measure else { return false };
        matches!(changes.last(), Some((_, Some(Reading::Lag(..) | Reading::Load(..)))))
    }

    /// When it last had a value, as far as is known now.
    pub(super) fn last_value(&self, now: Timestamp) -> Option<Timestamp> {
        match &self.measure {
            Measure::Read { changes, .. } => match changes.last()? {
                (_, Some(_)) => Some(now),
                (since, None) => (changes.len() > 1).then_some(*since),
            },
            Measure::Counted(points) => {
                points.keys().next_back().and_then(|second| Timestamp::from_second(*second).ok())
            }
        }
    }
}
