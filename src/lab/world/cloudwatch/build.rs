//! Build: the metrics and alarms that a world begins with, of plain values.
//! Invariant: the deployment did not begin with the simulation: every metric has been as it is for some hours.
//! Not here: what a world file says of them (see `start`), what the API makes (see `put_alarm`).
//! Used by: `start`.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{
    alarm::{Alarm, AlarmState, COMPARISONS, Face, MISSING, Watch},
    series::Key,
};
use crate::lab::world::{World, rng::Rng};

/// An alarm to begin with.
#[derive(Debug, Clone)]
pub(in crate::lab) struct AlarmPlan {
    pub(in crate::lab) region: String,
    pub(in crate::lab) name: String,
    pub(in crate::lab) description: Option<String>,
    pub(in crate::lab) namespace: String,
    pub(in crate::lab) metric: String,
    pub(in crate::lab) dimensions: Vec<(String, String)>,
    pub(in crate::lab) statistic: String,
    /// Seconds.
    pub(in crate::lab) period: i64,
    pub(in crate::lab) periods: i64,
    pub(in crate::lab) to_alarm: Option<i64>,
    pub(in crate::lab) threshold: f64,
    pub(in crate::lab) comparison: String,
    pub(in crate::lab) missing: Option<String>,
    pub(in crate::lab) tags: BTreeMap<String, String>,
}

impl World {
    /// Reads everything that is measured, as if it had been so for some hours.
    pub(in crate::lab) fn cloudwatch_begin(&mut self) {
        self.cloudwatch.rng = Rng::stream(self.seed(), "cloudwatch");
        let history =
            SignedDuration::try_from(self.cloudwatch.settings.history.longest()).unwrap_or_default();
        let since = self.now().checked_sub(history).unwrap_or(self.now());
        self.cloudwatch.since = since.as_second();
        self.cloudwatch.touched.clear();
        self.read_everything(since);
    }

    /// An alarm that has looked at its metric before the world began, and says what that was.
    pub(in crate::lab) fn add_alarm(&mut self, plan: AlarmPlan) {
        let now = self.now();
        let mut dimensions = plan.dimensions;
        dimensions.sort();
        let key =
            Key { region: plan.region.clone(), namespace: plan.namespace, metric: plan.metric, dimensions };
        let asked = plan.comparison;
        let comparison = COMPARISONS.iter().find(|(name, _)| *name == asked);
        let watch = Watch {
            statistic: plan.statistic,
            unit: None,
            period: plan.period.max(10),
            periods: plan.periods.max(1),
            to_alarm: plan.to_alarm,
            threshold: plan.threshold,
            comparison: comparison.map_or("GreaterThanOrEqualToThreshold", |(name, _)| *name),
            missing: plan.missing.and_then(|own| MISSING.into_iter().find(|name| *name == own)),
        };
        let id = (plan.region.clone(), plan.name.clone());
        let face = Face {
            arn: format!("arn:aws:cloudwatch:{}:{}:alarm:{}", plan.region, self.account(), plan.name),
            region: plan.region,
            name: plan.name,
            description: plan.description,
            actions_enabled: true,
            ok_actions: Vec::new(),
            alarm_actions: Vec::new(),
            insufficient_actions: Vec::new(),
            state: AlarmState::Insufficient,
            reason: "Unchecked: Initial alarm creation".to_owned(),
            reason_data: None,
            configured: now,
            updated: now,
            transitioned: now,
            tags: plan.tags,
        };
        self.cloudwatch.watchers.entry(key.clone()).or_default().insert(id.clone());
        self.cloudwatch.alarms.insert(id.clone(), Alarm { face, key, watch, by_metric: None, plan: 0 });
        self.look_back(&id);
        self.plan_alarm(&id.0, &id.1);
    }
}
