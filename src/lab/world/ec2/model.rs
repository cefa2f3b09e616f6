//! Model: the parts of a region's network.
//! Invariant: a group's `configured` rules are the truth for every mutating call; `described` follows them for reads,
//! `effective` for packets, each after its own delay and never backwards.
//! Not here: what packets meet (see `reach`), how it looks to a caller (see `describe`, `groups`).
//! Used by: the rest of `ec2`.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

use jiff::Timestamp;

use super::cidr::Cidr;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

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
}

/// One security-group rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it admits.
    pub key: RuleKey,
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
    /// The rules as written.
    pub configured: Rules,
    /// The rules as reads show them.
    pub described: Rules,
    /// The rules as packets meet them.
    pub effective: Rules,
    /// Counts writes, so that views never go back.
    pub version: u64,
    /// The write that `described` shows.
    pub described_version: u64,
    /// The write that `effective` follows.
    pub effective_version: u64,
}

/// A network.
#[derive(Debug, Clone)]
pub struct Vpc {
    /// Its range.
    pub range: Cidr,
}

/// A part of a network in one zone.
#[derive(Debug, Clone)]
pub struct Subnet {
    /// Its network.
    pub vpc: String,
    /// Its zone.
    pub zone: &'static str,
    /// Its range.
    pub range: Cidr,
    /// True if it gives public addresses.
    pub public: bool,
}

/// What carries addresses and security groups.
#[derive(Debug, Clone)]
pub struct Interface {
    /// Its subnet.
    pub subnet: String,
    /// Its private address.
    pub private: Ipv4Addr,
    /// Its public address, if it has one.
    pub public: Option<Ipv4Addr>,
    /// Its groups as configured.
    pub groups: Vec<String>,
    /// Its groups as packets meet them.
    pub effective_groups: Vec<String>,
    /// What it belongs to.
    pub owner: Owner,
}

/// What an interface belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// An instance, by id.
    Instance(String),
    /// A balancer, by the last part of its ARN: `app/NAME/ID`.
    Balancer(String),
}

/// What an instance's application does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum App {
    /// Answers.
    Serving,
    /// Is not running: the host resets connections.
    Down,
    /// Answers every request with this status.
    Failing(u16),
    /// Accepts connections and never answers.
    Mute,
}

/// A machine.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its interface.
    pub interface: String,
    /// Its type.
    pub kind: &'static str,
    /// Its zone.
    pub zone: &'static str,
    /// Its image.
    pub image: String,
    /// Its reservation.
    pub reservation: String,
    /// Since when it runs.
    pub launched: Timestamp,
    /// What its application does.
    pub app: App,
}

/// A list of ranges under one id.
#[derive(Debug, Clone)]
pub struct PrefixList {
    /// Its name.
    pub name: String,
    /// Its ranges.
    pub entries: BTreeSet<Cidr>,
    /// How many it may hold; a rule that names it counts as so many.
    pub max_entries: usize,
    /// The account, or `AWS`.
    pub owner: String,
}

/// A route.
#[derive(Debug, Clone)]
pub struct Route {
    /// Where to.
    pub destination: Cidr,
    /// Through what.
    pub target: RouteTarget,
}

/// What a route leads through.
#[derive(Debug, Clone)]
pub enum RouteTarget {
    /// The network itself.
    Local,
    /// An internet gateway.
    Gateway(String),
    /// A NAT gateway.
    Nat(String),
    /// A peering.
    Peering(String),
}

/// A route table.
#[derive(Debug, Clone)]
pub struct RouteTable {
    /// Its network.
    pub vpc: String,
    /// True if it serves subnets without a table of their own.
    pub main: bool,
    /// The subnets that it serves, by association.
    pub associations: BTreeMap<String, String>,
    /// Its routes.
    pub routes: Vec<Route>,
}

/// A network ACL: the lab has the default one of each network, which lets everything through.
#[derive(Debug, Clone)]
pub struct Acl {
    /// Its network.
    pub vpc: String,
    /// The subnets that it guards, by association.
    pub associations: BTreeMap<String, String>,
}

/// One side of a peering.
#[derive(Debug, Clone)]
pub struct PeeringSide {
    /// The region.
    pub region: &'static str,
    /// The network.
    pub vpc: String,
    /// Its range.
    pub range: Cidr,
}

/// A peering of two networks.
#[derive(Debug, Clone)]
pub struct Peering {
    /// Who asked.
    pub requester: PeeringSide,
    /// Who accepted.
    pub accepter: PeeringSide,
}

/// All of one region's network, by id.
#[derive(Debug, Default)]
pub struct Network {
    /// Networks.
    pub vpcs: BTreeMap<String, Vpc>,
    /// Subnets.
    pub subnets: BTreeMap<String, Subnet>,
    /// Security groups.
    pub groups: BTreeMap<String, Group>,
    /// Interfaces.
    pub interfaces: BTreeMap<String, Interface>,
    /// Machines.
    pub instances: BTreeMap<String, Instance>,
    /// Prefix lists.
    pub prefix_lists: BTreeMap<String, PrefixList>,
    /// Route tables.
    pub route_tables: BTreeMap<String, RouteTable>,
    /// Network ACLs.
    pub acls: BTreeMap<String, Acl>,
    /// Peerings.
    pub peerings: BTreeMap<String, Peering>,
    /// Tags of everything but rules, which carry their own.
    pub tags: BTreeMap<String, Tags>,
}
