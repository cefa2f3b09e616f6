//! Series: the runs of one drill on one deployment, in order, and what they come to.
//! Invariant: compared by upper bounds, as every objective is judged; a median of nothing is nothing.
//! Not here: what is made of a trend (see `gate`).
//! Used by: gate; cli.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    due::{self, Due},
    point::{Place, Point},
};
use crate::drill::period::Period;

/// Which runs are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum On {
    /// Those on AWS and those on a lab, each for themselves.
    #[default]
    Apart,
    /// Those on AWS alone.
    Aws,
    /// Those on a lab alone.
    Lab,
    /// All of them in one series.
    Any,
}

/// A drill as its file says today: it counts more than what earlier runs said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The deployment's name.
    pub deployment: String,
    /// The drill's name.
    pub drill: String,
    /// How often it is to be run.
    pub every: Option<Period>,
}

/// A drill on a deployment, with all its runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Drilled {
    /// The deployment's name.
    pub deployment: String,
    /// The drill's name.
    pub drill: String,
    /// When it is to be run again, if someone made that a rule.
    pub due: Option<Due>,
    /// Its runs; none for a drill that was never run.
    pub series: Vec<Series>,
}

/// Runs that may be compared, the oldest first; never empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Where they ran; `None`: someone asked for all in one.
    pub place: Option<Place>,
    /// The runs.
    pub points: Vec<Point>,
}

/// How the latest run stands against those before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// The latest run's upper bound.
    pub latest: Option<Duration>,
    /// The median of the upper bounds of those before it that were measured.
    pub median: Option<Duration>,
    /// How many those are.
    pub compared: usize,
}

impl Trend {
    /// The share by which the latest is above the median; below zero it is better. `None` where there is nothing to
    /// compare, or nothing to take a share of.
    pub fn worse(&self) -> Option<f64> {
        let (latest, median) = (self.latest?.as_secs_f64(), self.median?.as_secs_f64());
        (median > 0.0).then(|| latest / median - 1.0)
    }
}

impl Series {
    /// The latest run.
    pub fn latest(&self) -> Option<&Point> {
        self.points.last()
    }

    /// The latest run against the last `count` before it whose recovery time was measured.
    pub fn trend(&self, count: usize) -> Trend {
        let Some((latest, before)) = self.points.split_last() else {
            return Trend { latest: None, median: None, compared: 0 };
        };
        let highs = before.iter().rev().filter_map(|point| point.recovery_time.high()).take(count);
        let highs: Vec<Duration> = highs.collect();
        Trend { latest: latest.recovery_time.high(), median: median(&highs), compared: highs.len() }
    }
}

/// Each drill on each deployment, in the order of their names.
pub fn drilled(mut points: Vec<Point>, policies: &[Policy], on: On) -> Vec<Drilled> {
    points.sort_by(|a, b| (a.started, &a.run).cmp(&(b.started, &b.run)));
    let name = |point: &Point| (point.deployment.clone(), point.drill.clone());
    let mut names: Vec<(String, String)> = points.iter().map(name).collect();
    names.extend(policies.iter().map(|policy| (policy.deployment.clone(), policy.drill.clone())));
    names.sort();
    names.dedup();
    let one = |(deployment, drill): (String, String)| {
        let own = points.iter().filter(|point| point.deployment == deployment && point.drill == drill);
        let own: Vec<&Point> = own.collect();
        let policy = policies.iter().find(|it| it.deployment == deployment && it.drill == drill);
        let every = policy.map_or_else(|| own.last().and_then(|point| point.every), |policy| policy.every);
        let due = every.map(|every| due::of(every, last_done(&own, on)));
        Drilled { due, series: series(&own, on), deployment, drill }
    };
    let asked = |it: &Drilled| {
        policies.iter().any(|policy| policy.deployment == it.deployment && policy.drill == it.drill)
    };
    names.into_iter().map(one).filter(|it| !it.series.is_empty() || it.due.is_some() || asked(it)).collect()
}

/// When it was last done. A rehearsal on a lab is not the drill, unless someone says that it is.
fn last_done(points: &[&Point], on: On) -> Option<Timestamp> {
    let counts = |place: Place| match on {
        On::Apart | On::Aws => place == Place::Aws,
        On::Lab => place == Place::Lab,
        On::Any => true,
    };
    let done = points.iter().filter(|point| point.complete && counts(point.place));
    done.map(|point| point.started).max()
}

fn series(points: &[&Point], on: On) -> Vec<Series> {
    let of = |place: Option<Place>| {
        let own = points.iter().filter(|point| place.is_none_or(|place| point.place == place));
        Series { place, points: own.map(|point| (*point).clone()).collect() }
    };
    let all = match on {
        On::Apart => vec![of(Some(Place::Aws)), of(Some(Place::Lab))],
        On::Aws => vec![of(Some(Place::Aws))],
        On::Lab => vec![of(Some(Place::Lab))],
        On::Any => vec![of(None)],
    };
    all.into_iter().filter(|series| !series.points.is_empty()).collect()
}

/// The middle one; of an even number, the mean of the two in the middle.
fn median(values: &[Duration]) -> Option<Duration> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let upper = *sorted.get(sorted.len() / 2)?;
    match sorted.len() % 2 {
        0 => Some((sorted[sorted.len() / 2 - 1] + upper) / 2),
        _ => Some(upper),
    }
}
