//! Rules: what a world file says of groups and ACLs, in EC2's terms.
//! Invariant: several peers make several rules; a protocol has the name or number that EC2 shows.
//! Not here: which rules a group has (see `groups`).
//! Used by: `groups`.

use super::{plot::Plot, range};
use crate::lab::world::{
    blueprint::{
        Tags,
        network::{AclEntry, Egress, Ingress, Word},
        ports,
    },
    cidr::Cidr,
    ec2::model::{self, Peer, Rule, RuleKey},
    named::Thing,
};

/// A rule of either direction.
pub(super) struct Wanted<'a> {
    egress: bool,
    port: Option<&'a str>,
    protocol: &'a Word,
    peers: &'a [String],
    description: Option<&'a str>,
    tags: &'a Tags,
}

impl<'a> From<&'a Ingress> for Wanted<'a> {
    fn from(own: &'a Ingress) -> Wanted<'a> {
        Wanted {
            egress: false,
            port: own.port.as_deref(),
            protocol: &own.protocol,
            peers: own.from.all(),
            description: own.description.as_deref(),
            tags: &own.tags,
        }
    }
}

impl<'a> From<&'a Egress> for Wanted<'a> {
    fn from(own: &'a Egress) -> Wanted<'a> {
        Wanted {
            egress: true,
            port: own.port.as_deref(),
            protocol: &own.protocol,
            peers: own.to.all(),
            description: own.description.as_deref(),
            tags: &own.tags,
        }
    }
}

impl Plot<'_> {
    /// The rules, one for each peer.
    pub(super) fn rules(&self, wanted: &Wanted<'_>) -> Vec<Rule> {
        let protocol = named_protocol(wanted.protocol);
        let ports = rule_ports(&protocol, wanted.port);
        let rule = |peer: &String| Rule {
            key: RuleKey { egress: wanted.egress, protocol: protocol.clone(), ports, peer: self.peer(peer) },
            peered: None,
            description: wanted.description.map(str::to_owned),
            tags: wanted.tags.clone(),
        };
        wanted.peers.iter().map(rule).collect()
    }

    /// A range, a prefix list or a group; an environment's name is that of its instances' group.
    fn peer(&self, text: &str) -> Peer {
        if let Some(range) = Cidr::parse(text) {
            return Peer::Range(range);
        }
        match self.names.get(&(Thing::PrefixList, text)) {
            Some(list) => Peer::PrefixList(list.clone()),
            None => Peer::Group(self.named(Thing::Group, text)),
        }
    }
}

/// Protocols that rules of groups call by name.
fn named_protocol(word: &Word) -> String {
    let name = word.protocol();
    match name.as_str() {
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        "1" => "icmp".to_owned(),
        "58" => "icmpv6".to_owned(),
        _ => name,
    }
}

/// The ports of a rule: all of them where none is said, none where the protocol has none.
fn rule_ports(protocol: &str, port: Option<&str>) -> Option<(i32, i32)> {
    match protocol {
        "tcp" | "udp" => {
            let (from, to) = port.and_then(ports).unwrap_or((0, u16::MAX));
            Some((from.into(), to.into()))
        }
        "icmp" | "icmpv6" => Some((-1, -1)),
        _ => None,
    }
}

/// An entry of a network ACL, which calls protocols by number.
pub(super) fn acl_entry(own: &AclEntry) -> model::AclEntry {
    let protocol = match own.protocol.protocol().as_str() {
        "tcp" => "6".to_owned(),
        "udp" => "17".to_owned(),
        "icmp" => "1".to_owned(),
        "icmpv6" => "58".to_owned(),
        other => other.to_owned(),
    };
    let has_ports = matches!(protocol.as_str(), "6" | "17");
    let is_icmp = matches!(protocol.as_str(), "1" | "58");
    model::AclEntry {
        protocol,
        allow: own.action == "allow",
        range: range(&own.cidr),
        ports: has_ports.then(|| own.port.as_deref().and_then(ports).unwrap_or((0, u16::MAX))),
        icmp: is_icmp.then_some((-1, -1)),
    }
}
