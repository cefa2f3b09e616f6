//! Group: security groups and their rules.
//! Invariant: two rules are the same rule if their keys are equal; ids, descriptions and tags play no part.
//! Used by: the rest of `ec2`.

use std::collections::BTreeMap;

use super::Tags;
use crate::lab::world::{cidr::Cidr, ec2::lagging::Lagging};

/// Rules by id.
pub type Rules = BTreeMap<String, Rule>;

/// Where packets of a rule come from, or go to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// A range of addresses of either family.
    Range(Cidr),
    /// A prefix list, by id.
    PrefixList(String),
    /// Interfaces that carry this security group.
    Group(String),
}

/// What makes two rules the same rule: everything but its id, description and tags.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleKey {
    /// True for outbound.
    pub egress: bool,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `-1`, or a number.
    pub protocol: String,
    /// First and last port (ICMP: type and code); `None` where the protocol has none.
    pub ports: Option<(i32, i32)>,
    /// The other side.
    pub peer: Peer,
}

impl RuleKey {
    /// True if the rule admits this TCP port.
    pub fn admits_tcp(&self, port: u16) -> bool {
        let port = i32::from(port);
        match (self.protocol.as_str(), self.ports) {
            ("-1", _) => true,
            ("tcp", Some((from, to))) => from <= port && port <= to,
            _ => false,
        }
    }

    /// True if the rule opens every TCP port to the whole world of one address family.
    pub fn opens_everything(&self) -> bool {
        let world = matches!(self.peer, Peer::Range(range) if range.is_world());
        world && self.admits_tcp(0) && self.admits_tcp(u16::MAX)
    }
}

/// The group of a rule is in a peered network of the same region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peered {
    /// The network.
    pub vpc: String,
    /// The peering.
    pub peering: String,
}

/// One security-group rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it admits.
    pub key: RuleKey,
    /// Where its group is, if that is another network.
    pub peered: Option<Peered>,
    /// A person's words.
    pub description: Option<String>,
    /// Its own tags.
    pub tags: Tags,
}

/// A security group.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// A person's words.
    pub description: String,
    /// Its network.
    pub vpc: String,
    /// Its rules.
    pub rules: Lagging<Rules>,
}
