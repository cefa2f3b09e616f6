//! Alarm: what a metric has come to, in one word.
//! Invariant: a state that was set by hand lasts until the next look.
//! Not here: looking (see `evaluate`), the operations (see `put_alarm`, `alarms`), rules over alarms (see `composite`).
//! Used by: `cloudwatch`; Route 53's health checks that follow an alarm.

use jiff::Timestamp;

use super::{
    params::{dimensions_tree, texts},
    series::Key,
};
use crate::lab::world::{World, call::Tree};

/// What an alarm says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lab) enum AlarmState {
    /// All is well.
    Ok,
    /// It is not.
    Alarm,
    /// There is nothing to go by.
    Insufficient,
}

impl AlarmState {
    /// AWS's word for it.
    pub(in crate::lab) fn word(self) -> &'static str {
        match self {
            AlarmState::Ok => "OK",
            AlarmState::Alarm => "ALARM",
            AlarmState::Insufficient => "INSUFFICIENT_DATA",
        }
    }

    pub(super) fn parse(word: &str) -> Option<AlarmState> {
        [AlarmState::Ok, AlarmState::Alarm, AlarmState::Insufficient]
            .into_iter()
            .find(|own| own.word() == word)
    }
}

/// What every alarm has.
#[derive(Debug, Clone)]
pub(super) struct Face {
    pub(super) region: String,
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) description: Option<String>,
    pub(super) actions_enabled: bool,
    pub(super) ok_actions: Vec<String>,
    pub(super) alarm_actions: Vec<String>,
    pub(super) insufficient_actions: Vec<String>,
    pub(super) state: AlarmState,
    pub(super) reason: String,
    pub(super) reason_data: Option<String>,
    pub(super) configured: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) transitioned: Timestamp,
    pub(super) tags: std::collections::BTreeMap<String, String>,
}

/// An alarm on one metric.
#[derive(Debug, Clone)]
pub(super) struct Alarm {
    pub(super) face: Face,
    pub(super) key: Key,
    pub(super) watch: Watch,
    /// What the metric says, whatever state was set by hand; `None` if it says nothing.
    pub(super) by_metric: Option<bool>,
    /// Counts the plans for it.
    pub(super) plan: u64,
}

/// How a metric is looked at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Watch {
    pub(super) statistic: String,
    pub(super) unit: Option<String>,
    pub(super) period: i64,
    pub(super) periods: i64,
    pub(super) to_alarm: Option<i64>,
    pub(super) threshold: f64,
    pub(super) comparison: &'static str,
    /// AWS: TreatMissingData; `missing` unless told.
    pub(super) missing: Option<&'static str>,
}

/// AWS: ComparisonOperator, without those of anomaly detection, and how AWS says each.
pub(super) const COMPARISONS: [(&str, &str); 4] = [
    ("GreaterThanOrEqualToThreshold", "greater than or equal to"),
    ("GreaterThanThreshold", "greater than"),
    ("LessThanThreshold", "less than"),
    ("LessThanOrEqualToThreshold", "less than or equal to"),
];

/// AWS: TreatMissingData.
pub(super) const MISSING: [&str; 4] = ["breaching", "notBreaching", "ignore", "missing"];

impl Watch {
    pub(super) fn breaches(&self, value: f64) -> bool {
        match self.comparison {
            "GreaterThanThreshold" => value > self.threshold,
            "LessThanThreshold" => value < self.threshold,
            "LessThanOrEqualToThreshold" => value <= self.threshold,
            _ => value >= self.threshold,
        }
    }

    /// How many of its periods must breach.
    pub(super) fn needed(&self) -> i64 {
        self.to_alarm.unwrap_or(self.periods)
    }
}

impl Face {
    /// Says something else, or the same anew.
    pub(super) fn enter(&mut self, now: Timestamp, state: AlarmState, reason: String, data: Option<String>) {
        if self.state != state {
            self.transitioned = now;
        }
        self.state = state;
        self.reason = reason;
        self.reason_data = data;
        self.updated = now;
    }
}

