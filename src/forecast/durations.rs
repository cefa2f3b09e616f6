//! Durations: how long AWS itself takes for what nobody can set, as distributions, each with its source.
//! Invariant: every duration says where it comes from; where AWS publishes no number, the source says so.
//! Not here: what a deployment chooses itself (see `numbers`), one concrete set (see `draw`).
//! Used by: `draw`, `live`, `history`; cli, to show them.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// What AWS takes its own time for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Own {
    /// From a change of a security group to its effect on packets.
    RuleEffective,
    /// From a write to the first describe that shows it.
    DescribeStale,
    /// How long pooled connections of a balancer outlive the rule that admitted them.
    PoolLinger,
    /// From a target's change of health to the describe that shows it.
    TargetReported,
    /// From an environment's third failed report to its lower status.
    EnvironmentWorsens,
    /// From healthy targets to the environment's better status.
    EnvironmentRecovers,
    /// From a health checker to the endpoint and back.
    CheckerRoundTrip,
    /// From a health check's new status to the name servers' answers.
    CheckPublished,
    /// From an alias target's new health to the name servers' answers.
    TargetPublished,
    /// From a health check's new configuration to its checkers.
    CheckConfigured,
    /// A switchover of a global database, in all.
    Switchover,
    /// A failover of a global database with data loss allowed, in all.
    Failover,
    /// How long a role change is verified before it begins.
    RolePending,
    /// From a failover's beginning to the old writer being fenced.
    RoleFenced,
    /// From a change of a global cluster to another region's view of it.
    ClusterSeen,
    /// From a failover to the old primary following again.
    Resync,
    /// From a follower being in step to the metric that says so.
    LagMetric,
    /// From a call to its answer.
    Call,
    /// From the first look of a run to its first step.
    Settling,
}

/// How many there are.
pub(super) const COUNT: usize = 19;

/// A distribution: evenly from `low` to `high`, with a share of `tail` evenly from there to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// The shortest.
    pub low: Duration,
    /// The longest, but for the tail.
    pub high: Duration,
    /// Percent of the cases that take longer, and how long at most.
    pub tail: Option<(u8, Duration)>,
}

impl Spread {
    /// Always the same.
    pub const fn always(time: Duration) -> Spread {
        Spread { low: time, high: time, tail: None }
    }

    const fn millis(low: u64, high: u64) -> Spread {
        Spread { low: Duration::from_millis(low), high: Duration::from_millis(high), tail: None }
    }

    const fn secs(low: u64, high: u64) -> Spread {
        Spread::millis(low * 1_000, high * 1_000)
    }

    const fn with_tail(self, percent: u8, secs: u64) -> Spread {
        Spread { tail: Some((percent, Duration::from_secs(secs))), ..self }
    }
}

impl Serialize for Spread {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let tail = self.tail.map(|(percent, end)| (percent, end.as_secs_f64()));
        (self.low.as_secs_f64(), self.high.as_secs_f64(), tail).serialize(to)
    }
}

/// One of AWS's own durations, as it is known.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Which.
    pub own: Own,
    /// Its name: the lab's own setting, where the lab has one.
    pub id: &'static str,
    /// What it is, in words.
    pub what: &'static str,
    /// How the lab draws it.
    pub lab: Spread,
    /// How it is taken to be on AWS.
    pub aws: Spread,
    /// Where the number comes from.
    pub source: &'static str,
}

const UNPUBLISHED: &str = "AWS publishes no number";

