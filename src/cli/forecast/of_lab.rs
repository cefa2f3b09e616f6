//! Of lab: how long a lab takes, by the settings of its world.
//! Invariant: what the world's file sets is what is forecast with; what the lab has no setting for stays as the lab is.
//! Not here: how AWS is taken to be (see `forecast::durations`).
//! Used by: forecast.

use crate::{
    forecast::{Durations, KNOWN, Origin, Own, Spread},
    lab::world::{settings::Settings, timings::Span},
};

/// The durations of a lab with these settings.
pub(super) fn durations(settings: &Settings) -> Durations {
    let mut durations = Durations::lab();
    for known in &KNOWN {
        if let Some(span) = set(settings, known.own) {
            let spread = Spread { low: span.shortest(), high: span.longest(), tail: None };
            durations.set(known.own, spread, Origin::Lab);
        }
    }
    durations
}

/// The lab's setting for one; `None`: it has none.
fn set(settings: &Settings, own: Own) -> Option<Span> {
    let Settings { ec2, elb, beanstalk, route53, rds, .. } = settings;
    Some(match own {
        Own::RuleEffective => ec2.rule_effective,
        Own::DescribeStale => ec2.describe_stale,
        Own::PoolLinger => elb.pool_linger,
        Own::TargetReported => elb.target_reported,
        Own::EnvironmentWorsens => beanstalk.worsens,
        Own::EnvironmentRecovers => beanstalk.recovers,
        Own::CheckerRoundTrip => route53.round_trip,
        Own::CheckPublished => route53.published,
        Own::TargetPublished => route53.target_published,
        Own::CheckConfigured => route53.configured,
        Own::Switchover => rds.switchover,
        Own::Failover => rds.failover,
        Own::RolePending => rds.pending,
        Own::RoleFenced => rds.fenced,
        Own::ClusterSeen => rds.seen,
        Own::Resync => rds.resync,
        Own::LagMetric | Own::Call | Own::Settling => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn of(settings: &str) -> Durations {
        durations(&serde_json::from_str(settings).unwrap())
    }

    #[test]
    fn the_lab_takes_what_the_forecast_of_a_lab_says() {
        assert_eq!(of("{}"), Durations::lab());
    }

    #[test]
    fn what_a_world_sets_is_forecast_with() {
        let own = of(r#"{"rds": {"switchover": "5m..10m"}, "route53": {"published": "3s"}}"#);
        let secs = |own: Spread| (own.low.as_secs(), own.high.as_secs());
        assert_eq!(secs(own.spread(Own::Switchover)), (300, 600));
        assert_eq!(own.spread(Own::CheckPublished), Spread::always(Duration::from_secs(3)));
        assert_eq!(own.spread(Own::Failover), Durations::lab().spread(Own::Failover));
        assert_eq!(own.origin(Own::Switchover), Origin::Lab);
    }
}
