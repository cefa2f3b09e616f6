//! Model: the parts of a region's network.
//! Invariant: everything is found by its id; what lags (rules, ACL entries, routes, bonds of subnets) is written through
//! `Lagging` only.
//! Not here: what packets meet (see `reach`), how it looks to a caller (see the describing modules).
//! Used by: the rest of `ec2`; `elb` and `beanstalk` read it.

mod acl;
mod group;
mod machine;
mod peering;
mod route;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

use jiff::Timestamp;

pub(in crate::lab::world::ec2) use self::acl::lets_pass;
pub use self::{
    acl::{Acl, AclEntries, AclEntry},
    group::{Group, Peer, Peered, Rule, RuleKey, Rules},
    machine::{App, Instance, InstanceState, Interface, Owner},
    peering::{Peering, PeeringSide, PeeringStatus},
    route::{Destination, Route, RouteTable, RouteTarget},
};
use super::{addresses::PublicPool, lagging::Lagging};
use crate::lab::world::cidr::Cidr;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// A network.
#[derive(Debug, Clone)]
pub struct Vpc {
    /// Its range.
    pub range: Cidr,
    /// Its IPv6 range.
    pub ipv6: Option<Cidr>,
    /// True for the region's default network, where group names are enough and a wrong revoke is silent.
    pub default: bool,
    /// Whether its resolver answers.
    pub dns_support: bool,
    /// Whether its machines get public names.
    pub dns_hostnames: bool,
}

/// What a subnet is bound to, by an association that has an id of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bond {
    /// The association.
    pub association: String,
    /// The ACL or route table.
    pub to: String,
}

/// A part of a network in one zone.
#[derive(Debug, Clone)]
pub struct Subnet {
    /// Its network.
    pub vpc: String,
    /// Its zone.
    pub zone: String,
    /// Its range.
    pub range: Cidr,
    /// Its IPv6 range.
    pub ipv6: Option<Cidr>,
    /// True if it gives public addresses.
    pub public: bool,
    /// Its network ACL: always one.
    pub acl: Lagging<Bond>,
    /// Its own route table; without one the main table of the network serves it.
    pub table: Lagging<Option<Bond>>,
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

impl PrefixList {
    /// True if the list is of IPv4 ranges.
    pub fn is_v4(&self) -> bool {
        self.entries.iter().all(|range| range.is_v4())
    }
}

/// A NAT gateway.
#[derive(Debug, Clone)]
pub struct Nat {
    /// Its subnet.
    pub subnet: String,
    /// Its interface.
    pub interface: String,
    /// The elastic address that it speaks with.
    pub allocation: String,
    /// Since when it is there.
    pub created: Timestamp,
}

/// An elastic address.
#[derive(Debug, Clone)]
pub struct Address {
    /// The address.
    pub public: Ipv4Addr,
    /// The association, and the interface that has it.
    pub association: Option<(String, String)>,
}

/// An image to launch machines from.
#[derive(Debug, Clone)]
pub struct Image {
    /// Its name.
    pub name: String,
    /// A person's words.
    pub description: String,
    /// Since when it is there.
    pub created: Timestamp,
}

/// A key to log in with.
#[derive(Debug, Clone)]
pub struct KeyPair {
    /// Its id.
    pub id: String,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Since when it is there.
    pub created: Timestamp,
}

/// An endpoint of a service within a network.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Its network.
    pub vpc: String,
    /// The service: `com.amazonaws.ap-northeast-2.s3`.
    pub service: String,
    /// The route tables that lead to it.
    pub tables: Vec<String>,
    /// Since when it is there.
    pub created: Timestamp,
}

/// All of one region's network, by id.
#[derive(Debug, Default)]
pub struct Network {
    /// The account that everything belongs to.
    pub account: String,
    /// Its availability zones, in order.
    pub zones: Vec<String>,
    /// Where public addresses come from that are not elastic.
    pub public_pool: PublicPool,
    /// Networks.
    pub vpcs: BTreeMap<String, Vpc>,
    /// Subnets.
    pub subnets: BTreeMap<String, Subnet>,
    /// Security groups.
    pub groups: BTreeMap<String, Group>,
    /// The group of each rule, by the rule's id.
    pub rule_groups: BTreeMap<String, String>,
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
    /// Internet gateways, each with the network it is attached to.
    pub gateways: BTreeMap<String, Option<String>>,
    /// NAT gateways.
    pub nats: BTreeMap<String, Nat>,
    /// Elastic addresses.
    pub addresses: BTreeMap<String, Address>,
    /// Images.
    pub images: BTreeMap<String, Image>,
    /// Keys by name.
    pub key_pairs: BTreeMap<String, KeyPair>,
    /// Endpoints.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// Tags of everything but rules, which carry their own.
    pub tags: BTreeMap<String, Tags>,
}

impl Network {
    /// The tags on a resource.
    pub fn tags_on(&self, id: &str) -> Option<&Tags> {
        self.tags.get(id).or_else(|| self.rule(id).map(|rule| &rule.tags))
    }

    /// A security-group rule as written, by id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.groups.get(self.rule_groups.get(id)?)?.rules.configured.get(id)
    }

    /// The network of an interface.
    pub fn vpc_of(&self, interface: &Interface) -> &str {
        self.subnets.get(&interface.subnet).map_or("", |subnet| &subnet.vpc)
    }

    /// The region's default network.
    pub fn default_vpc(&self) -> Option<&str> {
        self.vpcs.iter().find(|(_, vpc)| vpc.default).map(|(id, _)| id.as_str())
    }

    /// The main route table of a network.
    pub fn main_table(&self, vpc: &str) -> Option<&str> {
        let main = |(_, table): &(&String, &RouteTable)| table.vpc == vpc && table.main.is_some();
        self.route_tables.iter().find(main).map(|(id, _)| id.as_str())
    }

    /// The machines that carry a tag with this value, in the order of their ids.
    pub fn instances_tagged<'a>(&'a self, key: &'a str, value: &'a str) -> impl Iterator<Item = &'a String> {
        let tagged = move |id: &&String| {
            self.tags.get(*id).and_then(|tags| tags.get(key)).is_some_and(|held| held == value)
        };
        self.instances.keys().filter(tagged)
    }
}
