//! Target: a target group, its health check, its targets and what each node of a balancer thinks of each target.
//! Invariant: a node's verdict on a target moves only by its own checks and thresholds.
//! Not here: when checks happen (see `checks`), which target a request goes to (see `routing`).
//! Used by: the rest of `elb`, `site`, `beanstalk`, `autoscaling`.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use super::matcher::Matcher;

/// A target's id and port: what AWS tells targets apart by.
pub type Key = (String, u16);

/// One node's line to one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The target group's ARN.
    pub group: String,
    /// The target.
    pub key: Key,
    /// The node's zone.
    pub zone: String,
}

/// A target group with its health check.
#[derive(Debug, Clone)]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// Its region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// `HTTP` or `HTTPS`.
    pub protocol: String,
    /// The port that targets have unless they say otherwise.
    pub port: u16,
    /// Its network.
    pub vpc: String,
    /// `instance` or `ip`.
    pub kind: String,
    /// Its health check.
    pub check: Check,
    /// Attributes that differ from their defaults.
    pub attributes: BTreeMap<String, String>,
    /// The balancer that routes to it; AWS: at most one.
    pub balancer: Option<String>,
    /// Its targets.
    pub targets: BTreeMap<Key, Target>,
    /// Counts changes of the health check, so that checks of the old one are not taken for the new one's.
    pub generation: u64,
    /// Counts requests, for the round robin.
    pub turn: usize,
}

/// A health check's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// `HTTP` or `HTTPS`.
    pub protocol: String,
    /// The port; `None` for the one that takes traffic.
    pub port: Option<u16>,
    /// How often each node checks each target.
    pub interval: Duration,
    /// How long it waits for an answer.
    pub timeout: Duration,
    /// Passes in a row that make a target healthy.
    pub healthy_after: u32,
    /// Failures in a row that make a target unhealthy.
    pub unhealthy_after: u32,
    /// What it asks for.
    pub path: String,
    /// The statuses that pass.
    pub matcher: Matcher,
}

/// Something registered.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its zone.
    pub zone: String,
    /// The line from each zone's node.
    pub lines: BTreeMap<String, Line>,
    /// What describes show.
    pub reported: Health,
    /// Until when it counts as being registered.
    pub registering: Timestamp,
    /// Until when it drains, if it is being deregistered.
    pub draining: Option<Timestamp>,
    /// Why it takes no part, if it takes none.
    pub unused: Option<Unused>,
}

/// What one node knows of one target.
#[derive(Debug, Clone)]
pub struct Line {
    /// A new connection would reach the port that takes traffic.
    pub open: bool,
    /// Such a connection is tracked, and so outlives its rule.
    pub tracked: bool,
    /// A new connection would reach the port that health checks ask.
    pub check_open: bool,
    /// Closed to new connections while pooled ones still work: until when.
    pub warm: Option<Timestamp>,
    /// The node's verdict.
    pub view: View,
    /// Where its checks lie in each interval.
    pub phase: Duration,
    /// Checks that wait for their result.
    pub pending: u32,
    /// True if its next check is on the agenda; one that is settled sleeps.
    pub awake: bool,
}

/// What one node thinks of one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// The verdict.
    pub health: Health,
    /// Results in a row that contradict it.
    pub against: u32,
}

/// A verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Nothing is known yet.
    Initial,
    /// It answers as it should.
    Healthy,
    /// It does not.
    Unhealthy(Reason),
}

/// Why a check failed. AWS keeps the three apart (ELB user guide, target health reason codes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No answer: `Target.Timeout`.
    Timeout,
    /// No connection: `Target.FailedHealthChecks`.
    Failed,
    /// A wrong status: `Target.ResponseCodeMismatch`.
    Mismatch(u16),
}

/// Why a target takes no part (ELB user guide, target health reason codes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unused {
    /// No listener forwards to its group.
    NotInUse,
    /// Its zone is not one of the balancer's.
    ZoneOff,
    /// The machine is stopped.
    Stopped,
    /// The machine is gone.
    Terminated,
    /// The address is a balancer's own.
    OfBalancer,
}

