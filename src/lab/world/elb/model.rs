//! Model: a balancer, its nodes, its targets and what each node thinks of each target.
//! Invariant: a node's verdict on a target moves only by its own checks and thresholds.
//! Used by: the rest of `elb` and `site`.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use jiff::Timestamp;

/// A node of a balancer and a target, by their places.
pub type Pair = (usize, usize);

/// An application load balancer.
#[derive(Debug, Clone)]
pub struct Balancer {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its DNS name.
    pub dns_name: String,
    /// The hosted zone of its DNS name.
    pub zone_id: &'static str,
    /// Its network.
    pub vpc: String,
    /// Its security groups as configured.
    pub groups: Vec<String>,
    /// Since when it is there.
    pub created: Timestamp,
    /// One per zone.
    pub nodes: Vec<Node>,
    /// What it listens to.
    pub listeners: Vec<Listener>,
    /// Where it forwards to.
    pub targets: TargetGroup,
    /// Tags by ARN.
    pub tags: BTreeMap<String, BTreeMap<String, String>>,
    /// The paths on which a new connection would succeed now.
    pub open: BTreeSet<Pair>,
    /// Those of them whose connections are tracked, and so outlive their rule.
    pub tracked: BTreeSet<Pair>,
    /// Paths that are closed to new connections while pooled ones still work, and until when.
    pub warm: BTreeMap<Pair, Timestamp>,
    /// Counts requests, for the round robin.
    pub turn: usize,
    /// What a client meets on each port, as last noted in the truth.
    pub noted: BTreeMap<u16, &'static str>,
}

/// A balancer's presence in one zone.
#[derive(Debug, Clone)]
pub struct Node {
    /// The zone.
    pub zone: &'static str,
    /// Its subnet.
    pub subnet: String,
    /// Its interface.
    pub interface: String,
    /// Its public address.
    pub public: Ipv4Addr,
}

/// A port that a balancer listens to; every listener here forwards to the target group.
#[derive(Debug, Clone)]
pub struct Listener {
    /// Its ARN.
    pub arn: String,
    /// The ARN of its one rule.
    pub rule_arn: String,
    /// The port.
    pub port: u16,
    /// The certificate, if it speaks TLS.
    pub certificate: Option<String>,
}

/// A target group with its health check.
#[derive(Debug, Clone)]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The targets' port.
    pub port: u16,
    /// Its health check.
    pub check: Check,
    /// Its targets.
    pub targets: Vec<Target>,
}

/// A health check's settings.
#[derive(Debug, Clone)]
pub struct Check {
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
    /// The status that passes.
    pub matcher: u16,
}

/// A registered instance.
#[derive(Debug, Clone)]
pub struct Target {
    /// The instance.
    pub instance: String,
    /// Its zone.
    pub zone: String,
    /// Each node's verdict.
    pub views: Vec<View>,
    /// What describes show.
    pub reported: Health,
}

/// What one node thinks of one target.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The verdict.
    pub health: Health,
    /// Results in a row that contradict it.
    pub against: u32,
}

/// A verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
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
    /// Takes one result in; the verdict turns when enough in a row contradict it.
    pub fn take(&mut self, result: Health, check: &Check) {
        let limit = match (self.health, result) {
            (Health::Healthy, Health::Healthy) => {
                self.against = 0;
                return;
            }
            (Health::Unhealthy(_), Health::Unhealthy(_)) => {
                // The reason shown is that of the latest failure.
                *self = View { health: result, against: 0 };
                return;
            }
            (Health::Healthy, Health::Unhealthy(_)) => check.unhealthy_after,
            (Health::Unhealthy(_), Health::Healthy) => check.healthy_after,
        };
        self.against += 1;
        if self.against >= limit {
            *self = View { health: result, against: 0 };
        }
    }
}

impl Target {
    /// The verdict of all nodes together: healthy if every one says so.
    pub fn health(&self) -> Health {
        let unhealthy = self.views.iter().map(|view| view.health).find(|health| *health != Health::Healthy);
        unhealthy.unwrap_or(Health::Healthy)
    }
}

impl Balancer {
    /// The places of the targets that a node sends requests to: the healthy ones, or all if there is none. AWS: "if a
    /// target group contains only unhealthy registered targets, the load balancer routes requests to all those
    /// targets" (ELB user guide, target group health checks).
    pub fn routable(&self, node: usize) -> Vec<usize> {
        let healthy =
            |target: &Target| target.views.get(node).is_some_and(|view| view.health == Health::Healthy);
        let all = &self.targets.targets;
        let some: Vec<usize> = (0..all.len()).filter(|place| healthy(&all[*place])).collect();
        if some.is_empty() { (0..all.len()).collect() } else { some }
    }

    /// The place of the node with this public address.
    pub fn node_at(&self, address: IpAddr) -> Option<usize> {
        self.nodes.iter().position(|node| IpAddr::V4(node.public) == address)
    }

    /// True if a request over this path reaches the target at `now`: by a new connection or a pooled one.
    pub fn carries(&self, pair: Pair, now: Timestamp) -> bool {
        self.open.contains(&pair) || self.warm.get(&pair).is_some_and(|until| now < *until)
    }

    /// The last part of the ARN, as descriptions of its interfaces have it: `app/NAME/ID`.
    pub fn path(&self) -> &str {
        self.arn.split_once("loadbalancer/").map_or("", |(_, path)| path)
    }
}
