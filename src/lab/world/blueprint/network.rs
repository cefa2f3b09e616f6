//! Network: networks and what guards them, as a world file has them.
//! Used by: `ec2`'s builder.

use super::{
    TAGS, Tags,
    rule::{CIDR, PORTS, RESOURCE, ZONE},
};
use crate::grammar::{
    Kind,
    described::{OPTIONAL, REQUIRED, described, or},
    rule::REGION,
};

/// What rules may be about.
const PROTOCOLS: Kind = Kind::WordsOrWhole(&["tcp", "udp", "icmp", "icmpv6", "all"]);

described! {
    /// A network, with an internet gateway, a public route table and a private one behind a NAT gateway.
    Vpc / VPC = "network" {
        /// Its name.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "seoul-vpc";
        /// Its addresses.
        cidr: String = REQUIRED, Kind::Rule(&CIDR), "10.10.0.0/16";
        /// Its IPv6 addresses.
        ipv6: Option<String> = OPTIONAL, Kind::Rule(&CIDR), "2001:db8:10::/56";
        /// Whether it is the region's default network: there, revoking a rule that is not there is silent.
        default: bool = or("false"), Kind::Bool, "true";
        /// Its parts.
        subnets: Vec<Subnet> = REQUIRED, Kind::List(&Kind::Record(&SUBNET)), "[ { name: a, zone: a, cidr: 10.10.0.0/24 } ]";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: network-team }";
    }

    /// A part of a network in one zone.
    Subnet / SUBNET = "subnet" {
        /// Its name.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "seoul-public-a";
        /// Its zone, by letter.
        zone: String = REQUIRED, Kind::Rule(&ZONE), "a";
        /// Its addresses.
        cidr: String = REQUIRED, Kind::Rule(&CIDR), "10.10.0.0/24";
        /// Its IPv6 addresses.
        ipv6: Option<String> = OPTIONAL, Kind::Rule(&CIDR), "2001:db8:10::/64";
        /// Whether it leads to the internet and gives public addresses.
        public: bool = or("false"), Kind::Bool, "true";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ tier: web }";
    }

    /// A peering between two networks, active, with routes on both sides.
    Peering / PEERING = "peering" {
        /// Its name.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "seoul-tokyo";
        /// The side that asked.
        requester: PeeringSide = REQUIRED, Kind::Record(&PEERING_SIDE), "{ region: ap-northeast-2, vpc: seoul-vpc }";
        /// The side that agreed.
        accepter: PeeringSide = REQUIRED, Kind::Record(&PEERING_SIDE), "{ region: ap-northeast-1, vpc: tokyo-vpc }";
        /// Whether it agreed: until it does, the peering waits and carries nothing.
        accepted: bool = or("true"), Kind::Bool, "false";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: network-team }";
    }

    /// One side of a peering.
    PeeringSide / PEERING_SIDE = "peering side" {
        /// The region.
        region: String = REQUIRED, Kind::Rule(&REGION), "ap-northeast-2";
        /// The network's name.
        vpc: String = REQUIRED, Kind::Text, "seoul-vpc";
        /// Whether its route tables lead to the other side.
        routed: bool = or("true"), Kind::Bool, "false";
    }

    /// A list of ranges under one name.
    PrefixList / PREFIX_LIST = "prefix list" {
        /// Its name.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "office";
        /// Its ranges.
        entries: Vec<String> = REQUIRED, Kind::List(&Kind::Rule(&CIDR)), "[203.0.113.0/26]";
        /// How many it may hold; a rule that names it counts as so many.
        max_entries: u64 = or("10"), Kind::Whole(1, 1000), "10";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: it }";
    }

    /// A security group.
    SecurityGroup / SECURITY_GROUP = "security group" {
        /// Its name.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "seoul-bastion";
        /// The network's name.
        vpc: String = REQUIRED, Kind::Text, "seoul-vpc";
        /// A person's words.
        description: Option<String> = OPTIONAL, Kind::Text, "SSH for operators";
        /// What it lets in.
        ingress: Vec<Ingress> = OPTIONAL, Kind::List(&Kind::Record(&INGRESS)), "[ { port: 22, from: 203.0.113.0/26 } ]";
        /// What it lets out; without it, everything.
        egress: Vec<Egress> = OPTIONAL, Kind::List(&Kind::Record(&EGRESS)), "[ { port: 443, to: 0.0.0.0/0 } ]";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: it }";
    }

    /// A rule that lets something in.
    Ingress / INGRESS = "ingress rule" {
        /// The port, or a range of ports; without it, all of them.
        port: Option<String> = OPTIONAL, Kind::Rule(&PORTS), "80";
        /// The protocol, by name or number.
        protocol: Word = or("tcp"), PROTOCOLS, "udp";
        /// Who: a range, a prefix list's name, or a security group's name; several make several rules.
        from: OneOrMany = REQUIRED, Kind::OneOrMany(&Kind::Text), "[0.0.0.0/0, \"::/0\"]";
        /// A person's words.
        description: Option<String> = OPTIONAL, Kind::Text, "HTTP from the load balancer";
        /// The rule's own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: web-team }";
    }

    /// A rule that lets something out.
    Egress / EGRESS = "egress rule" {
        /// The port, or a range of ports; without it, all of them.
        port: Option<String> = OPTIONAL, Kind::Rule(&PORTS), "443";
        /// The protocol, by name or number.
        protocol: Word = or("tcp"), PROTOCOLS, "udp";
        /// Whom to: a range, a prefix list's name, or a security group's name; several make several rules.
        to: OneOrMany = REQUIRED, Kind::OneOrMany(&Kind::Text), "0.0.0.0/0";
        /// A person's words.
        description: Option<String> = OPTIONAL, Kind::Text, "Updates";
        /// The rule's own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: web-team }";
    }

    /// A network ACL: stateless rules at a subnet's edge.
    NetworkAcl / NETWORK_ACL = "network ACL" {
        /// Its name.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "web";
        /// The network's name.
        vpc: String = REQUIRED, Kind::Text, "seoul-vpc";
        /// The subnets that it guards, by name.
        subnets: Vec<String> = REQUIRED, Kind::List(&Kind::Text), "[seoul-public-a]";
        /// What comes in, by number.
        ingress: Vec<AclEntry> = OPTIONAL, Kind::List(&Kind::Record(&ACL_ENTRY)), "[ { rule: 100, action: allow, cidr: 0.0.0.0/0 } ]";
        /// What goes out, by number.
        egress: Vec<AclEntry> = OPTIONAL, Kind::List(&Kind::Record(&ACL_ENTRY)), "[ { rule: 100, action: allow, cidr: 0.0.0.0/0 } ]";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: network-team }";
    }

    /// A rule of a network ACL.
    AclEntry / ACL_ENTRY = "network ACL rule" {
        /// Its number: the lowest that matches decides.
        rule: u64 = REQUIRED, Kind::Whole(1, 32_766), "100";
        /// What it does.
        action: String = REQUIRED, Kind::Words(&["allow", "deny"]), "allow";
        /// The protocol, by name or number.
        protocol: Word = or("all"), PROTOCOLS, "tcp";
        /// The port, or a range of ports; without it, all of them.
        port: Option<String> = OPTIONAL, Kind::Rule(&PORTS), "1024-65535";
        /// The other side.
        cidr: String = REQUIRED, Kind::Rule(&CIDR), "0.0.0.0/0";
    }

    /// An instance of nobody but itself.
    Instance / INSTANCE = "instance" {
        /// Its name.
        name: String = REQUIRED, Kind::Rule(&RESOURCE), "seoul-bastion";
        /// Its subnet, by name.
        subnet: String = REQUIRED, Kind::Text, "seoul-public-a";
        /// Its type.
        class: String = or("t4g.nano"), Kind::Text, "t4g.nano";
        /// Its security groups, by name.
        groups: Vec<String> = REQUIRED, Kind::List(&Kind::Text), "[seoul-bastion]";
        /// The key to log in with, by name; it is made with the first instance that has it.
        key: Option<String> = OPTIONAL, Kind::Text, "seoul-admin";
        /// Its instance profile, by name.
        profile: Option<String> = OPTIONAL, Kind::Text, "bastion";
        /// Its own tags.
        tags: Tags = OPTIONAL, TAGS, "{ owner: it }";
    }
}

/// A word or a number, as text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(untagged)]
pub enum Word {
    /// A number.
    Number(u64),
    /// A word.
    Text(String),
}

impl Default for Word {
    fn default() -> Word {
        Word::Text("tcp".to_owned())
    }
}

impl Word {
    /// The protocol as EC2 spells it.
    pub fn protocol(&self) -> String {
        match self {
            Word::Number(number) => number.to_string(),
            Word::Text(word) if word == "all" => "-1".to_owned(),
            Word::Text(word) => word.clone(),
        }
    }
}

/// One text or several.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Default for OneOrMany {
    fn default() -> OneOrMany {
        OneOrMany::Many(Vec::new())
    }
}

impl OneOrMany {
    /// All of them.
    pub fn all(&self) -> &[String] {
        match self {
            OneOrMany::One(text) => std::slice::from_ref(text),
            OneOrMany::Many(texts) => texts,
        }
    }
}