impl Unused {
    /// AWS's code and text.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Unused::NotInUse => (
                "Target.NotInUse",
                "Target group is not configured to receive traffic from the load balancer",
            ),
            Unused::ZoneOff => (
                "Target.NotInUse",
                "Target is in an Availability Zone that is not enabled for the load balancer",
            ),
            Unused::Stopped => ("Target.InvalidState", "Target is in the stopped state"),
            Unused::Terminated => ("Target.InvalidState", "Target is in the terminated state"),
            Unused::OfBalancer => (
                "Target.IpUnusable",
                "The IP address cannot be used as a target, as it is in use by a load balancer",
            ),
        }
    }
}

impl Reason {
    /// AWS's code.
    pub fn code(self) -> &'static str {
        match self {
            Reason::Timeout => "Target.Timeout",
            Reason::Failed => "Target.FailedHealthChecks",
            Reason::Mismatch(_) => "Target.ResponseCodeMismatch",
        }
    }

    /// AWS's text.
    pub fn text(self) -> String {
        match self {
            Reason::Timeout => "Request timed out".to_owned(),
            Reason::Failed => "Health checks failed".to_owned(),
            Reason::Mismatch(status) => format!("Health checks failed with these codes: [{status}]"),
        }
    }
}

impl View {
    /// Takes one result in; the verdict turns when enough in a row contradict it. AWS: a newly registered target needs
    /// one passing check to be healthy (ELB user guide, target group health checks).
    pub fn take(&mut self, result: Health, check: &Check) {
        let limit = match (self.health, result) {
            (_, Health::Initial) => return,
            (Health::Healthy, Health::Healthy) => {
                self.against = 0;
                return;
            }
            (Health::Unhealthy(_), Health::Unhealthy(_)) => {
                // The reason shown is that of the latest failure.
                *self = View { health: result, against: 0 };
                return;
            }
            (Health::Initial, Health::Healthy) => 1,
            (Health::Initial | Health::Healthy, Health::Unhealthy(_)) => check.unhealthy_after,
            (Health::Unhealthy(_), Health::Healthy) => check.healthy_after,
        };
        self.against += 1;
        if self.against >= limit {
            *self = View { health: result, against: 0 };
        }
    }
}

impl Line {
    /// A line whose node has this verdict, checked at this phase.
    pub fn new(health: Health, phase: Duration) -> Line {
        let view = View { health, against: 0 };
        Line {
            open: false,
            tracked: false,
            check_open: false,
            warm: None,
            view,
            phase,
            pending: 0,
            awake: false,
        }
    }

    /// True if a request over this line reaches the target at `now`: by a new connection or a pooled one.
    pub fn carries(&self, now: Timestamp) -> bool {
        self.open || self.warm.is_some_and(|until| now < until)
    }
}

impl Target {
    /// The verdict of all nodes together: healthy if every one says so.
    pub fn health(&self) -> Health {
        let mut all = self.lines.values().map(|line| line.view.health);
        let unhealthy = all.clone().find(|health| matches!(health, Health::Unhealthy(_)));
        let initial = self.lines.is_empty() || all.any(|health| health == Health::Initial);
        unhealthy.unwrap_or(if initial { Health::Initial } else { Health::Healthy })
    }

    /// True if new requests may go to it.
    pub fn takes_part(&self) -> bool {
        self.draining.is_none() && self.unused.is_none()
    }

    /// True if it takes part and every node finds it healthy.
    pub fn is_healthy(&self) -> bool {
        self.takes_part() && self.health() == Health::Healthy
    }

    /// True if it takes part and the node of this zone finds it healthy.
    pub fn is_healthy_from(&self, zone: &str) -> bool {
        self.takes_part() && self.lines.get(zone).is_some_and(|line| line.view.health == Health::Healthy)
    }
}
