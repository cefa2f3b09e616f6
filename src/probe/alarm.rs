//! Alarm: a CloudWatch alarm that a condition of the drill names.
//! Invariant: `INSUFFICIENT_DATA` is not `OK`: it is `Unknown`.
//! Not here: the metrics behind it.
//! Used by: `registry`, once for each alarm that a condition names.

use std::time::Duration;

use async_trait::async_trait;

use super::{Cost, Look, Probe, call};
use crate::{
    aws::{Alarm, Aws},
    drill::model::Side,
    journal::sample::{Outcome, Phases, Seen, WatchName},
};

pub(super) const INTERVAL: Duration = Duration::from_secs(10);

/// Reads one alarm.
pub(super) struct AlarmProbe {
    /// AWS.
    pub(super) aws: Aws,
    /// In which region.
    pub(super) side: Side,
    /// The alarm's name.
    pub(super) name: String,
}

#[async_trait]
impl Probe for AlarmProbe {
    fn watch(&self) -> WatchName {
        WatchName::alarm(self.side, &self.name)
    }

    fn title(&self) -> String {
        format!("alarm {} of the {}", self.name, self.side)
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn cost(&self) -> Vec<Cost> {
        vec![Cost::each("cloudwatch:DescribeAlarms", Some(self.side), 1)]
    }

    async fn look(&self) -> Look {
        match call::bounded(&self.aws, self.aws.alarm(self.side, &self.name)).await {
            Ok(alarm) => judge(alarm),
            Err(why) => Look::unknown(why),
        }
    }
}

fn judge(alarm: Alarm) -> Look {
    let outcome = match alarm.state.as_str() {
        "OK" => Outcome::Good,
        "ALARM" => Outcome::Bad { why: call::with_reasons("in alarm", std::slice::from_ref(&alarm.reason)) },
        state => Outcome::Unknown { error: call::with_reasons(state, std::slice::from_ref(&alarm.reason)) },
    };
    let seen = Seen::Alarm { state: alarm.state, since: alarm.since };
    Look { phases: Phases::default(), outcome, seen: Some(seen) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ok_is_good_and_too_little_data_is_unknown() {
        let outcome = |state: &str| {
            let (name, reason) = ("5xx".into(), "Threshold Crossed".into());
            let actions = Vec::new();
            let state = state.into();
            judge(Alarm { name, metric: None, acts: true, actions, state, reason, since: None }).outcome
        };
        assert_eq!(outcome("OK"), Outcome::Good);
        assert_eq!(outcome("ALARM"), Outcome::Bad { why: "in alarm: Threshold Crossed".into() });
        assert!(matches!(outcome("INSUFFICIENT_DATA"), Outcome::Unknown { .. }));
    }
}
