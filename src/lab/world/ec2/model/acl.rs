//! Acl: network ACLs.
//! Invariant: the lowest number that matches decides, and what nothing matches is refused; nothing is remembered of
//! packets that went before (AWS: VPC guide, network ACLs).
//! Used by: the rest of `ec2`.

use std::{collections::BTreeMap, net::IpAddr, ops::RangeInclusive};

use crate::lab::world::{cidr::Cidr, ec2::lagging::Lagging};

/// Entries by direction (outbound is true) and number.
pub type AclEntries = BTreeMap<(bool, u16), AclEntry>;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AclEntry {
    /// The protocol's number; `-1` for all.
    pub protocol: String,
    /// True if it lets through.
    pub allow: bool,
    /// The other side.
    pub range: Cidr,
    /// The ports, for TCP and UDP.
    pub ports: Option<(u16, u16)>,
    /// Type and code, for ICMP.
    pub icmp: Option<(i32, i32)>,
}

impl AclEntry {
    /// The TCP ports it speaks of, for this address.
    fn tcp_ports(&self, address: IpAddr) -> Option<(u16, u16)> {
        if !self.range.contains(address) {
            return None;
        }
        match self.protocol.as_str() {
            "-1" => Some((0, u16::MAX)),
            "6" => Some(self.ports.unwrap_or((0, u16::MAX))),
            _ => None,
        }
    }
}

/// A network ACL.
#[derive(Debug, Clone)]
pub struct Acl {
    /// Its network.
    pub vpc: String,
    /// True for the one that subnets have by default.
    pub default: bool,
    /// Its entries.
    pub entries: Lagging<AclEntries>,
}

/// Whether entries let TCP packets to or from `address` pass, on every one of these ports (of the inside for inbound,
/// of the outside for outbound).
pub(in crate::lab::world::ec2) fn lets_pass(
    entries: &AclEntries,
    egress: bool,
    address: IpAddr,
    ports: &RangeInclusive<u16>,
) -> bool {
    let mut open = vec![(*ports.start(), *ports.end())];
    for entry in entries.range((egress, 0)..=(egress, u16::MAX)).map(|(_, entry)| entry) {
        let Some((from, to)) = entry.tcp_ports(address) else { continue };
        if !entry.allow && open.iter().any(|(low, high)| from <= *high && *low <= to) {
            return false;
        }
        open = open.into_iter().flat_map(|part| outside(part, (from, to))).collect();
        if open.is_empty() {
            return true;
        }
    }
    false
}

/// What of `part` lies below and above `cut`.
fn outside(part: (u16, u16), cut: (u16, u16)) -> Vec<(u16, u16)> {
    let below = (cut.0 > part.0).then(|| (part.0, part.1.min(cut.0 - 1)));
    let above = (cut.1 < part.1).then(|| (part.0.max(cut.1 + 1), part.1));
    below.into_iter().chain(above).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(allow: bool, ports: Option<(u16, u16)>) -> AclEntry {
        let protocol = if ports.is_some() { "6" } else { "-1" }.to_owned();
        AclEntry { protocol, allow, range: Cidr::WORLD, ports, icmp: None }
    }

    fn passes(entries: &[(u16, AclEntry)], ports: RangeInclusive<u16>) -> bool {
        let entries = entries.iter().map(|(number, entry)| ((false, *number), entry.clone())).collect();
        lets_pass(&entries, false, "203.0.113.9".parse().unwrap(), &ports)
    }

    /// "Lowest matching number decides; 32767 is the built-in deny."
    #[test]
    fn the_lowest_matching_number_decides() {
        assert!(!passes(&[], 80..=80));
        let everything = (100, entry(true, None));
        assert!(passes(std::slice::from_ref(&everything), 80..=80));
        assert!(!passes(&[(1, entry(false, Some((80, 80)))), everything.clone()], 80..=80));
        assert!(passes(&[everything.clone(), (101, entry(false, Some((80, 80))))], 80..=80));
        assert!(passes(&[(1, entry(false, Some((80, 80)))), everything], 443..=443));
    }

    /// A range of ports passes if every one of them does, by one entry or by several.
    #[test]
    fn a_range_passes_as_a_whole_or_not() {
        let halves = [(1, entry(true, Some((1024, 30_000)))), (2, entry(true, Some((30_001, 65_535))))];
        assert!(passes(&halves, 1024..=65_535));
        assert!(!passes(&halves[..1], 1024..=65_535));
        let hole = [(1, entry(false, Some((40_000, 40_000)))), (2, entry(true, None))];
        assert!(!passes(&hole, 1024..=65_535));
        assert!(passes(&hole, 1024..=39_999));
    }
}