/// Every one, in the order of [`Own`].
pub static KNOWN: [Known; COUNT] = [
    Known {
        own: Own::RuleEffective,
        id: "ec2.rule_effective",
        what: "a security-group change reaches packets",
        lab: Spread::millis(500, 5_000),
        aws: Spread::millis(500, 5_000).with_tail(3, 20),
        source: "EC2 API reference, RevokeSecurityGroupIngress: \"as quickly as possible. However, a small delay might occur\"; no number",
    },
    Known {
        own: Own::DescribeStale,
        id: "ec2.describe_stale",
        what: "a describe shows what was written",
        lab: Spread::millis(0, 2_000),
        aws: Spread::millis(0, 2_000),
        source: "EC2 API reference, eventual consistency; no number",
    },
    Known {
        own: Own::PoolLinger,
        id: "elb.pool_linger",
        what: "a balancer's pooled connections outlive the closed rule",
        lab: Spread::millis(3_000, 8_000),
        aws: Spread::millis(3_000, 12_000),
        source: "EC2 user guide, connection tracking: tracked connections are not cut; how soon a pool's end is not published",
    },
    Known {
        own: Own::TargetReported,
        id: "elb.target_reported",
        what: "a target's health is described",
        lab: Spread::millis(0, 5_000),
        aws: Spread::millis(0, 15_000),
        source: UNPUBLISHED,
    },
    Known {
        own: Own::EnvironmentWorsens,
        id: "beanstalk.worsens",
        what: "an environment's status falls after three failed reports",
        lab: Spread::secs(60, 90),
        aws: Spread::secs(40, 150),
        source: "Beanstalk guide, enhanced health: at least three failed checks within one minute; observed 60 to 180 s after targets fail",
    },
    Known {
        own: Own::EnvironmentRecovers,
        id: "beanstalk.recovers",
        what: "an environment's status rises again",
        lab: Spread::secs(60, 100),
        aws: Spread::secs(60, 240),
        source: "AWS publishes no number; observed 60 to 240 s",
    },
    Known {
        own: Own::CheckerRoundTrip,
        id: "route53.round_trip",
        what: "a health checker reaches the endpoint and back",
        lab: Spread::millis(20, 250),
        aws: Spread::millis(20, 250),
        source: "checkers stand on four continents (Route 53 API reference, HealthCheckRegion)",
    },
    Known {
        own: Own::CheckPublished,
        id: "route53.published",
        what: "a health check's status reaches the name servers",
        lab: Spread::millis(1_000, 5_000),
        aws: Spread::millis(1_000, 15_000),
        source: UNPUBLISHED,
    },
    Known {
        own: Own::TargetPublished,
        id: "route53.target_published",
        what: "an alias target's health reaches the name servers",
        lab: Spread::millis(5_000, 15_000),
        aws: Spread::millis(5_000, 55_000),
        source: UNPUBLISHED,
    },
    Known {
        own: Own::CheckConfigured,
        id: "route53.configured",
        what: "a health check's configuration reaches its checkers",
        lab: Spread::millis(5_000, 12_000),
        aws: Spread::millis(5_000, 30_000),
        source: "AWS publishes no number; 5 to 30 s are seen",
    },
    Known {
        own: Own::Switchover,
        id: "rds.switchover",
        what: "a global database switches over",
        lab: Spread::secs(20, 60),
        aws: Spread::secs(20, 120),
        source: "Aurora user guide, switchover: the replication lag and the role change; no number",
    },
    Known {
        own: Own::Failover,
        id: "rds.failover",
        what: "a global database fails over",
        lab: Spread::secs(60, 150),
        aws: Spread::secs(60, 240),
        source: "Aurora user guide, managed failover: within a few minutes",
    },
    Known {
        own: Own::RolePending,
        id: "rds.pending",
        what: "a role change is verified before it begins",
        lab: Spread::secs(1, 4),
        aws: Spread::secs(1, 4),
        source: UNPUBLISHED,
    },
    Known {
        own: Own::RoleFenced,
        id: "rds.fenced",
        what: "a failover fences the old writer",
        lab: Spread::secs(1, 5),
        aws: Spread::secs(1, 10),
        source: UNPUBLISHED,
    },
    Known {
        own: Own::ClusterSeen,
        id: "rds.seen",
        what: "the other region sees a change of the global cluster",
        lab: Spread::secs(0, 2),
        aws: Spread::secs(0, 5),
        source: UNPUBLISHED,
    },
    Known {
        own: Own::Resync,
        id: "rds.resync",
        what: "the old primary of a failover follows again",
        lab: Spread::secs(600, 1_500),
        aws: Spread::secs(600, 3_600),
        source: "Aurora user guide, managed failover: minutes to hours, by size",
    },
    Known {
        own: Own::LagMetric,
        id: "cloudwatch.lag",
        what: "the lag metric shows that a follower is in step",
        lab: Spread::secs(30, 90),
        aws: Spread::secs(60, 120),
        source: "CloudWatch: metrics of a minute, one to two minutes late; no number",
    },
    Known {
        own: Own::Call,
        id: "aws.call",
        what: "an API call is answered",
        lab: Spread::millis(0, 0),
        aws: Spread::millis(50, 400),
        source: "no number; calls across regions",
    },
    Known {
        own: Own::Settling,
        id: "run.settling",
        what: "the steady state is seen before the first step",
        lab: Spread::secs(1, 61),
        aws: Spread::secs(5, 95),
        source: "the run's own: every watch must have looked; only its place between two looks matters",
    },
];

/// Where the distribution in use comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// What is known of AWS.
    Aws,
    /// The lab's own.
    Lab,
    /// Earlier runs of this deployment: so many.
    History(usize),
}

/// A distribution for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Durations {
    of: [(Spread, Origin); COUNT],
}

impl Durations {
    /// As AWS is known to be.
    pub fn aws() -> Durations {
        Durations { of: std::array::from_fn(|place| (KNOWN[place].aws, Origin::Aws)) }
    }

    /// As the lab is.
    pub fn lab() -> Durations {
        Durations { of: std::array::from_fn(|place| (KNOWN[place].lab, Origin::Lab)) }
    }

    /// The distribution of one.
    pub fn spread(&self, own: Own) -> Spread {
        self.of[own as usize].0
    }

    /// Where it comes from.
    pub fn origin(&self, own: Own) -> Origin {
        self.of[own as usize].1
    }

    /// Replaces one.
    pub fn set(&mut self, own: Own, spread: Spread, origin: Origin) {
        self.of[own as usize] = (spread, origin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_stands_at_its_place_and_says_where_it_comes_from() {
        for (place, known) in KNOWN.iter().enumerate() {
            assert_eq!(known.own as usize, place, "{}", known.id);
            assert!(!known.source.is_empty() && known.lab.low <= known.lab.high, "{}", known.id);
            assert!(known.aws.low <= known.aws.high, "{}", known.id);
            assert!(known.aws.tail.is_none_or(|(_, end)| end >= known.aws.high), "{}", known.id);
        }
    }
}
