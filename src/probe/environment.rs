//! Environment: how Elastic Beanstalk says a region feels.
//! Invariant: a reading that AWS computed more than a minute ago is `Unknown`, not news.
//! Not here: single instances.
//! Used by: `registry`, once for each region.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Cost, Look, Probe, call};
use crate::{
    aws::{Aws, EnvironmentHealth},
    drill::model::Side,
    journal::sample::{Outcome, Phases, Seen, WatchName},
    text,
};

/// Elastic Beanstalk takes about two calls a second for the whole account.
pub(super) const INTERVAL: Duration = Duration::from_secs(5);
/// AWS computes it every 10 s for instances and publishes it every 60 s (AWS: Elastic Beanstalk developer guide,
/// "Enhanced health reporting and monitoring").
const STALE: Duration = Duration::from_secs(60);

/// Reads one environment's health.
pub(super) struct EnvironmentProbe {
    /// AWS.
    pub(super) aws: Aws,
    /// Whose.
    pub(super) side: Side,
    /// The environment's name.
    pub(super) name: String,
}

#[async_trait]
impl Probe for EnvironmentProbe {
    fn watch(&self) -> WatchName {
        WatchName::environment(self.side)
    }

    fn title(&self) -> String {
        format!("health of environment {}", self.name)
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn cost(&self) -> Vec<Cost> {
        vec![Cost::each("elasticbeanstalk:DescribeEnvironmentHealth", Some(self.side), 1)]
    }

    async fn look(&self) -> Look {
        match call::bounded(&self.aws, self.aws.environment_health(self.side, &self.name)).await {
            Ok(health) => judge(health, self.aws.clock().now().wall),
            Err(why) => Look::unknown(why),
        }
    }
}

/// Good is what AWS paints green: `Ok`, and `Info` while an operation runs. `Pending`, `Unknown` and `NoData` are
/// Beanstalk's own ways to say that it cannot tell.
fn judge(health: EnvironmentHealth, now: Timestamp) -> Look {
    let age = health.refreshed_at.map(|at| Duration::try_from(now.duration_since(at)).unwrap_or_default());
    let outcome = match (age, health.health.as_str()) {
        (Some(age), _) if age > STALE => Outcome::Unknown {
            error: format!(
                "AWS computed this {} ago (or this machine's clock is ahead)",
                text::duration(age)
            ),
        },
        (_, "Ok" | "Info") => Outcome::Good,
        (_, word @ ("Warning" | "Degraded" | "Severe" | "Suspended")) => {
            Outcome::Bad { why: call::with_reasons(word, &health.causes) }
        }
        (_, "") => Outcome::Unknown { error: "AWS tells no health; is enhanced health reporting on?".into() },
        (_, word) => Outcome::Unknown { error: call::with_reasons(word, &health.causes) },
    };
    let EnvironmentHealth { health, color, causes, refreshed_at, .. } = health;
    Look {
        phases: Phases::default(),
        outcome,
        seen: Some(Seen::Environment { health, color, causes, refreshed_at }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(health: &str, age: i64) -> (EnvironmentHealth, Timestamp) {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let refreshed_at = Timestamp::from_second(now.as_second() - age).ok();
        let causes = vec!["ELB processes are not healthy on all instances.".to_owned()];
        let (color, status) = ("Red".into(), "Ready".into());
        (EnvironmentHealth { health: health.into(), color, status, causes, refreshed_at }, now)
    }

    fn outcome(health: &str, age: i64) -> Outcome {
        let (reading, now) = reading(health, age);
        judge(reading, now).outcome
    }

    #[test]
    fn green_is_good_and_a_bad_state_says_awss_words() {
        assert_eq!(outcome("Ok", 10), Outcome::Good);
        assert_eq!(outcome("Info", 10), Outcome::Good);
        let why = "Severe: ELB processes are not healthy on all instances.".to_owned();
        assert_eq!(outcome("Severe", 10), Outcome::Bad { why });
    }

    #[test]
    fn what_beanstalk_cannot_tell_and_what_is_old_is_unknown() {
        for (health, age) in
            [("NoData", 1), ("Unknown", 1), ("Pending", 1), ("", 1), ("Ok", 61), ("Severe", 300)]
        {
            assert!(matches!(outcome(health, age), Outcome::Unknown { .. }), "{health} {age}");
        }
        let (reading, now) = reading("Severe", 300);
        assert!(judge(reading, now).seen.is_some(), "what was read is kept all the same");
    }
}
