//! Reach: whether security groups let a new connection through.
//! Invariant: judged by the rules that are effective now; nothing is remembered.
//! Not here: connections that are open already (see `site`, `elb`).
//! Used by: `elb` for balancers and their targets.

use std::net::IpAddr;

use super::model::{Interface, Network, Peer, Rule};

/// How a new connection was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) struct Admission {
    /// True if the connection is tracked and so outlives its rule. AWS: a flow is untracked only if a rule open to the
    /// world admits it and a rule in the other direction opens all ports to the world (EC2 user guide, connection
    /// tracking).
    pub(in crate::lab) tracked: bool,
}

/// The other side of a connection.
#[derive(Debug, Clone, Copy)]
pub(in crate::lab) struct Side<'a> {
    /// Its address.
    pub(in crate::lab) address: IpAddr,
    /// Its security groups; none for an outsider.
    pub(in crate::lab) groups: &'a [String],
}

impl Network {
    /// Whether `to` takes a new TCP connection from `from` on `port`, and how.
    pub(in crate::lab) fn admits(&self, from: Side<'_>, to: &Interface, port: u16) -> Option<Admission> {
        let admitting: Vec<&Rule> = self
            .rules_of(to)
            .filter(|rule| {
                !rule.key.egress && rule.key.admits_tcp(port) && self.matches(&rule.key.peer, from)
            })
            .collect();
        let world = |rule: &&Rule| matches!(rule.key.peer, Peer::Range(range) if range.is_world());
        let answers_freely = self.rules_of(to).any(|rule| {
            rule.key.egress && rule.key.protocol == "-1" && world(&rule) && same_family(rule, from.address)
        });
        let untracked = admitting.iter().any(world) && answers_freely;
        (!admitting.is_empty()).then_some(Admission { tracked: !untracked })
    }

    /// Whether `from` may open a TCP connection to `to` on `port`.
    pub(in crate::lab) fn lets_out(&self, from: &Interface, to: Side<'_>, port: u16) -> bool {
        self.rules_of(from)
            .any(|rule| rule.key.egress && rule.key.admits_tcp(port) && self.matches(&rule.key.peer, to))
    }

    fn rules_of<'a>(&'a self, interface: &'a Interface) -> impl Iterator<Item = &'a Rule> {
        let groups = interface.effective_groups.iter().filter_map(|id| self.groups.get(id));
        groups.flat_map(|group| group.effective.values())
    }

    fn matches(&self, peer: &Peer, side: Side<'_>) -> bool {
        match peer {
            Peer::Range(range) => range.contains(side.address),
            Peer::PrefixList(id) => self
                .prefix_lists
                .get(id)
                .is_some_and(|list| list.entries.iter().any(|range| range.contains(side.address))),
            Peer::Group(id) => side.groups.contains(id),
        }
    }
}

fn same_family(rule: &Rule, address: IpAddr) -> bool {
    matches!(rule.key.peer, Peer::Range(range) if range.is_v4() == address.is_ipv4())
}
