//! Numbers: what the deployment and the drill set themselves, as far as recovery time depends on it.
//! Invariant: plain data; what could not be read is assumed, and said to be.
//! Not here: AWS's own durations (see `durations`), reading them from the live deployment (see `live`).
//! Used by: the model, `draw`, `what_if`; cli, to show them.

use std::time::Duration;

use serde::Serialize;

use crate::{
    drill::model::{PerSide, Side},
    text,
};

/// Checkers of a health check in all its regions. AWS: eight regions; accounts show 15 to 16 observations.
#[cfg_attr(not(feature = "aws"), expect(dead_code, reason = "what reads a deployment is not in this build"))]
pub(super) const CHECKERS: usize = 16;
/// AWS: `ConfigureHealthCheck`: the interval of a check that does not tell its own.
#[cfg_attr(not(feature = "aws"), expect(dead_code, reason = "what reads a deployment is not in this build"))]
pub(super) const CHECK_INTERVAL: Duration = Duration::from_secs(30);
/// AWS: HealthCheckConfig, FailureThreshold: 3 by default.
#[cfg_attr(not(feature = "aws"), expect(dead_code, reason = "what reads a deployment is not in this build"))]
pub(super) const CHECK_THRESHOLD: u32 = 3;
/// AWS: an alias to a load balancer has the balancer's TTL, 60 s (Route 53 developer guide, values for alias records).
#[cfg_attr(not(feature = "aws"), expect(dead_code, reason = "what reads a deployment is not in this build"))]
pub(super) const ALIAS_TTL: Duration = Duration::from_secs(60);

/// What is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    /// How often the site is looked at.
    pub probe_interval: Duration,
    /// Whether writes are looked at.
    pub write_check: bool,
    /// How long resolvers keep the site's name.
    pub ttl: Duration,
    /// The side whose record is the failover primary; `None`: health does not move users.
    pub first: Option<Side>,
    /// Where the writer is at the start; `None`: no database.
    pub writer: Option<Side>,
    /// Whether the drill's awaits wait for environments: what-ifs may take that away.
    pub awaits_environment: bool,
    /// Each region's.
    pub sides: PerSide<SideNumbers>,
    /// Every number with where it comes from.
    pub facts: Vec<Fact>,
}

/// One region's.
#[derive(Debug, Clone, PartialEq)]
pub struct SideNumbers {
    /// The health check of the region's record.
    pub check: Option<CheckNumbers>,
    /// Whether the region's record is an alias: it has its balancer's TTL, and alone can evaluate its target's health.
    pub is_alias: bool,
    /// Whether the alias evaluates its target's health.
    pub evaluates_targets: bool,
    /// The balancer's targets.
    pub targets: TargetNumbers,
}

/// A health check of Route 53.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckNumbers {
    /// Between two looks of one checker.
    pub interval: Duration,
    /// So many failures in a row turn a checker.
    pub threshold: u32,
    /// How many checkers look.
    pub checkers: usize,
    /// Whether it meets the application, so that it notices when that is out of reach.
    pub meets_application: bool,
    /// Whether its checkers' observations can be read.
    pub is_observed: bool,
    /// As configured.
    pub disabled: bool,
    /// As configured.
    pub inverted: bool,
}

/// The targets of a balancer.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetNumbers {
    /// How many.
    pub count: usize,
    /// How many nodes check each.
    pub nodes: usize,
    /// The port that takes traffic.
    pub port: Option<u16>,
    /// The port that is checked.
    pub check_port: Option<u16>,
    /// Between two checks of one node.
    pub interval: Duration,
    /// How long a check waits.
    pub timeout: Duration,
    /// Passes in a row that make a target healthy.
    pub healthy_after: u32,
    /// Failures in a row that make it unhealthy.
    pub unhealthy_after: u32,
}

/// One number with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// Its value, in words.
    pub value: String,
    /// True if it was read from the deployment or the drill; false if it is assumed.
    pub read: bool,
}

impl Fact {
    /// A number that was read.
    pub fn read(name: impl Into<String>, value: impl ToString) -> Fact {
        Fact { name: name.into(), value: value.to_string(), read: true }
    }

    /// A number that is assumed.
    pub fn assumed(name: impl Into<String>, value: impl ToString) -> Fact {
        Fact { name: name.into(), value: value.to_string(), read: false }
    }
}

impl Numbers {
    /// One region's.
    pub fn side(&self, side: Side) -> &SideNumbers {
        self.sides.of(side)
    }

    /// Why AWS takes no targets that are checked like this, if it does not (ELB API reference, CreateTargetGroup).
    pub fn refused(&self) -> Option<String> {
        let sides = [&self.sides.primary, &self.sides.standby];
        let short = sides.into_iter().find(|side| side.targets.interval <= side.targets.timeout)?;
        let (interval, timeout) = (short.targets.interval, short.targets.timeout);
        Some(format!(
            "AWS takes no targets.interval, {}, that is not longer than targets.timeout, {}: set both",
            text::duration(interval),
            text::duration(timeout)
        ))
    }

    /// Both regions', to be changed.
    pub(super) fn each_side(&mut self, mut change: impl FnMut(&mut SideNumbers)) {
        change(&mut self.sides.primary);
        change(&mut self.sides.standby);
    }
}

impl SideNumbers {
    /// The health check, if checkers look: an interval and a threshold are theirs.
    pub(super) fn looking(&self) -> Option<&CheckNumbers> {
        self.check.as_ref().filter(|check| check.is_observed)
    }
}

impl Default for TargetNumbers {
    /// Elastic Beanstalk's own (Beanstalk guide, general options, `aws:elasticbeanstalk:environment:process:default`).
    fn default() -> TargetNumbers {
        TargetNumbers {
            count: 2,
            nodes: 2,
            port: Some(80),
            check_port: Some(80),
            interval: Duration::from_secs(15),
            timeout: Duration::from_secs(5),
            healthy_after: 3,
            unhealthy_after: 5,
        }
    }
}
