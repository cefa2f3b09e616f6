//! Alarm: what the metrics have come to, in one word.
//! Invariant: an alarm is evaluated once a minute; a state that was set by hand lasts until then.
//! Used by: `cloudwatch`; Route 53's health checks that follow an alarm.

use jiff::Timestamp;

use super::{invalid, metric::dimensions_tree, series::Key};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    reference,
};

/// AWS: StateValue.
const STATES: [&str; 3] = ["OK", "ALARM", "INSUFFICIENT_DATA"];

/// A metric alarm: one period of a minute, greater than or equal to its threshold.
#[derive(Debug, Clone)]
pub(super) struct Alarm {
    name: String,
    description: String,
    key: Key,
    threshold: f64,
    state: &'static str,
    reason: String,
    created: Timestamp,
    updated: Timestamp,
    /// What the metric says, whatever state was set by hand: in alarm, not, or nothing to say.
    by_metric: Option<bool>,
}

impl World {
    /// Two alarms a region: a target is unhealthy; the environment is degraded.
    pub(super) fn reference_alarms(&self) -> Vec<Alarm> {
        let now = self.now();
        let alarm = |key: &Key, environment: &str, what: &str, description: &str, threshold: f64| {
            Alarm {
            name: format!("{environment}-{what}"),
            description: format!("{description} in {environment}"),
            key: key.clone(),
            threshold,
            state: "OK",
            reason: "Threshold Crossed: no datapoints were missing and none was greater than or equal to the threshold."
                .to_owned(),
            created: now,
            updated: now,
            by_metric: Some(false),
        }
        };
        let of_key = |key: &Key| {
            let region = reference::region(&key.region)?;
            match key.metric {
                "UnHealthyHostCount" => {
                    Some(alarm(key, region.environment, "unhealthy-hosts", "A target is unhealthy", 1.0))
                }
                // Degraded is 20 in this metric (AWS: Elastic Beanstalk developer guide, enhanced health metrics).
                "EnvironmentHealth" => {
                    Some(alarm(key, region.environment, "health", "The environment is degraded", 20.0))
                }
                _ => None,
            }
        };
        self.cloudwatch.series.keys().filter_map(of_key).collect()
    }

    /// Looks at the minute that has ended. A minute without data keeps the state (TreatMissingData `ignore`).
    pub(super) fn evaluate_alarms(&mut self, minute: Timestamp) {
        let now = self.now();
        let mut changed = Vec::new();
        let super::State { series, alarms, .. } = &mut self.cloudwatch;
        for alarm in alarms {
            let sum = series.get(&alarm.key).and_then(|series| series.of_minute(minute));
            let Some(value) = sum.and_then(|sum| sum.statistic("Maximum")) else { continue };
            let breached = value >= alarm.threshold;
            let says = if breached { "ALARM" } else { "OK" };
            if alarm.by_metric != Some(breached) || alarm.state != says {
                alarm.by_metric = Some(breached);
                alarm.enter(now, says, reason(minute, value, alarm.threshold, breached));
                changed.push((alarm.key.region.clone(), alarm.name.clone(), says));
            }
        }
        for (region, name, state) in changed {
            let with = [("alarm", name.clone()), ("region", region.clone()), ("state", state.to_owned())];
            self.note("alarm.state", with);
            self.judge_checks_of_alarm(&region, &name);
        }
    }

    /// What the metric behind an alarm says: `Some(true)` in alarm; `None` if it says nothing or there is no alarm.
    pub(in crate::lab) fn alarm_by_metric(&self, region: &str, name: &str) -> Option<bool> {
        let named = |alarm: &&Alarm| alarm.key.region == region && alarm.name == name;
        self.cloudwatch.alarms.iter().find(named)?.by_metric
    }

    /// What Route 53 shows of an alarm that a health check follows; `None` if there is no such alarm.
    pub(in crate::lab) fn alarm_configuration(&self, region: &str, name: &str) -> Option<Tree> {
        let named = |alarm: &&Alarm| alarm.key.region == region && alarm.name == name;
        let alarm = self.cloudwatch.alarms.iter().find(named)?;
        let dimension = |(name, value): &(&'static str, String)| {
            Tree::map([("Name", Tree::text(*name)), ("Value", Tree::text(value))])
        };
        Some(Tree::map([
            ("EvaluationPeriods", Some(Tree::Int(1))),
            ("Threshold", Some(Tree::Float(alarm.threshold))),
            ("ComparisonOperator", Tree::text("GreaterThanOrEqualToThreshold")),
            ("Period", Some(Tree::Int(60))),
            ("MetricName", Tree::text(alarm.key.metric)),
            ("Namespace", Tree::text(alarm.key.namespace)),
            ("Statistic", Tree::text("Maximum")),
            ("Dimensions", Tree::list("Dimension", alarm.key.dimensions.iter().map(dimension))),
        ]))
    }

