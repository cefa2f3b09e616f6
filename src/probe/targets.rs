//! Targets: what a region's load balancer thinks of the machines behind it.
//! Invariant: every target group of the region counts; a group that cannot be read makes the whole look `Unknown`.
//! Not here: whether requests succeed; a balancer without healthy targets sends requests to all of them (AWS:
//! Application Load Balancer user guide, "Target group health").
//! Used by: `registry`, once for each region.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;

use super::{Cost, Look, Probe, call};
use crate::{
    aws::{Aws, Target},
    drill::model::Side,
    journal::sample::{Outcome, Phases, Seen, WatchName},
    text,
};

pub(super) const INTERVAL: Duration = Duration::from_secs(5);

/// Reads the targets of one region.
pub(super) struct TargetsProbe {
    /// AWS.
    pub(super) aws: Aws,
    /// Whose.
    pub(super) side: Side,
    /// ARNs of the target groups.
    pub(super) groups: Vec<String>,
}

#[async_trait]
impl Probe for TargetsProbe {
    fn watch(&self) -> WatchName {
        WatchName::targets(self.side)
    }

    fn title(&self) -> String {
        format!("targets of the {}'s balancer", self.side)
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn cost(&self) -> Vec<Cost> {
        vec![Cost::each("elasticloadbalancing:DescribeTargetHealth", Some(self.side), self.groups.len())]
    }

    async fn look(&self) -> Look {
        let mut targets = Vec::new();
        for group in &self.groups {
            match call::bounded(&self.aws, self.aws.target_health(self.side, group)).await {
                Ok(found) => targets.extend(found),
                Err(why) => return Look::unknown(why),
            }
        }
        judge(&targets)
    }
}

/// Targets on their way out are not counted: they are no longer registered.
fn judge(targets: &[Target]) -> Look {
    let registered = || targets.iter().filter(|target| target.state != "draining");
    let total = registered().count();
    let healthy = registered().filter(|target| target.state == "healthy").count();
    let sick = registered().filter(|target| target.state != "healthy");
    let outcome = match total {
        0 => Outcome::Bad { why: "no target is registered".into() },
        _ if healthy == total => Outcome::Good,
        _ => {
            let words: Vec<String> =
                sick.map(|target| format!("{} is {}", target.id, state(target))).collect();
            let why = format!("{healthy} of {} healthy: {}", text::plural(total, "target"), words.join("; "));
            Outcome::Bad { why }
        }
    };
    let mut states = BTreeMap::new();
    for target in targets {
        // An instance that is in two groups has two states.
        let id = match states.contains_key(&target.id) {
            true => format!("{}:{}", target.id, target.port.unwrap_or_default()),
            false => target.id.clone(),
        };
        states.insert(id, state(target));
    }
    Look { phases: Phases::default(), outcome, seen: Some(Seen::Targets { total, healthy, states }) }
}

/// `unhealthy (Target.Timeout)`.
fn state(target: &Target) -> String {
    match target.reason.as_str() {
        "" => target.state.clone(),
        reason => format!("{} ({reason})", target.state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(id: &str, state: &str, reason: &str) -> Target {
        let (state, reason, description) = (state.into(), reason.into(), String::new());
        Target { id: id.into(), port: Some(80), state, reason, description }
    }

    #[test]
    fn all_healthy_is_good_and_one_sick_is_named() {
        assert_eq!(judge(&[target("i-1", "healthy", "")]).outcome, Outcome::Good);
        let look = judge(&[target("i-1", "healthy", ""), target("i-2", "unhealthy", "Target.Timeout")]);
        let why = "1 of 2 targets healthy: i-2 is unhealthy (Target.Timeout)".to_owned();
        assert_eq!(look.outcome, Outcome::Bad { why });
    }

    #[test]
    fn no_target_at_all_is_bad_and_a_draining_one_is_not_counted() {
        assert!(matches!(judge(&[]).outcome, Outcome::Bad { .. }));
        let look = judge(&[target("i-1", "healthy", ""), target("i-2", "draining", "")]);
        assert_eq!(look.outcome, Outcome::Good);
        let Some(Seen::Targets { total, healthy, states }) = look.seen else { panic!("no targets seen") };
        assert_eq!((total, healthy, states.len()), (1, 1, 2));
    }
}
