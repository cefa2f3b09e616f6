//! Put alarm: alarms are made, changed, deleted, set by hand, and their actions switched.
//! Invariant: a refused request leaves the alarm as it was.
//! Not here: actions: the lab sends nothing to anybody.
//! Used by: `cloudwatch`.

use std::collections::BTreeMap;

use super::{
    alarm::{Alarm, AlarmState, COMPARISONS, Face, MISSING, Watch},
    history::Item,
    params::{flag, metric_key, missing, number, required, validation, whole},
};
use crate::lab::world::{
    World, arn,
    call::{AwsFault, Call, Params, Reply, Tree},
    refusal::not_listed,
};

/// AWS: ComparisonOperator: those of anomaly detection.
const ANOMALIES: [&str; 3] =
    ["LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"];

/// AWS: Statistic.
const STATISTICS: [&str; 5] = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];

impl World {
    /// AWS: PutMetricAlarm: a new alarm begins with INSUFFICIENT_DATA; a changed one keeps its state until it looks.
    pub(super) fn put_metric_alarm(&mut self, call: &Call) -> Reply {
        let params = &call.params;
        if ["Metrics", "ThresholdMetricId", "EvaluationCriteria"].iter().any(|name| params.has(name)) {
            return Err(validation("firedrill's lab has alarms on one metric alone, without metric math"));
        }
        let id = (call.region.clone(), required(params, "AlarmName")?.to_owned());
        if self.cloudwatch.composites.contains_key(&id) {
            return Err(validation(format!("A composite alarm with the name {} already exists.", id.1)));
        }
        let key = metric_key(&call.region, params)?;
        let watch = watch_of(params)?;
        let before = self.cloudwatch.alarms.get(&id).cloned();
        let face = self.face_of(call, before.as_ref().map(|alarm| &alarm.face))?;
        let what = if before.is_some() { "updated" } else { "created" };
        let item = Item::configuration(&face, "MetricAlarm", what, self.now());
        self.remember(item);
        let (by_metric, plan) = before.as_ref().map_or((None, 0), |alarm| (alarm.by_metric, alarm.plan));
        if let Some(before) = before {
            self.unwatch(&before);
        }
        self.cloudwatch.watchers.entry(key.clone()).or_default().insert(id.clone());
        self.cloudwatch.alarms.insert(id.clone(), Alarm { face, key, watch, by_metric, plan });
        self.plan_alarm(&id.0, &id.1);
        nothing()
    }

    /// What every alarm has, as a request says it.
    pub(super) fn face_of(&self, call: &Call, before: Option<&Face>) -> Result<Face, AwsFault> {
        let params = &call.params;
        let name = required(params, "AlarmName")?.to_owned();
        if name.chars().count() > 255 {
            return Err(validation("AlarmName must have a length less than or equal to 255"));
        }
        let now = self.now();
        let tag = |tag: &Params| {
            Some((tag.text("Key")?.to_owned(), tag.text("Value").unwrap_or_default().to_owned()))
        };
        let fresh = Face {
            arn: format!("arn:aws:cloudwatch:{}:{}:alarm:{name}", call.region, self.account()),
            region: call.region.clone(),
            description: params.text("AlarmDescription").map(str::to_owned),
            actions_enabled: flag(params, "ActionsEnabled", true),
            ok_actions: params.texts("OKActions"),
            alarm_actions: params.texts("AlarmActions"),
            insufficient_actions: params.texts("InsufficientDataActions"),
            state: AlarmState::Insufficient,
            reason: "Unchecked: Initial alarm creation".to_owned(),
            reason_data: None,
            configured: now,
            updated: now,
            transitioned: now,
            tags: params.list("Tags").iter().filter_map(tag).collect(),
            name,
        };
        // AWS: tags of an alarm that is there are changed by TagResource alone.
        Ok(match before {
            Some(before) => Face {
                state: before.state,
                reason: before.reason.clone(),
                reason_data: before.reason_data.clone(),
                updated: before.updated,
                transitioned: before.transitioned,
                tags: before.tags.clone(),
                ..fresh
            },
            None => fresh,
        })
    }

