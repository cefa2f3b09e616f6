//! Alarms: DescribeAlarms and DescribeAlarmsForMetric.
//! Invariant: pure reading.
//! Used by: `cloudwatch`.

use super::{
    alarm::{Alarm, AlarmState, Face, alarm_tree},
    composite::{Composite, composite_tree},
    params::{metric_key, page, validation},
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

/// An alarm of either kind.
enum Either<'a> {
    Metric(&'a Alarm),
    Composite(&'a Composite),
}

impl Either<'_> {
    fn face(&self) -> &Face {
        match self {
            Either::Metric(alarm) => &alarm.face,
            Either::Composite(own) => &own.face,
        }
    }
}

impl World {
    /// AWS: DescribeAlarms: metric alarms alone unless AlarmTypes says otherwise; names or a prefix, not both.
    pub(super) fn describe_alarms(&self, call: &Call) -> Reply {
        let params = &call.params;
        let names = params.texts("AlarmNames");
        let prefix = params.text("AlarmNamePrefix").unwrap_or_default();
        if !names.is_empty() && !prefix.is_empty() {
            return Err(validation("AlarmNames and AlarmNamePrefix cannot be specified together"));
        }
        let kinds = params.texts("AlarmTypes");
        let has = |kind: &str| kinds.iter().any(|own| own == kind);
        let state = params.text("StateValue");
        if let Some(state) = state.filter(|state| AlarmState::parse(state).is_none()) {
            return Err(validation(format!("The value {state} for parameter StateValue is invalid.")));
        }
        let action = params.text("ActionPrefix");
        let relatives = self.relatives(call)?;
        let fits = |own: &Either<'_>| {
            let face = own.face();
            let acts = |prefix: &str| {
                let all = face.alarm_actions.iter().chain(&face.ok_actions).chain(&face.insufficient_actions);
                all.into_iter().any(|action| action.starts_with(prefix))
            };
            (names.is_empty() || names.contains(&face.name))
                && face.name.starts_with(prefix)
                && state.is_none_or(|state| state == face.state.word())
                && action.is_none_or(acts)
                && relatives.as_ref().is_none_or(|relatives| relatives.contains(&face.name))
        };
        let from = (call.region.clone(), String::new());
        let state = &self.cloudwatch;
        let composites = state.composites.range(from.clone()..).filter(|_| has("CompositeAlarm"));
        let composites = composites.take_while(|((region, _), _)| *region == call.region);
        let metric = state.alarms.range(from..).filter(|_| kinds.is_empty() || has("MetricAlarm"));
        let metric = metric.take_while(|((region, _), _)| *region == call.region);
        let all = composites.map(|(_, own)| Either::Composite(own));
        let all = all.chain(metric.map(|(_, alarm)| Either::Metric(alarm)));
        let (found, next) = page(params, all.filter(fits).collect(), "MaxRecords", (100, 50))?;
        let composite = found.iter().filter_map(|own| match own {
            Either::Composite(own) => Some(composite_tree(own)),
            Either::Metric(_) => None,
        });
        let metric = found.iter().filter_map(|own| match own {
            Either::Metric(alarm) => Some(alarm_tree(alarm)),
            Either::Composite(_) => None,
        });
        Ok(Tree::map([
            ("CompositeAlarms", Tree::list("member", composite)),
            ("MetricAlarms", Tree::list("member", metric)),
            ("NextToken", next),
        ]))
    }

    /// The alarms that a composite one's rule names, or those whose rules name an alarm; `None` if nobody asks.
    fn relatives(&self, call: &Call) -> Result<Option<Vec<String>>, AwsFault> {
        let params = &call.params;
        let in_region = |own: &&Composite| own.face.region == call.region;
        match (params.text("ChildrenOfAlarmName"), params.text("ParentsOfAlarmName")) {
            (None, None) => Ok(None),
            (Some(_), Some(_)) => {
                Err(validation("ChildrenOfAlarmName and ParentsOfAlarmName cannot be specified together"))
            }
            (Some(name), None) => {
                let own = self.cloudwatch.composites.get(&(call.region.clone(), name.to_owned()));
                Ok(Some(own.map(|own| own.rule.names()).unwrap_or_default()))
            }
            (None, Some(name)) => {
                let all = self.cloudwatch.composites.values().filter(in_region);
                let parents = all.filter(|own| own.rule.names().iter().any(|child| child == name));
                Ok(Some(parents.map(|own| own.face.name.clone()).collect()))
            }
        }
    }

    /// AWS: DescribeAlarmsForMetric: all of the metric's dimensions are needed.
    pub(super) fn describe_alarms_for_metric(&self, call: &Call) -> Reply {
        let params = &call.params;
        let key = metric_key(&call.region, params)?;
        let names = self.cloudwatch.watchers.get(&key).into_iter().flatten();
        let alarms = names.filter_map(|id| self.cloudwatch.alarms.get(id));
        let fits = |alarm: &&Alarm| {
            params.text("Statistic").is_none_or(|own| own == alarm.watch.statistic)
                && params.text("Period").is_none_or(|own| own == alarm.watch.period.to_string())
                && params.text("Unit").is_none_or(|own| alarm.watch.unit.as_deref() == Some(own))
        };
        Ok(Tree::map([("MetricAlarms", Tree::list("member", alarms.filter(fits).map(alarm_tree)))]))
    }
}
