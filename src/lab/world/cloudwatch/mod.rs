//! Cloudwatch: metrics and alarms of what the other services do, and of what callers publish.
//! Invariant: a minute's datapoint is made of what was so in that minute, and can be read one to two minutes late;
//! nothing here happens while nothing changes.
//! Not here: what is measured (see each service).
//! Used by: `World`; Route 53's health checks that follow an alarm.
//!
//! `source` reads the world when it changes, `series` keeps the changes, `window` makes datapoints of them, `put` takes
//! values from callers; `alarm`, `evaluate` and `composite` judge, `history` remembers; `metric`, `alarms` and
//! `put_alarm` answer the API; `build` is what a world begins with.

mod alarm;
mod alarms;
pub(in crate::lab) mod build;
mod composite;
pub(super) mod due;
mod evaluate;
mod history;
mod metric;
mod params;
mod put;
mod put_alarm;
mod series;
pub(in crate::lab) mod settings;
mod source;
mod start;
#[cfg(test)]
mod tests;
mod window;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

pub(in crate::lab) use self::source::Source;
use self::{
    alarm::Alarm,
    composite::Composite,
    due::Due,
    history::Item,
    series::{Key, Series},
    settings::Settings,
};
use super::{
    World,
    call::{Call, Operation, Reply, Service},
    rng::Rng,
};

/// The operations that this service answers.
pub const OPERATIONS: &[Operation] = &[
    Operation::partial("DeleteAlarms", "an alarm that a composite one names can be deleted"),
    Operation::real("DescribeAlarmHistory"),
    Operation::real("DescribeAlarms"),
    Operation::real("DescribeAlarmsForMetric"),
    Operation::real("DisableAlarmActions"),
    Operation::real("EnableAlarmActions"),
    Operation::partial("GetMetricData", "no metric math, no Metrics Insights, no percentiles"),
    Operation::partial("GetMetricStatistics", "no percentiles"),
    Operation::real("ListMetrics"),
    Operation::real("ListTagsForResource"),
    Operation::partial("PutCompositeAlarm", "no action suppressor"),
    Operation::partial(
        "PutMetricAlarm",
        "one metric alone: no metric math, percentiles, anomaly detection; no actions",
    ),
    Operation::partial("PutMetricData", "no entities"),
    Operation::real("SetAlarmState"),
    Operation::real("TagResource"),
    Operation::real("UntagResource"),
];

/// AWS: CloudWatch's standard resolution.
const MINUTE: Duration = Duration::from_secs(60);

/// What this service remembers.
#[derive(Debug, Default)]
pub(in crate::lab) struct State {
    /// How it behaves where AWS leaves it open.
    pub(in crate::lab) settings: Settings,
    rng: Rng,
    /// Since when there are datapoints, in seconds since 1970.
    since: i64,
    series: BTreeMap<Key, Series>,
    /// What each source emitted when it was last read.
    emitted: BTreeMap<Source, BTreeSet<Key>>,
    /// The sources that changed and were not read since.
    touched: BTreeSet<Source>,
    /// By region and name, as all that follows.
    alarms: BTreeMap<(String, String), Alarm>,
    composites: BTreeMap<(String, String), Composite>,
    /// The alarms on each metric.
    watchers: BTreeMap<Key, BTreeSet<(String, String)>>,
    /// Oldest first.
    history: VecDeque<Item>,
}

impl World {
    /// Does what is due now.
    pub(in crate::lab) fn cloudwatch_due(&mut self, due: Due) {
        match due {
            Due::Read => self.read_touched(),
            Due::Evaluate { region, alarm, plan, end } => self.evaluate(&region, &alarm, plan, end),
            Due::LookAhead { region, alarm, plan } => {
                let id = (region, alarm);
                if self.cloudwatch.alarms.get(&id).is_some_and(|alarm| alarm.plan == plan) {
                    self.plan_alarm(&id.0, &id.1);
                }
            }
        }
    }

    /// Answers a call.
    pub(in crate::lab) fn cloudwatch_operate(&mut self, call: &Call) -> Reply {
        match call.operation.as_str() {
            "DeleteAlarms" => self.delete_alarms(call),
            "DescribeAlarmHistory" => self.describe_alarm_history(call),
            "DescribeAlarms" => self.describe_alarms(call),
            "DescribeAlarmsForMetric" => self.describe_alarms_for_metric(call),
            "DisableAlarmActions" => self.switch_alarm_actions(call, false),
            "EnableAlarmActions" => self.switch_alarm_actions(call, true),
            "GetMetricData" => self.get_metric_data(call),
            "GetMetricStatistics" => self.get_metric_statistics(call),
            "ListMetrics" => self.list_metrics(call),
            "ListTagsForResource" => self.list_alarm_tags(call),
            "PutCompositeAlarm" => self.put_composite_alarm(call),
            "PutMetricAlarm" => self.put_metric_alarm(call),
            "PutMetricData" => self.put_metric_data(call),
            "SetAlarmState" => self.set_alarm_state(call),
            "TagResource" => self.tag_alarm(call),
            "UntagResource" => self.untag_alarm(call),
            other => Err(World::unrouted(Service::CloudWatch, other)),
        }
    }
}