    fn unwatch(&mut self, alarm: &Alarm) {
        let id = (alarm.face.region.clone(), alarm.face.name.clone());
        if let Some(own) = self.cloudwatch.watchers.get_mut(&alarm.key) {
            own.remove(&id);
            if own.is_empty() {
                self.cloudwatch.watchers.remove(&alarm.key);
            }
        }
    }

    /// AWS: DeleteAlarms: all or none; a composite alarm goes alone.
    pub(super) fn delete_alarms(&mut self, call: &Call) -> Reply {
        let names = call.params.texts("AlarmNames");
        let ids: Vec<(String, String)> = names.into_iter().map(|name| (call.region.clone(), name)).collect();
        let state = &self.cloudwatch;
        let known =
            |id: &(String, String)| state.alarms.contains_key(id) || state.composites.contains_key(id);
        if let Some((_, name)) = ids.iter().find(|id| !known(id)) {
            return Err(AwsFault::new(404, "ResourceNotFound", format!("Alarm {name} does not exist.")));
        }
        let composites = ids.iter().filter(|id| state.composites.contains_key(*id)).count();
        if composites > 1 || (composites == 1 && ids.len() > 1) {
            return Err(validation("A composite alarm can only be deleted on its own."));
        }
        for id in &ids {
            if let Some(alarm) = self.cloudwatch.alarms.remove(id) {
                let item = Item::configuration(&alarm.face, "MetricAlarm", "deleted", self.now());
                self.remember(item);
                self.unwatch(&alarm);
                self.judge_checks_of_alarm(&id.0, &id.1);
            }
            if let Some(own) = self.cloudwatch.composites.remove(id) {
                let item = Item::configuration(&own.face, "CompositeAlarm", "deleted", self.now());
                self.remember(item);
            }
            self.alarm_turned(&id.0, &id.1);
        }
        nothing()
    }

    /// AWS: SetAlarmState: temporary; the next look returns a metric alarm to its actual state.
    pub(super) fn set_alarm_state(&mut self, call: &Call) -> Reply {
        let params = &call.params;
        let id = (call.region.clone(), required(params, "AlarmName")?.to_owned());
        let asked = required(params, "StateValue")?;
        let state = AlarmState::parse(asked).ok_or_else(|| {
            validation(not_listed(asked, "stateValue", &["INSUFFICIENT_DATA", "ALARM", "OK"]))
        })?;
        let reason = params.text("StateReason").ok_or_else(|| missing("StateReason"))?.to_owned();
        let data = params.text("StateReasonData").map(str::to_owned);
        if let Some(data) = &data
            && serde_json::from_str::<serde_json::Value>(data).is_err()
        {
            return Err(AwsFault::new(400, "InvalidFormat", "StateReasonData is not valid JSON"));
        }
        if self.cloudwatch.alarms.contains_key(&id) {
            self.enter_alarm(&id, state, reason, data);
            self.plan_alarm(&id.0, &id.1);
            return nothing();
        }
        if !self.cloudwatch.composites.contains_key(&id) {
            return Err(AwsFault::new(404, "ResourceNotFound", "Unknown alarm"));
        }
        self.enter_composite(&id, state, reason);
        nothing()
    }

    /// AWS: EnableAlarmActions and DisableAlarmActions; names that are not there are passed over.
    pub(super) fn switch_alarm_actions(&mut self, call: &Call, enabled: bool) -> Reply {
        for name in call.params.texts("AlarmNames") {
            let id = (call.region.clone(), name);
            if let Some(face) = self.face_mut(&id) {
                face.actions_enabled = enabled;
            }
        }
        nothing()
    }

    fn face_mut(&mut self, id: &(String, String)) -> Option<&mut Face> {
        let state = &mut self.cloudwatch;
        match state.alarms.get_mut(id) {
            Some(alarm) => Some(&mut alarm.face),
            None => state.composites.get_mut(id).map(|own| &mut own.face),
        }
    }

