//! Watch: what is watched, how often, and which watches a claim rests on.
//! Invariant: the intervals are those of the program's own probes.
//! Used by: the rest of `model`.

use crate::{
    drill::model::{Claim, Side},
    forecast::draw::At,
};

pub(super) const SECOND: At = 1_000_000;
/// From the beginning of a look at the site until its request is at the balancer.
pub(super) const REACHES: At = 5_000;

/// How watches look in one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Between two looks at the site.
    pub(super) probe: At,
    /// When the first look at a health check tells something: it waits until the calls before it are paid for.
    pub(super) checks: At,
}

/// What is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Watch {
    Site,
    Write,
    HealthCheck(Side),
    Environment(Side),
    Targets(Side),
    Database,
    Lag,
    Zone,
    Resolver,
}

impl Watch {
    /// Its bit in a set.
    pub(super) fn bit(self) -> u16 {
        1 << match self {
            Watch::Site => 0,
            Watch::Write => 1,
            Watch::HealthCheck(side) => 2 + side as u16,
            Watch::Environment(side) => 4 + side as u16,
            Watch::Targets(side) => 6 + side as u16,
            Watch::Database => 8,
            Watch::Lag => 9,
            Watch::Zone => 10,
            Watch::Resolver => 11,
        }
    }

    /// Between two looks.
    fn interval(self, probe: At) -> At {
        match self {
            Watch::Site | Watch::Write => probe.max(1),
            Watch::HealthCheck(_) | Watch::Database => 2 * SECOND,
            Watch::Environment(_) | Watch::Targets(_) => 5 * SECOND,
            Watch::Lag => 15 * SECOND,
            Watch::Zone | Watch::Resolver => SECOND,
        }
    }

    pub(super) fn reaches(self) -> At {
        if matches!(self, Watch::Site | Watch::Write) { REACHES } else { 0 }
    }

    /// When its first look that begins at or after `from` tells something.
    pub(super) fn tells(self, from: At, pace: Pace) -> At {
        let interval = self.interval(pace.probe);
        match self {
            Watch::HealthCheck(_) => {
                pace.checks + from.saturating_sub(pace.checks).div_ceil(interval) * interval
            }
            _ => from.div_ceil(interval) * interval + self.reaches(),
        }
    }

    /// Every one.
    pub(super) fn all() -> [Watch; 12] {
        use Side::{Primary, Standby};
        [
            Watch::Site,
            Watch::Write,
            Watch::HealthCheck(Primary),
            Watch::HealthCheck(Standby),
            Watch::Environment(Primary),
            Watch::Environment(Standby),
            Watch::Targets(Primary),
            Watch::Targets(Standby),
            Watch::Database,
            Watch::Lag,
            Watch::Zone,
            Watch::Resolver,
        ]
    }
}

/// What a client met: whether it worked, and which region answered or would have.
pub(super) type Met = (bool, Side);

/// The watches that a claim rests on, as a set.
pub(super) fn watches(claim: &Claim) -> u16 {
    match claim {
        Claim::Site { writes, answers, from } => {
            let site = if answers.is_some() || from.is_some() { Watch::Site.bit() } else { 0 };
            site | if writes.is_some() { Watch::Write.bit() } else { 0 }
        }
        Claim::Environment { of, .. } => Watch::Environment(*of).bit(),
        Claim::HealthCheck { of, .. } => Watch::HealthCheck(*of).bit(),
        Claim::Targets { of, .. } => Watch::Targets(*of).bit(),
        Claim::Database { writer, lag_below } => {
            let place = if writer.is_some() { Watch::Database.bit() } else { 0 };
            place | if lag_below.is_some() { Watch::Lag.bit() } else { 0 }
        }
        Claim::Dns { authoritative: true, .. } => Watch::Zone.bit(),
        Claim::Dns { authoritative: false, .. } => Watch::Resolver.bit(),
        Claim::Alarm { .. } => 0,
    }
}
