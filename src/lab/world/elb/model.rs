//! Model: a balancer, its nodes and its listeners.
//! Invariant: a port has at most one listener; a listener's last resort is its default actions.
//! Not here: targets (see `target`), what rules mean (see `rule`).
//! Used by: the rest of `elb` and `site`.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

use jiff::Timestamp;

use super::rule::{Action, Asked, Rule};
pub use super::target::{Check, Health, Key, Line, Pair, Reason, Target, TargetGroup, Unused, View};

/// An application load balancer.
#[derive(Debug, Clone)]
pub struct Balancer {
    /// Its ARN.
    pub arn: String,
    /// Its region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// Its DNS name.
    pub dns_name: String,
    /// The hosted zone of its DNS name.
    pub zone_id: String,
    /// Its network.
    pub vpc: String,
    /// `internet-facing` or `internal`.
    pub scheme: String,
    /// Its security groups as configured.
    pub groups: Vec<String>,
    /// Since when it is there.
    pub created: Timestamp,
    /// From when it is `active`; `provisioning` until then.
    pub ready: Timestamp,
    /// One per zone.
    pub nodes: Vec<Node>,
    /// What it listens to, by port.
    pub listeners: BTreeMap<u16, Listener>,
    /// Attributes that differ from their defaults.
    pub attributes: BTreeMap<String, String>,
    /// What a client meets on each port, as last noted in the truth.
    pub noted: BTreeMap<u16, &'static str>,
}

/// A balancer's presence in one zone.
#[derive(Debug, Clone)]
pub struct Node {
    /// The zone.
    pub zone: String,
    /// Its subnet.
    pub subnet: String,
    /// Its interface.
    pub interface: String,
    /// Its public address; the private one of an internal balancer.
    pub public: Ipv4Addr,
}

/// A port that a balancer listens to.
#[derive(Debug, Clone)]
pub struct Listener {
    /// Its ARN.
    pub arn: String,
    /// The ARN of its default rule.
    pub default_rule: String,
    /// The port.
    pub port: u16,
    /// The certificates if it speaks TLS, the default one first; the others are chosen by the name that clients ask for.
    pub certificates: Vec<String>,
    /// The TLS policy, if it speaks TLS.
    pub policy: Option<String>,
    /// Its rules by priority.
    pub rules: BTreeMap<u32, Rule>,
    /// What happens to requests that no rule matches.
    pub default: Vec<Action>,
}

impl Listener {
    /// `HTTP` or `HTTPS`.
    pub fn protocol(&self) -> &'static str {
        if self.speaks_tls() { "HTTPS" } else { "HTTP" }
    }

    /// True if it speaks TLS.
    pub fn speaks_tls(&self) -> bool {
        self.policy.is_some()
    }

    /// The target groups that its rules and its default forward to.
    pub fn target_groups(&self) -> BTreeSet<&str> {
        let rules = self.rules.values().flat_map(|rule| &rule.actions);
        rules.chain(&self.default).flat_map(Action::target_groups).collect()
    }

    /// What happens to a request: the action of the first rule that it matches, or the default.
    pub(in crate::lab) fn action_for(&self, asked: Asked<'_>) -> Option<&Action> {
        let rule = self.rules.values().find(|rule| rule.conditions.iter().all(|own| own.holds(asked)));
        rule.map_or(&self.default, |rule| &rule.actions).last()
    }
}

impl Balancer {
    /// The last part of the ARN, as descriptions of its interfaces have it: `app/NAME/ID`.
    pub fn path(&self) -> &str {
        self.arn.split_once("loadbalancer/").map_or("", |(_, path)| path)
    }

    /// The node of a zone.
    pub fn node(&self, zone: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.zone == zone)
    }

    /// The target groups that its listeners forward to.
    pub fn target_groups(&self) -> BTreeSet<&str> {
        self.listeners.values().flat_map(Listener::target_groups).collect()
    }
}