    /// The tags of the alarm that a request names by its ARN.
    fn alarm_tags(&mut self, call: &Call) -> Result<&mut BTreeMap<String, String>, AwsFault> {
        let arn = required(&call.params, "ResourceARN")?.to_owned();
        let region = arn::region(&arn).to_owned();
        let name = arn.splitn(7, ':').nth(6).unwrap_or_default().to_owned();
        let id = (region, name);
        let missing =
            || AwsFault::new(404, "ResourceNotFoundException", format!("Resource {arn} was not found."));
        let here = id.0 == call.region;
        self.face_mut(&id).filter(|_| here).map(|face| &mut face.tags).ok_or_else(missing)
    }

    pub(super) fn list_alarm_tags(&mut self, call: &Call) -> Reply {
        let tags = self.alarm_tags(call)?.iter();
        let tree = |(key, value): (&String, &String)| {
            Tree::map([("Key", Tree::text(key)), ("Value", Tree::text(value))])
        };
        Ok(Tree::map([("Tags", Tree::list("member", tags.map(tree)))]))
    }

    pub(super) fn tag_alarm(&mut self, call: &Call) -> Reply {
        let one = |tag: &Params| {
            Ok((required(tag, "Key")?.to_owned(), tag.text("Value").unwrap_or_default().to_owned()))
        };
        let tags: Vec<(String, String)> =
            call.params.list("Tags").iter().map(one).collect::<Result<_, AwsFault>>()?;
        self.alarm_tags(call)?.extend(tags);
        nothing()
    }

    pub(super) fn untag_alarm(&mut self, call: &Call) -> Reply {
        let keys = call.params.texts("TagKeys");
        self.alarm_tags(call)?.retain(|key, _| !keys.contains(key));
        nothing()
    }
}

/// How a request wants a metric looked at. AWS: PutMetricAlarm: what goes with what.
fn watch_of(params: &Params) -> Result<Watch, AwsFault> {
    if params.has("ExtendedStatistic") {
        return Err(validation("firedrill's lab does not keep percentiles"));
    }
    let statistic = required(params, "Statistic")?;
    if !STATISTICS.contains(&statistic) {
        return Err(validation(not_listed(statistic, "statistic", &STATISTICS)));
    }
    let asked = required(params, "ComparisonOperator")?;
    let comparison = COMPARISONS.iter().find(|(name, _)| *name == asked);
    let (comparison, _) = *comparison.ok_or_else(|| {
        if ANOMALIES.contains(&asked) {
            return validation("firedrill's lab has no alarms on anomaly detection");
        }
        let listed: Vec<&str> = COMPARISONS.iter().map(|(name, _)| *name).chain(ANOMALIES).collect();
        validation(not_listed(asked, "comparisonOperator", &listed))
    })?;
    let period = whole(params, "Period")?.ok_or_else(|| missing("Period"))?;
    if period % 60 != 0 && ![10, 20, 30].contains(&period) {
        return Err(validation("Period must be 10, 20, 30 or a multiple of 60"));
    }
    let periods = whole(params, "EvaluationPeriods")?.ok_or_else(|| missing("EvaluationPeriods"))?;
    let to_alarm = whole(params, "DatapointsToAlarm")?;
    if to_alarm.is_some_and(|needed| needed > periods) {
        return Err(validation("DatapointsToAlarm must be less than or equal to EvaluationPeriods"));
    }
    if period.saturating_mul(periods) > if period >= 3_600 { 604_800 } else { 86_400 } {
        let message =
            "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).";
        return Err(validation(message));
    }
    let missing_data = match params.text("TreatMissingData") {
        None => None,
        Some(text) => {
            let own = MISSING.into_iter().find(|own| *own == text);
            Some(own.ok_or_else(|| {
                validation(format!("The value {text} for parameter TreatMissingData is invalid."))
            })?)
        }
    };
    Ok(Watch {
        statistic: statistic.to_owned(),
        unit: params.text("Unit").map(str::to_owned),
        period,
        periods,
        to_alarm,
        threshold: number(params, "Threshold")?.ok_or_else(|| missing("Threshold"))?,
        comparison,
        missing: missing_data,
    })
}

/// A reply without members.
pub(super) fn nothing() -> Reply {
    Ok(Tree::Map(Vec::new()))
}