impl World {
    /// What Route 53 shows of an alarm that a health check follows; `None` if there is no such alarm.
    pub(in crate::lab) fn alarm_configuration(&self, region: &str, name: &str) -> Option<Tree> {
        let alarm = self.cloudwatch.alarms.get(&(region.to_owned(), name.to_owned()))?;
        let dimension = |(name, value): &(String, String)| {
            Tree::map([("Name", Tree::text(name)), ("Value", Tree::text(value))])
        };
        let dimensions = alarm.key.dimensions.iter().map(dimension);
        Some(Tree::map([
            ("EvaluationPeriods", Some(Tree::Int(alarm.watch.periods))),
            ("Threshold", Some(Tree::Float(alarm.watch.threshold))),
            ("ComparisonOperator", Tree::text(alarm.watch.comparison)),
            ("Period", Some(Tree::Int(alarm.watch.period))),
            ("MetricName", Tree::text(&alarm.key.metric)),
            ("Namespace", Tree::text(&alarm.key.namespace)),
            ("Statistic", Tree::text(&alarm.watch.statistic)),
            ("Dimensions", Tree::list("Dimension", dimensions)),
        ]))
    }

    /// What the metric behind an alarm says: `Some(true)` in alarm; `None` if it says nothing or there is no alarm.
    pub(in crate::lab) fn alarm_by_metric(&self, region: &str, name: &str) -> Option<bool> {
        self.cloudwatch.alarms.get(&(region.to_owned(), name.to_owned()))?.by_metric
    }

    /// What an alarm, on a metric or on others, says; `None` if there is none of this name.
    pub(in crate::lab) fn alarm_state(&self, region: &str, name: &str) -> Option<AlarmState> {
        let key = (region.to_owned(), name.to_owned());
        let own = self.cloudwatch.alarms.get(&key).map(|alarm| &alarm.face);
        own.or_else(|| self.cloudwatch.composites.get(&key).map(|own| &own.face)).map(|face| face.state)
    }
}

/// As `DescribeAlarms` lists a metric alarm.
pub(super) fn alarm_tree(alarm: &Alarm) -> Tree {
    let Alarm { face, key, watch, .. } = alarm;
    Tree::map([
        ("AlarmName", Tree::text(&face.name)),
        ("AlarmArn", Tree::text(&face.arn)),
        ("AlarmDescription", face.description.as_ref().and_then(Tree::text)),
        ("AlarmConfigurationUpdatedTimestamp", Some(Tree::Time(face.configured))),
        ("ActionsEnabled", Some(Tree::Bool(face.actions_enabled))),
        ("OKActions", texts(&face.ok_actions)),
        ("AlarmActions", texts(&face.alarm_actions)),
        ("InsufficientDataActions", texts(&face.insufficient_actions)),
        ("StateValue", Tree::text(face.state.word())),
        ("StateReason", Tree::text(&face.reason)),
        ("StateReasonData", face.reason_data.as_ref().and_then(Tree::text)),
        ("StateUpdatedTimestamp", Some(Tree::Time(face.updated))),
        ("MetricName", Tree::text(&key.metric)),
        ("Namespace", Tree::text(&key.namespace)),
        ("Statistic", Tree::text(&watch.statistic)),
        ("Dimensions", Some(dimensions_tree(key))),
        ("Period", Some(Tree::Int(watch.period))),
        ("Unit", watch.unit.as_ref().and_then(Tree::text)),
        ("EvaluationPeriods", Some(Tree::Int(watch.periods))),
        ("DatapointsToAlarm", watch.to_alarm.map(Tree::Int)),
        ("Threshold", Some(Tree::Float(watch.threshold))),
        ("ComparisonOperator", Tree::text(watch.comparison)),
        ("TreatMissingData", watch.missing.and_then(Tree::text)),
        ("StateTransitionedTimestamp", Some(Tree::Time(face.transitioned))),
    ])
}