    pub(super) fn describe_alarms(&self, call: &Call) -> Reply {
        let params = &call.params;
        let names = params.texts("AlarmNames");
        let prefix = params.text("AlarmNamePrefix").unwrap_or_default();
        if !names.is_empty() && !prefix.is_empty() {
            return Err(invalid("AlarmNames and AlarmNamePrefix cannot be specified together"));
        }
        let kinds = params.texts("AlarmTypes");
        let size = params.text("MaxRecords").map_or(Ok(50), str::parse::<usize>);
        let size = size.ok().filter(|size| (1..=100).contains(size));
        let size = size.ok_or_else(|| invalid("MaxRecords must be between 1 and 100"))?;
        let from = params.text("NextToken").map_or(Ok(0), str::parse::<usize>);
        let from = from.map_err(|_| AwsFault::new(400, "InvalidNextToken", "The next token is invalid."))?;
        let fits = |alarm: &&Alarm| {
            alarm.key.region == call.region
                && (names.is_empty() || names.contains(&alarm.name))
                && alarm.name.starts_with(prefix)
                && params.text("StateValue").is_none_or(|state| state == alarm.state)
                && (kinds.is_empty() || kinds.iter().any(|kind| kind == "MetricAlarm"))
        };
        let mut found: Vec<&Alarm> = self.cloudwatch.alarms.iter().filter(fits).collect();
        found.sort_by_key(|alarm| &alarm.name);
        let end = from.saturating_add(size);
        let next = (found.len() > end).then(|| Tree::Text(end.to_string()));
        let page = found.into_iter().skip(from).take(size).map(|alarm| alarm.tree());
        Ok(Tree::map([
            ("CompositeAlarms", Tree::list("member", [])),
            ("MetricAlarms", Tree::list("member", page)),
            ("NextToken", next),
        ]))
    }

    /// AWS: SetAlarmState: temporary; the next evaluation returns the alarm to its actual state.
    pub(super) fn set_alarm_state(&mut self, call: &Call) -> Reply {
        let params = &call.params;
        let name = params.text("AlarmName").unwrap_or_default();
        let asked = params.text("StateValue").unwrap_or_default();
        let state = STATES.into_iter().find(|state| *state == asked);
        let state = state.ok_or_else(|| {
            AwsFault::new(
                400,
                "ValidationError",
                format!("StateValue '{asked}' must be one of {}", STATES.join(", ")),
            )
        })?;
        let reason = params.text("StateReason");
        let reason =
            reason.ok_or_else(|| AwsFault::new(400, "ValidationError", "StateReason is required"))?;
        let now = self.now();
        let named = |alarm: &&mut Alarm| alarm.key.region == call.region && alarm.name == name;
        let alarm = self.cloudwatch.alarms.iter_mut().find(named);
        let alarm = alarm.ok_or_else(|| AwsFault::new(404, "ResourceNotFound", "Unknown alarm"))?;
        alarm.enter(now, state, reason.to_owned());
        Ok(Tree::Map(Vec::new()))
    }
}

impl Alarm {
    fn enter(&mut self, now: Timestamp, state: &'static str, reason: String) {
        self.state = state;
        self.reason = reason;
        self.updated = now;
    }

    fn arn(&self) -> String {
        format!("arn:aws:cloudwatch:{}:{}:alarm:{}", self.key.region, reference::ACCOUNT, self.name)
    }

    fn tree(&self) -> Tree {
        let none = || Tree::list("member", []);
        Tree::map([
            ("AlarmName", Tree::text(&self.name)),
            ("AlarmArn", Tree::text(self.arn())),
            ("AlarmDescription", Tree::text(&self.description)),
            ("AlarmConfigurationUpdatedTimestamp", Some(Tree::Time(self.created))),
            ("ActionsEnabled", Some(Tree::Bool(true))),
            ("OKActions", none()),
            ("AlarmActions", none()),
            ("InsufficientDataActions", none()),
            ("StateValue", Tree::text(self.state)),
            ("StateReason", Tree::text(&self.reason)),
            ("StateUpdatedTimestamp", Some(Tree::Time(self.updated))),
            ("MetricName", Tree::text(self.key.metric)),
            ("Namespace", Tree::text(self.key.namespace)),
            ("Statistic", Tree::text("Maximum")),
            ("Dimensions", Some(dimensions_tree(&self.key))),
            ("Period", Some(Tree::Int(60))),
            ("EvaluationPeriods", Some(Tree::Int(1))),
            ("DatapointsToAlarm", Some(Tree::Int(1))),
            ("Threshold", Some(Tree::Float(self.threshold))),
            ("ComparisonOperator", Tree::text("GreaterThanOrEqualToThreshold")),
            ("TreatMissingData", Tree::text("ignore")),
            ("StateTransitionedTimestamp", Some(Tree::Time(self.updated))),
        ])
    }
}

/// As CloudWatch words it.
fn reason(minute: Timestamp, value: f64, threshold: f64, breached: bool) -> String {
    let (verdict, transition) = if breached { ("was", "OK -> ALARM") } else { ("was not", "ALARM -> OK") };
    let when = minute.strftime("%d/%m/%y %H:%M:%S");
    format!(
        "Threshold Crossed: 1 out of the last 1 datapoints [{value:?} ({when})] {verdict} greater than or equal to the threshold ({threshold:?}) (minimum 1 datapoint for {transition} transition)."
    )
}
